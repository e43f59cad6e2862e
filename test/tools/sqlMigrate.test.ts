import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cut } from '../../server/src/tools/sqlMigrate/marks.js';
import { sqlMigrate } from '../../server/src/tools/sqlMigrate/tool.js';
import { foldersIn } from '../world/sets.js';

const halves = (text: string) => {
  const { up, down, problem } = cut(text);
  const of = (part: typeof up) => part?.section.within.map(({ start, end }) => text.slice(start, end)).join('|');
  return { up: of(up), down: of(down), modes: [up?.transaction, down?.transaction], problem: problem?.message };
};

test('both halves and their options are read as sql-migrate reads them, also in several parts', () => {
  assert.deepEqual(halves('-- a note\n-- +migrate Up\nA;\n-- +migrate Down notransaction\nB;\n'), {
    up: 'A;\n',
    down: 'B;\n',
    modes: ['stepwise', 'bare'],
    problem: undefined,
  });
  assert.deepEqual(halves('-- +migrate Up \r\nA;\r\n-- +migrate Down\r\nB;\n-- +migrate Up notransaction\nC;'), {
    up: 'A;\r\n|C;',
    down: 'B;\n',
    modes: ['bare', 'stepwise'],
    problem: undefined,
  });
});

for (const [text, message] of [
  ['A;\n', /has no -- \+migrate Up/],
  ['\uFEFF-- +migrate Up\nA;\n', /passes over it/],
  ['-- +migrate Up\nA;\n-- +migrate down\nB;\n', /passes over it/],
  ['-- +migrate Up\nA;\n--+migrate Down\nB;\n', /passes over it/],
  ['A;\n-- +migrate Up\nB;\n', /never runs/],
  ['-- +migrate Down\nB;\n', /without running anything/],
  ['-- +migrate Up\n-- +migrate StatementBegin\nA;\n', /without a StatementEnd/],
] as const)
  test(`what goes wrong in sql-migrate is told: ${JSON.stringify(text)}`, () =>
    assert.match(halves(text).problem ?? '', message));

test('files run by number, then by name; those without a number come last', () => {
  assert.deepEqual(
    ['init.sql', '10-a.sql', '9-b.sql', '009-a.sql', '0-x.sql'].sort((a, b) => sqlMigrate.compare(a, b)),
    ['0-x.sql', '009-a.sql', '9-b.sql', '10-a.sql', 'init.sql'],
  );
  assert.equal(sqlMigrate.compare('9-b.sql', '9'), 0);
});

test('two files with one number are two migrations, as for sql-migrate', () => {
  const file = (path: string) => ({ uri: `file:///w/m/${path}`, path, text: '-- +migrate Up\nSELECT 1;\n' });
  const input = { folder: 'file:///w/m', layout: sqlMigrate.layouts[0]!, files: [file('1-b.sql'), file('1-a.sql')] };
  const { migrations, problems } = sqlMigrate.list(input);
  assert.deepEqual(problems, []);
  assert.deepEqual(
    migrations.map((m) => [m.id, m.number, m.name]),
    [
      ['1-a.sql', '1', 'a'],
      ['1-b.sql', '1', 'b'],
    ],
  );
});

test('dbconfig.yml names folder and table; development counts first', () => {
  const file = (path: string, text: string) => ({ uri: `file:///w/${path}`, path, text });
  const config = `production:\n  dialect: postgres\n  dir: sql\n  table: other\ndevelopment: # mine\n  dialect: postgres\n  dir: ./sql/\n  table: "applied" # so\n  schema: ops\n`;
  const find = (text: string) =>
    foldersIn([file('dbconfig.yml', text), file('sql/001-a.sql', '-- +migrate Up\nSELECT 1;\n')], {
      root: 'file:///w',
    }).map(({ tool, table }) => [tool, table]);
  assert.deepEqual(find(config), [['sql-migrate', '"ops"."applied"']]);
  assert.deepEqual(find('development:\n  dialect: postgres\n'), [['sql-migrate', undefined]]);
});

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { loadParser } from '../../server/src/core/sql/read.js';
import { cut } from '../../server/src/tools/nodePgMigrate/marks.js';
import { nodePgMigrate } from '../../server/src/tools/nodePgMigrate/tool.js';
import { foldersIn, modelOf } from '../world/sets.js';

before(loadParser);

const halves = (text: string) => {
  const { up, down, problem } = cut(text);
  const of = (part: typeof up) => part?.section.within.map(({ start, end }) => text.slice(start, end)).join('|');
  return [of(up), of(down), problem?.message] as const;
};

// What node-pg-migrate 9.0.0 did with each of them.
test('both halves are read as node-pg-migrate reads them, in either order', () => {
  assert.deepEqual(halves('-- Up Migration\nA;\n-- Down Migration\nB;\n'), ['A;\n', 'B;\n', undefined]);
  assert.deepEqual(halves('--- up  migration: why\r\nA;\n  --DOWN MIGRATION\nB;'), ['A;\n  ', 'B;', undefined]);
  assert.deepEqual(halves('-- Down Migration\nB;\n-- Up Migration\nA;\n'), ['A;\n', 'B;\n', undefined]);
  assert.deepEqual(halves('A;\n'), ['A;\n', undefined, undefined]);
});

test('what runs otherwise than it looks is told', () => {
  assert.match(halves('A;\n-- Down Migration\nB;\n')[2] ?? '', /runs the whole file as the up/);
  assert.match(halves('A;\n-- Up Migration\nB;\n')[2] ?? '', /never runs/);
});

test('files run by number, of which 17 digits are a date, then by name', () => {
  assert.deepEqual(
    ['20240131101500000_c', '1706696100001_d', '10_b', '9_b', '9_a'].sort((a, b) => nodePgMigrate.compare(a, b)),
    ['9_a', '9_b', '10_b', '20240131101500000_c', '1706696100001_d'],
  );
  assert.equal(nodePgMigrate.compare('9_a', '9'), 0);
});

test('its command takes a pair of files for two migrations: they are left out', () => {
  const files = ['1_a.up.sql', '1_a.down.sql'].map((path) => ({ uri: `file:///w/m/${path}`, path, text: 'SELECT 1;' }));
  const { migrations, problems } = nodePgMigrate.list({
    folder: 'file:///w/m',
    layout: nodePgMigrate.layouts[0]!,
    files,
  });
  assert.equal(migrations.length, 0);
  assert.deepEqual(
    problems.map((p) => p.kind),
    ['ambiguous', 'ambiguous'],
  );
});

test('package.json tells the tool, and its scripts folder and table', () => {
  const file = (path: string, text: string) => ({ uri: `file:///w/${path}`, path, text });
  const find = (folder: string, script: string, depends = 'node-pg-migrate') => {
    const text = JSON.stringify({ scripts: { m: script }, devDependencies: { [depends]: '9' } });
    return foldersIn([file('package.json', text), file(`${folder}/1_a.sql`, 'SELECT 1;\n')], {
      root: 'file:///w',
    }).map(({ tool, table }) => [tool, table]);
  };
  assert.deepEqual(find('migrations', 'node-pg-migrate'), [['node-pg-migrate', undefined]]);
  assert.deepEqual(find('db/sql', 'node-pg-migrate -m ./db/sql/ --migrations-table=done -s app'), [
    ['node-pg-migrate', '"app"."done"'],
  ]);
  assert.deepEqual(find('migrations', '', 'other'), [['plain', undefined]]);
});

test('CONCURRENTLY is refused in its SQL files, and no fix moves it into another one', () => {
  const config = { pgVersion: 14, rules: {}, migrations: [], baseline: undefined } as const;
  const model = modelOf('file:///w', config, () => new Date(), assert.ifError);
  model.setFile('file:///w/migrations/1_a.sql', 'migrations/1_a.sql', '-- Up Migration\nCREATE TABLE t (id int);\n');
  const uri = 'file:///w/migrations/2_b.sql';
  model.setFile(uri, 'migrations/2_b.sql', '-- Up Migration\nCREATE INDEX CONCURRENTLY i ON t (id);\n');
  const found = model.findings(uri).find((f) => f.rule === 'concurrently-in-transaction');
  assert.match(found?.detail ?? '', /pgm\.noTransaction\(\)/);
  assert.deepEqual(found?.fixes, []);
});

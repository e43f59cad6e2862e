import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { loadParser, readScript } from '../../server/src/core/sql/read.js';
import { unsendable } from '../../server/src/core/sql/unsendable.js';
import { cut } from '../../server/src/tools/tern/marks.js';
import { tern } from '../../server/src/tools/tern/tool.js';
import { foldersIn } from '../world/sets.js';

before(loadParser);

const SEPARATOR = '---- create above / drop below ----';
const OUTSIDE = '---- tern: disable-tx ----';
const halves = (text: string) => {
  const { up, down, problem } = cut(text);
  const of = (part: typeof up) => part?.section.within.map(({ start, end }) => text.slice(start, end)).join('|');
  return { up: of(up), down: of(down), modes: [up?.transaction, down?.transaction], problem: problem?.message };
};

test('both halves and their transactions are read as tern reads them', () => {
  assert.deepEqual(halves(`A;\n${SEPARATOR}\n${OUTSIDE}\nB;\n`), {
    up: 'A;\n',
    down: `\n${OUTSIDE}\nB;\n`,
    modes: ['wrapped', 'bare'],
    problem: undefined,
  });
  // The first separator counts, in the middle of a line too; what follows is all down.
  assert.equal(halves(`A; ${SEPARATOR}\nB;\n${SEPARATOR}\nC;\n`).down, `\nB;\n${SEPARATOR}\nC;\n`);
  assert.equal(halves('A;\n').down, undefined);
  assert.equal(halves(`A;\n${SEPARATOR}\n\n`).down, undefined);
  assert.deepEqual(halves(`${OUTSIDE}\r\nA;\r\n`).modes, ['wrapped', undefined]);
  assert.deepEqual(halves(` ${OUTSIDE}\nA;`).modes, ['bare', undefined]);
});

test('a file without SQL in its up is refused by tern', () => {
  assert.match(halves(`-- only words\n${SEPARATOR}\nB;\n`).problem ?? '', /no SQL before/);
  assert.match(halves('').problem ?? '', /no SQL before/);
});

test('templates stand for names or for anything, and cannot be sent from here', () => {
  const text = `CREATE TABLE {{.prefix}}_t (id int);\n{{ template "shared/v1.sql" . }}\nSELECT 1;\n`;
  const script = readScript(text, { section: cut(text).up!.section });
  assert.deepEqual(script.errors, []);
  assert.equal(script.statements.length, 2);
  assert.ok(unsendable(script).length > 0);
  const alone = '{{ template "shared/v1.sql" . }}\nSELECT 1;\n';
  assert.ok(unsendable(readScript(alone, { section: cut(alone).up!.section })).length > 0);
});

test('a number that is missing or zero is told', () => {
  const list = (...paths: string[]) =>
    tern
      .list({
        folder: 'file:///w/m',
        layout: tern.layouts[0]!,
        files: paths.map((path) => ({
          uri: `file:///w/m/${path}`,
          path,
          text: `SELECT 1;\n${SEPARATOR}\nSELECT 1;\n`,
        })),
      })
      .problems.map((p) => p.message);
  assert.deepEqual(list('001_a.sql', '002_b.sql'), []);
  assert.match(list('001_a.sql', '003_c.sql')[0] ?? '', /003_c\.sql has no migration with the number before/);
  assert.match(list('002_b.sql')[0] ?? '', /002_b\.sql has no migration/);
  assert.match(list('000_z.sql', '001_a.sql')[0] ?? '', /counts from 1/);
});

test('tern.conf tells the folder and names the table', () => {
  const file = (path: string, text: string) => ({ uri: `file:///w/${path}`, path, text });
  const find = (conf: string, text = 'SELECT 1;\n') =>
    foldersIn([file('sql/tern.conf', conf), file('sql/001_a.sql', text)], { root: 'file:///w' }).map((f) => [
      f.tool,
      f.table,
    ]);
  assert.deepEqual(find('[database]\nhost = x\nversion_table = ops.version\n[data]\nversion_table = no\n'), [
    ['tern', 'ops.version'],
  ]);
  assert.deepEqual(find('[database]\n# version_table = a.b\n'), [['tern', undefined]]);
});

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { loadParser, readScript } from '../../server/src/core/sql/read.js';
import { cut, statementRanges } from '../../server/src/tools/goose/marks.js';
import { endsWithSemicolon, markStatements, misreadStatements } from '../../server/src/tools/lib/statementMarks.js';

before(loadParser);

const halves = (text: string) => {
  const { up, down, problem } = cut(text);
  const of = (part: typeof up) => part?.section.within.map(({ start, end }) => text.slice(start, end)).join('|');
  return { up: of(up), down: of(down), mode: up?.transaction, problem: problem?.message };
};

test('Up, Down and NO TRANSACTION are read as goose reads them: any case, CRLF, no blanks before', () => {
  assert.deepEqual(halves('-- +goose Up\nA;\n-- +goose Down\nB;\n'), {
    up: 'A;\n',
    down: 'B;\n',
    mode: 'stepwise',
    problem: undefined,
  });
  assert.deepEqual(halves('--  +goose  UP\r\nA;\r\n--+goose down\r\nB;'), {
    up: 'A;\r\n',
    down: 'B;',
    mode: 'stepwise',
    problem: undefined,
  });
  assert.equal(halves('-- +goose Up\nA;\n-- +goose Down\n-- +goose NO TRANSACTION\nB;\n').mode, 'bare');
  assert.equal(halves('-- only words\n\n-- +goose up --\nA;\n').up, 'A;\n');
});

for (const [text, message] of [
  ['A;\n-- +goose Up\nB;\n', /does not begin with -- \+goose Up/],
  ['A;\n', /does not begin with -- \+goose Up/],
  ['', /does not begin with -- \+goose Up/],
  ['-- +goose Up\nA;\n-- +goose Up\nB;\n', /second -- \+goose Up/],
  ['-- +goose Down\nA;\n-- +goose Up\nB;\n', /does not follow one/],
  ['-- +goose Up\nA;\n-- +goose Down\nB;\n-- +goose Down\n', /does not follow one/],
  ['-- +goose Up\n-- +goose StatementBegin\nA;\n-- +goose Down\n', /without a StatementEnd/],
  ['-- +goose Up\n-- +goose StatementBegin\nA;\n', /without a StatementEnd/],
  ['-- +goose Up\n-- +goose StatementEnd\n', /without a StatementBegin/],
  ['-- +goose Up\n  -- +goose StatementBegin\nA;\n', /does not know, or with blanks/],
  ['-- +goose Upp\nA;\n', /does not know/],
  ['\uFEFF-- +goose Up\nA;\n', /does not begin with/],
] as const)
  test(`what goose refuses is told: ${JSON.stringify(text)}`, () => assert.match(halves(text).problem ?? '', message));

test('a statement ends where goose ends it', () => {
  for (const line of ['a;', 'a ; ', 'a; -- why', 'a;\t--b']) assert.ok(endsWithSemicolon(line), line);
  for (const line of ['a', 'a; b', '-- a;', 'a -- b;', '', "';' x"]) assert.ok(!endsWithSemicolon(line), line);
  const marks = { begin: '<', end: '>' };
  assert.equal(markStatements('A;\nB (\n1\n);\n', marks), 'A;\nB (\n1\n);\n');
  assert.equal(markStatements('B (\n;\n);\n', marks), '<\nB (\n;\n);\n>\n');
  const body = 'DO $$ BEGIN\n  PERFORM 1;\nEND $$;\n';
  assert.equal(markStatements(`A;\n${body}B;\n`, marks), `A;\n<\n${body}>\nB;\n`);
  const read = (text: string) =>
    misreadStatements(readScript(text), statementRanges(text), 'goose', marks).map((m) => m.message);
  assert.match(read(body)[0] ?? '', /first line with a semicolon/);
  assert.match(read('SELECT 1')[0] ?? '', /no semicolon/);
  assert.deepEqual(read(`-- +goose StatementBegin\n${body}-- +goose StatementEnd\nSELECT 1;`), []);
});

test('what the environment fills in is masked between ENVSUB ON and OFF, and nowhere else', () => {
  const text =
    '-- +goose Up\n-- +goose ENVSUB ON\nCREATE TABLE ${SCHEMA:-app}.t (id int DEFAULT $START);\n-- +goose ENVSUB OFF\nSELECT 1;\n';
  const script = readScript(text, { section: cut(text).up!.section });
  assert.deepEqual(script.errors, []);
  assert.deepEqual(
    script.directives.flatMap((d) => (d.kind === 'placeholder' ? [d.name] : [])),
    ['${SCHEMA:-app}', '$START'],
  );
});

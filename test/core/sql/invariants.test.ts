import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import fc from 'fast-check';
import { blocksIn, statementsInBody } from '../../../server/src/core/sql/plpgsql.js';
import { loadParser, parsesCleanly, readScript } from '../../../server/src/core/sql/read.js';
import type { Script } from '../../../server/src/core/sql/script.js';
import { demandCheaper, demandLinear } from '../../world/cost.js';

before(loadParser);

/** Pieces that open, close and nest everything the lexer knows. */
const fragments = fc.constantFrom(
  ...[
    'SELECT 1',
    ';',
    ';\n',
    '\n',
    '\r\n',
    ' ',
    "'",
    "''",
    '"',
    "E'\\",
    '$$',
    '$a$',
    '${x}',
    '${',
    ':v',
    ":'v'",
    '::',
    ':=',
  ],
  ...[
    '/*',
    '*/',
    '--',
    '-- c\n',
    '\\',
    '\\set a\n',
    '\\gset\n',
    '(',
    ')',
    '[',
    ']',
    'é',
    '😀',
    '\ufeff',
    '\0',
    '\ud83d',
    'x',
  ],
  ...[
    'CREATE FUNCTION f() ',
    'BEGIN ',
    'END ',
    'CASE ',
    'COPY t FROM stdin;\n',
    '\\.\n',
    '-- +goose Down\n',
    '--changeset a:b\n',
  ],
  ...['ALTER TABLE a ADD b int', 'DO $$ BEGIN UPDATE t SET a = 1; END $$', '\nDROP TABLE z', 'UNION '],
);
const anySql = fc.array(fragments, { maxLength: 40 }).map((parts) => parts.join(''));

function describe(script: Script) {
  return {
    statements: script.statements.map((s) => [s.index, s.span, s.fullSpan, s.kind, s.text]),
    errors: script.errors.map((e) => [e.span, e.statement, e.message, e.expected]),
    directives: script.directives,
    comments: script.comments,
  };
}

test('spans lie in order inside the text and never overlap', () => {
  fc.assert(
    fc.property(anySql, (text) => {
      const script = readScript(text);
      let end = 0;
      for (const [n, statement] of script.statements.entries()) {
        assert.equal(statement.index, n);
        assert.ok(statement.span.start >= end && statement.span.end > statement.span.start);
        assert.ok(statement.fullSpan.end >= statement.span.end && statement.fullSpan.end <= text.length);
        assert.equal(statement.text, text.slice(statement.span.start, statement.span.end));
        assert.ok(!/^\s|\s$/.test(statement.text.replaceAll('\ufeff', 'x')));
        end = statement.fullSpan.end;
        for (const token of statement.tokens) assert.ok(token.span.end <= statement.span.end);
        for (const item of blocksIn(statement).flatMap(statementsInBody)) assert.ok(item.span.end <= text.length);
      }
      for (const { span, statement } of script.errors) {
        assert.ok(span.start >= 0 && span.end <= text.length && span.end >= span.start && statement.end <= text.length);
      }
    }),
    { numRuns: 2_000 },
  );
});

test('statements, errors, comments and directives cover everything but white space and semicolons', () => {
  fc.assert(
    fc.property(anySql, (text) => {
      const script = readScript(text);
      // After something unterminated, what cannot be read is covered by the one error; it ends where reading goes on.
      if (script.errors.some((error) => error.message.startsWith('unterminated'))) return;
      const rest = text.split('');
      const cover = (span: { start: number; end: number }) => rest.fill(' ', span.start, span.end);
      for (const statement of script.statements) cover(statement.fullSpan);
      for (const error of script.errors) cover(error.statement);
      for (const item of [...script.comments, ...script.directives]) cover(item.span);
      assert.match(rest.join(''), /^[\s;\ufeff]*$/);
    }),
    { numRuns: 1_000 },
  );
});

test('a statement without placeholders, meta-commands and markers parses alone as it did in its script', () => {
  fc.assert(
    fc.property(anySql, (text) => {
      const script = readScript(text);
      const special = script.directives.map((directive) => directive.span.start);
      for (const { span, text: sql } of script.statements) {
        if (special.some((at) => at >= span.start && at < span.end)) continue;
        assert.ok(parsesCleanly(sql), sql);
      }
    }),
    { numRuns: 500 },
  );
});

test('reading after an edit with the previous version gives the same as reading anew', () => {
  const edits = fc.array(
    fc.record({ at: fc.nat(), remove: fc.nat(12), insert: fc.oneof(fragments, fc.constant('')) }),
    { maxLength: 6 },
  );
  fc.assert(
    fc.property(anySql, edits, (start, steps) => {
      let text = start;
      let script = readScript(text);
      for (const { at, remove, insert } of steps) {
        const place = text.length === 0 ? 0 : at % text.length;
        text = text.slice(0, place) + insert + text.slice(place + remove);
        script = readScript(text, { previous: script });
        assert.deepEqual(describe(script), describe(readScript(text)));
      }
    }),
    { numRuns: 300 },
  );
});

test('a good file before an unfinished statement keeps its statements', () => {
  fc.assert(
    fc.property(fragments, (tail) => {
      const text = `SELECT 1;\nALTER TABLE a ADD b int;\nSELECT ${tail}`;
      assert.deepEqual(
        readScript(text)
          .statements.slice(0, 2)
          .map((s) => s.kind),
        ['SelectStmt', 'AlterTableStmt'],
      );
    }),
  );
});

test('hostile texts cost what they are long', () => {
  const hostile = [
    '(',
    '(;',
    "'",
    '"',
    '$',
    '${',
    '\\',
    '\\a',
    '/*',
    '$a',
    ":'a",
    'select 1\n',
    "select '\n",
    'create table (\n',
    "e'\\",
  ];
  for (const part of hostile) {
    demandLinear(JSON.stringify(part), 250_000, (size) => {
      const text = part.repeat(Math.ceil(size / part.length));
      return () => readScript(text);
    });
  }
});

test('a large file is read without an error, and again after an edit for a part of the cost', () => {
  let text = '';
  for (let n = 0; text.length < 1_000_000; n++) text += `INSERT INTO t (a, b) VALUES (${n}, 'grüße ${n}');\n`;
  const script = readScript(text);
  assert.equal(script.errors.length, 0);
  demandCheaper(
    'after an edit',
    0.7,
    () => readScript(`SELECT 1;\n${text}`, { previous: script }),
    () => readScript(text),
  );
});

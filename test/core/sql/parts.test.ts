import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { elementAt } from '../../../server/src/core/sql/elements.js';
import {
  afterName,
  codeTokens,
  elementParts,
  mentions,
  spanOfWords,
  spanWithin,
  subcommandParts,
} from '../../../server/src/core/sql/parts.js';
import { loadParser, readScript } from '../../../server/src/core/sql/read.js';
import type { Statement } from '../../../server/src/core/sql/script.js';
import type { Span } from '../../../server/src/core/text/span.js';

before(loadParser);

const HEAD = '-- first\n';

/** A statement that is not the first thing in its text. */
function statement(sql: string): Statement {
  const { statements, errors } = readScript(HEAD + sql);
  assert.deepEqual(errors, [], sql);
  return statements[0]!;
}

/** What a span of a statement covers. */
const cover = ({ text, span: { start } }: Statement, span: Span | undefined): string | undefined =>
  span && text.slice(span.start - start, span.end - start);

const parts = (sql: string) => {
  const s = statement(sql);
  return subcommandParts(s).map((span) => cover(s, span));
};

for (const name of [
  't',
  'a.t',
  'db.a.t',
  '"a b"."t.u"',
  'IF EXISTS t',
  'if',
  'exists',
  'IF EXISTS if',
  'ONLY t',
  'ONLY (t)',
  'ONLY (a.t)',
  'IF EXISTS ONLY a.t',
  't *',
  'if exists a.t *',
  'IF EXISTS ONLY ( /* here */ a . t )',
]) {
  test(`what stands behind the name is found: ALTER TABLE ${name}`, () => {
    const s = statement(`ALTER TABLE ${name} DROP a, ADD b int`);
    const tokens = codeTokens(s);
    assert.equal(cover(s, tokens[afterName(s, tokens, 2)]!.span), 'DROP');
    assert.deepEqual(
      subcommandParts(s).map((span) => cover(s, span)),
      ['DROP a', 'ADD b int'],
    );
  });
}

test('subcommands end at the commas that are in no parentheses', () => {
  assert.deepEqual(parts('ALTER TABLE t ADD a numeric(3, 2) CHECK (f(a, 1)), -- why, not\n  ADD b int[3], DROP c'), [
    'ADD a numeric(3, 2) CHECK (f(a, 1))',
    'ADD b int[3]',
    'DROP c',
  ]);
  assert.deepEqual(parts('ALTER FOREIGN TABLE t DROP a'), ['DROP a']);
  assert.deepEqual(parts('ALTER MATERIALIZED VIEW v CLUSTER ON i'), ['CLUSTER ON i']);
  assert.deepEqual(parts('ALTER INDEX i SET (fillfactor = 50)'), ['SET (fillfactor = 50)']);
  assert.deepEqual(parts('ALTER SEQUENCE s RESTART'), ['RESTART']);
  assert.deepEqual(parts("ALTER TYPE e ADD VALUE 'x'"), ["ADD VALUE 'x'"]);
  assert.deepEqual(parts('SELECT 1, 2'), []);
});

test('elements of a new table are its columns and constraints', () => {
  const elements = (sql: string) => {
    const s = statement(sql);
    return elementParts(s).map((span) => cover(s, span));
  };
  assert.deepEqual(
    elements('CREATE TABLE t (a numeric(3, 2), b int DEFAULT (1 + 2), PRIMARY KEY (a, b)) WITH (fillfactor = 50)'),
    ['a numeric(3, 2)', 'b int DEFAULT (1 + 2)', 'PRIMARY KEY (a, b)'],
  );
  assert.deepEqual(elements('CREATE TABLE t ()'), []);
  assert.deepEqual(elements('SELECT 1'), []);
});

test('words that follow each other are found in any case, within a part or in all of it, comments between them or not', () => {
  const s = statement('ALTER TABLE not_null ALTER a SET NOT NULL, ALTER b SET /* so */ not null');
  assert.equal(cover(s, spanOfWords(s, 'SET', 'NOT', 'NULL')), 'SET NOT NULL');
  const [, second] = subcommandParts(s);
  assert.equal(cover(s, spanWithin(s, second!, 'SET', 'NOT', 'NULL')), 'SET /* so */ not null');
  assert.equal(spanWithin(s, { start: second!.start + 1, end: second!.end }, 'ALTER'), undefined);
  assert.equal(spanWithin(s, { start: second!.start, end: second!.end - 1 }, 'NULL'), undefined);
  assert.equal(spanOfWords(s, 'NOT', 'NULL', 'DEFAULT'), undefined);
  const last = statement('VACUUM full');
  assert.equal(cover(last, spanOfWords(last, 'FULL')), 'full');
});

test('a statement says a name, quoted or not, and not part of one', () => {
  assert.ok(mentions(statement('SELECT Users.id FROM users'), 'users'));
  assert.ok(mentions(statement('SELECT 1 FROM "Us""ers"'), 'Us"ers'));
  assert.ok(!mentions(statement('SELECT 1 FROM "Users"'), 'users'));
  assert.ok(!mentions(statement('SELECT 1 FROM users_old'), 'users'));
  assert.ok(!mentions(statement("SELECT 'users'"), 'users'));
});

test('a comment inside a statement is about the element behind or below which it stands', () => {
  const about = (sql: string) => {
    const s = statement(sql);
    const text = HEAD + sql;
    const start = text.indexOf('/* */');
    return cover(s, elementAt(s, { start, end: start + 5 }))?.trim();
  };
  assert.equal(about('CREATE TABLE t (a int, /* */\n b int)'), 'a int');
  assert.equal(about('CREATE TABLE t (a int /* */,\n b int)'), 'a int');
  assert.equal(about('CREATE TABLE t (a int,\n/* */\n b int)'), '/* */\n b int');
  assert.equal(about('CREATE TABLE t (a int,\n b numeric(1, 2) /* */\n, c int)'), 'b numeric(1, 2)');
  assert.equal(about('CREATE TABLE t (a numeric(1, /* */\n 2), b int)'), '1');
  assert.equal(about('CREATE TABLE t ( /* */\na int)'), 'CREATE TABLE t ( /* */\na int)');
  assert.equal(about('ALTER TABLE t ADD a int, /* */\n ADD b int'), 'ALTER TABLE t ADD a int');
  assert.equal(about('ALTER TABLE t ADD a int,\n ADD b int /* */'), 'ADD b int');
});

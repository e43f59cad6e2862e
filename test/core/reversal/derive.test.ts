import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { loadParser, readScript } from '../../../server/src/core/sql/read.js';
import { CASES } from '../../postgres/reversalCases.js';
import { derive } from './world.js';

await loadParser();

const USERS = 'CREATE TABLE users (id bigserial PRIMARY KEY, email text NOT NULL, age int);';

/** [up, down, schema before]: what undoes it, statement by statement. */
const TABLE: readonly (readonly [string, string, string?])[] = [
  // What is made is dropped, last first.
  ['CREATE TABLE a (id int)', 'DROP TABLE a;'],
  ['CREATE TABLE a (id int); CREATE TABLE b (id int)', 'DROP TABLE b;\n\nDROP TABLE a;'],
  ['CREATE TABLE "A b"."c" (id int)', 'DROP TABLE "A b".c;'],
  ['CREATE INDEX i ON users (age)', 'DROP INDEX i;', USERS],
  ['CREATE INDEX CONCURRENTLY i ON users (age)', 'DROP INDEX CONCURRENTLY i;', USERS],
  ['CREATE INDEX ON users (age, email)', 'DROP INDEX users_age_email_idx;', USERS],
  ['CREATE INDEX i ON app.users (age)', 'DROP INDEX app.i;'],
  ['CREATE VIEW v AS SELECT 1 AS x', 'DROP VIEW v;'],
  ['CREATE MATERIALIZED VIEW m AS SELECT 1 AS x', 'DROP MATERIALIZED VIEW m;'],
  ["CREATE TYPE t AS ENUM ('a')", 'DROP TYPE t;'],
  ['CREATE DOMAIN d AS text', 'DROP DOMAIN d;'],
  ['CREATE SEQUENCE s', 'DROP SEQUENCE s;'],
  ['CREATE SCHEMA IF NOT EXISTS app', 'DROP SCHEMA IF EXISTS app;'],
  ['CREATE EXTENSION citext', 'DROP EXTENSION citext;'],
  ["CREATE FUNCTION f(a int, OUT b text) LANGUAGE sql AS 'SELECT 1'", 'DROP FUNCTION f(integer);'],
  ["CREATE PROCEDURE p() LANGUAGE sql AS 'SELECT 1'", 'DROP PROCEDURE p();'],
  ['CREATE TRIGGER t BEFORE INSERT ON users EXECUTE FUNCTION f()', 'DROP TRIGGER t ON users;', USERS],
  ['CREATE POLICY p ON users USING (true)', 'DROP POLICY p ON users;', USERS],
  ['CREATE RULE r AS ON DELETE TO users DO NOTHING', 'DROP RULE r ON users;', USERS],

  // Changes of a table go back to what it was.
  ['ALTER TABLE users ADD COLUMN x text', 'ALTER TABLE users DROP COLUMN x;', USERS],
  [
    'ALTER TABLE users ADD COLUMN x text, ADD COLUMN y text',
    'ALTER TABLE users DROP COLUMN y;\nALTER TABLE users DROP COLUMN x;',
    USERS,
  ],
  ['ALTER TABLE unheard_of ADD COLUMN x text', 'ALTER TABLE unheard_of DROP COLUMN x;'],
  [
    'ALTER TABLE users ADD CONSTRAINT c CHECK (age > 0) NOT VALID; ALTER TABLE users VALIDATE CONSTRAINT c',
    'ALTER TABLE users DROP CONSTRAINT c;',
    USERS,
  ],
  ['ALTER TABLE users ADD UNIQUE (email)', 'ALTER TABLE users DROP CONSTRAINT users_email_key;', USERS],
  ['ALTER TABLE users ALTER COLUMN age SET DEFAULT 5', 'ALTER TABLE users ALTER COLUMN age DROP DEFAULT;', USERS],
  ['ALTER TABLE users ALTER COLUMN age SET NOT NULL', 'ALTER TABLE users ALTER COLUMN age DROP NOT NULL;', USERS],
  ['ALTER TABLE users RENAME COLUMN age TO years', 'ALTER TABLE users RENAME COLUMN years TO age;', USERS],
  ['ALTER TABLE users RENAME TO people', 'ALTER TABLE people RENAME TO users;', USERS],
  ['ALTER TABLE app.users RENAME TO people', 'ALTER TABLE app.people RENAME TO users;'],
  ['ALTER TABLE users ENABLE ROW LEVEL SECURITY', 'ALTER TABLE users DISABLE ROW LEVEL SECURITY;', USERS],
  ["ALTER TYPE mood RENAME VALUE 'a' TO 'b'", "ALTER TYPE mood RENAME VALUE 'b' TO 'a';"],

  // Nothing is left behind, so nothing is undone.
  ['SELECT 1', ''],
  ['CREATE TEMPORARY TABLE x (a int); INSERT INTO x VALUES (1); DROP TABLE x', ''],
  ['CREATE TEMP TABLE x AS SELECT 1 AS a', ''],
  ['ANALYZE users', ''],
  ["SET lock_timeout = '5s'", ''],
  ['CREATE TABLE IF NOT EXISTS users (id int)', '', USERS],
  ['CREATE INDEX IF NOT EXISTS i ON users (age)', '', `${USERS} CREATE INDEX i ON users (email);`],
  ['ALTER TABLE users ALTER COLUMN email SET NOT NULL', '', USERS],

  // What goes with another undoing is not undone twice.
  [
    'CREATE TABLE a (id int); CREATE INDEX ON a (id); ALTER TABLE a ADD COLUMN x int; INSERT INTO a VALUES (1)',
    'DROP TABLE a;',
  ],
  [
    'ALTER TABLE users ADD CONSTRAINT n CHECK (age IS NOT NULL) NOT VALID; ALTER TABLE users VALIDATE CONSTRAINT n; ALTER TABLE users ALTER COLUMN age SET NOT NULL; ALTER TABLE users DROP CONSTRAINT n',
    'ALTER TABLE users ALTER COLUMN age DROP NOT NULL;',
    USERS,
  ],
  [
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; UPDATE users SET age = f(); DROP FUNCTION f()",
    '-- A change of data is not undone: the earlier rows and values are not known.',
    USERS,
  ],
  [
    'CREATE UNIQUE INDEX CONCURRENTLY u ON users (email); ALTER TABLE users ADD CONSTRAINT k UNIQUE USING INDEX u',
    'ALTER TABLE users DROP CONSTRAINT k;',
    USERS,
  ],

  // What others lean on is let go of first.
  [
    'CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY); ALTER TABLE a ADD CONSTRAINT fk FOREIGN KEY (id) REFERENCES b (id)',
    'ALTER TABLE a DROP CONSTRAINT fk;\n\nDROP TABLE b;\n\nDROP TABLE a;',
  ],

  // One ALTER TABLE drops before it adds.
  [
    'ALTER TABLE users DROP CONSTRAINT users_pkey, ADD CONSTRAINT users_pkey PRIMARY KEY USING INDEX u, DROP COLUMN id',
    '-- The values of id are lost: the column comes back empty.\nALTER TABLE users DROP CONSTRAINT users_pkey;\nCREATE UNIQUE INDEX u ON users (email);\nALTER TABLE users ADD COLUMN id bigserial;\nALTER TABLE users ADD CONSTRAINT users_pkey PRIMARY KEY (id);',
    `${USERS} CREATE UNIQUE INDEX u ON users (email);`,
  ],
  [
    'ALTER TABLE IF EXISTS unheard_of ADD COLUMN x int; ALTER INDEX IF EXISTS i RENAME TO j',
    'ALTER INDEX IF EXISTS j RENAME TO i;\n\nALTER TABLE IF EXISTS unheard_of DROP COLUMN x;',
  ],

  // Transactions and timeouts of the up hold for the down.
  [
    "BEGIN; SET LOCAL lock_timeout = '2s'; ALTER TABLE users ADD COLUMN x int; COMMIT",
    "BEGIN;\n\nSET LOCAL lock_timeout = '2s';\n\nALTER TABLE users DROP COLUMN x;\n\nCOMMIT;",
    USERS,
  ],
  [
    'START TRANSACTION; ALTER TABLE users ADD COLUMN x int; COMMIT',
    'BEGIN;\n\nALTER TABLE users DROP COLUMN x;\n\nCOMMIT;',
    USERS,
  ],

  // Said honestly where there is no way back, or not all of it.
  [
    'ALTER TABLE users ALTER COLUMN age TYPE timestamptz USING to_timestamp(age)',
    '-- age was converted with an expression: write ALTER COLUMN … TYPE integer USING with the one that takes it back.',
    USERS,
  ],
  ['UPDATE users SET age = 1', '-- A change of data is not undone: the earlier rows and values are not known.', USERS],
  ['TRUNCATE users', '-- A change of data is not undone: the earlier rows and values are not known.', USERS],
  [
    'DELETE FROM users; DELETE FROM users WHERE age = 2',
    '-- A change of data is not undone: the earlier rows and values are not known.',
    USERS,
  ],
  [
    "ALTER TYPE mood ADD VALUE 'glad'",
    "-- PostgreSQL cannot remove the value 'glad' from type mood; it stays, unused.",
  ],
  [
    'DO $$ BEGIN PERFORM 1; END $$',
    '-- What the DO block did is not known here: write how to undo it, when it needs that.',
  ],
  ['DROP TABLE unheard_of', '-- Table unheard_of was dropped; its definition is not known, so it is not made again.'],
  [
    'ALTER TABLE unheard_of DROP COLUMN x',
    '-- Column x was dropped; its type is not known, so it is not added again. Its values are lost.',
  ],
  ['DROP VIEW unheard_of', '-- unheard_of was dropped; write its definition here to make it again.'],
  [
    'ALTER TABLE users DROP COLUMN age',
    '-- The values of age are lost: the column comes back empty.\nALTER TABLE users ADD COLUMN age integer;',
    USERS,
  ],
  [
    'ALTER TABLE users DROP COLUMN email',
    '-- The values of email are lost: the column comes back empty, and without NOT NULL until it is filled.\nALTER TABLE users ADD COLUMN email text;',
    USERS,
  ],
  [
    'ALTER TABLE users ALTER COLUMN email DROP NOT NULL',
    '-- Fails while email holds NULL.\nALTER TABLE users ALTER COLUMN email SET NOT NULL;',
    USERS,
  ],
  [
    'CREATE OR REPLACE VIEW v AS SELECT 2 AS x',
    '-- View v was replaced; write its earlier definition here.',
    'CREATE VIEW old AS SELECT 1 AS x; ALTER VIEW old RENAME TO v;',
  ],
];

for (const [up, down, before = ''] of TABLE) {
  test(`undoes ${up}`, () => {
    assert.deepEqual(readScript(up).errors, []);
    assert.equal(derive(up, before).text.trimEnd(), down);
  });
}

test('a replaced function comes back with its last body, whichever overload it is', () => {
  const one = "CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT 1'";
  const other = "CREATE FUNCTION f(a text) RETURNS int LANGUAGE sql AS 'SELECT 2'";
  const { statements } = derive(
    "CREATE OR REPLACE FUNCTION f(b int) RETURNS int LANGUAGE sql AS 'SELECT 3'",
    `${one}; ${other};`,
  );
  assert.deepEqual(statements, ["CREATE OR REPLACE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT 1'"]);
});

test('a definition is not taken when something that it names has another name since', () => {
  const before = 'CREATE TABLE a (x int); CREATE VIEW v AS SELECT x FROM a; ALTER TABLE a RENAME COLUMN x TO y;';
  const { statements, notes } = derive('DROP VIEW v', before);
  assert.deepEqual(statements, []);
  assert.deepEqual(notes, ['v was dropped; write its definition here to make it again.']);
});

test('a definition without a schema is taken only where its name means the same thing', () => {
  const body = "RETURNS int LANGUAGE sql AS 'SELECT 1'";
  const inApp = derive(
    'DROP FUNCTION app.f()',
    `CREATE SCHEMA app; SET search_path = app; CREATE FUNCTION f() ${body}; RESET search_path;`,
  );
  assert.deepEqual(inApp.statements, []);
  assert.deepEqual(derive('DROP FUNCTION public.f()', `CREATE FUNCTION f() ${body};`).statements, [
    `CREATE FUNCTION f() ${body}`,
  ]);
  assert.deepEqual(derive('DROP FUNCTION f()', `CREATE FUNCTION public.f() ${body};`).statements, [
    `CREATE FUNCTION public.f() ${body}`,
  ]);
});

test('CASCADE brings foreign keys back and says what else it took along', () => {
  const before =
    'CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (a_id int CONSTRAINT fk REFERENCES a (id)); CREATE VIEW v AS SELECT id FROM a;';
  const { notes, statements } = derive('DROP TABLE a CASCADE', before);
  assert.equal(statements.at(-1), 'ALTER TABLE b ADD CONSTRAINT fk FOREIGN KEY (a_id) REFERENCES a (id)');
  assert.ok(notes.includes('CASCADE took more with it, which is not made again: view v.'), notes.join('\n'));
});

test('every note is a sentence and every derived down parses, for all kinds of statements', () => {
  for (const { up, before } of CASES) {
    const { text, notes } = derive(up, before);
    assert.deepEqual(readScript(text).errors, [], text);
    for (const note of notes) {
      assert.match(note, /^[^\s].*[.]$/, note);
      assert.ok(!/[\r\n]/.test(note), note);
    }
  }
});

test('names with quotes, line breaks and comment signs cannot leave the place of a name', () => {
  fc.assert(
    fc.property(
      fc.string({
        minLength: 1,
        maxLength: 12,
        unit: fc.constantFrom('a', '"', "'", '\n', '-', '*', '/', ';', '$', 'Ä'),
      }),
      (name) => {
        const quoted = `"${name.replaceAll('"', '""')}"`;
        const before = `CREATE TABLE ${quoted} (${quoted} text NOT NULL, CONSTRAINT ${quoted} UNIQUE (${quoted}));`;
        for (const up of [
          `ALTER TABLE ${quoted} DROP COLUMN ${quoted}`,
          `DROP TABLE ${quoted}`,
          `DROP VIEW ${quoted}`,
          `CREATE INDEX ON ${quoted} (${quoted})`,
          `ALTER TYPE ${quoted} ADD VALUE ${"'x'"}`,
        ]) {
          const { text, statements } = derive(up, before);
          const script = readScript(text);
          assert.deepEqual(script.errors, [], text);
          assert.equal(script.statements.filter((s) => s.kind !== 'TransactionStmt').length, statements.length, text);
        }
      },
    ),
    { numRuns: 150 },
  );
});

test('where the tool runs the down in a transaction, CONCURRENTLY is left out', () => {
  const index = 'CREATE INDEX CONCURRENTLY i ON users (age)';
  const both = `${index}; ALTER TABLE users ADD COLUMN x int`;
  assert.equal(derive(both, USERS, 'implicit').text, 'ALTER TABLE users DROP COLUMN x;\n\nDROP INDEX i;\n');
  assert.equal(derive(index, USERS, 'wrapped').text, 'DROP INDEX i;\n');
  // As the only statement of its message it works.
  assert.equal(derive(index, USERS, 'implicit').text, 'DROP INDEX CONCURRENTLY i;\n');
  assert.match(derive(both, USERS, 'auto').text, /DROP INDEX CONCURRENTLY i;/);
});

test('the search_path of the up says what the names of the down mean', () => {
  const down = derive('SET search_path = app; ALTER TABLE users ADD COLUMN x int', 'CREATE TABLE app.users (id int);');
  assert.equal(down.text, 'SET search_path = app;\n\nALTER TABLE users DROP COLUMN x;\n');
});

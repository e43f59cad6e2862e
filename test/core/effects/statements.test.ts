import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import fc from 'fast-check';
import { emptyCatalog } from '../../../server/src/core/catalog/empty.js';
import { effectOf } from '../../../server/src/core/effects/effectOf.js';
import { loadParser, readScript } from '../../../server/src/core/sql/read.js';
import { effect, locks, work } from './kit.js';

before(loadParser);

const given = `
  CREATE TABLE users (id serial PRIMARY KEY, email text, team_id int);
  CREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users (id) ON DELETE CASCADE, note text);
  CREATE TABLE audits (user_id int REFERENCES users (id));
  CREATE INDEX users_email ON users (email);
  CREATE INDEX orders_user ON orders (user_id);
  CREATE VIEW emails AS SELECT email FROM users;
  CREATE MATERIALIZED VIEW counts AS SELECT count(*) FROM users;
  CREATE DOMAIN positive AS int CHECK (VALUE > 0);
  CREATE TABLE scores (score positive);
`;
const locksOf = (sql: string) => locks(sql, { given });
const workOf = (sql: string) => work(sql, { given });
const transactionOf = (sql: string, pg: 12 | 13 | 14 | 17 | 18 = 17) => effect(sql, { given, pg }).transaction;

test('CREATE INDEX stops writes, CONCURRENTLY does not and is refused in a transaction', () => {
  assert.deepEqual(locksOf('CREATE INDEX i ON users (team_id)'), ['SHARE users']);
  assert.deepEqual(locksOf('CREATE INDEX CONCURRENTLY i ON users (team_id)'), ['SHARE UPDATE EXCLUSIVE users']);
  assert.equal(transactionOf('CREATE INDEX CONCURRENTLY i ON users (team_id)'), 'forbidden');
  assert.deepEqual(workOf('CREATE INDEX IF NOT EXISTS users_email ON users (email)'), []);
});

test('DROP INDEX locks the table too', () => {
  assert.deepEqual(locksOf('DROP INDEX users_email'), ['ACCESS EXCLUSIVE users', 'ACCESS EXCLUSIVE users_email']);
  assert.deepEqual(locksOf('DROP INDEX CONCURRENTLY users_email'), [
    'SHARE UPDATE EXCLUSIVE users',
    'SHARE UPDATE EXCLUSIVE users_email',
  ]);
});

test('REINDEX INDEX stops writes on the table and every plan that opens the index', () => {
  assert.deepEqual(locksOf('REINDEX INDEX users_email'), ['ACCESS EXCLUSIVE users_email', 'SHARE users']);
  assert.equal(transactionOf('REINDEX TABLE CONCURRENTLY users'), 'forbidden');
  assert.equal(transactionOf('REINDEX TABLE users'), 'any');
  assert.equal(transactionOf('REINDEX SCHEMA public'), 'forbidden');
});

test('CREATE TABLE with a foreign key stops writes on the referenced table', () => {
  assert.deepEqual(locksOf('CREATE TABLE t (user_id int REFERENCES users (id))'), ['SHARE ROW EXCLUSIVE users']);
  assert.deepEqual(locksOf('CREATE TABLE t (id int PRIMARY KEY, parent int REFERENCES t (id))'), []);
  assert.deepEqual(locksOf('CREATE TABLE t (LIKE users)'), ['ACCESS SHARE users']);
});

test('DROP TABLE takes what its foreign keys reference along', () => {
  const all = locksOf('DROP TABLE orders');
  assert.ok(all.includes('ACCESS EXCLUSIVE users'));
  assert.ok(locksOf('DROP TABLE users CASCADE').includes('ACCESS EXCLUSIVE emails'));
});

test('TRUNCATE … CASCADE empties every table that references it', () => {
  assert.deepEqual(workOf('TRUNCATE users CASCADE'), ['dataChange audits', 'dataChange orders', 'dataChange users']);
});

test('UPDATE and DELETE tell of the rows, and of tables that are searched without an index', () => {
  assert.deepEqual(workOf("UPDATE users SET email = ''"), ['dataChange users']);
  assert.equal(effect("UPDATE users SET email = ''", { given }).work[0]?.reason, 'every row is written again');
  assert.deepEqual(workOf('DELETE FROM users WHERE id = 1'), ['dataChange users', 'scan audits']);
  assert.deepEqual(locksOf('DELETE FROM users WHERE id = 1'), [
    'ROW EXCLUSIVE orders',
    'ROW EXCLUSIVE users',
    'ROW SHARE audits',
  ]);
});

test('INSERT … SELECT and data changes in WITH count as data changes, single rows do not', () => {
  assert.deepEqual(workOf('INSERT INTO audits SELECT id FROM users'), ['dataChange audits']);
  assert.deepEqual(workOf('INSERT INTO audits VALUES (1)'), []);
  assert.deepEqual(workOf('WITH gone AS (DELETE FROM orders RETURNING id) SELECT count(*) FROM gone'), [
    'dataChange orders',
  ]);
});

test('REFRESH MATERIALIZED VIEW blocks readers, CONCURRENTLY does not and may run in a transaction', () => {
  assert.deepEqual(locksOf('REFRESH MATERIALIZED VIEW counts'), ['ACCESS EXCLUSIVE counts', 'ACCESS SHARE users']);
  assert.deepEqual(locksOf('REFRESH MATERIALIZED VIEW CONCURRENTLY counts'), [
    'ACCESS SHARE users',
    'EXCLUSIVE counts',
  ]);
  assert.equal(transactionOf('REFRESH MATERIALIZED VIEW CONCURRENTLY counts'), 'any');
});

test('a view only names its tables, a replaced one is locked', () => {
  assert.deepEqual(locksOf('CREATE VIEW v AS SELECT * FROM emails'), ['ACCESS SHARE emails']);
  assert.deepEqual(locksOf('CREATE OR REPLACE VIEW emails AS SELECT email FROM users'), [
    'ACCESS EXCLUSIVE emails',
    'ACCESS SHARE users',
  ]);
});

test('a constraint on a domain reads every table that uses it', () => {
  const sql = 'ALTER DOMAIN positive ADD CONSTRAINT small CHECK (VALUE < 10)';
  assert.deepEqual(locksOf(sql), ['SHARE scores']);
  assert.deepEqual(workOf(sql), ['scan scores']);
  assert.deepEqual(workOf(`${sql} NOT VALID`), []);
});

test('triggers: making one stops writes, dropping one stops reads', () => {
  assert.deepEqual(locksOf('CREATE TRIGGER t AFTER INSERT ON users FOR EACH ROW EXECUTE FUNCTION f()'), [
    'SHARE ROW EXCLUSIVE users',
  ]);
  const made = `${given} CREATE TRIGGER t AFTER INSERT ON users FOR EACH ROW EXECUTE FUNCTION f();`;
  assert.deepEqual(locks('DROP TRIGGER t ON users', { given: made }), ['ACCESS EXCLUSIVE users']);
});

for (const sql of [
  'VACUUM users',
  'VACUUM',
  'CREATE DATABASE d',
  'DROP DATABASE d',
  "ALTER SYSTEM SET work_mem = '4MB'",
  'CLUSTER',
  'DISCARD ALL',
  "CREATE TABLESPACE t LOCATION '/x'",
  "COMMIT PREPARED 'x'",
]) {
  test(`${sql} is refused in a transaction`, () => assert.equal(transactionOf(sql), 'forbidden'));
}

for (const sql of [
  "ALTER TYPE mood ADD VALUE 'x'",
  'ANALYZE users',
  'CLUSTER users USING users_pkey',
  'TRUNCATE users',
  "ALTER DATABASE d SET work_mem = '4MB'",
  'DISCARD PLANS',
]) {
  test(`${sql} may run in a transaction`, () => assert.equal(transactionOf(sql), 'any'));
}

test('GRANT locks the table from PostgreSQL 18 on', () => {
  assert.deepEqual(locks('GRANT SELECT ON users TO r', { given, pg: 17 }), []);
  assert.deepEqual(locks('GRANT SELECT ON users TO r', { given, pg: 18 }), ['ACCESS SHARE users']);
});

test('COMMENT takes a lock that stops other schema changes', () => {
  assert.deepEqual(locksOf("COMMENT ON COLUMN users.email IS 'x'"), ['SHARE UPDATE EXCLUSIVE users']);
});

test('a DO block does what its statements do', () => {
  const block = 'DO $$ BEGIN IF true THEN ALTER TABLE users ADD COLUMN x int; END IF; END $$';
  assert.deepEqual(locksOf(block), ['ACCESS EXCLUSIVE users']);
  assert.deepEqual(locksOf("DO $$ BEGIN EXECUTE 'DROP INDEX users_email'; END $$"), [
    'ACCESS EXCLUSIVE users',
    'ACCESS EXCLUSIVE users_email',
  ]);
  assert.equal(effect("DO $$ BEGIN EXECUTE format('DROP TABLE %I', 'x'); END $$", { given }).known, false);
});

test('EXPLAIN locks as the statement does, and changes rows only with ANALYZE', () => {
  assert.deepEqual(locksOf('EXPLAIN DELETE FROM audits'), ['ROW EXCLUSIVE audits']);
  assert.deepEqual(workOf('EXPLAIN DELETE FROM audits'), []);
  assert.deepEqual(workOf('EXPLAIN ANALYZE DELETE FROM audits'), ['dataChange audits']);
});

test('a temporary table is nobody else’s', () => {
  const [lock] = effect('ALTER TABLE tmp ADD COLUMN b int', { given: 'CREATE TEMP TABLE tmp (a int);' }).locks;
  assert.equal(lock?.bornHere, true);
});

test('it never throws, whatever tree it gets', () => {
  const kinds = [
    'AlterTableStmt',
    'DropStmt',
    'IndexStmt',
    'CreateStmt',
    'InsertStmt',
    'UpdateStmt',
    'RenameStmt',
    'CommentStmt',
    'LockStmt',
    'VacuumStmt',
    'ViewStmt',
    'DoStmt',
    'CopyStmt',
    'SomethingNew',
  ];
  const [statement] = readScript('SELECT 1').statements;
  assert.ok(statement);
  fc.assert(
    fc.property(fc.constantFrom(...kinds), fc.jsonValue(), (kind, content) => {
      const damaged = {
        ...statement,
        index: 0,
        span: statement.span,
        fullSpan: statement.fullSpan,
        text: statement.text,
        tokens: statement.tokens,
        at: () => 0,
        kind,
        node: { [kind]: content } as never,
      };
      const { known } = effectOf(damaged, emptyCatalog(), { pg: 17, bornHere: new Set() });
      assert.equal(typeof known, 'boolean');
      if (kind === 'SomethingNew') assert.equal(known, false);
    }),
  );
});

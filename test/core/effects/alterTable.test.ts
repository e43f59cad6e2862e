import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { loadParser } from '../../../server/src/core/sql/read.js';
import { effect, locks, work } from './kit.js';

before(loadParser);

const given = `
  CREATE TABLE users (id int PRIMARY KEY, email varchar(50), age int NOT NULL, CONSTRAINT email_there CHECK (email IS NOT NULL));
  CREATE TABLE orders (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id int CONSTRAINT orders_user REFERENCES users (id),
    status text, note text);
  CREATE INDEX orders_status ON orders (status) WHERE status <> 'done';
  CREATE TABLE logs (at date NOT NULL, what text) PARTITION BY RANGE (at);
  CREATE TABLE logs_1 PARTITION OF logs FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
  CREATE TABLE logs_rest PARTITION OF logs DEFAULT;
`;

const locksOf = (sql: string, pg: 12 | 13 | 14 | 15 | 17 | 18 = 17) => locks(sql, { given, pg });
const workOf = (sql: string, pg: 12 | 17 | 18 = 17) => work(sql, { given, pg });

test('ADD COLUMN with a constant default is free, with a volatile one it rewrites', () => {
  assert.deepEqual(workOf('ALTER TABLE users ADD COLUMN x int NOT NULL DEFAULT 0'), []);
  assert.deepEqual(workOf('ALTER TABLE users ADD COLUMN x timestamptz DEFAULT now()'), []);
  assert.deepEqual(workOf('ALTER TABLE users ADD COLUMN x float8 DEFAULT random()'), ['rewrite users']);
  assert.deepEqual(workOf('ALTER TABLE users ADD COLUMN x serial'), ['rewrite users']);
  assert.deepEqual(workOf('ALTER TABLE users ADD COLUMN x int GENERATED ALWAYS AS (age * 2) STORED'), [
    'rewrite users',
  ]);
  assert.deepEqual(workOf('ALTER TABLE users ADD COLUMN x int GENERATED ALWAYS AS (age * 2) VIRTUAL', 18), []);
});

test('ADD COLUMN that is there already takes the lock and does nothing', () => {
  assert.deepEqual(workOf('ALTER TABLE users ADD COLUMN IF NOT EXISTS age int DEFAULT random()'), []);
  assert.deepEqual(locksOf('ALTER TABLE users ADD COLUMN IF NOT EXISTS age int'), ['ACCESS EXCLUSIVE users']);
});

test('ADD COLUMN with an inline CHECK, UNIQUE or REFERENCES does what the constraint needs', () => {
  assert.deepEqual(workOf('ALTER TABLE users ADD COLUMN x int CHECK (x > 0)'), ['scan users']);
  assert.deepEqual(workOf('ALTER TABLE users ADD COLUMN x int UNIQUE'), ['indexBuild users']);
  const sql = 'ALTER TABLE orders ADD COLUMN x int REFERENCES users (id)';
  assert.deepEqual(workOf(sql), []);
  assert.deepEqual(locksOf(sql), ['ACCESS EXCLUSIVE orders', 'SHARE ROW EXCLUSIVE users']);
});

test('SET NOT NULL reads the table, unless a valid CHECK proves it', () => {
  assert.deepEqual(workOf('ALTER TABLE orders ALTER note SET NOT NULL'), ['scan orders']);
  assert.deepEqual(workOf('ALTER TABLE users ALTER email SET NOT NULL'), []);
  assert.deepEqual(workOf('ALTER TABLE users ALTER age SET NOT NULL'), []);
  const checked = `${given} ALTER TABLE orders ADD CONSTRAINT c CHECK (note IS NOT NULL) NOT VALID;`;
  assert.deepEqual(work('ALTER TABLE orders ALTER note SET NOT NULL', { given: checked }), ['scan orders']);
  const valid = `${checked} ALTER TABLE orders VALIDATE CONSTRAINT c;`;
  assert.deepEqual(work('ALTER TABLE orders ALTER note SET NOT NULL', { given: valid }), []);
});

test('a NOT NULL constraint that is NOT VALID is free (PostgreSQL 18)', () => {
  assert.deepEqual(workOf('ALTER TABLE orders ADD CONSTRAINT n NOT NULL note NOT VALID', 18), []);
  assert.deepEqual(workOf('ALTER TABLE orders ADD CONSTRAINT n NOT NULL note', 18), ['scan orders']);
});

test('a foreign key takes SHARE ROW EXCLUSIVE on both tables and reads both, NOT VALID reads none', () => {
  const sql = 'ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users (id)';
  assert.deepEqual(locksOf(sql), ['SHARE ROW EXCLUSIVE orders', 'SHARE ROW EXCLUSIVE users']);
  assert.deepEqual(workOf(sql), ['scan orders', 'scan users']);
  assert.deepEqual(locksOf(`${sql} NOT VALID`), ['SHARE ROW EXCLUSIVE orders', 'SHARE ROW EXCLUSIVE users']);
  assert.deepEqual(workOf(`${sql} NOT VALID`), []);
});

test('dropping a foreign key takes ACCESS EXCLUSIVE on both tables, in every way', () => {
  const both = ['ACCESS EXCLUSIVE orders', 'ACCESS EXCLUSIVE users'];
  assert.deepEqual(locksOf('ALTER TABLE orders DROP CONSTRAINT orders_user'), both);
  assert.deepEqual(locksOf('ALTER TABLE orders DROP COLUMN user_id'), both);
});

test('VALIDATE lets reads and writes go on', () => {
  const notValid = `${given} ALTER TABLE orders ADD CONSTRAINT f FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID;`;
  const sql = 'ALTER TABLE orders VALIDATE CONSTRAINT f';
  assert.deepEqual(locks(sql, { given: notValid }), ['ROW SHARE users', 'SHARE UPDATE EXCLUSIVE orders']);
  assert.deepEqual(work(sql, { given: notValid }), ['scan orders', 'scan users']);
});

test('a primary key from an index is free only when its columns are NOT NULL', () => {
  const indexed = `CREATE TABLE t (a int NOT NULL, b int); CREATE UNIQUE INDEX ta ON t (a); CREATE UNIQUE INDEX tb ON t (b);`;
  assert.deepEqual(work('ALTER TABLE t ADD PRIMARY KEY USING INDEX ta', { given: indexed }), []);
  assert.deepEqual(work('ALTER TABLE t ADD PRIMARY KEY USING INDEX tb', { given: indexed }), ['scan t']);
  assert.deepEqual(work('ALTER TABLE t ADD UNIQUE (a)', { given: indexed }), ['indexBuild t']);
});

test('a change of type rewrites, rebuilds or is free, as the types ask', () => {
  assert.deepEqual(workOf('ALTER TABLE users ALTER age TYPE bigint'), ['rewrite users']);
  assert.deepEqual(workOf('ALTER TABLE orders ALTER note TYPE varchar'), []);
  assert.deepEqual(workOf('ALTER TABLE orders ALTER status TYPE varchar'), ['indexBuild orders']);
  assert.deepEqual(workOf('ALTER TABLE users ALTER email TYPE varchar(100)'), ['scan users']);
});

test('the type of a referenced key also locks the tables that reference it', () => {
  const sql = 'ALTER TABLE users ALTER id TYPE bigint';
  assert.deepEqual(locksOf(sql), ['ACCESS EXCLUSIVE orders', 'ACCESS EXCLUSIVE users', 'ACCESS EXCLUSIVE users_pkey']);
  assert.deepEqual(workOf(sql), ['rewrite users', 'scan orders']);
});

test('an identity column takes its sequence along', () => {
  const sql = 'ALTER TABLE orders ALTER id TYPE bigint';
  assert.ok(locksOf(sql).includes('SHARE ROW EXCLUSIVE orders_id_seq'));
});

test('several subcommands take the strongest lock, and the span is the one that needs it', () => {
  const sql = 'ALTER TABLE users ALTER age SET STATISTICS 100, ADD COLUMN x int';
  const { locks: all, span } = effect(sql, { given });
  assert.equal(all[0]?.mode, 'ACCESS EXCLUSIVE');
  assert.equal(sql.slice(span.start, span.end), 'ADD COLUMN x int');
});

test('storage parameters and statistics take SHARE UPDATE EXCLUSIVE', () => {
  for (const what of [
    'SET (fillfactor = 70)',
    'SET (autovacuum_enabled = off)',
    'ALTER age SET STATISTICS 100',
    'CLUSTER ON users_pkey',
  ]) {
    assert.ok(locksOf(`ALTER TABLE users ${what}`).includes('SHARE UPDATE EXCLUSIVE users'), what);
  }
  assert.deepEqual(locksOf('ALTER TABLE users SET (user_catalog_table = true)'), ['ACCESS EXCLUSIVE users']);
});

test('partitions are locked and worked on with their parent, not with ONLY', () => {
  const all = ['ACCESS EXCLUSIVE logs', 'ACCESS EXCLUSIVE logs_1', 'ACCESS EXCLUSIVE logs_rest'];
  assert.deepEqual(locksOf('ALTER TABLE logs ALTER what SET NOT NULL'), all);
  assert.deepEqual(workOf('ALTER TABLE logs ALTER what SET NOT NULL'), ['scan logs_1', 'scan logs_rest']);
  assert.deepEqual(locksOf('ALTER TABLE ONLY logs ALTER what DROP NOT NULL'), ['ACCESS EXCLUSIVE logs']);
});

test('ATTACH PARTITION is weak on the parent and strong on the default partition', () => {
  const more = `${given} CREATE TABLE logs_2 (at date NOT NULL, what text);`;
  const sql = "ALTER TABLE logs ATTACH PARTITION logs_2 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')";
  assert.deepEqual(locks(sql, { given: more }), [
    'ACCESS EXCLUSIVE logs_2',
    'ACCESS EXCLUSIVE logs_rest',
    'SHARE UPDATE EXCLUSIVE logs',
  ]);
  assert.deepEqual(work(sql, { given: more }), ['scan logs_2', 'scan logs_rest']);
  const checked = `${more} ALTER TABLE logs_2 ADD CHECK (at >= '2025-01-01' AND at < '2026-01-01');`;
  assert.deepEqual(work(sql, { given: checked }), ['scan logs_rest']);
});

test('DETACH PARTITION CONCURRENTLY cannot run in a transaction', () => {
  const sql = 'ALTER TABLE logs DETACH PARTITION logs_1 CONCURRENTLY';
  const { transaction, span } = effect(sql, { given });
  assert.equal(transaction, 'forbidden');
  assert.equal(sql.slice(span.start, span.end), 'CONCURRENTLY');
  assert.ok(locksOf(sql).includes('SHARE UPDATE EXCLUSIVE logs'));
});

test('triggers of partitions are switched with the parent from PostgreSQL 15 on', () => {
  assert.deepEqual(locksOf('ALTER TABLE logs DISABLE TRIGGER ALL', 14), ['SHARE ROW EXCLUSIVE logs']);
  assert.equal(locksOf('ALTER TABLE logs DISABLE TRIGGER ALL', 15).length, 3);
});

test('a table that no migration made is locked by its name, and its type changes are taken for rewrites', () => {
  assert.deepEqual(locks('ALTER TABLE legacy.things ALTER id TYPE bigint'), ['ACCESS EXCLUSIVE legacy.things']);
  assert.deepEqual(work('ALTER TABLE legacy.things ALTER id TYPE bigint'), ['rewrite legacy.things']);
  assert.deepEqual(work('ALTER TABLE things ALTER id SET NOT NULL'), ['scan things']);
});

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { emptyCatalog } from '../../server/src/core/catalog/empty.js';
import { effectOf } from '../../server/src/core/effects/effectOf.js';
import type { TransactionMode } from '../../server/src/core/migrations/migration.js';
import { runStates } from '../../server/src/core/settings.js';
import { loadParser, readScript } from '../../server/src/core/sql/read.js';
import { unitsOf } from '../../server/src/core/transactions.js';

before(loadParser);

function states(mode: TransactionMode, sql: string) {
  const { statements } = readScript(sql);
  const effects = statements.map((s) => effectOf(s, emptyCatalog(), { pg: 14, bornHere: new Set() }));
  return runStates(statements, unitsOf(mode, statements, effects));
}

test('a wrapped migration is in a transaction from its first statement', () => {
  assert.deepEqual(
    states('wrapped', 'SELECT 1; SELECT 2;').map((s) => s.inTransaction),
    [true, true],
  );
});

test('what follows a COMMIT in a file that is sent as one message is in a transaction again', () => {
  for (const mode of ['wrapped', 'implicit'] as const) {
    const all = states(mode, "SET LOCAL lock_timeout = '5s'; BEGIN; COMMIT; SELECT 2; SELECT 3;");
    assert.deepEqual(
      all.map((s) => s.inTransaction),
      [true, true, true, true, true],
    );
    assert.equal(all[3]?.begin, undefined);
    assert.deepEqual(
      all.map((s) => s.lockTimeout),
      [false, true, true, false, false],
      'SET LOCAL ends with its transaction',
    );
  }
});

test('one statement alone in a message is no transaction block, two are', () => {
  assert.deepEqual(
    states('implicit', 'SELECT 1;').map((s) => s.inTransaction),
    [false],
  );
  assert.deepEqual(
    states('implicit', 'SELECT 1; SELECT 2;').map((s) => s.inTransaction),
    [true, true],
  );
});

test('Lockstep’s runner leaves the transaction out when a statement forbids it', () => {
  const sql = 'CREATE INDEX CONCURRENTLY i ON t (a); SELECT 1;';
  assert.deepEqual(
    states('auto', sql).map((s) => s.inTransaction),
    [false, false],
  );
  assert.deepEqual(
    states('auto', 'SELECT 1;').map((s) => s.inTransaction),
    [true],
  );
});

test('BEGIN in the file is remembered with its place until COMMIT', () => {
  const all = states('auto', 'BEGIN; SELECT 1; COMMIT; SELECT 2;');
  assert.deepEqual(
    all.map((s) => s.inTransaction),
    [false, true, true, false],
  );
  assert.deepEqual(all[1]?.begin, { start: 0, end: 5 });
  assert.equal(all[3]?.begin, undefined);
});

test('COMMIT AND CHAIN begins the next transaction, and ends what SET LOCAL set', () => {
  const all = states('auto', "BEGIN; SET LOCAL lock_timeout = '5s'; COMMIT AND CHAIN; SELECT 2; COMMIT; SELECT 3;");
  assert.deepEqual(
    all.map((s) => s.inTransaction),
    [false, true, true, true, true, false],
  );
  assert.deepEqual(all[3]?.begin, { start: 38, end: 54 });
  assert.deepEqual(
    all.map((s) => s.lockTimeout),
    [false, false, true, false, false, false],
  );
});

test('what a transaction sets is unset when it is rolled back', () => {
  assert.equal(states('auto', "BEGIN; SET lock_timeout = '5s'; ROLLBACK; SELECT 1;")[3]?.lockTimeout, false);
  assert.equal(states('auto', "BEGIN; SET lock_timeout = '5s'; COMMIT; SELECT 1;")[3]?.lockTimeout, true);
});

test('lock_timeout counts from the statement after it', () => {
  assert.deepEqual(
    states('wrapped', "SET lock_timeout = '5s'; SELECT 1;").map((s) => s.lockTimeout),
    [false, true],
  );
});

test('SET LOCAL lasts to the end of the transaction and does nothing outside one', () => {
  const inside = states('auto', "BEGIN; SET LOCAL lock_timeout = '5s'; SELECT 1; COMMIT; SELECT 2;");
  assert.deepEqual(
    inside.map((s) => s.lockTimeout),
    [false, false, true, true, false],
  );
  assert.deepEqual(
    states('auto', "SET LOCAL lock_timeout = '5s'; VACUUM;").map((s) => s.lockTimeout),
    [false, false],
  );
});

for (const off of [
  'SET lock_timeout = 0',
  "SET lock_timeout = '0'",
  "SET lock_timeout = '0ms'",
  'RESET lock_timeout',
  'SET lock_timeout TO DEFAULT',
  'RESET ALL',
]) {
  test(`${off} takes the timeout away`, () => {
    const all = states('wrapped', `SET lock_timeout = '2s'; ${off}; SELECT 1;`);
    assert.equal(all[2]?.lockTimeout, false);
  });
}

test('set_config sets it too, for the session or for the transaction', () => {
  assert.equal(states('auto', "SELECT set_config('lock_timeout', '5s', false); VACUUM;")[1]?.lockTimeout, true);
  assert.equal(
    states('auto', "SELECT pg_catalog.set_config('lock_timeout', '5s', true); VACUUM;")[1]?.lockTimeout,
    false,
  );
});

test('statement_timeout is told apart from lock_timeout', () => {
  const last = states('wrapped', "SET statement_timeout = '1min'; SELECT 1;")[1];
  assert.equal(last?.statementTimeout, true);
  assert.equal(last?.lockTimeout, false);
});

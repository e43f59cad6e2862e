import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { emptyCatalog } from '../../server/src/core/catalog/empty.js';
import { effectOf } from '../../server/src/core/effects/effectOf.js';
import type { TransactionMode } from '../../server/src/core/migrations/migration.js';
import { loadParser, readScript } from '../../server/src/core/sql/read.js';
import { runTogether, transactionControl, unitsOf } from '../../server/src/core/transactions.js';

before(loadParser);

/** Each unit as `kind by tool|file, first–last[, BEGIN at n]: outcome`. */
function units(mode: TransactionMode, sql: string): readonly string[] {
  const { statements } = readScript(sql);
  const effects = statements.map((s) => effectOf(s, emptyCatalog(), { pg: 14, bornHere: new Set() }));
  return unitsOf(mode, statements, effects).map(({ kind, by, first, end, begin, outcome }) => {
    const begun = begin === undefined ? '' : `, begun at ${begin}`;
    return `${kind} by ${by} ${first}-${end - 1}${begun}: ${outcome}`;
  });
}

const control = (sql: string) => transactionControl(readScript(sql).statements[0]!.node);

for (const sql of ['BEGIN', 'START TRANSACTION', 'BEGIN ISOLATION LEVEL SERIALIZABLE'])
  test(`${sql} begins`, () => assert.equal(control(sql), 'begin'));
for (const sql of ['COMMIT', 'END', 'ROLLBACK', 'ABORT', 'COMMIT AND NO CHAIN', "PREPARE TRANSACTION 'x'"])
  test(`${sql} ends`, () => assert.equal(control(sql), 'end'));
for (const sql of ['COMMIT AND CHAIN', 'ROLLBACK AND CHAIN', 'END TRANSACTION AND CHAIN'])
  test(`${sql} ends and begins`, () => assert.equal(control(sql), 'chain'));
for (const sql of ['SAVEPOINT a', 'RELEASE a', 'ROLLBACK TO a', "COMMIT PREPARED 'x'", 'SELECT 1'])
  test(`${sql} leaves the transaction alone`, () => assert.equal(control(sql), undefined));

test("Lockstep's runner: one transaction, unless a statement cannot be in one", () => {
  assert.deepEqual(units('auto', 'SELECT 1; SELECT 2'), ['transaction by tool 0-1: commit']);
  assert.deepEqual(units('auto', 'SELECT 1; VACUUM'), [
    'statement by tool 0-0: commit',
    'statement by tool 1-1: commit',
  ]);
  assert.deepEqual(units('auto', 'SAVEPOINT a; ROLLBACK TO a'), ['transaction by tool 0-1: commit']);
  assert.deepEqual(units('auto', ''), []);
});

test('a file with transactions of its own is run as it says', () => {
  assert.deepEqual(units('auto', 'SELECT 1; BEGIN; SELECT 2; COMMIT; SELECT 3'), [
    'statement by tool 0-0: commit',
    'transaction by file 1-3, begun at 1: commit',
    'statement by tool 4-4: commit',
  ]);
  assert.deepEqual(units('auto', 'BEGIN; SELECT 1; ROLLBACK'), ['transaction by file 0-2, begun at 0: rollback']);
  assert.deepEqual(units('auto', "BEGIN; SELECT 1; PREPARE TRANSACTION 'x'"), [
    'transaction by file 0-2, begun at 0: prepare',
  ]);
  assert.deepEqual(units('auto', 'BEGIN; BEGIN; SELECT 1; COMMIT'), ['transaction by file 0-3, begun at 0: commit']);
  assert.deepEqual(units('auto', 'SELECT 1; COMMIT'), [
    'statement by tool 0-0: commit',
    'statement by tool 1-1: commit',
  ]);
});

test('AND CHAIN divides two transactions, and the second has to be ended as well', () => {
  assert.deepEqual(units('auto', 'BEGIN; SELECT 1; COMMIT AND CHAIN; SELECT 2; ROLLBACK AND CHAIN; SELECT 3; COMMIT'), [
    'transaction by file 0-2, begun at 0: commit',
    'transaction by file 3-4, begun at 2: rollback',
    'transaction by file 5-6, begun at 4: commit',
  ]);
  assert.deepEqual(units('auto', 'BEGIN; COMMIT AND CHAIN; SELECT 2'), [
    'transaction by file 0-1, begun at 0: commit',
    'transaction by file 2-2, begun at 1: open',
  ]);
});

test('BEGIN without COMMIT leaves its transaction open', () => {
  assert.deepEqual(units('auto', 'BEGIN; SELECT 1'), ['transaction by file 0-1, begun at 0: open']);
  assert.deepEqual(units('implicit', 'SELECT 1; BEGIN; SELECT 2'), ['message by tool 0-2, begun at 1: open']);
});

test('one message is a transaction from COMMIT to COMMIT; a BEGIN in it takes what stands before it along', () => {
  assert.deepEqual(units('implicit', 'SELECT 1'), ['statement by tool 0-0: commit']);
  assert.deepEqual(units('implicit', 'SELECT 1; SELECT 2'), ['message by tool 0-1: commit']);
  assert.deepEqual(units('implicit', 'SELECT 1; BEGIN; SELECT 2; COMMIT; SELECT 3'), [
    'message by tool 0-3, begun at 1: commit',
    'message by tool 4-4: commit',
  ]);
});

test("the tool's own transaction ends at the file's COMMIT, and its COMMIT ends what the file leaves open", () => {
  assert.deepEqual(units('wrapped', 'SELECT 1'), ['transaction by tool 0-0: commit']);
  assert.deepEqual(units('wrapped', 'SELECT 1; COMMIT; SELECT 2; SELECT 3'), [
    'transaction by tool 0-1: commit',
    'message by tool 2-3: commit',
  ]);
  assert.deepEqual(units('wrapped', 'BEGIN; SELECT 1'), ['transaction by tool 0-1, begun at 0: commit']);
});

test('whether statements run together whatever they are', () => {
  assert.deepEqual([runTogether('auto', 1), runTogether('auto', 2)], [false, false]);
  assert.deepEqual([runTogether('implicit', 1), runTogether('implicit', 2)], [false, true]);
  assert.deepEqual([runTogether('wrapped', 1), runTogether('wrapped', 2)], [true, true]);
});

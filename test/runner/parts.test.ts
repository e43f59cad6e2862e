import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { TransactionMode } from '../../server/src/core/migrations/migration.js';
import { loadParser } from '../../server/src/core/sql/read.js';
import type { AnalysedStatement } from '../../server/src/core/statements/analysed.js';
import { hashOf, indexOf, partsOf } from '../../server/src/runner/parts.js';
import { startOf } from '../../server/src/runner/resume.js';
import { halvesIn, type JournalRow } from '../../server/src/tools/lib/journal.js';
import { buildSet, modelOf } from '../world/sets.js';

before(loadParser);

function statementsOf(sql: string, mode: TransactionMode): readonly AnalysedStatement[] {
  const tool = mode === 'auto' ? 'plain' : 'golang-migrate';
  const [layout, path] = mode === 'auto' ? ['suffix-dot-down', '1_a.sql'] : ['updown', '1_a.up.sql'];
  const config = {
    pgVersion: 14,
    rules: {},
    migrations: [{ folder: 'm', layout, tool }],
    baseline: undefined,
  } as const;
  const model = modelOf(
    'file:///w',
    config,
    () => new Date(0),
    (error) => assert.fail(String(error)),
  );
  model.setFile(`file:///w/m/${path}`, `m/${path}`, sql);
  return model.half(model.sets()[0]!.migrations[0]!.up!)!.statements;
}

/** `block 0-1`, with `file begins`, `file ends`, `rolled back` where that is so. */
function parts(sql: string, mode: TransactionMode = 'auto'): readonly string[] {
  return partsOf(statementsOf(sql, mode)).map((part) => {
    const first = indexOf(part);
    const words = [
      part.kind,
      `${first}-${first + part.statements.length - 1}`,
      part.opens ? '' : 'file begins',
      part.closes ? '' : 'file ends',
      part.rolledBack ? 'rolled back' : '',
    ];
    return words.filter(Boolean).join(' ');
  });
}

test('one transaction is one part', () => {
  assert.deepEqual(parts('SELECT 1; SELECT 2'), ['block 0-1']);
  assert.deepEqual(parts('SELECT 1; SELECT 2', 'implicit'), ['block 0-1']);
});

test('beside what cannot be in a transaction, each statement has one of its own', () => {
  assert.deepEqual(
    parts(
      "SET work_mem = '1MB'; CREATE TABLE t (id int); CREATE INDEX CONCURRENTLY i ON t (id); INSERT INTO t VALUES (1)",
    ),
    ['session 0-0', 'block 1-1', 'bare 2-2', 'block 3-3'],
  );
});

test('what only the session knows leaves nothing behind', () => {
  const sql = "SELECT set_config('search_path', '', false); SET ROLE x; RESET ALL; DISCARD TEMP; LISTEN c; VACUUM";
  assert.deepEqual(parts(sql), ['session 0-0', 'session 1-1', 'session 2-2', 'session 3-3', 'session 4-4', 'bare 5-5']);
});

test('code that may end transactions is never put into one', () => {
  assert.deepEqual(parts('VACUUM; DO $$ BEGIN PERFORM 1; END $$; CALL p(); EXECUTE q'), [
    'bare 0-0',
    'bare 1-1',
    'bare 2-2',
    'bare 3-3',
  ]);
  assert.deepEqual(parts('CALL p()', 'implicit'), ['bare 0-0']);
});

test('the transactions of a file begin and end where it says', () => {
  assert.deepEqual(parts('BEGIN; SELECT 1; COMMIT; BEGIN; SELECT 2; ROLLBACK; SELECT 3'), [
    'block 0-2 file begins file ends',
    'block 3-5 file begins file ends rolled back',
    'block 6-6',
  ]);
  assert.deepEqual(parts('BEGIN; SELECT 1; COMMIT AND CHAIN; SELECT 2; COMMIT'), [
    'block 0-2 file begins file ends',
    'block 3-4 file ends',
  ]);
  assert.deepEqual(parts('SELECT 1; BEGIN; SELECT 2; COMMIT; SELECT 3', 'implicit'), [
    'block 0-3 file ends',
    'block 4-4',
  ]);
});

const FILE = 'CREATE TABLE t (id int);\nVACUUM t;\nINSERT INTO t VALUES (1);';

function row(sql: string, statement: number, state: JournalRow['state']): JournalRow {
  const part = partsOf(statementsOf(sql, 'auto')).find((p) => indexOf(p) === statement)!;
  return { migration: '1', direction: 'up', statement, hash: hashOf(part), state, pid: 1, at: '2026-01-02T03:04:05Z' };
}

const start = (sql: string, rows: readonly JournalRow[]) => startOf(partsOf(statementsOf(sql, 'auto')), rows);

test('a run goes on behind what is noted, with the statement that was begun', () => {
  const begins = start(FILE, [row(FILE, 0, 'done'), row(FILE, 1, 'begun')]);
  assert.ok(begins.ok);
  assert.deepEqual([...begins.done], [0]);
  assert.equal(begins.begun?.statement, 1);
});

test('line ends do not make another text; a corrected statement is a new one; a changed one that was done is not continued', () => {
  const rows = [row(FILE, 0, 'done'), row(FILE, 1, 'begun')];
  const crlf = start(FILE.replaceAll('\n', '\r\n'), rows);
  assert.ok(crlf.ok && crlf.begun);
  const corrected = start(FILE.replace('VACUUM t', 'VACUUM FULL t'), rows);
  assert.ok(corrected.ok);
  assert.equal(corrected.begun, undefined);
  const changed = start(FILE.replace('id int', 'id bigint'), rows);
  assert.ok(!changed.ok);
  assert.match(changed.reason, /statement 1 was run on 2026-01-02 with another text/);
});

test('nothing goes on from a temporary table', () => {
  const sql = `CREATE TEMP TABLE seen AS SELECT 1;\n${FILE}`;
  const rows = [row(sql, 0, 'done')];
  assert.equal(start(sql, rows).ok, false);
  assert.equal(start(sql, []).ok, true);
});

const set = buildSet({
  folder: 'file:///w/m',
  layout: 'suffix-dot-down',
  tool: 'plain',
  files: [{ uri: 'file:///w/m/1_a.sql', path: '1_a.sql', text: FILE }],
});
const entry = (failed: boolean) => ({
  id: '1',
  version: '1',
  name: 'a',
  appliedAt: undefined,
  executionMs: undefined,
  checksum: undefined,
  failed,
});

test('notes hold until the ledger says that the migration ended', () => {
  const up = row(FILE, 0, 'done');
  const down = { ...up, direction: 'down' } as const;
  const half = (rows: readonly JournalRow[], entries: readonly ReturnType<typeof entry>[], marks = false) => {
    const found = halvesIn(rows, set, { entries }, marks);
    return found.half ? `${found.half.id} ${found.half.direction}` : found.stale;
  };
  assert.equal(half([up], []), '1 up');
  assert.deepEqual(half([up], [entry(false)]), ['1'], 'recorded by somebody');
  assert.equal(half([down], [entry(false)]), '1 down');
  assert.deepEqual(half([down], []), ['1']);
  assert.equal(half([up], [entry(true)], true), '1 up', 'the mark stands');
  assert.deepEqual(half([up], [], true), ['1'], 'a person has cleared it');
  assert.deepEqual(half([{ ...up, migration: '7' }], []), [], 'a file of another branch');
});

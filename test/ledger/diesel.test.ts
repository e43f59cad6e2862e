import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dieselLedger } from '../../server/src/tools/diesel/ledger.js';
import { ownLockId } from '../../server/src/tools/lib/lock.js';
import { RecordingSession, tableAnswers } from '../world/recordingSession.js';
import { listed } from './kit.js';

const SHAPE = tableAnswers('version character varying(50)!', 'run_on timestamp without time zone');
const set = listed('diesel', ['2024-01-31-101500_users/up.sql', '2024-02-01-101500_email/up.sql']);
const [users] = set.migrations;
const T = '"public"."__diesel_schema_migrations"';
const ledger = () => dieselLedger.make('__diesel_schema_migrations');

test('its table is the one that Diesel makes, in which a run needs one right more than reading', async () => {
  const session = new RecordingSession(tableAnswers());
  await ledger().ensure(session, 'up');
  assert.ok(
    session.sent.includes(
      `CREATE TABLE IF NOT EXISTS ${T} (version VARCHAR(50) PRIMARY KEY NOT NULL, run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP)`,
    ),
  );
  assert.match(session.sent.at(-1)!, /\["SELECT","INSERT"\]\]$/);
  await ledger().ensure(session, 'down');
  assert.match(session.sent.at(-1)!, /\["SELECT","DELETE"\]\]$/);
});

test('a row has the version without dashes; the server gives it its time', async () => {
  const session = new RecordingSession([[/^SELECT 1 FROM/, [{}]], ...SHAPE]);
  await ledger().finish(session, users!, 'up', 5, set);
  assert.deepEqual(session.sent.slice(-2), [
    `INSERT INTO ${T} (version) VALUES ($1) <- ["20240131101500"]`,
    `SELECT 1 FROM ${T} WHERE version = $1 LIMIT 2 <- ["20240131101500"]`,
  ]);
  const back = new RecordingSession(SHAPE);
  await ledger().finish(back, users!, 'down', 5, set);
  assert.deepEqual(back.sent.slice(-2), [
    `DELETE FROM ${T} WHERE version = $1 <- ["20240131101500"]`,
    `SELECT 1 FROM ${T} WHERE version = $1 LIMIT 2 <- ["20240131101500"]`,
  ]);
});

test('rows are read with their time in UTC, and belong to the file of their version', async () => {
  const session = new RecordingSession([
    [
      /ORDER BY version$/,
      [
        { version: '20240131101500', at: '2026-01-02T03:04:05.000Z' },
        { version: '20230101000000', at: null },
      ],
    ],
    ...SHAPE,
  ]);
  const nothing = { name: undefined, executionMs: undefined, checksum: undefined, failed: false };
  assert.deepEqual(await ledger().read(session, set), {
    exists: true,
    problem: undefined,
    entries: [
      { ...nothing, id: users!.id, version: '20240131101500', appliedAt: '2026-01-02T03:04:05.000Z' },
      { ...nothing, id: undefined, version: '20230101000000', appliedAt: undefined },
    ],
  });
  assert.match(session.sent.at(-1)!, /to_char\(run_on::timestamptz AT TIME ZONE 'UTC', /);
});

test('a table with other columns is not its own', async () => {
  for (const columns of [
    ['version text!'],
    ['version bigint!', 'run_on timestamp without time zone'],
    ['version text!', 'run_on timestamp without time zone', 'x text'],
  ]) {
    const { problem, entries, exists } = await ledger().read(new RecordingSession(tableAnswers(...columns)), set);
    assert.equal(exists, true);
    assert.match(problem!, /but Diesel keeps \(version varchar\(50\), run_on timestamp\)/);
    assert.deepEqual(entries, []);
  }
  assert.deepEqual(await ledger().read(new RecordingSession(tableAnswers()), set), {
    exists: false,
    entries: [],
    problem: undefined,
  });
});

test('Diesel takes no lock, so the lock is one between runs of Lockstep', async () => {
  const session = new RecordingSession(SHAPE);
  const release = await ledger().lock(session, 1000);
  const key = ownLockId('public', '__diesel_schema_migrations');
  assert.equal(session.sent.at(-1), `SELECT pg_catalog.pg_try_advisory_lock($1::bigint) AS taken <- ["${key}"]`);
  await release();
  assert.equal(session.sent.at(-1), `SELECT pg_catalog.pg_advisory_unlock($1::bigint) <- ["${key}"]`);
});

test('it records in the transaction of the migration, time but neither duration nor checksum, and writes nothing before', async () => {
  const session = new RecordingSession(SHAPE);
  await ledger().begin(session, users!, 'up', set);
  assert.deepEqual(session.sent, []);
  assert.equal(ledger().finishInTransaction, true);
  assert.deepEqual(ledger().keeps, { time: true, duration: false, checksum: false });
  assert.equal(ledger().abandon, undefined);
  assert.equal(ledger().table, '__diesel_schema_migrations');
  assert.deepEqual([dieselLedger.table, dieselLedger.columns], ['__diesel_schema_migrations', ['version', 'run_on']]);
});

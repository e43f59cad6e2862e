import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownLockId } from '../../server/src/tools/lib/lock.js';
import { plainLedger } from '../../server/src/tools/plain/ledger.js';
import { plain } from '../../server/src/tools/plain/tool.js';
import { RecordingSession, tableAnswers } from '../world/recordingSession.js';
import { listed } from './kit.js';

const FULL = [
  'version text!',
  'name text',
  'applied_at timestamp with time zone',
  'execution_time_ms integer',
  'checksum text',
];
const set = listed('plain', ['001_users.sql', '002_email.sql', '002_other.sql', '010_last.sql']);
const [users] = set.migrations;

/** One command, without what it is followed by. */
const only = (session: RecordingSession, word: string) => session.sent.filter((line) => line.startsWith(word));

test('the row has version, name, time, rounded duration and checksum, and is looked at afterwards', async () => {
  const session = new RecordingSession([[/^SELECT 1 FROM/, [{}]], ...tableAnswers(...FULL)]);
  const ledger = plainLedger.make('schema_migrations');
  await ledger.finish(session, users!, 'up', 12.6, set);
  assert.deepEqual(ledger.keeps, { time: true, duration: true, checksum: true });
  const [insert] = only(session, 'INSERT');
  const [sql, params] = insert!.split(' <- ');
  assert.equal(
    sql,
    'INSERT INTO "public"."schema_migrations" ("version", "name", "applied_at", "execution_time_ms", "checksum") VALUES ($1, $2, $3, $4, $5)',
  );
  const [version, name, appliedAt, ms, checksum] = JSON.parse(params!);
  assert.deepEqual([version, name, ms, checksum], ['001', 'users', 13, plain.checksum(users!)]);
  assert.match(checksum, /^[0-9a-f]{64}$/);
  assert.ok(Math.abs(Date.parse(appliedAt) - Date.now()) < 60_000);
  assert.equal(
    session.sent.at(-1),
    `SELECT 1 FROM "public"."schema_migrations" WHERE pg_catalog.ltrim(version, '0') = pg_catalog.ltrim($1, '0') LIMIT 2 <- ["001"]`,
  );
});

test('a duration beyond the integer of the column becomes its greatest', async () => {
  const session = new RecordingSession([[/^SELECT 1 FROM/, [{}]], ...tableAnswers(...FULL)]);
  await plainLedger.make('schema_migrations').finish(session, users!, 'up', 1e12, set);
  assert.equal(JSON.parse(only(session, 'INSERT')[0]!.split(' <- ')[1]!)[3], 2_147_483_647);
});

test('a home-made table gets the columns that it has, and no others', async () => {
  const session = new RecordingSession([[/^SELECT 1 FROM/, [{}]], ...tableAnswers('version character varying(20)!')]);
  const ledger = plainLedger.make('schema_migrations');
  assert.deepEqual(ledger.keeps, { time: true, duration: true, checksum: true });
  await ledger.finish(session, users!, 'up', 1, set);
  assert.deepEqual(only(session, 'INSERT'), [
    'INSERT INTO "public"."schema_migrations" ("version") VALUES ($1) <- ["001"]',
  ]);
  assert.deepEqual(ledger.keeps, { time: false, duration: false, checksum: false });
});

test('a rollback takes the row, however its version was written, and sees that it is gone', async () => {
  const session = new RecordingSession(tableAnswers(...FULL));
  const ledger = plainLedger.make('schema_migrations');
  await ledger.finish(session, users!, 'down', 1, set);
  assert.deepEqual(session.sent.slice(-2), [
    `DELETE FROM "public"."schema_migrations" WHERE pg_catalog.ltrim(version, '0') = pg_catalog.ltrim($1, '0') <- ["001"]`,
    `SELECT 1 FROM "public"."schema_migrations" WHERE pg_catalog.ltrim(version, '0') = pg_catalog.ltrim($1, '0') LIMIT 2 <- ["001"]`,
  ]);
  session.answer(/^SELECT 1 FROM/, [{}]);
  await assert.rejects(ledger.finish(session, users!, 'down', 1, set), /the row of 001 is still there: a trigger/);
});

for (const [rows, what] of [
  [[], 'no row'],
  [[{}, {}], 'two rows'],
] as const) {
  test(`where the table holds ${what} afterwards, the row was swallowed`, async () => {
    const session = new RecordingSession([[/^SELECT 1 FROM/, rows], ...tableAnswers(...FULL)]);
    await assert.rejects(
      plainLedger.make('schema_migrations').finish(session, users!, 'up', 1, set),
      /"public"\."schema_migrations" was written without an error, but the row of 001 is not there/,
    );
  });
}

test('a missing table is made, a present one is left alone; the rights are asked for either way', async () => {
  const missing = new RecordingSession(tableAnswers());
  await plainLedger.make('app.done').ensure(missing, 'up');
  assert.deepEqual(only(missing, 'CREATE'), [
    'CREATE TABLE IF NOT EXISTS "app"."done" (version text PRIMARY KEY, name text, applied_at timestamptz NOT NULL DEFAULT now(), execution_time_ms integer, checksum text)',
  ]);
  assert.match(missing.sent.at(-1)!, /has_table_privilege.* <- \["\\"app\\"\.\\"done\\"",\["SELECT","INSERT"\]\]$/);
  const present = new RecordingSession(tableAnswers(...FULL));
  await plainLedger.make('schema_migrations').ensure(present, 'down');
  assert.deepEqual(only(present, 'CREATE'), []);
  assert.match(present.sent.at(-1)!, /\["SELECT","DELETE"\]\]$/);
  present.answer(/has_table_privilege/, [{ privilege: 'SELECT' }, { privilege: 'DELETE' }]);
  await assert.rejects(
    plainLedger.make('schema_migrations').ensure(present, 'down'),
    /This user may not SELECT and DELETE on "public"\."schema_migrations", so nothing could be recorded/,
  );
});

test('rows are read with what they have; a version is the same with more zeros, and its name says which file it is', async () => {
  const session = new RecordingSession([
    [
      /FROM "public"\."schema_migrations" ORDER BY version$/,
      [
        { version: '1', name: 'renamed', applied_at: '2026-01-02T03:04:05.678Z', execution_time_ms: 0, checksum: 'ab' },
        { version: '002', name: 'other', applied_at: null, execution_time_ms: null, checksum: '' },
        { version: '2', name: 'unheard_of', applied_at: '', execution_time_ms: '7', checksum: null },
        { version: '003', name: '', applied_at: null, execution_time_ms: null, checksum: null },
      ],
    ],
    ...tableAnswers(...FULL),
  ]);
  const { exists, problem, entries } = await plainLedger.make('schema_migrations').read(session, set);
  assert.deepEqual([exists, problem], [true, undefined]);
  const ids = new Map(set.migrations.map((m) => [`${m.version}_${m.name}`, m.id]));
  const plainEntry = {
    name: undefined,
    appliedAt: undefined,
    executionMs: undefined,
    checksum: undefined,
    failed: false,
  };
  assert.deepEqual(entries, [
    {
      ...plainEntry,
      id: ids.get('001_users'),
      version: '1',
      name: 'renamed',
      appliedAt: '2026-01-02T03:04:05.678Z',
      executionMs: 0,
      checksum: 'ab',
    },
    { ...plainEntry, id: ids.get('002_other'), version: '002', name: 'other' },
    { ...plainEntry, id: ids.get('002_email'), version: '2', name: 'unheard_of', executionMs: 7 },
    { ...plainEntry, id: undefined, version: '003' },
  ]);
  assert.equal(
    session.sent.at(-1),
    `SELECT "version", "name", pg_catalog.to_char("applied_at" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "applied_at", "execution_time_ms", "checksum" FROM "public"."schema_migrations" ORDER BY version`,
  );
});

test('a table that is not there has no rows, and no fault', async () => {
  assert.deepEqual(await plainLedger.make('schema_migrations').read(new RecordingSession(tableAnswers()), set), {
    exists: false,
    entries: [],
    problem: undefined,
  });
});

for (const [columns, why] of [
  [['version bigint!', 'dirty boolean!'], 'golang-migrate'],
  [['version text!', 'dirty boolean'], 'a dirty mark'],
  [['version text!', 'run_on timestamp without time zone'], 'Diesel'],
  [['version integer!'], 'numbers'],
  [['name text'], 'no version'],
  [['version text!', 'by text!'], 'a column that an insert would have to give'],
] as const) {
  test(`a table of another shape is left alone: ${why}`, async () => {
    const session = new RecordingSession(tableAnswers(...columns));
    const { exists, entries, problem } = await plainLedger.make('schema_migrations').read(session, set);
    assert.deepEqual([exists, entries], [true, []]);
    const list = columns.map((c) => c.replace('!', '')).join(', ');
    assert.equal(
      problem,
      `public.schema_migrations has the columns (${list}), but the plain ledger keeps (version text, name text, applied_at timestamptz, execution_time_ms integer, checksum text). It may belong to another tool: name another table in the setting lockstep.ledgerTable, or the right tool for this folder. Nothing was changed.`,
    );
  });
}

test('further columns that have a default are no hindrance; a view is none', async () => {
  const more = new RecordingSession(tableAnswers('version text!', 'who text'));
  assert.equal((await plainLedger.make('schema_migrations').read(more, set)).problem, undefined);
  const view = new RecordingSession([
    [/to_regclass\(\$1\)/, [{ schema: 'public', oid: '1', is_table: false }]],
    ...tableAnswers(...FULL),
  ]);
  assert.match((await plainLedger.make('x').read(view, set)).problem!, /^public\.x is not a table, but the plain/);
});

test('a table with a version alone belongs to Rails when its other table is beside it', async () => {
  const rails = new RecordingSession(tableAnswers('version character varying!'));
  const state = await plainLedger.make('schema_migrations').read(rails, set);
  assert.deepEqual([state.exists, state.entries], [true, []]);
  assert.match(state.problem!, /^public\.schema_migrations belongs to Rails \(ar_internal_metadata is beside it\)/);
  assert.deepEqual(
    rails.sent.filter((line) => line.includes('to_regclass')).map((line) => line.split(' <- ')[1]),
    ['["\\"schema_migrations\\""]', '["\\"public\\".\\"ar_internal_metadata\\""]'],
  );
  const own = new RecordingSession([
    [
      /to_regclass\(\$1\)/,
      ([name]) => (String(name).includes('ar_') ? [] : [{ schema: 'public', oid: '1', is_table: true }]),
    ],
    ...tableAnswers('version character varying!'),
  ]);
  assert.equal((await plainLedger.make('schema_migrations').read(own, set)).problem, undefined);
});

test('a home-made table is asked for the columns that it has', async () => {
  const session = new RecordingSession(tableAnswers('version text!', 'applied_at timestamp with time zone'));
  const ledger = plainLedger.make('schema_migrations');
  await ledger.read(session, set);
  assert.match(session.sent.at(-1)!, /^SELECT "version", pg_catalog\.to_char\([^)]*\) AS "applied_at" FROM/);
  assert.deepEqual(ledger.keeps, { time: true, duration: false, checksum: false });
});

test('its lock is one between runs of Lockstep, by the table', async () => {
  const session = new RecordingSession(tableAnswers(...FULL));
  const release = await plainLedger.make('schema_migrations').lock(session, 1000);
  await release();
  const key = ownLockId('public', 'schema_migrations');
  assert.deepEqual(session.sent.slice(-2), [
    `SELECT pg_catalog.pg_try_advisory_lock($1::bigint) AS taken <- ["${key}"]`,
    `SELECT pg_catalog.pg_advisory_unlock($1::bigint) <- ["${key}"]`,
  ]);
});

test('nothing is written before a migration runs', async () => {
  const session = new RecordingSession(tableAnswers(...FULL));
  const ledger = plainLedger.make('schema_migrations');
  await ledger.begin(session, users!, 'up', set);
  assert.deepEqual(session.sent, []);
  assert.deepEqual([plainLedger.table, plainLedger.columns], ['schema_migrations', undefined]);
  assert.deepEqual([ledger.finishInTransaction, ledger.abandon, ledger.table], [true, undefined, 'schema_migrations']);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { golangMigrateLedger, golangMigrateLockId } from '../../server/src/tools/golangMigrate/ledger.js';
import { RecordingSession, serverError, tableAnswers } from '../world/recordingSession.js';
import { listed } from './kit.js';

const SHAPE = tableAnswers('version bigint!', 'dirty boolean!');
const set = listed('golang-migrate', [
  '000002_b.up.sql',
  '000002_b.down.sql',
  '000010_c.up.sql',
  '000010_c.down.sql',
  '000001_a.up.sql',
  '000001_a.down.sql',
]);
const [first, second, third] = set.migrations;
const T = '"public"."schema_migrations"';

/** The table as it would be: TRUNCATE and INSERT change it, SELECT reads it. */
function kept(row?: { version: string; dirty: boolean }): RecordingSession & { rows: readonly object[] } {
  const session = Object.assign(new RecordingSession(SHAPE), { rows: row ? [row] : ([] as object[]) });
  session.answer(/^TRUNCATE/, () => {
    session.rows = [];
    return [];
  });
  session.answer(/^INSERT/, ([version, dirty]) => {
    session.rows = [...session.rows, { version, dirty }];
    return [];
  });
  session.answer(/^SELECT version::text/, () => session.rows as never);
  return session;
}

/** What a run wrote, without the questions about the table. */
const written = (session: RecordingSession) => session.take().filter((line) => !line.startsWith('SELECT'));

test('going up, the row says dirty at the own version, then clean; in a transaction of its own each time', async () => {
  const session = kept({ version: '2', dirty: false });
  const ledger = golangMigrateLedger.make('schema_migrations');
  await ledger.begin(session, third!, 'up', set);
  assert.deepEqual(written(session), [
    'BEGIN',
    `TRUNCATE ${T}`,
    `INSERT INTO ${T} (version, dirty) VALUES ($1, $2) <- ["10",true]`,
    'COMMIT',
  ]);
  await ledger.finish(session, third!, 'up', 5, set);
  assert.deepEqual(session.rows, [{ version: '10', dirty: false }]);
});

test('going down, the row says the version below; below the first one it is dirty at -1, and empty when done', async () => {
  const session = kept({ version: '10', dirty: false });
  const ledger = golangMigrateLedger.make('schema_migrations');
  await ledger.begin(session, third!, 'down', set);
  assert.deepEqual(session.rows, [{ version: '2', dirty: true }]);
  await ledger.finish(session, third!, 'down', 5, set);
  assert.deepEqual(session.rows, [{ version: '2', dirty: false }]);
  await ledger.begin(session, first!, 'down', set);
  assert.deepEqual(session.rows, [{ version: '-1', dirty: true }]);
  await ledger.finish(session, first!, 'down', 5, set);
  assert.deepEqual(session.rows, []);
});

test('version 0 is a version: its row is kept', async () => {
  const zero = listed('golang-migrate', ['0_zero.up.sql', '0_zero.down.sql', '1_one.up.sql', '1_one.down.sql']);
  const session = kept({ version: '1', dirty: false });
  const ledger = golangMigrateLedger.make('schema_migrations');
  await ledger.begin(session, zero.migrations[1]!, 'down', zero);
  await ledger.finish(session, zero.migrations[1]!, 'down', 5, zero);
  assert.deepEqual(session.rows, [{ version: '0', dirty: false }]);
  assert.deepEqual(
    (await ledger.read(session, zero)).entries.map((e) => e.version),
    ['0'],
  );
});

test('what was begun and left nothing behind is taken back to the version from before', async () => {
  const session = kept();
  const ledger = golangMigrateLedger.make('schema_migrations');
  await ledger.begin(session, second!, 'up', set);
  await ledger.abandon!(session, second!, 'up', set);
  assert.deepEqual(session.rows, [{ version: '1', dirty: false }]);
  await ledger.begin(session, first!, 'up', set);
  await ledger.abandon!(session, first!, 'up', set);
  assert.deepEqual(session.rows, []);
  await ledger.begin(session, second!, 'down', set);
  await ledger.abandon!(session, second!, 'down', set);
  assert.deepEqual(session.rows, [{ version: '2', dirty: false }]);
});

test('a row that does not arrive, or is another, is told and rolled back', async () => {
  const ledger = golangMigrateLedger.make('schema_migrations');
  for (const [rows, said] of [
    [[], 'it holds no row instead of 2 true'],
    [[{ version: '2', dirty: false }], 'it holds 2 false instead of 2 true'],
    [
      [
        { version: '2', dirty: true },
        { version: '1', dirty: false },
      ],
      'it holds 2 true, 1 false instead of 2 true',
    ],
  ] as const) {
    const session = kept();
    session.answer(/^SELECT version::text/, rows);
    await assert.rejects(ledger.begin(session, second!, 'up', set), new RegExp(said));
    assert.deepEqual(written(session).slice(-1), ['ROLLBACK']);
  }
  const nil = kept();
  nil.answer(/^SELECT version::text/, [{ version: '1', dirty: false }]);
  await assert.rejects(ledger.finish(nil, first!, 'down', 1, set), /it holds 1 false instead of no row/);
});

test('an error of the server while the row is written is passed on, and the transaction ended', async () => {
  const session = kept();
  session.answer(/^INSERT/, serverError('42501', 'permission denied'));
  session.answer(/^ROLLBACK/, serverError('25P01', 'there is no transaction'));
  await assert.rejects(
    golangMigrateLedger.make('schema_migrations').begin(session, second!, 'up', set),
    /permission denied/,
  );
  assert.deepEqual(written(session).slice(-1), ['ROLLBACK']);
});

test('the table is the one that the tool makes, and its rights are asked for', async () => {
  const session = new RecordingSession(tableAnswers());
  await golangMigrateLedger.make('schema_migrations').ensure(session, 'up');
  assert.ok(
    session.sent.includes(
      `CREATE TABLE IF NOT EXISTS ${T} (version bigint not null primary key, dirty boolean not null)`,
    ),
  );
  assert.match(session.sent.at(-1)!, /\["SELECT","INSERT","TRUNCATE"\]\]$/);
});

test('both keys of the tool are taken, and given back in turn', async () => {
  const session = new RecordingSession(SHAPE);
  const release = await golangMigrateLedger.make('schema_migrations').lock(session, 1000);
  const keys = (lines: readonly string[], word: string) =>
    lines.filter((line) => line.includes(word)).map((line) => JSON.parse(line.split(' <- ')[1]!)[0]);
  const url = golangMigrateLockId('public', 'schema_migrations', '/shop');
  const name = golangMigrateLockId('public', 'schema_migrations', 'shop');
  assert.notEqual(url, name);
  assert.deepEqual(keys(session.take(), 'pg_try_advisory_lock'), [url, name]);
  await release();
  assert.deepEqual(keys(session.take(), 'pg_advisory_unlock'), [name, url]);
});

test('when the second key is held by another run, the first is given back', async () => {
  const session = new RecordingSession(SHAPE);
  const url = golangMigrateLockId('public', 'schema_migrations', '/shop');
  session.answer(/pg_try_advisory_lock/, ([key]) => [{ taken: key === url }]);
  await assert.rejects(
    golangMigrateLedger.make('schema_migrations').lock(session, 0),
    /Another migration run holds the lock of this database/,
  );
  assert.deepEqual(
    session.sent.filter((line) => line.includes('unlock')),
    [`SELECT pg_catalog.pg_advisory_unlock($1::bigint) <- ["${url}"]`],
  );
});

test('the row stands for all versions up to it; a dirty one failed, and one without a file is told of', async () => {
  const ledger = golangMigrateLedger.make('schema_migrations');
  const read = async (row?: { version: string; dirty: boolean }) => {
    const { entries, problem, exists } = await ledger.read(kept(row), set);
    assert.deepEqual([exists, problem], [true, undefined]);
    for (const e of entries)
      assert.deepEqual([e.name, e.appliedAt, e.executionMs, e.checksum], [undefined, undefined, undefined, undefined]);
    return entries.map((e) => `${e.version}${e.id === undefined ? ' without a file' : ''}${e.failed ? ' failed' : ''}`);
  };
  assert.deepEqual(await read(), []);
  assert.deepEqual(await read({ version: '2', dirty: false }), ['1', '2']);
  assert.deepEqual(await read({ version: '10', dirty: true }), ['1', '2', '10 failed']);
  assert.deepEqual(await read({ version: '7', dirty: true }), ['1', '2', '7 without a file failed']);
  assert.deepEqual(await read({ version: '-1', dirty: true }), ['-1 without a file failed']);
  assert.deepEqual(await read({ version: '-1', dirty: false }), []);
});

test('a table with other columns is not its own', async () => {
  const ledger = golangMigrateLedger.make('schema_migrations');
  const problem = async (...columns: string[]) =>
    (await ledger.read(new RecordingSession(tableAnswers(...columns)), set)).problem;
  assert.equal(await problem('dirty boolean!', 'version integer!'), undefined);
  for (const columns of [['version text!'], ['version bigint!'], ['version bigint!', 'dirty boolean!', 'x text']])
    assert.match(
      (await problem(...columns))!,
      /^public\.schema_migrations has the columns .*, but golang-migrate keeps \(version bigint, dirty boolean\)/,
    );
});

test('a table that is not there has no rows, and one of another shape is there', async () => {
  const ledger = golangMigrateLedger.make('schema_migrations');
  assert.deepEqual(await ledger.read(new RecordingSession(tableAnswers()), set), {
    exists: false,
    entries: [],
    problem: undefined,
  });
  const { exists, entries } = await ledger.read(new RecordingSession(tableAnswers('version text!')), set);
  assert.deepEqual([exists, entries], [true, []]);
});

test('it records outside the migration, keeps the version alone, and says how its mark is cleared', () => {
  const ledger = golangMigrateLedger.make('app.done');
  assert.equal(ledger.table, 'app.done');
  assert.deepEqual([golangMigrateLedger.table, golangMigrateLedger.columns], ['schema_migrations', undefined]);
  assert.equal(ledger.finishInTransaction, false);
  assert.deepEqual(ledger.keeps, { time: false, duration: false, checksum: false });
  assert.equal(ledger.remedy, 'look at the schema, then run `migrate force` with the version that holds');
});

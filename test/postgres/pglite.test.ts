import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openSession } from '../../server/src/database/connect.js';
import type { ConnectTarget } from '../../server/src/database/target.js';
import type { RunInput } from '../../server/src/runner/input.js';
import { freePort } from '../world/freePort.js';
import { expectNothingUnhandled, loadParser, runAt, setOf } from './kit.js';

expectNothingUnhandled();

const FILES = {
  '001_users.sql': 'CREATE TABLE users (id bigint PRIMARY KEY);\n',
  '001_users.down.sql': 'DROP TABLE users;\n',
  '002_email.sql': 'ALTER TABLE users ADD COLUMN email text;\n',
  '002_email.down.sql': 'ALTER TABLE users DROP COLUMN email;\n',
  '003_index.sql': 'CREATE INDEX CONCURRENTLY users_email ON users (email);\n',
  '003_index.down.sql': 'DROP INDEX CONCURRENTLY users_email;\n',
};

/** The demo's database: one process and one session behind all connections, and no cancelling. */
describe('PGlite behind its socket server', () => {
  let child: ChildProcess;
  let target: ConnectTarget;
  before(async () => {
    await loadParser();
    const port = await freePort();
    const script = fileURLToPath(new URL('../../demo/database.mjs', import.meta.url));
    child = fork(script, ['memory://', String(port)], { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    await new Promise((resolve, reject) => {
      child.once('message', resolve);
      child.once('exit', (code) => reject(new Error(`PGlite did not start: ${code}`)));
    });
    target = {
      label: 'demo',
      source: 'setting',
      kind: 'local',
      host: '127.0.0.1',
      port,
      database: 'postgres',
      user: 'postgres',
      password: undefined,
      ssl: 'prefer',
    };
  });
  after(async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  });

  const query = async (sql: string) => {
    const session = await openSession(target);
    try {
      return (await session.simple(sql)).rows;
    } finally {
      await session.close();
    }
  };
  const run = (files: Readonly<Record<string, string>>, change: Partial<RunInput> = {}) =>
    runAt(target, setOf('plain', files), { lockTimeoutMs: 2_000, cancelPatienceMs: 600, ...change });
  const reset = () => query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');

  test('everything applies, also an index that is built concurrently, and rolls back one by one', async () => {
    const up = await run(FILES);
    assert.equal(up.outcome, 'done', up.message);
    assert.deepEqual(await query('SELECT version FROM schema_migrations ORDER BY 1'), [
      { version: '001' },
      { version: '002' },
      { version: '003' },
    ]);
    assert.equal(
      (await query(`SELECT 1 FROM pg_index WHERE indexrelid = 'users_email'::regclass AND indisvalid`)).length,
      1,
    );
    for (let n = 0; n < 3; n++) {
      const down = await run(FILES, { direction: 'down' });
      assert.equal(down.outcome, 'done', down.message);
    }
    assert.deepEqual(await query(`SELECT to_regclass('users') AS t`), [{ t: null }]);
    assert.deepEqual(await query('SELECT * FROM schema_migrations'), []);
  });

  test('a failure points at its place, and everything of it is rolled back', async () => {
    await reset();
    const text = "CREATE TABLE a (id int);\nSELECT 'é🐘', nope FROM a;\n";
    const failed = await run({ '1_a.sql': text });
    assert.equal(failed.outcome, 'failed');
    assert.equal(text.slice(failed.failure?.span?.start, failed.failure?.span?.end), 'nope');
    assert.deepEqual(await query(`SELECT to_regclass('a') AS t`), [{ t: null }]);
  });

  test('what a run sets does not stay for the next one, though they share a session', async () => {
    await reset();
    await run({ '1_a.sql': "SET search_path = pg_catalog;\nSET work_mem = '9MB';\n" });
    const second = await run({
      '1_a.sql': "SET search_path = pg_catalog;\nSET work_mem = '9MB';\n",
      '2_b.sql': "CREATE TABLE seen AS SELECT current_setting('work_mem') AS m;\n",
    });
    assert.equal(second.outcome, 'done', second.message);
    assert.notDeepEqual(await query('SELECT m FROM public.seen'), [{ m: '9MB' }]);
  });

  test('a cancel that PGlite ignores ends by closing the connection, and says what is certain', async () => {
    await reset();
    const abort = new AbortController();
    let asked = 0;
    const ended = await run(
      {
        '1_a.sql': 'CREATE TABLE a (id int);\nSELECT count(*) FROM generate_series(1, 20000000) g WHERE sqrt(g) > 7;\n',
      },
      {
        signal: abort.signal,
        onProgress: ({ message }) => {
          if (!message.includes('statement 2 of 2')) return;
          setTimeout(() => {
            asked = performance.now();
            abort.abort();
          }, 100);
        },
      },
    );
    assert.equal(ended.outcome, 'cancelled', ended.message);
    assert.match(ended.message, /did not obey the request to cancel.*COMMIT was not sent for 1_a/);
    assert.ok(performance.now() - asked < 15_000);
    assert.deepEqual(await query(`SELECT to_regclass('a') AS t`), [{ t: null }]);
  });

  test('a run that has to wait for another client can be given up', async () => {
    await reset();
    const holder = await openSession(target);
    await holder.simple('BEGIN');
    await holder.simple('SELECT 1');
    const abort = new AbortController();
    const asked = performance.now();
    setTimeout(() => abort.abort(), 300);
    const ended = await run(
      { '1_a.sql': 'CREATE TABLE a (id int);\n' },
      { signal: abort.signal, open: () => openSession(target, { connectTimeoutMs: 1_500 }) },
    );
    assert.ok(performance.now() - asked < 15_000);
    assert.notEqual(ended.outcome, 'done', ended.message);
    await holder.simple('ROLLBACK');
    await holder.close();
    assert.deepEqual(await query(`SELECT to_regclass('a') AS t`), [{ t: null }]);
  });

  test('a client that is gone leaves the database usable', async () => {
    await reset();
    const lost = await openSession(target);
    await lost.simple('BEGIN');
    await lost.simple('CREATE TABLE half (id int)');
    lost.destroy();
    const up = await run({ '1_a.sql': 'CREATE TABLE a (id int);\n' });
    assert.equal(up.outcome, 'done', up.message);
    assert.deepEqual(await query(`SELECT to_regclass('half') AS t`), [{ t: null }]);
  });

  test('two runs at once do not apply a migration twice', async () => {
    await reset();
    const files = { '1_a.sql': 'CREATE TABLE a (id int);\nSELECT 1;\n' };
    const results = await Promise.all([run(files), run(files)]);
    assert.ok(
      results.some((r) => r.outcome === 'done'),
      JSON.stringify(results),
    );
    assert.deepEqual(await query('SELECT version FROM schema_migrations'), [{ version: '1' }]);
  });

  test('the process ends while a migration runs: no commit was sent, and that is said', async () => {
    await reset();
    const ended = await run(
      { '1_a.sql': 'CREATE TABLE a (id int);\nCREATE TABLE b (id int);\n' },
      {
        patienceMs: 300,
        onProgress: ({ message }) => {
          if (message.includes('statement 2 of 2')) child.kill('SIGKILL');
        },
      },
    );
    assert.equal(ended.outcome, 'failed', ended.message);
    assert.match(ended.message, /COMMIT was not sent for 1_a/);
  });
});

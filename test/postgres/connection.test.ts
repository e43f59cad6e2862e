import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openSession } from '../../server/src/database/connect.js';
import type { RunInput } from '../../server/src/runner/input.js';
import type { RunOutcome } from '../../server/src/runner/outcome.js';
import { expectNothingUnhandled, loadParser, run, setOf, targetOf, terminate, until } from './kit.js';
import { type Cut, startProxy } from './proxy.js';
import { type Major, serverUnavailable, startServer, type TestServer } from './server.js';

const messages: string[] = [];
function keep(result: RunOutcome): RunOutcome {
  messages.push(JSON.stringify(result));
  return result;
}

expectNothingUnhandled();

for (const major of [14, 18] as readonly Major[]) {
  describe(`cancelling and losing connections on PostgreSQL ${major}`, {
    skip: serverUnavailable(major) ?? false,
    concurrency: 4,
  }, () => {
    let server: TestServer;
    before(async () => {
      await loadParser();
      server = await startServer({ major });
    });
    after(async () => {
      await server?.stop();
      assert.ok(messages.length > 10);
      for (const message of messages) assert.doesNotMatch(message, /sentinel/, 'no message holds the password');
    });

    const backends = async (database: string) =>
      server.query(
        `SELECT pid, wait_event_type FROM pg_stat_activity WHERE application_name = 'lockstep' AND datname = '${database}'`,
      );
    const running = (database: string, sql: string) =>
      until(async () => {
        const rows = await server.query(
          `SELECT 1 FROM pg_stat_activity WHERE application_name = 'lockstep' AND datname = '${database}' AND state = 'active' AND query LIKE '${sql}%'`,
        );
        return rows.length > 0;
      });
    const versions = async (database: string) =>
      (await server.query('SELECT version::text FROM schema_migrations ORDER BY 1', database)).map((r) => r.version);

    for (const tool of ['plain', 'golang-migrate'] as const) {
      test(`${tool}: a migration that waits for a lock is cancelled on the server, which rolls it back`, async () => {
        const database = await server.createDatabase();
        await server.query('CREATE TABLE t (id int)', database);
        const holder = server.query('BEGIN; LOCK TABLE t; SELECT pg_sleep(30)', database).catch(() => {});
        const abort = new AbortController();
        const file = tool === 'plain' ? '1_a.sql' : '1_a.up.sql';
        const set = setOf(tool, { [file]: 'CREATE TABLE made (id int);\nALTER TABLE t ADD COLUMN x int;' });
        const result = run(server, database, set, { signal: abort.signal, lockTimeoutMs: 60_000 });
        await running(database, 'ALTER TABLE t');
        const asked = performance.now();
        abort.abort();
        const ended = keep(await result);
        assert.ok(performance.now() - asked < 5_000);
        assert.equal(ended.outcome, 'cancelled', ended.message);
        assert.match(ended.message, /1_a was cancelled\. All of it was rolled back/);
        await until(async () => (await backends(database)).length === 0);
        assert.equal((await server.query(`SELECT to_regclass('made') AS t`, database))[0]?.t, null);
        assert.deepEqual(await versions(database), []);
        await terminate(server, database, 'BEGIN; LOCK');
        await holder;
      });
    }

    test('a cancel between two migrations keeps the first and does not start the second', async () => {
      const database = await server.createDatabase();
      const abort = new AbortController();
      const set = setOf('plain', { '1_a.sql': 'CREATE TABLE a (id int);', '2_b.sql': 'SELECT pg_sleep(30);' });
      const result = run(server, database, set, { signal: abort.signal });
      await running(database, 'SELECT pg_sleep');
      abort.abort();
      const ended = keep(await result);
      assert.equal(ended.outcome, 'cancelled');
      assert.match(ended.message, /2_b was cancelled.*Applied 1_a\./);
      assert.deepEqual(await versions(database), ['1']);
    });

    test('a cancelled CREATE INDEX CONCURRENTLY names the invalid index it leaves', async () => {
      const database = await server.createDatabase();
      await server.query('CREATE TABLE t (id int)', database);
      const holder = server.query('BEGIN; INSERT INTO t VALUES (1); SELECT pg_sleep(30)', database).catch(() => {});
      const abort = new AbortController();
      const set = setOf('plain', { '1_a.sql': 'CREATE INDEX CONCURRENTLY slow ON t (id);' });
      const result = run(server, database, set, { signal: abort.signal, lockTimeoutMs: 60_000 });
      await running(database, 'CREATE INDEX CONCURRENTLY');
      await sleep(200);
      abort.abort();
      const ended = keep(await result);
      assert.equal(ended.outcome, 'cancelled', ended.message);
      assert.match(ended.message, /DROP INDEX CONCURRENTLY "public"\."slow";/);
      await terminate(server, database, 'BEGIN; INSERT');
      await holder;
    });

    test('a cancel while another run holds the lock ends the wait', async () => {
      const database = await server.createDatabase();
      const set = setOf('plain', { '1_a.sql': 'SELECT pg_sleep(2);' });
      const first = run(server, database, set);
      await running(database, 'SELECT pg_sleep');
      const abort = new AbortController();
      const second = run(server, database, set, { signal: abort.signal, lockTimeoutMs: 60_000 });
      await sleep(150);
      abort.abort();
      assert.match(keep(await second).message, /Cancelled while waiting for another run/);
      assert.equal((await first).outcome, 'done');
    });

    test('a session that an administrator ends before COMMIT leaves nothing, and the result says so', async () => {
      for (const tool of ['plain', 'golang-migrate'] as const) {
        const database = await server.createDatabase();
        const file = tool === 'plain' ? '1_a.sql' : '1_a.up.sql';
        const set = setOf(tool, { [file]: 'CREATE TABLE a (id int);\nSELECT pg_sleep(30);' });
        const result = run(server, database, set);
        await running(database, 'SELECT pg_sleep');
        await terminate(server, database);
        const ended = keep(await result);
        assert.equal(ended.outcome, 'failed', ended.message);
        assert.match(ended.message, /COMMIT was not sent for 1_a, so the server rolled it back/);
        assert.deepEqual(await versions(database), []);
        assert.equal((await server.query(`SELECT to_regclass('a') AS t`, database))[0]?.t, null);
      }
    });

    test('a connection lost during a statement without a transaction is uncertain, and says what to check', async () => {
      const database = await server.createDatabase();
      const set = setOf('plain', {
        '1_a.sql': 'CREATE TABLE a (id int);\nVACUUM a;\nDO $$ BEGIN PERFORM pg_sleep(30); END $$;',
      });
      const result = run(server, database, set);
      await running(database, 'DO');
      await terminate(server, database);
      const ended = keep(await result);
      assert.equal(ended.outcome, 'uncertain', ended.message);
      assert.match(
        ended.message,
        /statement 3 of 3 was running and may have taken effect\. The 2 before it are done and stay/,
      );
    });

    test('a lost build of an index is uncertain, and a second connection names the invalid index', async () => {
      const database = await server.createDatabase();
      await server.query('CREATE TABLE t (id int)', database);
      const holder = server.query('BEGIN; INSERT INTO t VALUES (1); SELECT pg_sleep(30)', database).catch(() => {});
      const set = setOf('plain', { '1_a.sql': 'CREATE INDEX CONCURRENTLY slow ON t (id);' });
      const result = run(server, database, set, { lockTimeoutMs: 60_000 });
      await running(database, 'CREATE INDEX CONCURRENTLY');
      await sleep(200);
      await terminate(server, database);
      const ended = keep(await result);
      assert.equal(ended.outcome, 'uncertain', ended.message);
      assert.match(
        ended.message,
        /The index "public"\."slow" is invalid: run DROP INDEX CONCURRENTLY "public"\."slow";/,
      );
      assert.deepEqual(await versions(database).catch(() => []), []);
      await terminate(server, database, 'BEGIN; INSERT');
      await holder;
    });

    test('a statement that goes on without us is named with its process', async () => {
      const database = await server.createDatabase();
      const proxy = await startProxy(server);
      try {
        const set = setOf('golang-migrate', { '1_a.up.sql': 'DO $$ BEGIN PERFORM pg_sleep(30); END $$;' });
        const open = () => openSession(targetOf(server, database, { port: proxy.port }));
        const result = run(server, database, set, { open });
        await running(database, 'DO');
        const [{ pid }] = (await server.query(
          `SELECT pid FROM pg_stat_activity WHERE datname = '${database}' AND query LIKE 'DO%' AND state = 'active'`,
        )) as [{ pid: number }];
        proxy.strandAll();
        const ended = keep(await result);
        assert.equal(ended.outcome, 'uncertain', ended.message);
        assert.match(ended.message, new RegExp(`The server still runs it in process ${pid}: wait`));
        assert.match(ended.message, /schema_migrations says dirty.*migrate force/);
        assert.equal(await dirtyOf(database), true);
        await server.query(`SELECT pg_terminate_backend(${pid})`);
      } finally {
        await proxy.close();
      }
    });

    test('a line that went dead inside a transaction keeps no locks behind', async () => {
      const database = await server.createDatabase();
      await server.query('CREATE TABLE t (id int)', database);
      const proxy = await startProxy(server);
      try {
        const set = setOf('plain', { '1_a.sql': 'ALTER TABLE t ADD COLUMN x int;\nSELECT pg_sleep(30);' });
        const open = () => openSession(targetOf(server, database, { port: proxy.port }));
        const result = run(server, database, set, { open });
        await running(database, 'SELECT pg_sleep');
        proxy.strandAll();
        const ended = keep(await result);
        assert.equal(ended.outcome, 'failed', ended.message);
        assert.match(ended.message, /COMMIT was not sent for 1_a/);
        await until(async () => (await backends(database)).length === 0);
        assert.equal(
          (
            await run(server, database, setOf('plain', { '1_a.sql': 'ALTER TABLE t ADD COLUMN x int;' }), {
              lockTimeoutMs: 500,
            })
          ).outcome,
          'done',
        );
      } finally {
        await proxy.close();
      }
    });

    const throughProxy = async (
      tool: 'plain' | 'golang-migrate',
      how: Cut,
      refuse = false,
      direction: RunInput['direction'] = 'up',
    ) => {
      const database = await server.createDatabase();
      const proxy = await startProxy(server);
      try {
        const [up, down] = tool === 'plain' ? ['1_a.sql', '1_a.down.sql'] : ['1_a.up.sql', '1_a.down.sql'];
        const set = setOf(tool, { [up]: 'CREATE TABLE a (id int);\nSELECT 1;', [down]: 'DROP TABLE a;\nSELECT 1;' });
        if (direction === 'down') await run(server, database, set);
        if (refuse) proxy.refuseAfterCut();
        // golang-migrate's own bookkeeping commits too: cut at the one that follows our question for the transaction's id.
        let asked = false;
        const open = async () => {
          const session = await openSession(targetOf(server, database, { port: proxy.port }), {
            connectTimeoutMs: 1_000,
          });
          const { query } = session;
          session.query = async (sql, params) => {
            const answer = await query.call(session, sql, params);
            if (!asked && sql.includes('txid_current')) {
              asked = true;
              proxy.cutAt('COMMIT', how);
            }
            return answer;
          };
          return session;
        };
        const result = keep(await run(server, database, set, { open, direction, patienceMs: 1_000 }));
        const made = (await server.query(`SELECT to_regclass('a') IS NOT NULL AS yes`, database))[0]?.yes;
        return { result, made, versions: await versions(database), dirty: await dirtyOf(database) };
      } finally {
        await proxy.close();
      }
    };
    const dirtyOf = async (database: string) =>
      (
        await server.query(
          "SELECT 1 FROM information_schema.columns WHERE table_name = 'schema_migrations' AND column_name = 'dirty'",
          database,
        )
      ).length === 0
        ? undefined
        : (await server.query('SELECT dirty FROM schema_migrations', database))[0]?.dirty;

    for (const tool of ['plain', 'golang-migrate'] as const) {
      test(`${tool}: COMMIT done, answer lost: a second connection finds out that it is applied`, async () => {
        const { result, made, versions: rows, dirty } = await throughProxy(tool, 'swallowAnswer');
        assert.equal(result.outcome, 'done', result.message);
        assert.match(result.message, /second connection showed that it was committed/);
        assert.deepEqual([made, rows], [true, ['1']]);
        if (tool === 'golang-migrate') assert.equal(dirty, false);
      });

      test(`${tool}: COMMIT lost on its way: a second connection finds out that it was rolled back`, async () => {
        const { result, made, versions: rows } = await throughProxy(tool, 'swallowRequest');
        assert.equal(result.outcome, 'failed', result.message);
        assert.match(result.message, /second connection showed that it was rolled back/);
        assert.deepEqual([made, rows], [false, []]);
      });

      test(`${tool}: COMMIT lost on its way, and the server does not notice: the old session is ended, and with it its locks`, async () => {
        const { result, made, versions: rows } = await throughProxy(tool, 'strand');
        assert.equal(result.outcome, 'failed', result.message);
        assert.match(result.message, /second connection showed that it was rolled back/);
        assert.deepEqual([made, rows], [false, []]);
      });

      test(`${tool}: COMMIT without an answer and no way back is uncertain, and says where to look`, async () => {
        const { result, made } = await throughProxy(tool, 'swallowAnswer', true);
        assert.equal(result.outcome, 'uncertain', result.message);
        assert.match(result.message, /Look for 1 in schema_migrations/);
        assert.equal(made, true);
      });

      test(`${tool}: the same for a rollback`, async () => {
        const { result, made, versions: rows } = await throughProxy(tool, 'swallowAnswer', false, 'down');
        assert.equal(result.outcome, 'done', result.message);
        assert.deepEqual([made, rows], [false, []]);
      });
    }

    test('wrong password, unknown database, role and host, closed port: each has its sentence', async () => {
      const database = await server.createDatabase();
      const fail = async (change: Parameters<typeof targetOf>[2]) => {
        const error = await openSession(targetOf(server, database, change), { connectTimeoutMs: 2_000 }).then(
          (s) => s.close().then(() => assert.fail('connected')),
          (e: Error) => e,
        );
        messages.push(error.message);
        return error.message;
      };
      assert.match(await fail({ password: `${server.password}-wrong` }), /password for user postgres .* is wrong/);
      assert.match(await fail({ database: 'missing' }), /no database missing/);
      assert.match(await fail({ user: 'nobody_here' }), /password for user nobody_here .* is wrong/);
      assert.match(await fail({ port: 1 }), /No server listens at 127\.0\.0\.1:1/);
      assert.match(await fail({ host: '/nowhere/here' }), /no PostgreSQL socket/);
      assert.match(await fail({ ssl: 'require' }), /does not offer SSL/);
      assert.match(await fail({ ssl: 'verify-full' }), /does not offer SSL/);
      process.env.PGPASSFILE = '/nowhere/here';
      assert.match(await fail({ password: undefined }), /wants a password for user postgres, and none is at hand/);
      delete process.env.PGPASSFILE;
      const plain = await openSession(targetOf(server, database, { ssl: 'prefer' }));
      assert.match(plain.serverVersion, new RegExp(`^${major}\\.`));
      await plain.close();
      const socket = await openSession(targetOf(server, database, { host: server.socketDir }));
      await socket.close();
    });

    test('a server that accepts and stays silent is given up', async () => {
      const net = await import('node:net');
      const silent = net.createServer(() => {});
      await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
      const { port } = silent.address() as { port: number };
      await assert.rejects(
        openSession(targetOf(server, 'x', { port }), { connectTimeoutMs: 300 }),
        /did not answer in time/,
      );
      silent.close();
    });

    test('a database dropped while connected: the session says so, and nothing is unhandled', async () => {
      const database = await server.createDatabase();
      const session = await openSession(targetOf(server, database));
      let heard = '';
      session.onLost((reason) => {
        heard = reason;
      });
      await server.query(`DROP DATABASE ${database} WITH (FORCE)`);
      await until(async () => session.lost !== undefined);
      messages.push(heard);
      assert.match(heard, /was ended by the server: it was shut down, or an administrator or DROP DATABASE/);
      await assert.rejects(session.query('SELECT 1'), /was ended by the server/);
      await session.close();
    });

    test('a server that crashes mid-migration: not committed, and said so', async () => {
      const own = await startServer({ major });
      try {
        const database = await own.createDatabase();
        const set = setOf('plain', { '1_a.sql': 'CREATE TABLE a (id int);\nSELECT pg_sleep(30);' });
        const result = run(own, database, set, { patienceMs: 500 });
        await until(
          async () =>
            (await own.query(`SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'SELECT pg_sleep%'`))
              .length > 0,
        );
        await own.crash();
        const ended = keep(await result);
        assert.equal(ended.outcome, 'failed', ended.message);
        assert.match(ended.message, /COMMIT was not sent/);
      } finally {
        await own.stop();
      }
    });
  });
}

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MigrationSet } from '../../server/src/core/migrations/set.js';
import { statusOf } from '../../server/src/core/migrations/status.js';
import { openSession } from '../../server/src/database/connect.js';
import type { PgSession } from '../../server/src/database/session.js';
import type { RunInput } from '../../server/src/runner/input.js';
import type { RunNotice } from '../../server/src/runner/outcome.js';
import { chooseLedger } from '../../server/src/tools/choose.js';
import { expectNothingUnhandled, loadParser, run, setOf, targetOf, terminate, until, withSession } from './kit.js';
import { type Major, serverUnavailable, startServer, type TestServer } from './server.js';

expectNothingUnhandled();

/** One index, built outside a transaction, as each tool's files say it. */
const INDEX: Readonly<Record<string, (up: string, down: string) => Readonly<Record<string, string>>>> = {
  plain: (up, down) => ({ '1_i.sql': up, '1_i.down.sql': down }),
  'golang-migrate': (up, down) => ({ '1_i.up.sql': up, '1_i.down.sql': down }),
  diesel: (up, down) => ({
    '1_i/up.sql': up,
    '1_i/down.sql': down,
    '1_i/metadata.toml': 'run_in_transaction = false\n',
  }),
};

const BUILD = 'CREATE INDEX CONCURRENTLY i ON t (id);';
const DROP = 'DROP INDEX CONCURRENTLY i;';

for (const major of [14, 18] as readonly Major[]) {
  describe(`half-run migrations on PostgreSQL ${major}`, {
    skip: serverUnavailable(major) ?? false,
    concurrency: 4,
  }, () => {
    let server: TestServer;
    before(async () => {
      await loadParser();
      server = await startServer({ major });
    });
    after(() => server?.stop());

    const indexes = async (database: string) =>
      (
        await server.query(
          `SELECT c.relname || CASE WHEN indisvalid THEN '' ELSE ' INVALID' END AS i FROM pg_index JOIN pg_class c ON c.oid = indexrelid
            WHERE indrelid = 't'::regclass ORDER BY 1`,
          database,
        )
      ).map((row) => row.i);

    const recorded = (database: string, set: MigrationSet) =>
      withSession(server, database, async (s) => {
        const ledger = await chooseLedger(s, set, { table: undefined });
        const statuses = statusOf(set, await ledger.read(s, set), ledger.keeps);
        return statuses.map((m) => `${m.name} ${m.state}${m.halfRun ? ` (half ${m.halfRun})` : ''}`);
      });

    /** A run of which everything is gone at once, as after kill -9, when `sql` is about to be sent, or has been answered. */
    async function killed(
      database: string,
      set: MigrationSet,
      when: { readonly sql: RegExp; readonly answered: boolean },
      change: Partial<RunInput> = {},
    ) {
      const sessions: PgSession[] = [];
      let isDead = false;
      const die = () => {
        isDead = true;
        for (const session of sessions) session.destroy();
      };
      const open = async () => {
        if (isDead) throw new Error('gone');
        const session = await openSession(targetOf(server, database));
        sessions.push(session);
        const hook =
          <A extends unknown[], T>(send: (sql: string, ...rest: A) => Promise<T>) =>
          async (sql: string, ...rest: A): Promise<T> => {
            const hit = when.sql.test(sql);
            if (hit && !when.answered) die();
            const answer = await send.call(session, sql, ...rest);
            if (hit) die();
            return answer;
          };
        session.simple = hook(session.simple);
        session.query = hook(session.query) as PgSession['query'];
        return session;
      };
      const result = await run(server, database, set, { open, patienceMs: 0, ...change });
      await until(
        async () =>
          (
            await server.query(
              `SELECT 1 FROM pg_stat_activity WHERE datname = '${database}' AND application_name = 'lockstep'`,
            )
          ).length === 0,
      );
      return result;
    }

    /** A unique index that cannot be built, so that an INVALID one stays. */
    async function invalid(database: string, name = 'i') {
      await server.query('INSERT INTO t VALUES (1), (1)', database);
      await assert.rejects(server.query(`CREATE UNIQUE INDEX CONCURRENTLY ${name} ON t (id)`, database));
      await server.query('DELETE FROM t', database);
    }

    for (const tool of Object.keys(INDEX)) {
      const set = () => setOf(tool, INDEX[tool]!(BUILD, DROP));

      test(`${tool}: killed between the index and its record, it is recorded when it runs again`, async () => {
        const database = await server.createDatabase();
        await server.query('CREATE TABLE t (id int)', database);
        await killed(database, set(), { sql: /^CREATE INDEX/, answered: true });
        assert.deepEqual(await indexes(database), ['i']);
        assert.deepEqual(await recorded(database, set()), ['i failed (half up)']);
        const wrong = await run(server, database, set(), { direction: 'down' });
        assert.match(wrong.message, /1_i was interrupted while it was applied: apply it to its end first/);
        const again = await run(server, database, set());
        assert.equal(again.outcome, 'done', again.message);
        assert.match(again.message, /the index "public"\."i" is there and valid, so it was not run again/);
        assert.deepEqual(await recorded(database, set()), ['i applied']);
        assert.deepEqual(await server.query('SELECT 1 FROM lockstep_journal', database), []);
      });

      test(`${tool}: killed between the drop and its record, the rollback goes on`, async () => {
        const database = await server.createDatabase();
        await server.query('CREATE TABLE t (id int)', database);
        assert.equal((await run(server, database, set())).outcome, 'done');
        await killed(database, set(), { sql: /^DROP INDEX/, answered: true }, { direction: 'down' });
        assert.deepEqual(await indexes(database), []);
        assert.deepEqual(await recorded(database, set()), ['i failed (half down)']);
        const wrong = await run(server, database, set());
        assert.match(wrong.message, /The rollback of 1_i was interrupted: roll it back to its end first/);
        const again = await run(server, database, set(), { direction: 'down' });
        assert.equal(again.outcome, 'done', again.message);
        assert.match(again.message, /the index "i" is gone, so it was not run again/);
        assert.deepEqual(await recorded(database, set()), ['i pending']);
      });

      test(`${tool}: killed before the statement, it runs`, async () => {
        const database = await server.createDatabase();
        await server.query('CREATE TABLE t (id int)', database);
        await killed(database, set(), { sql: /^CREATE INDEX/, answered: false });
        const again = await run(server, database, set());
        assert.equal(again.outcome, 'done', again.message);
        assert.deepEqual(await indexes(database), ['i']);
      });

      for (const [what, sql] of [
        ['', 'CREATE UNIQUE INDEX CONCURRENTLY i ON t (id);'],
        [' (IF NOT EXISTS)', 'CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON t (id);'],
      ] as const) {
        test(`${tool}: an INVALID index in the way is named, and goes when that is accepted${what}`, async () => {
          const database = await server.createDatabase();
          await server.query('CREATE TABLE t (id int); INSERT INTO t VALUES (1), (1)', database);
          const unique = setOf(tool, INDEX[tool]!(sql, DROP));
          const first = await run(server, database, unique);
          assert.equal(first.outcome, 'failed');
          assert.match(first.message, /The index "public"\."i" is invalid: run DROP INDEX CONCURRENTLY/);
          await server.query('DELETE FROM t', database);
          const second = await run(server, database, unique);
          assert.equal(second.outcome, 'failed', second.message);
          assert.match(second.message, /the index "public"\."i" is INVALID, left by a run that did not finish/);
          assert.equal(second.consent, 'DROP INDEX CONCURRENTLY "public"."i"');
          assert.deepEqual(await indexes(database), ['i INVALID']);
          const third = await run(server, database, unique, { accepts: (what) => what === second.consent });
          assert.equal(third.outcome, 'done', third.message);
          assert.deepEqual(await indexes(database), ['i']);
          assert.deepEqual(await recorded(database, unique), ['i applied']);
        });
      }
    }

    for (const sql of ['CREATE INDEX i ON t (id);', 'CREATE INDEX IF NOT EXISTS i ON t (id);\nSELECT 1;']) {
      test(`an INVALID index is not recorded as built by ${sql.slice(0, 26)}`, async () => {
        const database = await server.createDatabase();
        await server.query('CREATE TABLE t (id int)', database);
        await invalid(database);
        for (const tool of ['plain', 'golang-migrate', 'diesel']) {
          const name = tool === 'golang-migrate' ? { ledger: { table: 'gm' } } : {};
          const result = await run(server, database, setOf(tool, INDEX[tool]!(sql, DROP)), name);
          assert.equal(result.outcome, 'failed', result.message);
          const said = `${result.message} ${result.failure?.hint ?? ''}`;
          assert.match(said, /index "public"\."i" is INVALID.*DROP INDEX CONCURRENTLY "public"\."i"/);
        }
        assert.deepEqual(await indexes(database), ['i INVALID']);
      });
    }

    test('REINDEX TABLE CONCURRENTLY leaves out an INVALID index with a warning: that is not success', async () => {
      const database = await server.createDatabase();
      await server.query('CREATE TABLE t (id int)', database);
      await invalid(database);
      const notices: RunNotice[] = [];
      const set = setOf('plain', { '1_r.sql': 'REINDEX TABLE CONCURRENTLY t;' });
      const result = await run(server, database, set, { onNotice: (notice) => notices.push(notice) });
      if (result.outcome === 'done') assert.deepEqual(await indexes(database), ['i'], 'it was rebuilt');
      else assert.match(result.message, /The index "public"\."i" is INVALID/);
    });

    test('an index of a partitioned table that stays invalid is said, and recorded', async () => {
      const database = await server.createDatabase();
      await server.query(
        'CREATE TABLE t (id int) PARTITION BY RANGE (id); CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (9)',
        database,
      );
      const set = setOf('plain', { '1_i.sql': 'CREATE INDEX i ON ONLY t (id);' });
      const result = await run(server, database, set);
      assert.equal(result.outcome, 'done', result.message);
      assert.match(result.message, /The index "public"\."i" of a partitioned table is not valid until/);
    });

    test('a file of several parts goes on behind those that are done, and repeats what only its session knew', async () => {
      const database = await server.createDatabase();
      const text =
        'SET search_path = inner_schema, public;\nCREATE TABLE t (id int);\nINSERT INTO t VALUES (1);\nCREATE INDEX CONCURRENTLY i ON t (id);\nBEGIN;\nINSERT INTO t VALUES (2);\nCOMMIT;\nSELECT 1 / (SELECT count(*) FROM public.switch);\nINSERT INTO t VALUES (3);\n';
      await server.query('CREATE SCHEMA inner_schema; CREATE TABLE public.switch (id int)', database);
      const set = setOf('plain', { '1_a.sql': text });
      const first = await run(server, database, set);
      assert.equal(first.outcome, 'failed');
      assert.match(first.message, /6 of its 9 statements ran, and they stay.*goes on behind them/);
      await server.query('INSERT INTO switch VALUES (1)', database);
      const again = await run(server, database, set);
      assert.equal(again.outcome, 'done', again.message);
      const rows = await server.query('SELECT id FROM inner_schema.t ORDER BY 1', database);
      assert.deepEqual(
        rows.map((r) => r.id),
        [1, 2, 3],
      );
      assert.match(first.message, /Lockstep made the table "public"\."lockstep_journal"/);
      assert.doesNotMatch(again.message, /made the table/);
    });

    test('what was done with another text than the file has now is not continued', async () => {
      const database = await server.createDatabase();
      const text = 'CREATE TABLE t (id int);\nVACUUM t;\nSELECT nope;\n';
      await run(server, database, setOf('plain', { '1_a.sql': text }));
      const edited = setOf('plain', { '1_a.sql': text.replace('id int', 'id bigint').replace('nope', '1') });
      const refused = await run(server, database, edited);
      assert.equal(refused.outcome, 'refused');
      assert.match(
        refused.message,
        /statement 1 was run on .* with another text.*DELETE FROM "public"\."lockstep_journal" WHERE/,
      );
      const corrected = await run(server, database, setOf('plain', { '1_a.sql': text.replace('nope', '1') }));
      assert.equal(corrected.outcome, 'done', corrected.message);
    });

    test('what a temporary table held cannot be continued', async () => {
      const database = await server.createDatabase();
      const text = 'CREATE TEMP TABLE seen (id int);\nINSERT INTO seen VALUES (1);\nVACUUM pg_class;\nSELECT nope;\n';
      await run(server, database, setOf('plain', { '1_a.sql': text }));
      const again = await run(server, database, setOf('plain', { '1_a.sql': text.replace('nope', '1') }));
      assert.equal(again.outcome, 'refused');
      assert.match(again.message, /temporary table, which is gone/);
    });

    test('procedural code of which nobody knows how far it came is only run again when that is accepted', async () => {
      const database = await server.createDatabase();
      await server.query('CREATE TABLE t (id int)', database);
      const text = 'DO $$ BEGIN INSERT INTO t VALUES (1); COMMIT; INSERT INTO t VALUES (2); COMMIT; END $$;';
      const set = setOf('plain', { '1_a.sql': text });
      await killed(database, set, { sql: /^DO/, answered: true });
      const refused = await run(server, database, set);
      assert.match(
        refused.message,
        /was begun on .* by a run that was interrupted, and whether it took effect cannot be told/,
      );
      assert.equal((await server.query('SELECT 1 FROM t', database)).length, 2);
      const again = await run(server, database, set, { accepts: (what) => what === 'run statement 1 again' });
      assert.equal(again.outcome, 'done', again.message);
      assert.equal((await server.query('SELECT 1 FROM t', database)).length, 4);
    });

    test('a half-detached partition is finished when that is accepted', async () => {
      const database = await server.createDatabase();
      await server.query(
        'CREATE TABLE p (id int) PARTITION BY RANGE (id); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (9)',
        database,
      );
      const holder = server.query('BEGIN; SELECT * FROM p; SELECT pg_sleep(30)', database).catch(() => {});
      const active = async (query: string) =>
        (
          await server.query(
            `SELECT 1 FROM pg_stat_activity WHERE datname = '${database}' AND query LIKE '${query}%' AND state = 'active'`,
          )
        ).length > 0;
      await until(() => active('BEGIN; SELECT'));
      const set = setOf('plain', { '1_d.sql': 'ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY;' });
      const abort = new AbortController();
      const running = run(server, database, set, { signal: abort.signal });
      await until(
        async () => (await server.query('SELECT 1 FROM pg_inherits WHERE inhdetachpending', database)).length > 0,
      );
      abort.abort();
      assert.equal((await running).outcome, 'cancelled');
      await terminate(server, database, 'BEGIN; SELECT');
      await holder;
      const refused = await run(server, database, set);
      assert.equal(refused.consent, 'ALTER TABLE "p" DETACH PARTITION "p1" FINALIZE', refused.message);
      const again = await run(server, database, set, { accepts: () => true });
      assert.equal(again.outcome, 'done', again.message);
      assert.deepEqual(await server.query('SELECT 1 FROM pg_inherits', database), []);
    });

    test('a lock_timeout does not end a build that waits for an old transaction, and the one waited for is named', async () => {
      const database = await server.createDatabase();
      await server.query('CREATE TABLE t (id int); CREATE TABLE other (id int)', database);
      const holder = server.query(
        'BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM other; SELECT pg_sleep(4); COMMIT',
        database,
      );
      await sleep(300);
      const seen: string[] = [];
      const result = await run(server, database, setOf('plain', { '1_i.sql': BUILD }), {
        lockTimeoutMs: 500,
        onProgress: ({ message }) => seen.push(message),
      });
      await holder;
      assert.equal(result.outcome, 'done', result.message);
      assert.match(
        seen.join('\n'),
        /Applying 1_i, waits for process \d+ \(postgres\), active, in its transaction for .*SELECT pg_sleep|BEGIN ISOLATION/,
      );
    });

    test('who held a lock too long is named when the wait ends', async () => {
      const database = await server.createDatabase();
      await server.query('CREATE TABLE t (id int)', database);
      const holder = server.query('BEGIN; LOCK TABLE t; SELECT pg_sleep(4)', database);
      await sleep(300);
      const result = await run(server, database, setOf('plain', { '1_a.sql': 'ALTER TABLE t ADD COLUMN x int;' }), {
        lockTimeoutMs: 1_600,
      });
      assert.equal(result.failure?.code, '55P03', result.message);
      assert.match(result.failure?.hint ?? '', /It waited for process \d+ .*BEGIN; LOCK TABLE t/);
      await holder;
    });

    test('notices and warnings are told with their place while the run goes on', async () => {
      const database = await server.createDatabase();
      const text =
        "SELECT 1;\nDO $$ BEGIN RAISE NOTICE 'copied % rows', 5; RAISE WARNING 'look'; END $$;\nCREATE TABLE IF NOT EXISTS t (id int);\nCREATE TABLE IF NOT EXISTS t (id int);";
      const heard: RunNotice[] = [];
      const result = await run(server, database, setOf('plain', { '1_a.sql': text }), {
        onNotice: (notice) => heard.push(notice),
      });
      assert.equal(result.outcome, 'done', result.message);
      assert.deepEqual(
        heard.map(({ severity, message, span }) => [severity, message, text.slice(span.start, span.start + 6)]),
        [
          ['NOTICE', 'copied 5 rows', 'DO $$ '],
          ['WARNING', 'look', 'DO $$ '],
          ['NOTICE', 'relation "t" already exists, skipping', 'CREATE'],
        ],
      );
      assert.deepEqual(result.notices, heard);
    });

    for (const give of ['DISCARD ALL;', 'SELECT pg_advisory_unlock_all();']) {
      test(`${give} in a file does not give the lock away`, async () => {
        const database = await server.createDatabase();
        const set = setOf('plain', {
          '1_a.sql': `${give}\nDO $$ BEGIN PERFORM pg_sleep(0.7); END $$;\nCREATE TABLE a (id int);`,
        });
        const results = await Promise.all([0, 1, 2].map(() => run(server, database, set)));
        assert.deepEqual(
          results.map((r) => r.outcome).sort(),
          ['done', 'refused', 'refused'],
          results.map((r) => r.message).join('\n'),
        );
      });
    }

    test('a lock that is lost on the way stops the run before it records, and nothing stays', async () => {
      const database = await server.createDatabase();
      const set = setOf('plain', { '1_a.sql': 'CREATE TABLE a (id int);\nSELECT pg_sleep(1);' });
      const running = run(server, database, set);
      await until(
        async () =>
          (
            await server.query(
              `SELECT 1 FROM pg_stat_activity WHERE datname = '${database}' AND query LIKE 'SELECT pg_sleep%' AND state = 'active'`,
            )
          ).length > 0,
      );
      await server.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${database}' AND application_name = 'lockstep' AND state = 'idle'`,
      );
      const result = await running;
      assert.equal(result.outcome, 'failed', result.message);
      assert.match(result.message, /lock of this run was lost.*All of it was rolled back/);
      assert.equal((await server.query(`SELECT to_regclass('a') AS t`, database))[0]?.t, null);
    });

    test('a file that rolls back in the middle is recorded, and what it took back is said', async () => {
      const database = await server.createDatabase();
      const text = 'BEGIN;\nCREATE TABLE a (id int);\nROLLBACK;\nCREATE TABLE b (id int);';
      const result = await run(server, database, setOf('plain', { '1_a.sql': text }));
      assert.equal(result.outcome, 'done', result.message);
      assert.match(result.message, /Statements 1 to 3 were rolled back by the file itself/);
    });

    test('the second transaction of a file fails: the first stays, and the next run begins behind it', async () => {
      for (const tool of ['plain', 'golang-migrate', 'diesel']) {
        const database = await server.createDatabase();
        const text =
          'BEGIN;\nCREATE TABLE a (id int);\nCOMMIT;\nBEGIN;\nCREATE TABLE b (id int);\nSELECT nope;\nCOMMIT;';
        const result = await run(server, database, setOf(tool, INDEX[tool]!(text, DROP)));
        assert.equal(result.outcome, 'failed');
        assert.match(result.message, /3 of its 7 statements ran, and they stay; it is not recorded as applied/);
        const fixed = setOf(tool, INDEX[tool]!(text.replace('nope', '1'), DROP));
        const again = await run(server, database, fixed);
        assert.equal(again.outcome, 'done', `${tool}: ${again.message}`);
        assert.deepEqual(await recorded(database, fixed), ['i applied']);
      }
    });

    test('the role and the encoding of a file do not reach the ledger, and come back for its next statements', async () => {
      const database = await server.createDatabase();
      await server.query(
        `CREATE ROLE weak_${database}; GRANT CREATE, USAGE ON SCHEMA public TO weak_${database}`,
        database,
      );
      const text = `SET ROLE weak_${database};\nSET client_encoding = 'LATIN1';\nCREATE TABLE mine (id int);\nVACUUM mine;\nBEGIN;\nCREATE TABLE mine2 (id int);\nCOMMIT;\nCREATE TABLE mine3 (id int);\n`;
      const result = await run(server, database, setOf('plain', { '1_größe.sql': text }));
      assert.equal(result.outcome, 'done', result.message);
      const owners = await server.query(
        `SELECT DISTINCT pg_get_userbyid(relowner) AS o FROM pg_class WHERE relname LIKE 'mine%'`,
        database,
      );
      assert.deepEqual(owners, [{ o: `weak_${database}` }]);
      assert.deepEqual(await server.query('SELECT name FROM schema_migrations', database), [{ name: 'größe' }]);
    });

    test('a statement whose note cannot be written has run all the same, and is said to stay', async () => {
      const database = await server.createDatabase();
      const text = "DO $$ BEGIN CREATE TABLE t (id int); EXECUTE 'DROP TABLE lockstep_journal'; END $$;\nVACUUM;";
      const result = await run(server, database, setOf('plain', { '1_a.sql': text }));
      assert.equal(result.outcome, 'failed');
      assert.match(result.message, /1 of its 2 statements ran, and it stays.*could not be noted in the journal/);
    });

    test('a transaction that the file makes read-only is recorded behind it', async () => {
      const database = await server.createDatabase();
      const set = setOf('plain', {
        '1_a.sql': 'BEGIN READ ONLY;\nSELECT 1;\nCOMMIT;',
        '2_b.sql': 'SET default_transaction_read_only = on;\nBEGIN;\nSELECT 1;\nCOMMIT;',
      });
      const result = await run(server, database, set);
      assert.equal(result.outcome, 'done', result.message);
      assert.equal((await server.query('SELECT 1 FROM schema_migrations', database)).length, 2);
    });

    test('a database that is read-only by default is left alone, unless the migration says otherwise', async () => {
      const database = await server.createDatabase();
      await server.query('CREATE TABLE schema_migrations (version text PRIMARY KEY)', database);
      await server.query(`ALTER DATABASE ${database} SET default_transaction_read_only = on`);
      const refused = await run(server, database, setOf('plain', { '1_a.sql': 'SELECT 1;' }));
      assert.equal(refused.outcome, 'refused');
      assert.match(
        refused.message,
        /set to read-only \(default_transaction_read_only = on\), and 1_a does not say otherwise/,
      );
      for (const text of [
        'SET TRANSACTION READ WRITE;\nCREATE TABLE a (id int);',
        'BEGIN READ WRITE;\nCREATE TABLE b (id int);\nCOMMIT;',
        'SET default_transaction_read_only = off;\nBEGIN;\nCREATE TABLE c (id int);\nCOMMIT;',
      ]) {
        const name = /TABLE (.)/.exec(text)![1]!;
        const files = setOf('plain', { [`1_${name}.sql`]: text });
        const result = await run(server, database, files, { ledger: { table: `ledger_${name}` } });
        assert.equal(result.outcome, 'done', `${text}\n${result.message}`);
      }
    });
  });
}

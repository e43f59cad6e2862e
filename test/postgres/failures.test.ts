import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { emptyCatalog } from '../../server/src/core/catalog/empty.js';
import { effectOf } from '../../server/src/core/effects/effectOf.js';
import { expectNothingUnhandled, loadParser, readScript, run, setOf, terminate, until, withSession } from './kit.js';
import { type Major, serverUnavailable, startServer, type TestServer } from './server.js';

expectNothingUnhandled();

for (const major of [14, 18] as readonly Major[]) {
  describe(`failures and transactions on PostgreSQL ${major}`, {
    skip: serverUnavailable(major) ?? false,
    concurrency: 4,
  }, () => {
    let server: TestServer;
    const exists = async (database: string, name: string) =>
      (await server.query(`SELECT to_regclass('${name}') IS NOT NULL AS yes`, database))[0]?.yes === true;
    before(async () => {
      await loadParser();
      server = await startServer({ major });
    });
    after(() => server?.stop());

    test('a failing statement undoes its migration, keeps those before, and starts none after', async () => {
      const database = await server.createDatabase();
      const set = setOf('plain', {
        '1_a.sql': 'CREATE TABLE a (id int);',
        '2_b.sql': 'CREATE TABLE b (id int);\nALTER TABLE missing ADD COLUMN x int;\n',
        '3_c.sql': 'CREATE TABLE c (id int);',
      });
      const result = await run(server, database, set);
      assert.equal(result.outcome, 'failed');
      assert.deepEqual(
        result.completed.map((c) => c.id),
        ['1'],
      );
      assert.equal(result.failure?.code, '42P01');
      assert.match(
        result.message,
        /2_b failed: relation "missing" does not exist\. All of it was rolled back.*Applied 1_a\./,
      );
      assert.deepEqual(
        [await exists(database, 'a'), await exists(database, 'b'), await exists(database, 'c')],
        [true, false, false],
      );
      const rows = await server.query('SELECT version FROM schema_migrations', database);
      assert.deepEqual(rows, [{ version: '1' }]);
    });

    test('the server’s position is found in a file with a BOM, CRLF, emoji and accents', async () => {
      const database = await server.createDatabase();
      const text =
        '\uFEFF-- é 🐘 comment\r\nCREATE TABLE t (id int);\r\n/* 日本 🐘🐘 */ SELECT \'ü🐘\' AS "straße🐘", nope_col FROM t;\r\n';
      const result = await run(server, database, setOf('plain', { '1_a.sql': text }));
      assert.equal(result.outcome, 'failed');
      const { span } = result.failure ?? {};
      assert.ok(span);
      assert.equal(text.slice(span.start, span.end), 'nope_col');
      assert.equal(result.failure?.uri, 'file:///w/migrations/1_a.sql');
    });

    test('detail and hint of the server are handed on', async () => {
      const database = await server.createDatabase();
      const text = 'CREATE TABLE t (id int PRIMARY KEY);\nINSERT INTO t VALUES (1), (1);\nSELECT 1;';
      const { failure } = await run(server, database, setOf('plain', { '1_a.sql': text }));
      assert.equal(failure?.code, '23505');
      assert.match(failure?.detail ?? '', /\(id\)=\(1\)/);
      assert.equal(text.slice(failure?.span?.start, failure?.span?.end), 'INSERT INTO t VALUES (1), (1)');
      const other = await run(server, database, setOf('plain', { '1_a.sql': "SELECT lenght('a'::text);" }));
      assert.match(other.failure?.hint ?? '', /type casts/);
    });

    test('a constraint that fails at COMMIT undoes everything, and no statement is blamed', async () => {
      const database = await server.createDatabase();
      const text = `CREATE TABLE p (id int PRIMARY KEY);
        CREATE TABLE c (p int REFERENCES p DEFERRABLE INITIALLY DEFERRED);
        INSERT INTO c VALUES (9);`;
      const result = await run(server, database, setOf('plain', { '1_a.sql': text }));
      assert.equal(result.outcome, 'failed');
      assert.equal(result.failure?.code, '23503');
      assert.equal(result.failure?.span, undefined);
      assert.equal(await exists(database, 'p'), false);
      assert.equal((await server.query('SELECT 1 FROM schema_migrations', database)).length, 0);
    });

    test('a failed CREATE INDEX CONCURRENTLY names the invalid index and the statement that removes it', async () => {
      const database = await server.createDatabase();
      await server.query('CREATE TABLE t (id int); INSERT INTO t VALUES (1), (1)', database);
      const set = setOf('plain', {
        '1_a.sql': 'CREATE TABLE first (id int);\nCREATE UNIQUE INDEX CONCURRENTLY "T key" ON t (id);\n',
      });
      const result = await run(server, database, set);
      assert.equal(result.outcome, 'failed');
      assert.match(result.message, /1 of its 2 statements ran, and it stays/);
      assert.match(result.message, /DROP INDEX CONCURRENTLY "public"\."T key";/);
      assert.equal(await exists(database, 'first'), true);
      assert.equal((await server.query('SELECT 1 FROM schema_migrations', database)).length, 0);
      // The advice works.
      await server.query('DROP INDEX CONCURRENTLY "public"."T key"', database);
    });

    test('CREATE INDEX CONCURRENTLY where the tool wraps it fails as it would there, and leaves nothing', async () => {
      const database = await server.createDatabase();
      const set = setOf('golang-migrate', {
        '1_a.up.sql': 'CREATE TABLE t (id int);\nCREATE INDEX CONCURRENTLY i ON t (id);\n',
      });
      const result = await run(server, database, set);
      assert.equal(result.failure?.code, '25001');
      assert.equal(await exists(database, 't'), false);
    });

    test('a file with its own BEGIN and COMMIT runs as it is', async () => {
      const database = await server.createDatabase();
      const own = 'BEGIN;\nCREATE TABLE a (id int);\nCOMMIT;\nCREATE INDEX CONCURRENTLY i ON a (id);\n';
      assert.equal((await run(server, database, setOf('plain', { '1_a.sql': own }))).outcome, 'done');
      const broken = 'BEGIN;\nCREATE TABLE b (id int);\nSELECT nope;\nCOMMIT;\n';
      const failed = await run(server, database, setOf('plain', { '1_a.sql': own, '2_b.sql': broken }));
      assert.match(failed.message, /All of it was rolled back/);
      assert.equal(await exists(database, 'b'), false);
    });

    test('savepoints do not take the transaction away', async () => {
      const database = await server.createDatabase();
      const text =
        'SAVEPOINT s;\nCREATE TABLE a (id int);\nROLLBACK TO SAVEPOINT s;\nCREATE TABLE b (id int);\nSELECT nope;';
      await run(server, database, setOf('plain', { '1_a.sql': text }));
      assert.equal(await exists(database, 'b'), false);
    });

    test('what one migration sets does not reach the next', async () => {
      const database = await server.createDatabase();
      const set = setOf('plain', {
        '1_a.sql': "SET work_mem = '99MB';\nSELECT 1;",
        '2_b.sql':
          "CREATE TABLE seen AS SELECT current_setting('work_mem') AS m, current_setting('lock_timeout') AS l;",
      });
      await run(server, database, set);
      assert.deepEqual(await server.query('SELECT * FROM seen', database), [{ m: '4MB', l: '5s' }]);
    });

    test('files that cannot run whole are refused with the place, and nothing is sent', async () => {
      const database = await server.createDatabase();
      const cases: readonly (readonly [string, RegExp, string | undefined])[] = [
        ['', /no statement.*not recorded as done/, undefined],
        ['-- only a comment\n', /no statement/, undefined],
        ['CREATE TABLE a (id int);\nCREATE TABEL b (id int);', /syntax error at or near "TABEL"/, 'TABEL'],
        ['CREATE TABLE a (id int);\n\\i other.sql\n', /is a command of psql/, undefined],
        ['CREATE TABLE a (id int);\nCOPY a FROM stdin;\n1\n\\.\n', /needs data from the client/, 'COPY a FROM stdin'],
        ['CREATE TABLE a (id int);\nINSERT INTO a VALUES (:one);', /placeholder :one has no value/, ':one'],
        ['BEGIN;\nCREATE TABLE a (id int);', /never committed/, 'BEGIN'],
        ['BEGIN;\nCREATE TABLE a (id int);\nCOMMIT AND CHAIN;\nSELECT 1;', /never committed/, 'COMMIT AND CHAIN'],
        [
          "BEGIN;\nCREATE TABLE a (id int);\nPREPARE TRANSACTION 'x';",
          /PREPARE TRANSACTION leaves/,
          "PREPARE TRANSACTION 'x'",
        ],
        ['BEGIN;\nCREATE TABLE a (id int);\nROLLBACK;', /nothing that the file does is committed/, 'ROLLBACK'],
      ];
      for (const [text, message, at] of cases) {
        const result = await run(server, database, setOf('plain', { '1_a.sql': text }));
        assert.equal(result.outcome, 'refused', text);
        assert.match(result.message, message);
        if (at) assert.equal(text.slice(result.failure?.span?.start, result.failure?.span?.end), at);
      }
      assert.equal(await exists(database, 'a'), false);
      assert.equal(await exists(database, 'schema_migrations'), false);
    });

    test('a placeholder in quotes is data', async () => {
      const database = await server.createDatabase();
      const text = "CREATE TABLE t (m text);\nINSERT INTO t VALUES ('Hello \x24{name} :user');";
      const result = await run(server, database, setOf('plain', { '1_a.sql': text }));
      assert.equal(result.outcome, 'done', result.message);
    });

    test('a plan that changed since it was confirmed is refused', async () => {
      const database = await server.createDatabase();
      const set = setOf('plain', { '1_a.sql': 'SELECT 1;', '2_b.sql': 'SELECT 2;' });
      const result = await run(server, database, set, { expected: ['2'] });
      assert.equal(result.outcome, 'refused');
      assert.match(result.message, /has changed since it was confirmed/);
      assert.equal((await run(server, database, set, { expected: ['1', '2'] })).outcome, 'done');
    });

    test('an applied file that was changed, or is gone, stops the next apply', async () => {
      const database = await server.createDatabase();
      await run(server, database, setOf('plain', { '1_a.sql': 'SELECT 1;' }));
      const changed = await run(server, database, setOf('plain', { '1_a.sql': 'SELECT 11;', '2_b.sql': 'SELECT 2;' }));
      assert.match(changed.message, /1_a\.sql was changed after it had been applied/);
      const gone = await run(server, database, setOf('plain', { '2_b.sql': 'SELECT 2;' }));
      assert.match(gone.message, /has version 1, but its file is not in this folder/);
      const crlf = await run(
        server,
        database,
        setOf('plain', { '1_a.sql': '\uFEFFSELECT 1;', '2_b.sql': 'SELECT 2;' }),
      );
      assert.equal(crlf.outcome, 'done', crlf.message);
    });

    test('two runs at once: one waits, and then finds nothing left to do', async () => {
      const database = await server.createDatabase();
      const set = setOf('plain', { '1_a.sql': 'SELECT pg_sleep(0.6);\nCREATE TABLE a (id int);' });
      const results = await Promise.all([run(server, database, set), run(server, database, set)]);
      assert.deepEqual(results.map((r) => r.outcome).sort(), ['done', 'refused'], JSON.stringify(results));
      assert.ok(results.some((r) => /There is nothing to do/.test(r.message)));
      assert.equal((await server.query('SELECT 1 FROM schema_migrations', database)).length, 1);
    });

    test('a run that waits too long for another says who holds the lock', async () => {
      const database = await server.createDatabase();
      const set = setOf('golang-migrate', { '1_a.up.sql': 'SELECT pg_sleep(1.2);' });
      const first = run(server, database, set);
      await new Promise((resolve) => setTimeout(resolve, 300));
      const second = await run(server, database, set, { lockTimeoutMs: 200 });
      assert.equal(second.outcome, 'refused');
      assert.match(second.message, /Another migration run holds the lock of this database \(process \d+, lockstep\)/);
      assert.equal((await first).outcome, 'done');
    });

    test('a lock that does not come in time fails with a hint', async () => {
      const database = await server.createDatabase();
      await server.query('CREATE TABLE t (id int)', database);
      const holder = server.query('BEGIN; LOCK TABLE t; SELECT pg_sleep(1.5)', database);
      await new Promise((resolve) => setTimeout(resolve, 300));
      const result = await run(server, database, setOf('plain', { '1_a.sql': 'ALTER TABLE t ADD COLUMN x int;' }), {
        lockTimeoutMs: 200,
      });
      assert.equal(result.outcome, 'failed');
      assert.equal(result.failure?.code, '55P03');
      assert.match(result.failure?.hint ?? '', /Another session holds a lock/);
      await holder;
    });

    test('what the server refuses in a transaction is known before, and nothing else is', async () => {
      const database = await server.createDatabase();
      await server.query(
        `CREATE TABLE t (id int PRIMARY KEY, v text); CREATE INDEX i ON t (v); CREATE TYPE mood AS ENUM ('ok');
         CREATE TABLE p (id int) PARTITION BY RANGE (id); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (9);
         CREATE MATERIALIZED VIEW m AS SELECT id FROM t; CREATE UNIQUE INDEX mi ON m (id);
         CREATE PROCEDURE commits() LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$`,
        database,
      );
      const statements = [
        'CREATE INDEX CONCURRENTLY j ON t (v)',
        'DROP INDEX CONCURRENTLY i',
        'REINDEX INDEX CONCURRENTLY i',
        'REINDEX TABLE CONCURRENTLY t',
        'REINDEX TABLE t',
        'REINDEX SCHEMA public',
        'ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY',
        'ALTER TABLE p DETACH PARTITION p1',
        'VACUUM t',
        'VACUUM (ANALYZE) t',
        'ANALYZE t',
        'CLUSTER t USING i',
        'CLUSTER',
        'CREATE DATABASE other',
        'DROP DATABASE IF EXISTS other',
        "CREATE TABLESPACE s LOCATION '/nowhere'",
        'DROP TABLESPACE IF EXISTS s',
        "ALTER SYSTEM SET work_mem = '4MB'",
        "ALTER TYPE mood ADD VALUE 'sad'",
        'REFRESH MATERIALIZED VIEW CONCURRENTLY m',
        'DO $$ BEGIN COMMIT; END $$',
        'DO $$ BEGIN PERFORM 1; END $$',
        "CREATE SUBSCRIPTION s CONNECTION 'dbname=none' PUBLICATION p",
        "CREATE SUBSCRIPTION s CONNECTION 'dbname=none' PUBLICATION p WITH (connect = false)",
        'DROP TABLE t CASCADE',
        'TRUNCATE t',
        'LOCK TABLE t',
      ];
      const wrong: string[] = [];
      for (const sql of statements) {
        const [statement] = readScript(sql).statements;
        assert.ok(statement, sql);
        const refused = await server.query(`BEGIN; ${sql}; ROLLBACK`, database).then(
          () => false,
          (error: { code?: string }) => error.code === '25001' || error.code === '2D000',
        );
        const effect = effectOf(statement, emptyCatalog(), { pg: major, bornHere: new Set() });
        if ((effect.transaction === 'forbidden') !== refused)
          wrong.push(`${sql}: the server ${refused ? 'refuses' : 'takes'} it`);
      }
      assert.deepEqual(wrong, []);
    });

    test('rows that a migration selects do not pile up in memory', async () => {
      const database = await server.createDatabase();
      const set = setOf('plain', { '1_a.sql': "SELECT g, repeat('x', 200) FROM generate_series(1, 600000) g;" });
      const before = process.memoryUsage().heapUsed;
      const result = await run(server, database, set);
      assert.equal(result.outcome, 'done', result.message);
      assert.ok(process.memoryUsage().heapUsed - before < 100_000_000);
      const rows = await withSession(
        server,
        database,
        async (s) => (await s.simple('SELECT 1 AS a; SELECT g FROM generate_series(1, 5) g')).rows,
      );
      assert.deepEqual(
        rows.map((r) => r.g),
        [1, 2, 3, 4, 5],
      );
    });

    test('a statement that hangs is stopped by the statement timeout, and undone', async () => {
      const database = await server.createDatabase();
      const set = setOf('plain', { '1_a.sql': 'CREATE TABLE a (id int);\nSELECT pg_sleep(60);' });
      const result = await run(server, database, set, { statementTimeoutMs: 300 });
      assert.equal(result.outcome, 'failed');
      assert.equal(result.failure?.code, '57014');
      assert.match(result.message, /statement timeout\. All of it was rolled back/);
      assert.equal(await exists(database, 'a'), false);
    });

    test('a COMMIT that hangs on a deferred constraint is cancelled, and rolls back', async () => {
      const database = await server.createDatabase();
      await server.query(
        `CREATE TABLE t (id int);
         CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(30); RETURN NULL; END $$;
         CREATE CONSTRAINT TRIGGER late AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION slow()`,
        database,
      );
      const abort = new AbortController();
      const running = run(server, database, setOf('plain', { '1_a.sql': 'INSERT INTO t VALUES (1);' }), {
        signal: abort.signal,
      });
      await until(async () => {
        const found = await server.query(
          `SELECT 1 FROM pg_stat_activity WHERE query = 'COMMIT' AND state = 'active' AND datname = '${database}'`,
        );
        return found.length > 0;
      });
      abort.abort();
      const result = await running;
      assert.equal(result.outcome, 'cancelled', result.message);
      assert.match(result.message, /All of it was rolled back/);
      assert.equal((await server.query('SELECT 1 FROM t', database)).length, 0);
      assert.equal((await server.query('SELECT 1 FROM schema_migrations', database)).length, 0);
    });

    test('code that commits as it goes is not said to be undone', async () => {
      const database = await server.createDatabase();
      const text = `CREATE TABLE t (id int);
DO $$ BEGIN
  INSERT INTO t VALUES (1);
  COMMIT;
  INSERT INTO t VALUES (1 / (SELECT count(*) FROM t WHERE id = 7));
END $$;`;
      const result = await run(server, database, setOf('plain', { '1_a.sql': text }));
      assert.equal(result.outcome, 'failed');
      assert.equal(result.failure?.code, '22012');
      assert.match(result.message, /1 of its 2 statements ran.*may commit as it goes: what that committed stays/);
      assert.equal((await server.query('SELECT 1 FROM t', database)).length, 1);
      const alone = await run(server, database, setOf('golang-migrate', { '2_b.up.sql': text.slice(25) }), {
        ledger: { table: 'gm' },
      });
      assert.match(alone.message, /what that committed stays.*gm says dirty/);
      assert.deepEqual(await server.query('SELECT version::int, dirty FROM gm', database), [
        { version: 2, dirty: true },
      ]);
    });

    test('a cancelled DETACH PARTITION CONCURRENTLY names what finishes it', async () => {
      const database = await server.createDatabase();
      await server.query(
        'CREATE TABLE p (id int) PARTITION BY RANGE (id); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (9)',
        database,
      );
      const holder = server.query('BEGIN; SELECT * FROM p; SELECT pg_sleep(30)', database).catch(() => {});
      await until(
        async () => (await server.query(`SELECT 1 FROM pg_locks WHERE relation = 'p1'::regclass`, database)).length > 0,
      );
      const abort = new AbortController();
      const running = run(
        server,
        database,
        setOf('plain', { '1_a.sql': 'ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY;' }),
        {
          signal: abort.signal,
          lockTimeoutMs: 60_000,
        },
      );
      await until(
        async () => (await server.query(`SELECT 1 FROM pg_inherits WHERE inhdetachpending`, database)).length > 0,
      );
      abort.abort();
      const result = await running;
      assert.equal(result.outcome, 'cancelled', result.message);
      const remedy = /run (ALTER TABLE "public"\."p" DETACH PARTITION "public"\."p1" FINALIZE;)/.exec(
        result.message,
      )?.[1];
      assert.ok(remedy, result.message);
      await terminate(server, database, 'BEGIN; SELECT');
      await holder;
      await server.query(remedy, database);
    });

    test('a ledger that another session keeps locked is waited for, and the wait ends', async () => {
      const database = await server.createDatabase();
      const set = setOf('plain', { '1_a.sql': 'SELECT 1;', '2_b.sql': 'SELECT 2;' });
      await run(server, database, set, { target: 'next' });
      const holder = server.query('BEGIN; LOCK TABLE schema_migrations; SELECT pg_sleep(4)', database).catch(() => {});
      await until(
        async () =>
          (
            await server.query(
              `SELECT 1 FROM pg_locks WHERE relation = 'schema_migrations'::regclass AND granted`,
              database,
            )
          ).length > 0,
      );
      const late = await run(server, database, set, { lockTimeoutMs: 200 });
      assert.equal(late.outcome, 'refused');
      assert.match(late.message, /schema_migrations could not be read: another session holds a lock on it/);
      const abort = new AbortController();
      const waiting = run(server, database, set, { signal: abort.signal, lockTimeoutMs: 60_000 });
      setTimeout(() => abort.abort(), 200);
      assert.equal((await waiting).outcome, 'cancelled');
      await terminate(server, database, 'BEGIN; LOCK');
      await holder;
    });

    test('a ledger that cannot be written after the fact: the result says that the migration stays', async () => {
      const database = await server.createDatabase();
      const set = setOf('plain', {
        '1_a.sql': 'CREATE TABLE a (id int);',
        '2_b.sql': "ALTER TABLE schema_migrations ADD CHECK (version <> '2');\nVACUUM a;",
      });
      const result = await run(server, database, set);
      assert.equal(result.outcome, 'failed');
      assert.match(
        result.message,
        /Its statements ran and stay, but schema_migrations could not be written\. When it is run again, it is only recorded/,
      );
      await server.query('ALTER TABLE schema_migrations DROP CONSTRAINT schema_migrations_version_check', database);
      assert.equal((await run(server, database, set)).outcome, 'done');
    });

    test('every kind of place is found: first word, quoted name, after a tab, at the end', async () => {
      const database = await server.createDatabase();
      await server.query('CREATE TABLE "Über" (id int)', database);
      const cases: readonly (readonly [string, string])[] = [
        ['SELECT "Über"."nicht da" FROM "Über";', '"Über"."nicht da"'.slice(0, 6)],
        ['-- 🐘🐘🐘\r\nSELECT\t\'🐘\',\r\n\tfehlt\r\nFROM "Über";', 'fehlt'],
        ['SELECT id FROM "Über" WHERE id = ANY (keine);', 'keine'],
        ['ALTER TABLE "Über" ADD COLUMN x nope_type;', 'nope_type'],
        ['SELECT 1 +;', ''],
      ];
      for (const [text, at] of cases) {
        const { failure, outcome } = await run(server, database, setOf('plain', { '1_a.sql': text }));
        if (at === '') assert.equal(outcome, 'refused');
        else assert.equal(text.slice(failure?.span?.start, failure?.span?.end), at, text);
      }
    });
  });
}

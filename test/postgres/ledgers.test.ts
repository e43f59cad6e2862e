import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { chooseLedger } from '../../server/src/tools/choose.js';
import { expectNothingUnhandled, loadParser, run, setOf, withSession } from './kit.js';
import { type Major, serverUnavailable, startServer, type TestServer } from './server.js';

const [SEPARATOR, OUTSIDE] = ['---- create above / drop below ----', '---- tern: disable-tx ----'];

const FILES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  flyway: {
    'V1__users.sql': 'CREATE TABLE users (id bigint PRIMARY KEY);\n',
    'U1__users.sql': 'DROP TABLE users;\n',
    'V1_2__email.sql': 'ALTER TABLE users ADD COLUMN email text;\n',
    'U1_2__email.sql': 'ALTER TABLE users DROP COLUMN email;\n',
    'V1.10__index.sql': 'CREATE INDEX CONCURRENTLY users_email ON users (email);\n',
    'U1.10__index.sql': 'DROP INDEX CONCURRENTLY users_email;\n',
  },
  plain: {
    '001_users.sql': 'CREATE TABLE users (id bigint PRIMARY KEY);\n',
    '001_users.down.sql': 'DROP TABLE users;\n',
    '002_email.sql': 'ALTER TABLE users ADD COLUMN email text;\n',
    '002_email.down.sql': 'ALTER TABLE users DROP COLUMN email;\n',
    '003_index.sql': 'CREATE INDEX CONCURRENTLY users_email ON users (email);\n',
    '003_index.down.sql': 'DROP INDEX CONCURRENTLY users_email;\n',
  },
  'golang-migrate': {
    '000001_users.up.sql': 'CREATE TABLE users (id bigint PRIMARY KEY);\nCREATE TABLE other (id int);\n',
    '000001_users.down.sql': 'DROP TABLE other;\nDROP TABLE users;\n',
    '000002_email.up.sql': 'ALTER TABLE users ADD COLUMN email text;\n',
    '000002_email.down.sql': 'ALTER TABLE users DROP COLUMN email;\n',
    '000003_index.up.sql': 'CREATE INDEX CONCURRENTLY users_email ON users (email);\n',
    '000003_index.down.sql': 'DROP INDEX CONCURRENTLY users_email;\n',
  },
  goose: {
    '20240131101500_users.sql':
      '-- +goose Up\nCREATE TABLE users (id bigint PRIMARY KEY);\n-- +goose Down\nDROP TABLE users;\n',
    '20240201101500_email.sql':
      '-- +goose Up\nALTER TABLE users ADD COLUMN email text;\n-- +goose Down\nALTER TABLE users DROP COLUMN email;\n',
    '20240202101500_index.sql':
      '-- +goose NO TRANSACTION\n-- +goose Up\nCREATE INDEX CONCURRENTLY users_email ON users (email);\n-- +goose Down\nDROP INDEX CONCURRENTLY users_email;\n',
  },
  dbmate: {
    '20240131101500_users.sql':
      '-- migrate:up\nCREATE TABLE users (id bigint PRIMARY KEY);\n-- migrate:down\nDROP TABLE users;\n',
    '20240201101500_email.sql':
      '-- migrate:up\nALTER TABLE users ADD COLUMN email text;\n-- migrate:down\nALTER TABLE users DROP COLUMN email;\n',
    '20240202101500_index.sql':
      '-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY users_email ON users (email);\n-- migrate:down transaction:false\nDROP INDEX CONCURRENTLY users_email;\n',
  },
  'sql-migrate': {
    '20240131101500-users.sql':
      '-- +migrate Up\nCREATE TABLE users (id bigint PRIMARY KEY);\n-- +migrate Down\nDROP TABLE users;\n',
    '20240201101500-email.sql':
      '-- +migrate Up\nALTER TABLE users ADD COLUMN email text;\n-- +migrate Down\nALTER TABLE users DROP COLUMN email;\n',
    '20240202101500-index.sql':
      '-- +migrate Up notransaction\nCREATE INDEX CONCURRENTLY users_email ON users (email);\n-- +migrate Down notransaction\nDROP INDEX CONCURRENTLY users_email;\n',
  },
  tern: {
    '001_users.sql': `CREATE TABLE users (id bigint PRIMARY KEY);\n${SEPARATOR}\nDROP TABLE users;\n`,
    '002_email.sql': `ALTER TABLE users ADD COLUMN email text;\n${SEPARATOR}\nALTER TABLE users DROP COLUMN email;\n`,
    '003_index.sql': `${OUTSIDE}\nCREATE INDEX CONCURRENTLY users_email ON users (email);\n${SEPARATOR}\n${OUTSIDE}\nDROP INDEX CONCURRENTLY users_email;\n`,
  },
  sqlx: {
    '20240131101500_users.up.sql': 'CREATE TABLE users (id bigint PRIMARY KEY);\n',
    '20240131101500_users.down.sql': 'DROP TABLE users;\n',
    '20240201101500_email.up.sql': 'ALTER TABLE users ADD COLUMN email text;\n',
    '20240201101500_email.down.sql': 'ALTER TABLE users DROP COLUMN email;\n',
    '20240202101500_index.up.sql': '-- no-transaction\nCREATE INDEX CONCURRENTLY users_email ON users (email);\n',
    '20240202101500_index.down.sql': '-- no-transaction\nDROP INDEX CONCURRENTLY users_email;\n',
  },
  'node-pg-migrate': {
    '1706695200000_users.sql':
      '-- Up Migration\nCREATE TABLE users (id bigint PRIMARY KEY);\n-- Down Migration\nDROP TABLE users;\n',
    '1706781600000_email.sql':
      '-- Up Migration\nALTER TABLE users ADD COLUMN email text;\n-- Down Migration\nALTER TABLE users DROP COLUMN email;\n',
    '1706868000000_index.sql':
      '-- Up Migration\nCREATE INDEX users_email ON users (email);\n-- Down Migration\nDROP INDEX users_email;\n',
  },
  diesel: {
    '2024-01-31-101500_users/up.sql': 'CREATE TABLE users (id bigint PRIMARY KEY);\n',
    '2024-01-31-101500_users/down.sql': 'DROP TABLE users;\n',
    '2024-02-01-101500_email/up.sql': 'ALTER TABLE users ADD COLUMN email text;\n',
    '2024-02-01-101500_email/down.sql': 'ALTER TABLE users DROP COLUMN email;\n',
    '2024-02-02-101500_index/up.sql': 'CREATE INDEX CONCURRENTLY users_email ON users (email);\n',
    '2024-02-02-101500_index/down.sql': 'DROP INDEX CONCURRENTLY users_email;\n',
    '2024-02-02-101500_index/metadata.toml': 'run_in_transaction = false\n',
  },
};

expectNothingUnhandled();

for (const major of [14, 18] as readonly Major[]) {
  describe(`ledgers on PostgreSQL ${major}`, { skip: serverUnavailable(major) ?? false, concurrency: 4 }, () => {
    let server: TestServer;
    before(async () => {
      await loadParser();
      server = await startServer({ major });
    });
    after(() => server?.stop());

    for (const tool of [
      'plain',
      'golang-migrate',
      'diesel',
      'goose',
      'dbmate',
      'sql-migrate',
      'tern',
      'node-pg-migrate',
      'flyway',
      'sqlx',
    ] as const) {
      test(`${tool}: everything applies, and rolls back one by one to nothing`, async () => {
        const database = await server.createDatabase();
        const set = setOf(tool, FILES[tool]);
        const up = await run(server, database, set);
        assert.equal(up.outcome, 'done', up.message);
        assert.equal(up.completed.length, 3);
        const indexes = await server.query(
          `SELECT 1 FROM pg_index WHERE indexrelid = 'users_email'::regclass AND indisvalid`,
          database,
        );
        assert.equal(indexes.length, 1);
        for (let left = 2; left >= 0; left--) {
          const down = await run(server, database, set, { direction: 'down' });
          assert.equal(down.outcome, 'done', down.message);
          const entries = await withSession(server, database, async (s) => {
            const ledger = await chooseLedger(s, set, { table: undefined });
            return (await ledger.read(s, set)).entries.map((e) => e.version);
          });
          assert.deepEqual(
            entries,
            set.migrations.slice(0, left).map((m) => m.version),
          );
        }
        const [users] = await server.query(`SELECT to_regclass('users') AS name`, database);
        assert.equal(users?.name, null);
        const none = await run(server, database, set, { direction: 'down' });
        assert.equal(none.outcome, 'refused');
        assert.match(none.message, /nothing to roll back/);
      });
    }

    test('the plain ledger records name, time, duration and checksum', async () => {
      const database = await server.createDatabase();
      await run(server, database, setOf('plain', FILES.plain), { target: 'next' });
      const [row] = await server.query(
        "SELECT *, now() - applied_at < interval '1 min' AS fresh FROM schema_migrations",
        database,
      );
      assert.equal(row?.version, '001');
      assert.equal(row?.name, 'users');
      assert.equal(row?.fresh, true);
      assert.match(String(row?.checksum), /^[0-9a-f]{64}$/);
      assert.equal(typeof row?.execution_time_ms, 'number');
    });

    test('flyway: the row of a migration, a failed one that a run outside a transaction leaves, and a repeatable', async () => {
      const database = await server.createDatabase();
      const users = FILES.flyway!['V1__users.sql']!;
      const bad = {
        'V1__users.sql': `${users}INSERT INTO users VALUES (0);\n`,
        'sub/V2__Bad_index.sql': 'CREATE UNIQUE INDEX CONCURRENTLY i ON users ((1 / id));\n',
        'R__names.sql': 'CREATE OR REPLACE VIEW names AS SELECT id FROM users;\n',
      };
      const rows = () =>
        server.query(
          'SELECT installed_rank AS rank, version, description, type, script, checksum, success FROM flyway_schema_history ORDER BY 1',
          database,
        );
      const failed = await run(server, database, setOf('flyway', bad));
      assert.equal(failed.outcome, 'failed');
      // As Flyway 13.12.1 writes them for the same files.
      const first = { rank: 1, version: '1', description: 'users', type: 'SQL', script: 'V1__users.sql' };
      const index = { rank: 2, version: '2', description: 'Bad index', type: 'SQL', script: 'sub/V2__Bad_index.sql' };
      const kept = (await rows()).map(({ checksum, ...row }) => row);
      assert.deepEqual(kept, [
        { ...first, success: true },
        { ...index, success: false },
      ]);
      // Once the cause is gone the run goes on, and the failed row makes room for a good one.
      await server.query('DELETE FROM users', database);
      const again = await run(server, database, setOf('flyway', bad), { accepts: () => true });
      assert.equal(again.outcome, 'done', again.message);
      assert.deepEqual(
        (await rows()).map((row) => [row.version, row.description, row.success]),
        [
          ['1', 'users', true],
          ['2', 'Bad index', true],
          [null, 'names', true],
        ],
      );
      const changed = { ...bad, 'R__names.sql': 'CREATE OR REPLACE VIEW names AS SELECT id FROM users; -- again\n' };
      const third = await run(server, database, setOf('flyway', changed));
      assert.deepEqual(
        third.completed.map((c) => c.id),
        ['R__names'],
      );
      assert.equal((await rows()).length, 4);
      assert.equal((await run(server, database, setOf('flyway', changed))).idle, true);
    });

    test('flyway: a history with migrations in Java is left to Flyway', async () => {
      const database = await server.createDatabase();
      assert.equal((await run(server, database, setOf('flyway', FILES.flyway), { target: 'next' })).outcome, 'done');
      await server.query(
        `INSERT INTO flyway_schema_history VALUES (2, '1.1', 'code', 'JDBC', 'db.V1_1__code', NULL, 'x', now(), 1, true)`,
        database,
      );
      const refused = await run(server, database, setOf('flyway', FILES.flyway));
      assert.equal(refused.outcome, 'refused');
      assert.match(refused.message, /db\.V1_1__code.*Apply with Flyway/);
      assert.equal((await run(server, database, setOf('flyway', FILES.flyway), { direction: 'down' })).outcome, 'done');
    });

    test('flyway: a history that begins in a schema with tables, or elsewhere than the search path, is refused', async () => {
      const database = await server.createDatabase();
      await server.query('CREATE TABLE old (id int); CREATE SCHEMA app', database);
      const full = await run(server, database, setOf('flyway', FILES.flyway));
      assert.equal(full.outcome, 'refused');
      assert.match(full.message, /not empty/);
      const elsewhere = Object.assign(setOf('flyway', FILES.flyway), { table: '"app"."flyway_schema_history"' });
      const away = await run(server, database, elsewhere);
      assert.equal(away.outcome, 'refused');
      assert.match(away.message, /search path/);
    });

    test('golang-migrate has one clean row after success, as its own command leaves it', async () => {
      const database = await server.createDatabase();
      await run(server, database, setOf('golang-migrate', FILES['golang-migrate']), { target: 'next' });
      assert.deepEqual(await server.query('SELECT version::int, dirty FROM schema_migrations', database), [
        { version: 1, dirty: false },
      ]);
    });

    test('golang-migrate says dirty while a script runs', async () => {
      const database = await server.createDatabase();
      const seen = 'CREATE TABLE seen AS SELECT version, dirty FROM schema_migrations;\nSELECT 1;\n';
      const result = await run(server, database, setOf('golang-migrate', { '7_a.up.sql': seen }));
      assert.equal(result.outcome, 'done', result.message);
      assert.deepEqual(await server.query('SELECT version::int, dirty FROM seen', database), [
        { version: 7, dirty: true },
      ]);
    });

    test('golang-migrate: a failure that was rolled back leaves the version before, clean', async () => {
      const database = await server.createDatabase();
      const set = setOf('golang-migrate', {
        '1_a.up.sql': 'SELECT 1;',
        '2_b.up.sql': 'CREATE TABLE x (id int);\nSELECT nope();\n',
      });
      const result = await run(server, database, set);
      assert.equal(result.outcome, 'failed');
      assert.deepEqual(await server.query('SELECT version::int, dirty FROM schema_migrations', database), [
        { version: 1, dirty: false },
      ]);
    });

    test('golang-migrate: a dirty database is refused with the command that helps', async () => {
      const database = await server.createDatabase();
      await server.query(
        'CREATE TABLE schema_migrations (version bigint not null primary key, dirty boolean not null); INSERT INTO schema_migrations VALUES (2, true)',
        database,
      );
      const result = await run(server, database, setOf('golang-migrate', FILES['golang-migrate']));
      assert.equal(result.outcome, 'refused');
      assert.match(result.message, /dirty at 000002_email.*migrate force 2/);
    });

    test('a table of a foreign shape is refused and left as it is', async () => {
      const database = await server.createDatabase();
      await server.query('CREATE TABLE schema_migrations (id int, tag text NOT NULL)', database);
      for (const tool of ['plain', 'golang-migrate'] as const) {
        const result = await run(server, database, setOf(tool, FILES[tool]));
        assert.equal(result.outcome, 'refused');
        assert.match(result.message, /schema_migrations has the columns \(id integer, tag text\)/);
      }
      assert.deepEqual(await server.query('SELECT * FROM schema_migrations', database), []);
      assert.equal((await server.query(`SELECT to_regclass('users') AS t`, database))[0]?.t, null);
    });

    test('a view under the ledger’s name and a Rails table are refused', async () => {
      const database = await server.createDatabase();
      await server.query('CREATE VIEW schema_migrations AS SELECT 1 AS version', database);
      assert.match((await run(server, database, setOf('plain', FILES.plain))).message, /is not a table/);
      await server.query(
        'DROP VIEW schema_migrations; CREATE TABLE schema_migrations (version varchar PRIMARY KEY); CREATE TABLE ar_internal_metadata (key varchar)',
        database,
      );
      assert.match((await run(server, database, setOf('plain', FILES.plain))).message, /belongs to Rails/);
    });

    test('a table of another tool is refused and left as it is, until the settings name that tool', async () => {
      const database = await server.createDatabase();
      await server.query(
        'CREATE TABLE schema_migrations (version bigint primary key, dirty boolean not null); INSERT INTO schema_migrations VALUES (1, false); CREATE TABLE users (id int)',
        database,
      );
      const refused = await run(server, database, setOf('plain', FILES.plain), { target: 'next' });
      assert.equal(refused.outcome, 'refused');
      assert.match(refused.message, /has the columns \(version bigint, dirty boolean\)/);
      const named = setOf('golang-migrate', FILES.plain, 'suffix-dot-down');
      const result = await run(server, database, named, { target: 'next' });
      assert.equal(result.outcome, 'done', result.message);
      assert.deepEqual(
        result.completed.map((c) => c.version),
        ['2'],
      );
      assert.deepEqual(await server.query('SELECT version::int, dirty FROM schema_migrations', database), [
        { version: 2, dirty: false },
      ]);
    });

    test('a database that another tool keeps is refused, and the tool is named', async () => {
      const database = await server.createDatabase();
      await server.query(
        'CREATE TABLE flyway_schema_history (installed_rank int PRIMARY KEY, version text, script text NOT NULL)',
        database,
      );
      for (const tool of ['plain', 'golang-migrate', 'diesel']) {
        const result = await run(server, database, setOf(tool, FILES[tool]));
        assert.equal(result.outcome, 'refused');
        assert.match(result.message, /kept by Flyway: its tracking table "public"\."flyway_schema_history" is there/);
      }
      assert.equal((await server.query(`SELECT to_regclass('users') AS t`, database))[0]?.t, null);
      await server.query(
        `CREATE TABLE schema_migrations (version text PRIMARY KEY); INSERT INTO schema_migrations VALUES ('001'); CREATE TABLE users (id int)`,
        database,
      );
      const both = await run(server, database, setOf('plain', FILES.plain), { target: 'next' });
      assert.equal(both.outcome, 'done', both.message);
    });

    test('a home-made table of two columns is kept as it is', async () => {
      const database = await server.createDatabase();
      await server.query(
        `CREATE TABLE schema_migrations (version text PRIMARY KEY, applied_at timestamptz DEFAULT now()); INSERT INTO schema_migrations VALUES ('001'); CREATE TABLE users (id int)`,
        database,
      );
      const result = await run(server, database, setOf('plain', FILES.plain), { target: 'next' });
      assert.equal(result.outcome, 'done', result.message);
      assert.deepEqual(
        await server.query('SELECT version, applied_at IS NOT NULL AS t FROM schema_migrations ORDER BY 1', database),
        [
          { version: '001', t: true },
          { version: '002', t: true },
        ],
      );
    });

    test('a table name from a setting is quoted, schema and all', async () => {
      const database = await server.createDatabase();
      await server.query('CREATE SCHEMA "Odd Schema"', database);
      const table = '"Odd Schema"."my ""ledger""; DROP TABLE x"';
      const result = await run(server, database, setOf('plain', FILES.plain), { ledger: { table } });
      assert.equal(result.outcome, 'done', result.message);
      const rows = await server.query(`SELECT count(*)::int AS n FROM ${table}`, database);
      assert.equal(rows[0]?.n, 3);
    });

    test('a script that empties the search path and changes the role does not lose the ledger', async () => {
      const database = await server.createDatabase();
      await server.query(`CREATE ROLE weak_${database}`);
      const sql = `SELECT pg_catalog.set_config('search_path', '', false);\nCREATE TABLE public.dumped (id int);\nSET ROLE weak_${database};\n`;
      const result = await run(
        server,
        database,
        setOf('plain', { '1_dump.sql': sql, '2_next.sql': 'CREATE TABLE after_dump (id int);' }),
      );
      assert.equal(result.outcome, 'done', result.message);
      assert.equal((await server.query('SELECT 1 FROM schema_migrations', database)).length, 2);
      assert.equal((await server.query('SELECT 1 FROM public.after_dump', database)).length, 0);
    });

    test('a user who may not read the ledger is told so', async () => {
      const database = await server.createDatabase();
      await run(server, database, setOf('plain', FILES.plain));
      await server.query(`CREATE ROLE reader_${database} LOGIN PASSWORD 'x'`);
      const { openSession } = await import('../../server/src/database/connect.js');
      const { targetOf } = await import('./kit.js');
      const open = () => openSession(targetOf(server, database, { user: `reader_${database}`, password: 'x' }));
      const result = await run(server, database, setOf('plain', FILES.plain), { open });
      assert.equal(result.outcome, 'refused');
      assert.match(result.message, /may not read all of schema_migrations/);
    });
  });
}

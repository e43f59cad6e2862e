import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { MigrationSet } from '../../server/src/core/migrations/set.js';
import type { RunInput } from '../../server/src/runner/input.js';
import { chooseLedger } from '../../server/src/tools/choose.js';
import { expectNothingUnhandled, loadParser, run, runAt, setOf, targetOf, withSession } from './kit.js';
import { type Major, serverUnavailable, startServer, type TestServer } from './server.js';

expectNothingUnhandled();

/** A migration with a transaction, and one without. */
const FILES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  plain: {
    '1_a.sql': 'CREATE TABLE a (id int);',
    '1_a.down.sql': 'DROP TABLE a;',
    '2_i.sql': 'CREATE INDEX CONCURRENTLY i ON a (id);',
  },
  'golang-migrate': {
    '1_a.up.sql': 'CREATE TABLE a (id int);',
    '1_a.down.sql': 'DROP TABLE a;',
    '2_i.up.sql': 'CREATE INDEX CONCURRENTLY i ON a (id);',
  },
  diesel: {
    '1_a/up.sql': 'CREATE TABLE a (id int);',
    '1_a/down.sql': 'DROP TABLE a;',
    '2_i/up.sql': 'CREATE INDEX CONCURRENTLY i ON a (id);',
    '2_i/metadata.toml': 'run_in_transaction = false\n',
  },
};

const TABLES: Readonly<Record<string, string>> = {
  plain: 'CREATE TABLE schema_migrations (version text PRIMARY KEY, name text)',
  'golang-migrate': 'CREATE TABLE schema_migrations (version bigint NOT NULL PRIMARY KEY, dirty boolean NOT NULL)',
  diesel:
    'CREATE TABLE __diesel_schema_migrations (version varchar(50) PRIMARY KEY NOT NULL, run_on timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP)',
};

const nameOf = (tool: string) => (tool === 'diesel' ? '__diesel_schema_migrations' : 'schema_migrations');

for (const major of [14, 18] as readonly Major[]) {
  describe(`ledgers that would not be true, PostgreSQL ${major}`, {
    skip: serverUnavailable(major) ?? false,
    concurrency: 4,
  }, () => {
    let server: TestServer;
    before(async () => {
      await loadParser();
      server = await startServer({ major });
    });
    after(() => server?.stop());

    const exists = async (database: string, name: string) =>
      (await server.query(`SELECT to_regclass('${name}') AS t`, database))[0]?.t !== null;

    /** Runs as a role of its own that owns nothing but what it makes. */
    async function asRole(database: string, set: MigrationSet, grants: string, change: Partial<RunInput> = {}) {
      const user = `app_${database}`;
      await server.query(
        `CREATE ROLE ${user} LOGIN PASSWORD 'app-password'; GRANT CREATE, USAGE ON SCHEMA public TO ${user}; ${grants.replaceAll('APP', user)}`,
        database,
      );
      return runAt(targetOf(server, database, { user, password: 'app-password' }), set, change);
    }

    for (const tool of Object.keys(FILES)) {
      for (const [what, sql] of [
        [
          'a trigger',
          `CREATE FUNCTION gone() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; CREATE TRIGGER gone BEFORE INSERT ON ${nameOf(tool)} FOR EACH ROW EXECUTE FUNCTION gone()`,
        ],
        ['a rule', `CREATE RULE gone AS ON INSERT TO ${nameOf(tool)} DO INSTEAD NOTHING`],
      ] as const) {
        test(`${tool}: ${what} that takes the row away is noticed, and the migration is not "applied"`, async () => {
          const database = await server.createDatabase();
          await server.query(`${TABLES[tool]}; ${sql}`, database);
          const result = await run(server, database, setOf(tool, FILES[tool]), { target: 'next' });
          assert.equal(result.outcome === 'failed' || result.outcome === 'refused', true, result.message);
          assert.match(result.message, /written without an error, but .* a trigger or a rule of the table takes it/);
          assert.equal(result.completed.length, 0);
          assert.equal(await exists(database, 'a'), false, result.message);
        });
      }

      test(`${tool}: rows that row level security hides are not taken for absent`, async () => {
        const database = await server.createDatabase();
        await server.query(`${TABLES[tool]}; ALTER TABLE ${nameOf(tool)} ENABLE ROW LEVEL SECURITY`, database);
        await run(server, database, setOf(tool, FILES[tool]), { target: 'next' });
        const result = await asRole(
          database,
          setOf(tool, FILES[tool]),
          `GRANT ALL ON ALL TABLES IN SCHEMA public TO APP; CREATE POLICY mine ON ${nameOf(tool)} USING (false)`,
        );
        assert.equal(result.outcome, 'refused', result.message);
        assert.match(result.message, /may not read all of .* row level security/);
        assert.equal(await exists(database, 'i'), false);
      });

      test(`${tool}: who may not write the ledger is told so before the first statement`, async () => {
        const database = await server.createDatabase();
        await run(server, database, setOf(tool, FILES[tool]), { target: 'next' });
        const result = await asRole(
          database,
          setOf(tool, FILES[tool]),
          `GRANT SELECT ON ALL TABLES IN SCHEMA public TO APP; ALTER TABLE a OWNER TO APP`,
        );
        assert.equal(result.outcome, 'refused', result.message);
        assert.match(result.message, /may not INSERT.* on "public"\."\w+", so nothing could be recorded/);
        assert.equal(await exists(database, 'i'), false);
      });

      test(`${tool}: a row without a version is a problem that is said`, async () => {
        const database = await server.createDatabase();
        const loose = TABLES[tool]!.replaceAll('PRIMARY KEY', '').replaceAll('NOT NULL', '');
        await server.query(`${loose}; INSERT INTO ${nameOf(tool)} (version) VALUES (NULL)`, database);
        const result = await run(server, database, setOf(tool, FILES[tool]));
        assert.equal(result.outcome, 'refused');
        assert.match(result.message, /has a row without a version \(NULL\)/);
      });
    }

    test('grants on columns are enough', async () => {
      const database = await server.createDatabase();
      const set = setOf('plain', FILES.plain);
      await server.query(TABLES.plain!, database);
      const result = await asRole(
        database,
        set,
        'GRANT SELECT (version, name), INSERT (version, name) ON schema_migrations TO APP',
        { target: 'next' },
      );
      assert.equal(result.outcome, 'done', result.message);
    });

    test('a schema in which nothing stays is no place for the ledger', async () => {
      const database = await server.createDatabase();
      for (const table of ['pg_temp.schema_migrations', 'pg_catalog.x', 'information_schema.x']) {
        const result = await run(server, database, setOf('plain', FILES.plain), { ledger: { table } });
        assert.equal(result.outcome, 'refused');
        assert.match(result.message, /nothing stays there/);
      }
      assert.equal(await exists(database, 'a'), false);
    });

    test('a search path without a schema is said in words', async () => {
      const database = await server.createDatabase();
      await server.query(`ALTER DATABASE ${database} SET search_path = nowhere`);
      const result = await run(server, database, setOf('plain', FILES.plain));
      assert.equal(result.outcome, 'refused');
      assert.match(result.message, /search path of this connection names no schema that exists.*ledgerTable/);
    });

    test('a version that was renamed from 1 to 0001 since loses its row when it is rolled back', async () => {
      const database = await server.createDatabase();
      await run(server, database, setOf('plain', FILES.plain), { target: 'next' });
      const renamed = setOf('plain', { '0001_a.sql': FILES.plain!['1_a.sql']!, '0001_a.down.sql': 'DROP TABLE a;' });
      const result = await run(server, database, renamed, { direction: 'down' });
      assert.equal(result.outcome, 'done', result.message);
      const left = await withSession(server, database, async (s) =>
        (await chooseLedger(s, renamed, { table: undefined })).read(s, renamed),
      );
      assert.deepEqual(left.entries, []);
    });
  });
}

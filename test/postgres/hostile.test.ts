import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { expectNothingUnhandled, loadParser, run, setOf } from './kit.js';
import { type Major, serverUnavailable, startServer, type TestServer } from './server.js';

expectNothingUnhandled();

for (const major of [14, 18] as readonly Major[]) {
  describe(`scripts that change who and where they are, on PostgreSQL ${major}`, {
    skip: serverUnavailable(major) ?? false,
    concurrency: 4,
  }, () => {
    let server: TestServer;
    before(async () => {
      await loadParser();
      server = await startServer({ major });
    });
    after(() => server?.stop());

    for (const tool of ['plain', 'golang-migrate'] as const) {
      const name = (n: number) => (tool === 'plain' ? `${n}_m.sql` : `${n}_m.up.sql`);
      for (const become of ['SET ROLE', 'SET LOCAL ROLE', 'SET SESSION AUTHORIZATION']) {
        test(`${become} ends before the ledger of ${tool} is written and before the next migration`, async () => {
          const database = await server.createDatabase();
          const role = `r_${database}`;
          await server.query(`CREATE ROLE ${role}`);
          const set = setOf(tool, {
            [name(1)]:
              `SELECT 1;\n${become} ${role};\nSET search_path = nowhere;\nSET standard_conforming_strings = off;`,
            [name(2)]: 'CREATE TABLE seen AS SELECT current_user::text AS u;\nSELECT 1;',
          });
          const result = await run(server, database, set);
          assert.equal(result.outcome, 'done', result.message);
          assert.deepEqual(await server.query('SELECT u FROM public.seen', database), [{ u: server.user }]);
          const [row] = await server.query('SELECT max(version)::text AS v FROM public.schema_migrations', database);
          assert.equal(row?.v, '2');
        });
      }
    }

    test('a role that the database gives at login is kept: what is made belongs to it', async () => {
      const database = await server.createDatabase();
      const owner = `o_${database}`;
      await server.query(`CREATE ROLE ${owner}; GRANT ALL ON DATABASE ${database} TO ${owner}`);
      await server.query(`GRANT ALL ON SCHEMA public TO ${owner}`, database);
      await server.query(`ALTER DATABASE ${database} SET role = '${owner}'`);
      const set = setOf('plain', {
        '1_a.sql': 'CREATE TABLE a (id int);\nRESET SESSION AUTHORIZATION;\nSET ROLE postgres;',
        '2_b.sql': 'CREATE TABLE b (id int);',
      });
      const result = await run(server, database, set);
      assert.equal(result.outcome, 'done', result.message);
      const owners = await server.query(
        `SELECT tablename AS t, tableowner AS o FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`,
        database,
      );
      assert.deepEqual(
        owners,
        ['a', 'b', 'schema_migrations'].map((t) => ({ t, o: owner })),
      );
    });

    test('a NUL byte is refused before anything is sent, with its place', async () => {
      const database = await server.createDatabase();
      const text = 'CREATE TABLE a (id int);\nSELECT 1;\0DROP TABLE a;\n';
      const result = await run(server, database, setOf('plain', { '1_a.sql': text }));
      assert.equal(result.outcome, 'refused', result.message);
      assert.ok(result.failure?.span !== undefined && result.failure.span.end >= text.indexOf('\0'), result.message);
    });

    test('COPY … TO STDOUT does no harm', async () => {
      const database = await server.createDatabase();
      const result = await run(
        server,
        database,
        setOf('plain', { '1_a.sql': 'COPY (SELECT generate_series(1, 5000)) TO STDOUT;\nCREATE TABLE a (id int);' }),
      );
      assert.equal(result.outcome, 'done', result.message);
    });

    test('a ledger may be called anything', async () => {
      const names = [
        '"odd ""name"""',
        '"x; DROP TABLE victim; --"',
        '"a.b"',
        'Mixed',
        '__proto__',
        '"$1"',
        '"it\'s"',
        '"ü 💥"',
      ];
      for (const table of names) {
        const database = await server.createDatabase();
        await server.query('CREATE TABLE victim (id int)', database);
        const set = setOf('plain', { '1_a.sql': 'CREATE TABLE a (id int);', '1_a.down.sql': 'DROP TABLE a;' });
        const up = await run(server, database, set, { ledger: { table } });
        assert.equal(up.outcome, 'done', `${table}: ${up.message}`);
        const tables = await server.query(`SELECT tablename AS t FROM pg_tables WHERE schemaname = 'public'`, database);
        const plain = table.startsWith('"') ? table.slice(1, -1).replaceAll('""', '"') : table;
        assert.deepEqual(tables.map((t) => String(t.t)).sort(), ['a', plain, 'victim'].sort());
        const down = await run(server, database, set, { ledger: { table }, direction: 'down' });
        assert.equal(down.outcome, 'done', `${table}: ${down.message}`);
      }
      for (const table of ['""', '"', '.', 'a.', '\0', 'a.b.c.d']) {
        const database = await server.createDatabase();
        const { outcome, message } = await run(server, database, setOf('plain', { '1_a.sql': 'SELECT 1;' }), {
          ledger: { table },
        });
        assert.equal(outcome, 'refused', `${JSON.stringify(table)}: ${message}`);
        assert.match(message, /which is no name of a table\. Write lockstep\.ledgerTable as table or schema\.table/);
      }
    });

    test('versions and names of files with the names of object members keep their state', async () => {
      const database = await server.createDatabase();
      const set = setOf('plain', {
        '1_constructor.sql': 'SELECT 1;',
        '2_toString.sql': 'SELECT 1;',
        '3_it\'s "x".sql': 'SELECT 1;',
      });
      assert.equal((await run(server, database, set)).outcome, 'done');
      const rows = await server.query('SELECT name FROM schema_migrations ORDER BY version', database);
      assert.deepEqual(
        rows.map((r) => r.name),
        ['constructor', 'toString', 'it\'s "x"'],
      );
    });
  });
}

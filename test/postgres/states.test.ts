import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { MigrationSet } from '../../server/src/core/migrations/set.js';
import { statusOf } from '../../server/src/core/migrations/status.js';
import { chooseLedger } from '../../server/src/tools/choose.js';
import { expectNothingUnhandled, loadParser, run, setOf, withSession } from './kit.js';
import { serverUnavailable, startServer, type TestServer } from './server.js';

expectNothingUnhandled();

type Files = Readonly<Record<string, string>>;

const TOOLS = ['plain', 'golang-migrate', 'diesel'] as const;
const FOUR = ['a', 'b', 'c', 'd'] as const;

/** Four migrations of each tool; `except` leaves some out. */
function files(tool: string, except: readonly string[] = []): Files {
  const list = FOUR.flatMap((name, i): (readonly [string, string])[] => {
    if (except.includes(name)) return [];
    const up = `CREATE TABLE ${name} (id int);\n`;
    const down = `DROP TABLE ${name};\n`;
    if (tool === 'plain')
      return [
        [`00${i + 1}_${name}.sql`, up],
        [`00${i + 1}_${name}.down.sql`, down],
      ];
    if (tool === 'golang-migrate')
      return [
        [`00000${i + 1}_${name}.up.sql`, up],
        [`00000${i + 1}_${name}.down.sql`, down],
      ];
    const folder = `2024-01-0${i + 1}-000000_${name}`;
    return [
      [`${folder}/up.sql`, up],
      [`${folder}/down.sql`, down],
    ];
  });
  return Object.fromEntries(list);
}

describe('states and targets', { skip: serverUnavailable(14) ?? false, concurrency: 4 }, () => {
  let server: TestServer;
  before(async () => {
    await loadParser();
    server = await startServer();
  });
  after(() => server?.stop());

  const states = (database: string, set: MigrationSet) =>
    withSession(server, database, async (session) => {
      const ledger = await chooseLedger(session, set, { table: undefined });
      const statuses = statusOf(set, await ledger.read(session, set), ledger.keeps);
      return statuses.map((s) => `${s.name || s.version} ${s.state}`);
    });
  const done = async (database: string, set: MigrationSet, change: Parameters<typeof run>[3] = {}) => {
    const result = await run(server, database, set, change);
    assert.equal(result.outcome, 'done', result.message);
    return result.completed.map((c) => c.name);
  };

  for (const tool of TOOLS) {
    test(`${tool}: pending becomes applied, by one, up to one, and all; the last goes back`, async () => {
      const database = await server.createDatabase();
      const set = setOf(tool, files(tool));
      const ids = set.migrations.map((m) => m.id);
      assert.deepEqual(await states(database, set), ['a pending', 'b pending', 'c pending', 'd pending']);
      assert.deepEqual(await done(database, set, { target: 'next' }), ['a']);
      assert.deepEqual(await states(database, set), ['a applied', 'b pending', 'c pending', 'd pending']);
      assert.deepEqual(await done(database, set, { target: { upTo: ids[2] ?? '' } }), ['b', 'c']);
      assert.deepEqual(await done(database, set, { direction: 'down' }), ['c']);
      assert.deepEqual(await states(database, set), ['a applied', 'b applied', 'c pending', 'd pending']);
      assert.deepEqual(await done(database, set), ['c', 'd']);
      const again = await run(server, database, set);
      assert.equal(again.outcome, 'refused');
      assert.equal(again.idle, true);
      const past = await run(server, database, set, { target: { upTo: ids[1] ?? '' } });
      assert.match(past.message, /b is applied already\. There is nothing to do/);
      const unknown = await run(server, database, set, { target: { upTo: 'nothing' } });
      assert.match(unknown.message, /There is no migration nothing in this folder/);
    });

    test(`${tool}: a file that is gone is missing; nothing is applied over it, and it cannot be rolled back`, async () => {
      const database = await server.createDatabase();
      await done(database, setOf(tool, files(tool, ['d'])));
      const set = setOf(tool, files(tool, ['c']));
      const seen = await states(database, set);
      assert.match(seen[2] ?? '', /^(c|3|20240103000000) missing$/, seen.join());
      const up = await run(server, database, set);
      assert.equal(up.outcome, 'refused');
      assert.match(up.message, /its file is not in this folder\. Get it from the branch/);
      const down = await run(server, database, set, { direction: 'down' });
      assert.equal(down.outcome, 'refused');
      assert.match(down.message, /has no files here\. Restore them/);
    });

    test(`${tool}: a migration without a down file cannot be rolled back, and says so`, async () => {
      const database = await server.createDatabase();
      const all = files(tool);
      const set = setOf(tool, Object.fromEntries(Object.entries(all).filter(([name]) => !/down/.test(name))));
      await done(database, set, { target: 'next' });
      const down = await run(server, database, set, { direction: 'down' });
      assert.equal(down.outcome, 'refused');
      assert.match(down.message, /_a has no down file\. Create it to roll back/);
    });
  }

  for (const tool of ['plain', 'diesel'] as const) {
    test(`${tool}: a migration below an applied one is out of order, and runs next`, async () => {
      const database = await server.createDatabase();
      await done(database, setOf(tool, files(tool, ['b', 'd'])));
      const set = setOf(tool, files(tool));
      assert.deepEqual(await states(database, set), ['a applied', 'b outOfOrder', 'c applied', 'd pending']);
      assert.deepEqual(await done(database, set, { target: 'next' }), ['b']);
      assert.deepEqual(await states(database, set), ['a applied', 'b applied', 'c applied', 'd pending']);
      assert.deepEqual(await done(database, set, { direction: 'down' }), ['c'], 'the last by version');
    });
  }

  test('golang-migrate: a file below the current version counts as applied, as the tool counts it', async () => {
    const database = await server.createDatabase();
    await done(database, setOf('golang-migrate', files('golang-migrate', ['b', 'd'])));
    const set = setOf('golang-migrate', files('golang-migrate'));
    assert.deepEqual(await states(database, set), ['a applied', 'b applied', 'c applied', 'd pending']);
    assert.deepEqual(await done(database, set), ['d']);
  });

  test('plain: an edited file is modified until it is as it was, whatever its line ends', async () => {
    const database = await server.createDatabase();
    const all = files('plain');
    await done(database, setOf('plain', all), { target: 'next' });
    const edited = setOf('plain', { ...all, '001_a.sql': 'CREATE TABLE a (id bigint);\n' });
    assert.equal((await states(database, edited))[0], 'a modified');
    assert.match((await run(server, database, edited)).message, /001_a\.sql was changed after it had been applied/);
    const windows = setOf('plain', { ...all, '001_a.sql': '\uFEFFCREATE TABLE a (id int);\r\n' });
    assert.equal((await states(database, windows))[0], 'a applied');
    assert.deepEqual(await done(database, edited, { direction: 'down' }), ['a'], 'what is modified can be rolled back');
  });

  test('golang-migrate: dirty is failed, and nothing runs either way', async () => {
    const database = await server.createDatabase();
    const set = setOf('golang-migrate', files('golang-migrate'));
    await done(database, set, { target: { upTo: '2' } });
    await server.query('UPDATE schema_migrations SET dirty = true', database);
    assert.deepEqual(await states(database, set), ['a applied', 'b failed', 'c pending', 'd pending']);
    for (const direction of ['up', 'down'] as const) {
      const result = await run(server, database, set, { direction });
      assert.match(result.message, /marked dirty at 000002_b.*migrate force 2/);
    }
    await server.query('UPDATE schema_migrations SET version = -1', database);
    assert.match((await run(server, database, set)).message, /dirty below the first version/);
  });

  test('golang-migrate: a version of the ledger that has no file is missing', async () => {
    const database = await server.createDatabase();
    const set = setOf('golang-migrate', files('golang-migrate'));
    await server.query(
      'CREATE TABLE schema_migrations (version bigint not null primary key, dirty boolean not null); INSERT INTO schema_migrations VALUES (9, false)',
      database,
    );
    assert.deepEqual((await states(database, set)).at(-1), '9 missing');
    assert.match((await run(server, database, set)).message, /has version 9, but its file is not in this folder/);
  });

  test('two files with one version are refused before anything runs', async () => {
    const database = await server.createDatabase();
    const set = setOf('plain', { '001_a.sql': 'SELECT 1;', '001_b.sql': 'SELECT 2;' });
    const result = await run(server, database, set);
    assert.equal(result.outcome, 'refused');
    assert.match(result.message, /Correct this first/);
  });

  test('diesel: its own table, row for row', async () => {
    const database = await server.createDatabase();
    await done(database, setOf('diesel', files('diesel')), { target: 'next' });
    const columns = await server.query(
      `SELECT column_name AS name, data_type AS type, character_maximum_length AS length, is_nullable AS nullable, column_default AS "default"
         FROM information_schema.columns WHERE table_name = '__diesel_schema_migrations' ORDER BY ordinal_position`,
      database,
    );
    assert.deepEqual(columns, [
      { name: 'version', type: 'character varying', length: 50, nullable: 'NO', default: null },
      {
        name: 'run_on',
        type: 'timestamp without time zone',
        length: null,
        nullable: 'NO',
        default: 'CURRENT_TIMESTAMP',
      },
    ]);
    assert.deepEqual(await server.query('SELECT version FROM __diesel_schema_migrations', database), [
      { version: '20240101000000' },
    ]);
  });

  test('progress names each migration and statement', async () => {
    const database = await server.createDatabase();
    const seen: string[] = [];
    const set = setOf('plain', { '1_a.sql': 'SELECT 1;\nSELECT 2;', '2_b.sql': 'SELECT 3;' });
    await run(server, database, set, { onProgress: (p) => seen.push(`${p.done}/${p.total} ${p.message}`) });
    assert.deepEqual(seen, [
      '0/2 Applying 1_a: statement 1 of 2',
      '0/2 Applying 1_a: statement 2 of 2',
      '1/2 Applying 2_b',
    ]);
  });
});

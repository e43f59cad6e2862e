import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { loadParser, run, setOf, until } from './kit.js';
import { serverUnavailable, startServer, type TestServer } from './server.js';

/** The tool itself: LOCKSTEP_MIGRATE, or `migrate` on the path. */
const TOOL = process.env.LOCKSTEP_MIGRATE ?? 'migrate';
const skip =
  serverUnavailable() ??
  (spawnSync(TOOL, ['-version']).status === 0
    ? false
    : `the comparison with golang-migrate was not made, because its command \`${TOOL}\` does not run here: put it on the path or name it in LOCKSTEP_MIGRATE (go install -tags postgres github.com/golang-migrate/migrate/v4/cmd/migrate@v4.18.3)`);

const FILES: Readonly<Record<string, string>> = {
  '000001_users.up.sql': 'CREATE TABLE users (id bigint PRIMARY KEY);\n',
  '000001_users.down.sql': 'DROP TABLE users;\n',
  '000005_email.up.sql': 'ALTER TABLE users ADD COLUMN email text;\nCREATE TABLE seen AS TABLE schema_migrations;\n',
  '000005_email.down.sql':
    'DROP TABLE seen;\nCREATE TABLE seen_down AS TABLE schema_migrations;\nALTER TABLE users DROP COLUMN email;\n',
  '000007_index.up.sql': 'CREATE INDEX CONCURRENTLY users_email ON users (email);\n',
  '000007_index.down.sql': 'DROP INDEX CONCURRENTLY users_email;\n',
};

describe('Lockstep and golang-migrate leave the same traces', { skip }, () => {
  let server: TestServer;
  let folder: string;
  before(async () => {
    await loadParser();
    server = await startServer();
    folder = await mkdtemp(path.join(os.tmpdir(), 'lockstep-gm-'));
    for (const [name, text] of Object.entries(FILES)) await writeFile(path.join(folder, name), text);
  });
  after(async () => {
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const migrate = (database: string, ...args: string[]) =>
    promisify(execFile)(TOOL, ['-path', folder, '-database', `${server.url(database)}?sslmode=disable`, ...args]);
  const lockstep = async (database: string, direction: 'up' | 'down', target: 'next' | 'all' | 'last') => {
    const result = await run(server, database, setOf('golang-migrate', FILES), { direction, target });
    assert.equal(result.outcome, 'done', result.message);
  };
  const rows = (database: string, table = 'schema_migrations') =>
    server.query(`SELECT version::int, dirty FROM ${table}`, database);
  /** The table as `pg_dump` would see it. */
  const definition = (database: string) =>
    server.query(
      `SELECT n.nspname, c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attnum,
              (SELECT pg_get_constraintdef(oid) || ' ' || conname FROM pg_constraint WHERE conrelid = c.oid AND contype = 'p')
         FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relname = 'schema_migrations' AND a.attnum > 0 ORDER BY a.attnum`,
      database,
    );

  test('table and rows are the same after every step up and down', async () => {
    const [theirs, ours] = [await server.createDatabase(), await server.createDatabase()];
    const same = async (what: string) => {
      assert.deepEqual(await rows(ours), await rows(theirs), what);
      assert.deepEqual(await definition(ours), await definition(theirs), what);
    };
    for (const version of [1, 5, 7]) {
      await migrate(theirs, 'up', '1');
      await lockstep(ours, 'up', 'next');
      await same(`up to ${version}`);
      assert.deepEqual(await rows(ours), [{ version, dirty: false }]);
    }
    assert.deepEqual(await rows(ours, 'seen'), await rows(theirs, 'seen'), 'while 5 ran up');
    for (const version of [5, 1, undefined]) {
      await migrate(theirs, 'down', '1');
      await lockstep(ours, 'down', 'last');
      await same(`down to ${version}`);
    }
    assert.deepEqual(await rows(ours, 'seen_down'), await rows(theirs, 'seen_down'), 'while 5 ran down');
    assert.deepEqual(await rows(ours), []);
  });

  test('each goes on where the other stopped', async () => {
    const database = await server.createDatabase();
    await migrate(database, 'up', '1');
    await lockstep(database, 'up', 'next');
    const { stderr } = await migrate(database, 'up');
    assert.match(stderr, /^7\/u index/m);
    await lockstep(database, 'down', 'last');
    await migrate(database, 'down', '-all');
    assert.deepEqual(await rows(database), []);
  });

  test('they exclude each other, both ways', async () => {
    const database = await server.createDatabase();
    const sleeping = () =>
      until(async () => {
        const found = await server.query(
          `SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'SELECT pg_sleep%' AND datname = '${database}'`,
        );
        return found.length > 0;
      });
    const files = { '1_a.up.sql': 'SELECT pg_sleep(1);\n', '2_b.up.sql': 'SELECT pg_sleep(1.1);\n' };
    const slow = await mkdtemp(path.join(os.tmpdir(), 'lockstep-gm-'));
    for (const [name, text] of Object.entries(files)) await writeFile(path.join(slow, name), text);
    const url = `${server.url(database)}?sslmode=disable`;

    const ours = run(server, database, setOf('golang-migrate', files), { target: 'next' });
    await sleeping();
    // Were there no lock, it would meet our dirty mark and refuse.
    const theirs = promisify(execFile)(TOOL, ['-path', slow, '-database', url, 'up']);
    assert.equal((await ours).outcome, 'done');
    await sleeping();
    const refused = await run(server, database, setOf('golang-migrate', files), { lockTimeoutMs: 200 });
    assert.equal(refused.outcome, 'refused');
    assert.match(refused.message, /Another migration run holds the lock of this database \(process \d+/);
    await theirs;
    assert.deepEqual(await rows(database), [{ version: 2, dirty: false }]);
    await rm(slow, { recursive: true, force: true });
  });

  test('its dirty database is refused, and its force clears it', async () => {
    const database = await server.createDatabase();
    await migrate(database, 'up', '1');
    await server.query('ALTER TABLE users ADD COLUMN email int', database);
    await assert.rejects(migrate(database, 'up', '1'));
    assert.deepEqual(await rows(database), [{ version: 5, dirty: true }]);
    const refused = await run(server, database, setOf('golang-migrate', FILES));
    assert.match(refused.message, /dirty at 5_email.*migrate force 5/);
    await migrate(database, 'force', '1');
    await server.query('ALTER TABLE users DROP COLUMN email', database);
    await lockstep(database, 'up', 'all');
    assert.deepEqual(await rows(database), [{ version: 7, dirty: false }]);
  });

  test('after a failure of ours that left nothing, the tool goes on without force', async () => {
    const database = await server.createDatabase();
    await migrate(database, 'up', '1');
    await server.query('ALTER TABLE users ADD COLUMN email int', database);
    const failed = await run(server, database, setOf('golang-migrate', FILES));
    assert.equal(failed.outcome, 'failed');
    await server.query('ALTER TABLE users DROP COLUMN email', database);
    await migrate(database, 'up');
    assert.deepEqual(await rows(database), [{ version: 7, dirty: false }]);
  });
});

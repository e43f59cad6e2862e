import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { demandHarmless } from '../cli/hostile.js';
import { cli, folder, SHOP } from '../cli/kit.js';
import { serverUnavailable, startServer, type TestServer } from './server.js';

const repository = path.resolve(import.meta.dirname, '../..');
const tsx = pathToFileURL(path.join(repository, 'node_modules/tsx/dist/esm/index.mjs')).href;

describe('the command line on PostgreSQL 14', { skip: serverUnavailable(14) ?? false }, () => {
  let server: TestServer;
  before(async () => {
    server = await startServer({ major: 14 });
  });
  after(() => server?.stop());

  /** Runs a command, and looks for the password in everything that it said. */
  async function run(root: string, url: string, ...args: readonly string[]) {
    const ran = await cli(root, args, { env: { DATABASE_URL: url } });
    assert.ok(!`${ran.out}${ran.err}`.includes(server.password), 'a password was printed');
    assert.doesNotMatch(ran.err, /internal error|\n\s+at /);
    return ran;
  }
  const versions = async (database: string) =>
    (await server.query('SELECT version FROM schema_migrations ORDER BY version', database)).map((r) => r.version);
  const exists = async (database: string, name: string) =>
    (await server.query(`SELECT to_regclass('${name}') IS NOT NULL AS yes`, database))[0]?.yes === true;

  test('lint, status, apply, status, rollback, status: the main job', async () => {
    const database = await server.createDatabase();
    const url = server.url(database);
    const root = folder(SHOP);
    assert.equal((await run(root, url, 'lint')).code, 0);

    const empty = await run(root, url, 'status');
    assert.equal(empty.code, 0, empty.err);
    const place = `migrations on 127.0.0.1:${server.port}/${database}`;
    assert.equal(empty.out, `${place}\npending       001  users\npending       002  mail\n0 applied, 2 pending.\n`);

    const applied = await run(root, url, 'apply');
    assert.equal(applied.code, 0, applied.err);
    assert.match(applied.out, /^001_users {2}\d+ ms\n002_mail {2}\d+ ms\nApplied 001_users, 002_mail\.\n$/);
    assert.match(applied.err, /^Applying to 127\.0\.0\.1:\d+\/t\w+\nApplying 001_users\nApplying 002_mail/);
    assert.deepEqual(await versions(database), ['001', '002']);

    const full = await run(root, url, 'status');
    assert.match(full.out, /applied {7}001 {2}users {2}20\S+Z {2}\d+ ms\n/);
    assert.match(full.out, /\n2 applied, 0 pending\.\n$/);

    const back = await run(root, url, 'rollback');
    assert.equal(back.code, 0, back.err);
    assert.match(back.out, /^002_mail {2}\d+ ms\nRolled back 002_mail\.\n$/);
    assert.deepEqual(await versions(database), ['001']);
    assert.match((await run(root, url, 'status')).out, /1 applied, 1 pending\.\n$/);
  });

  test('the table that a URL names for golang-migrate is used, and a parameter that nobody reads is refused', async () => {
    const database = await server.createDatabase();
    const url = server.url(database);
    const join = url.includes('?') ? '&' : '?';
    const root = folder({
      'migrations/000001_users.up.sql': 'CREATE TABLE users (id bigint PRIMARY KEY);\n',
      'migrations/000001_users.down.sql': 'DROP TABLE users;\n',
    });
    const applied = await run(root, `${url}${join}x-migrations-table=mine`, 'apply');
    assert.equal(applied.code, 0, applied.err);
    assert.deepEqual(await server.query('SELECT version::int, dirty FROM mine', database), [
      { version: 1, dirty: false },
    ]);
    assert.equal(await exists(database, 'schema_migrations'), false);
    const strange = await run(root, `${url}${join}x-multi-tenant=yes`, 'apply');
    assert.equal(strange.code, 2, strange.out);
    assert.match(strange.err, /x-multi-tenant/);
    assert.equal(await exists(database, 'schema_migrations'), false);
  });

  test('a rollback says whose rows are lost, and that a file was edited, and runs then with --yes only', async () => {
    const database = await server.createDatabase();
    const url = server.url(database);
    const root = folder(SHOP);
    await run(root, url, 'apply', '--next');
    await server.query('INSERT INTO users DEFAULT VALUES; INSERT INTO users DEFAULT VALUES', database);
    writeFileSync(path.join(root, 'migrations/001_users.sql'), `-- edited\n${SHOP['migrations/001_users.sql']}`);
    const asked = await run(root, url, 'rollback');
    assert.deepEqual([asked.code, asked.out], [2, '']);
    assert.match(
      asked.err,
      /\n.* What its down file takes back may not be what the database has\.\nRows are lost, and applying again does not bring them back:\n {2}users is dropped with 2 rows\nTo go on all the same, add --yes\.\nNothing was run\.\n$/,
    );
    assert.deepEqual(await versions(database), ['001']);
    const done = await run(root, url, 'rollback', '--yes');
    assert.equal(done.code, 0, done.err);
    assert.match(done.err, /users is dropped with 2 rows/);
    assert.deepEqual(await versions(database), []);
    assert.equal(await exists(database, 'users'), false);
  });

  test('apply takes the next one, or all up to a version; a second time there is nothing to do, which is no failure', async () => {
    const database = await server.createDatabase();
    const url = server.url(database);
    const more = Object.fromEntries(
      ['003', '004'].flatMap((n) => [
        [`migrations/${n}_t.sql`, `CREATE TABLE t${n} ();`],
        [`migrations/${n}_t.down.sql`, `DROP TABLE t${n};`],
      ]),
    );
    const root = folder({ ...SHOP, ...more });
    await run(root, url, 'apply', '--next');
    assert.deepEqual(await versions(database), ['001']);
    await run(root, url, 'apply', '--to', '3');
    assert.deepEqual(await versions(database), ['001', '002', '003']);
    await run(root, url, 'apply', '--all');
    assert.deepEqual(await versions(database), ['001', '002', '003', '004']);
    const again = await run(root, url, 'apply');
    assert.deepEqual([again.code, again.out], [0, 'All migrations are applied. There is nothing to do.\n']);
    assert.equal((await run(root, url, 'apply', '--to', '002')).code, 0);
  });

  test('status as JSON has the states, times and durations', async () => {
    const database = await server.createDatabase();
    const root = folder(SHOP);
    await run(root, server.url(database), 'apply', '--next');
    const { out } = await run(root, server.url(database), 'status', '--format', 'json');
    const [first] = JSON.parse(out).folders;
    assert.deepEqual([first.folder, first.tool], ['migrations', 'plain']);
    assert.deepEqual(
      first.migrations.map((m: { version: string; state: string }) => [m.version, m.state]),
      [
        ['001', 'applied'],
        ['002', 'pending'],
      ],
    );
    assert.match(first.migrations[0].appliedAt, /^\d{4}-\d\d-\d\dT/);
    assert.equal(typeof first.migrations[0].executionMs, 'number');
  });

  test('a file changed or removed after it was applied makes status end with 1, and apply refuse', async () => {
    const database = await server.createDatabase();
    const url = server.url(database);
    const root = folder(SHOP);
    await run(root, url, 'apply');
    writeFileSync(path.join(root, 'migrations/001_users.sql'), 'CREATE TABLE users (id int);\n');
    const changed = await run(root, url, 'status');
    assert.equal(changed.code, 1);
    assert.match(
      changed.out,
      /modified {6}001 {2}users.*\n {4}001_users\.sql was changed after it had been applied on /,
    );
    const refused = await run(root, url, 'apply');
    assert.equal(refused.code, 2);
    assert.match(refused.err, /001_users\.sql was changed after it had been applied on .*\. Restore the file/);
    for (const half of ['sql', 'down.sql']) rmSync(path.join(root, `migrations/001_users.${half}`));
    writeFileSync(path.join(root, 'migrations/003_x.sql'), 'SELECT 1;');
    const missing = await run(root, url, 'status');
    assert.match(missing.out, /missing {7}001/);
    const gone = await run(root, url, 'apply');
    assert.equal(gone.code, 2);
    assert.match(gone.err, /has version 001, but its file is not in this folder/);
  });

  test('a failing statement is shown with file, line and column, detail and hint, and nothing of it stays', async () => {
    const database = await server.createDatabase();
    const root = folder({ ...SHOP, 'migrations/003_bad.sql': "SELECT 'ü';\nINSERT INTO users (nope) VALUES (1);\n" });
    const { code, out, err } = await run(root, server.url(database), 'apply');
    assert.equal(code, 1);
    assert.match(out, /^001_users/);
    assert.match(err, /^migrations\/003_bad\.sql:2:20: column "nope" of relation "users" does not exist \(42703\)$/m);
    assert.match(err, /003_bad failed: .*All of it was rolled back/);
    assert.deepEqual(await versions(database), ['001', '002']);
  });

  test('a file that cannot be read stops a run: it might be one that has to come first', async () => {
    const database = await server.createDatabase();
    const root = folder({ ...SHOP, 'migrations/001_users.sql': Buffer.from('-- caf\xe9', 'latin1') });
    const { code, err } = await run(root, server.url(database), 'apply');
    assert.equal(code, 2);
    assert.match(err, /001_users\.sql cannot be read: it is not UTF-8; save it as UTF-8\. Correct this first\./);
    assert.equal(await exists(database, 'schema_migrations'), false);
  });

  test('a folder that lockstep.json misnames is not run', async () => {
    const database = await server.createDatabase();
    const gone = folder({ 'lockstep.json': '{ "migrations": [{ "folder": "db/gone" }] }' });
    const { code, err } = await run(gone, server.url(database), 'apply');
    assert.equal(code, 2);
    const said = err.match(/db\/gone for migrations, but it holds no \.sql file/g);
    assert.equal(said?.length, 1, 'once is enough');
  });

  test('a file that never runs is mentioned when the others do', async () => {
    const database = await server.createDatabase();
    const { code, err } = await run(
      folder({ ...SHOP, 'migrations/vx_what.sql': 'SELECT 1;' }),
      server.url(database),
      'apply',
    );
    assert.equal(code, 0);
    assert.match(err, /^lockstep: vx_what\.sql has no version number, so it never runs\./);
  });

  const BASE =
    'CREATE TABLE teams (id bigint PRIMARY KEY);\nCREATE TABLE users (id bigint PRIMARY KEY, mail text, nick text, visits integer, team_id bigint);\nINSERT INTO users SELECT i, i::text, NULL, i FROM generate_series(1, 2500) AS i;\n';
  const UNDO = 'DROP TABLE users;\nDROP TABLE teams;\n';
  const TOOLS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    plain: { 'migrations/001_base.sql': BASE, 'migrations/001_base.down.sql': UNDO },
    'golang-migrate': { 'migrations/000001_base.up.sql': BASE, 'migrations/000001_base.down.sql': UNDO },
    Diesel: {
      'diesel.toml': '',
      'migrations/2024-01-31-101500_base/up.sql': BASE,
      'migrations/2024-01-31-101500_base/down.sql': UNDO,
    },
  };
  const TEMPLATES: Readonly<Record<string, readonly string[]>> = {
    'create-table': ['table=things', 'columns=label text'],
    'add-column': ['table=users', 'column=phone', 'type=text'],
    'add-index': ['table=users', 'columns=nick, team_id'],
    'add-foreign-key': ['table=users', 'columns=team_id', 'target=teams'],
    'change-type': ['table=users', 'column=visits', 'oldType=integer', 'type=bigint', 'to=visits_big'],
    backfill: ['table=users', 'column=nick', 'value=upper(mail)'],
    'rename-column': ['table=users', 'column=mail', 'to=email', 'type=text'],
  };
  for (const [tool, files] of Object.entries(TOOLS)) {
    test(`every template is applied as ${tool} does it, and taken back again`, async () => {
      const database = await server.createDatabase();
      const url = server.url(database);
      const root = folder(files);
      for (const [template, values] of Object.entries(TEMPLATES)) {
        const fields = values.flatMap((value) => ['--set', value]);
        const made = await run(root, url, 'new', template, '--template', template, ...fields);
        assert.equal(made.code, 0, made.err);
      }
      const applied = await run(root, url, 'apply');
      assert.equal(applied.code, 0, applied.err);
      const copied = 'email = id::text AND nick IS NOT NULL AND visits_big = id';
      const [row] = await server.query(`SELECT count(*)::int AS n FROM users WHERE ${copied}`, database);
      assert.equal(row?.n, 2500);
      // One base, five templates of one migration or two, two of three.
      for (let left = 1 + 4 + 2 + 3 + 3; left > 0; left--) {
        const back = await run(root, url, 'rollback', '--yes');
        assert.equal(back.code, 0, back.err);
      }
      assert.equal(await exists(database, 'users'), false);
      const none = await run(root, url, 'rollback');
      assert.equal(none.code, 2);
      assert.match(none.err, /There is nothing to roll back\./);
    });
  }

  const unreachable: readonly (readonly [what: string, url: (database: string) => string, message: RegExp])[] = [
    [
      'a wrong password',
      (d) => server.url(d).replace(/:[^:@]+@/, ':wrong-sentinel@'),
      /The password for user postgres at 127\.0\.0\.1:\d+\/\w+ is wrong/,
    ],
    [
      'an unknown user',
      (d) => server.url(d).replace('//postgres', '//nobody'),
      /The password for user nobody at .* is wrong/,
    ],
    [
      'a database that is not there',
      () => server.url('no_such_db'),
      /There is no database no_such_db at 127\.0\.0\.1:\d+\. Create it, or correct the name\./,
    ],
    [
      'a port where nobody listens',
      (d) => `postgres://postgres:wrong-sentinel@127.0.0.1:1/${d}`,
      /No server listens at 127\.0\.0\.1:1\. Start PostgreSQL there, or correct host and port\./,
    ],
    [
      'a socket that is not there',
      (d) => `postgres://postgres@/${d}?host=/nowhere`,
      /There is no PostgreSQL socket for port 5432 in \/nowhere/,
    ],
  ];
  for (const [what, url, message] of unreachable) {
    test(`${what} is one clear sentence, and exit code 2`, async () => {
      const database = await server.createDatabase();
      const root = folder(SHOP);
      for (const args of [['status'], ['apply'], ['rollback']]) {
        const { code, out, err } = await run(root, url(database), ...args);
        assert.deepEqual([code, out], [2, '']);
        assert.match(err, message);
        assert.doesNotMatch(err, /wrong-sentinel/);
      }
    });
  }

  test('a tracking table of a foreign shape is left alone', async () => {
    const database = await server.createDatabase();
    await server.query('CREATE TABLE schema_migrations (what text, ever int)', database);
    const root = folder(SHOP);
    for (const command of ['status', 'apply', 'rollback']) {
      const { code, err } = await run(root, server.url(database), command);
      assert.equal(code, 2);
      assert.match(err, /schema_migrations/);
    }
    assert.equal(await exists(database, 'users'), false);
  });

  test('what is marked shared is not rolled back, and applied only with the name of the database', async () => {
    const database = await server.createDatabase();
    const { host, port, user } = server;
    const connection = { id: 'team', kind: 'shared', host, port, database, user, ssl: 'disable' };
    const root = folder({
      ...SHOP,
      'lockstep.json': JSON.stringify({ connections: [connection] }),
      '.env': `PGPASSWORD=${server.password}\n`,
    });
    const team = (...args: string[]) => cli(root, [...args, '--connection', 'team']);
    const status = await team('status');
    assert.equal(status.code, 0, status.err);
    const apply = await team('apply');
    assert.deepEqual([apply.code, await exists(database, 'users')], [2, false]);
    assert.match(apply.err, new RegExp(`add --confirm ${database}\\.`));
    const confirmed = await team('apply', '--confirm', database);
    assert.equal(confirmed.code, 0, confirmed.err);
    const back = await team('rollback', '--local-host', host);
    assert.equal(back.code, 2);
    assert.match(back.err, /is not a local database, and only those are rolled back\. Set its kind to local/);
    assert.deepEqual(await versions(database), ['001', '002']);
  });

  test('a password comes from PGPASSWORD, too', async () => {
    const database = await server.createDatabase();
    const env = {
      PGHOST: server.host,
      PGPORT: String(server.port),
      PGDATABASE: database,
      PGUSER: 'postgres',
      PGPASSWORD: server.password,
    };
    const { code, err } = await cli(folder(SHOP), ['status'], { env });
    assert.equal(code, 0, err);
  });

  test('the table of lockstep.json keeps the book', async () => {
    const database = await server.createDatabase();
    await server.query('CREATE SCHEMA ops', database);
    const root = folder({ ...SHOP, 'lockstep.json': '{ "ledgerTable": "ops.done" }' });
    assert.equal((await run(root, server.url(database), 'apply')).code, 0);
    assert.equal((await server.query('SELECT 1 FROM ops.done', database)).length, 2);
    assert.equal(await exists(database, 'schema_migrations'), false);
  });

  test('two folders keep their own history, each in its own table', async () => {
    const database = await server.createDatabase();
    const diesel = {
      'api/diesel.toml': '',
      'api/migrations/2024-01-01-000000_a/up.sql': 'CREATE TABLE a ();',
      'api/migrations/2024-01-01-000000_a/down.sql': 'DROP TABLE a;',
    };
    const root = folder({ ...SHOP, ...diesel });
    const url = server.url(database);
    assert.equal((await run(root, url, 'apply', '--folder', 'api/migrations')).code, 0);
    const { out } = await run(root, url, 'status');
    assert.match(
      out,
      /^api\/migrations on [\s\S]*1 applied, 0 pending\.\n\nmigrations on [\s\S]*0 applied, 2 pending\.\n$/,
    );
  });

  test('no command obeys what files, tables and a server’s messages hold', async () => {
    const database = await server.createDatabase();
    const url = server.url(database);
    const bad = '\n::add-mask::x\r##[add-mask]y\x1b[31m\u202ez';
    const notice = `DO $do$ BEGIN RAISE NOTICE E'%', $n$${bad}$n$ USING DETAIL = $n$${bad}$n$, HINT = $n$${bad}$n$; END $do$;`;
    const files = {
      [`migrations/001_a${bad}.sql`]: `CREATE TABLE "t${bad}" ();\n${notice}`,
      [`migrations/001_a${bad}.down.sql`]: `DROP TABLE "t${bad}";`,
      [`migrations/002_b${bad}.sql`]: `${notice}\nDROP TABLE "none${bad}";`,
    };
    const root = folder(files);
    for (const args of [['status'], ['apply'], ['status'], ['rollback'], ['rollback'], ['apply', '--to', bad], [bad]]) {
      const { out, err } = await run(root, url, ...args);
      demandHarmless(out + err);
      if (args[0] === 'apply' && args.length === 1) {
        assert.match(
          err,
          /NOTICE: \n {2}\\u\{3a\}:add-mask::x\n {2}\\u\{23\}#\[add-mask\]y\\u\{1b\}\[31m\\u\{202e\}z\n/,
        );
        assert.match(out, /^001_a\\n::add-mask::x\\r/);
      }
    }
    await run(root, url, 'apply');
    const { out } = await run(root, url, 'status', '--format', 'json');
    const [{ migrations }] = JSON.parse(demandHarmless(out)).folders;
    assert.deepEqual(
      migrations.map((m: { name: string }) => m.name),
      [`a${bad}`, `b${bad}`],
    );
  });

  test('what the server says is shown with its place, and a search path without a schema is said in words', async () => {
    const database = await server.createDatabase();
    const sql = "SELECT 1;\nDO $$ BEGIN RAISE NOTICE 'copied % rows', 5; END $$;\n";
    const root = folder({ 'migrations/001_a.sql': sql, 'migrations/002_b.sql': 'SELECT 1;' });
    const applied = await run(root, server.url(database), 'apply');
    assert.equal(applied.code, 0, applied.err);
    assert.match(applied.err, /^migrations\/001_a\.sql:2:1: NOTICE: copied 5 rows$/m);
    const lost = await server.createDatabase();
    await server.query(`ALTER DATABASE ${lost} SET search_path = nowhere`);
    const status = await run(root, server.url(lost), 'status');
    assert.equal(status.code, 2);
    assert.match(status.err, /search path of this connection names no schema that exists/);
  });

  test('an INVALID index that a run left stops the next one, says so, and goes with --resume', async () => {
    const database = await server.createDatabase();
    const url = server.url(database);
    const root = folder({
      'migrations/001_t.sql': 'CREATE TABLE t (id int);\nINSERT INTO t VALUES (1), (1);',
      'migrations/002_i.sql': 'CREATE UNIQUE INDEX CONCURRENTLY i ON t (id);',
    });
    assert.equal((await run(root, url, 'apply')).code, 1);
    await server.query('DELETE FROM t', database);
    const half = await run(root, url, 'status');
    assert.equal(half.code, 1);
    assert.match(half.out, /failed {8}002 {2}i\n.*Apply again: it looks what is there, and goes on/);
    const stopped = await run(root, url, 'apply');
    assert.equal(stopped.code, 1);
    assert.match(stopped.err, /the index "public"\."i" is INVALID, left by a run that did not finish/);
    assert.match(stopped.err, /add --resume\. It accepts: DROP INDEX CONCURRENTLY "public"\."i"$/m);
    const resumed = await run(root, url, 'apply', '--resume');
    assert.equal(resumed.code, 0, resumed.err);
    assert.match((await run(root, url, 'status')).out, /2 applied, 0 pending/);
  });

  test('an interrupt stops what waits for a lock, and says that nothing of it remains', async () => {
    const database = await server.createDatabase();
    const url = server.url(database);
    const root = folder({
      ...SHOP,
      'lockstep.json': '{ "lockTimeout": "0" }',
      'migrations/003_w.sql': 'ALTER TABLE users ADD COLUMN x int;',
    });
    await run(root, url, 'apply', '--to', '002');
    const holder = server.query('BEGIN; LOCK TABLE users; SELECT pg_sleep(4)', database);
    const { PATH, HOME } = process.env;
    const child = spawn(process.execPath, ['--import', tsx, path.join(repository, 'server/src/cli/main.ts'), 'apply'], {
      cwd: root,
      env: { PATH, HOME, DATABASE_URL: url },
    });
    let err = '';
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk.toString();
    });
    while (!err.includes('Applying 003_w') && child.exitCode === null) await sleep(30);
    await sleep(200);
    const began = Date.now();
    child.kill('SIGINT');
    const code = await new Promise((resolve) => child.once('close', resolve));
    assert.equal(code, 1, err);
    assert.ok(Date.now() - began < 2_500, 'it waited for the lock all the same');
    assert.match(err, /003_w was cancelled\..*rolled back/s);
    assert.deepEqual(await versions(database), ['001', '002']);
    await holder;
  });
});

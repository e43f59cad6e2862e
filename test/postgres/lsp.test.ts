import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import type { ConnectionDto, PlanResult, RunResult, StatusResult } from '../../server/src/lsp/protocol.js';
import { LspClient } from '../world/lspClient.js';
import { serverUnavailable, startServer } from './server.js';

const FILES = {
  'migrations/001_users.sql': 'CREATE TABLE users (id bigint PRIMARY KEY, mail text);\n',
  'migrations/001_users.down.sql': 'DROP TABLE users;\n',
  'migrations/002_mail.sql':
    'ALTER TABLE users ADD COLUMN näme text;\nALTER TABLE users ADD COLUMN nothing missing_type;\n',
  'migrations/002_mail.down.sql': 'ALTER TABLE users DROP COLUMN näme;\n',
};
const PASSWORD = 'sentinel-Pa55';

describe('the language server on a real database', { skip: serverUnavailable() }, () => {
  let server: Awaited<ReturnType<typeof startServer>>;
  let client: LspClient;
  before(async () => {
    server = await startServer();
  });
  after(() => server.stop());
  afterEach(() => client.stop());

  let database: string;
  async function start(kind: ConnectionDto['kind'] = 'local', files: Readonly<Record<string, string>> = FILES) {
    client = await LspClient.start(files);
    database = await server.createDatabase();
    const { host, port, user, password } = server;
    const connection: ConnectionDto = {
      id: 'dev',
      label: 'dev',
      kind,
      host,
      port,
      database,
      user,
      password,
      ssl: 'disable',
    };
    await client.connection.sendNotification('lockstep/connections', {
      connections: [connection],
      selected: { '*': 'dev' },
      trusted: true,
    });
    return client.uri('migrations');
  }
  const status = (connect: boolean) => client.connection.sendRequest<StatusResult>('lockstep/status', { connect });
  const states = async (connect: boolean) => (await status(connect)).folders[0]!.migrations.map((m) => m.state);
  const plan = (folder: string, direction: 'up' | 'down', target: unknown) =>
    client.connection.sendRequest<PlanResult>('lockstep/plan', { folder, direction, target });
  const run = (folder: string, direction: 'up' | 'down', target: unknown, expected: string[]) =>
    client.connection.sendRequest<RunResult>('lockstep/run', {
      folder,
      direction,
      target,
      expected,
      runId: 'r',
      typed: undefined,
    });

  test('states are unknown until somebody asks, then read from the ledger', async () => {
    await start();
    assert.deepEqual(await states(false), ['unknown', 'unknown']);
    assert.deepEqual(await states(true), ['pending', 'pending']);
  });

  test('apply next and roll back are one request each, and the ledger agrees', async () => {
    const folder = await start();
    const planned = await plan(folder, 'up', 'next');
    assert.equal(planned.verdict, 'ready', planned.message);
    const applied = await run(
      folder,
      'up',
      'next',
      planned.steps.map((s) => s.id),
    );
    assert.equal(applied.outcome, 'done', applied.message);
    assert.deepEqual(await states(false), ['applied', 'pending']);
    const [first] = (await status(false)).folders[0]!.migrations;
    assert.ok(first?.appliedAt && first.executionMs !== undefined, 'time and duration are known');
    assert.equal((await status(false)).folders[0]!.canRollBack, true);
    const undone = await run(folder, 'down', 'last', ['001']);
    assert.equal(undone.outcome, 'done', undone.message);
    assert.deepEqual(await states(true), ['pending', 'pending']);
  });

  test('notices are in the log and in the progress; an interrupted migration goes on with what it asks for', async () => {
    const folder = await start('local', {
      'migrations/001_t.sql':
        "CREATE TABLE t (id int);\nINSERT INTO t VALUES (1), (1);\nDO $$ BEGIN RAISE WARNING 'look'; END $$;\n",
      'migrations/001_t.down.sql': 'DROP TABLE t;\n',
      'migrations/002_i.sql': 'CREATE UNIQUE INDEX CONCURRENTLY i ON t (id);\n',
      'migrations/002_i.down.sql': 'DROP INDEX CONCURRENTLY i;\n',
    });
    const told: string[] = [];
    client.connection.onNotification('lockstep/runProgress', (p: { message: string }) => void told.push(p.message));
    const first = await run(folder, 'up', 'all', ['001', '002']);
    assert.equal(first.outcome, 'failed', first.message);
    assert.ok(client.logs.includes('001_t.sql:3: WARNING: look'), client.logs.join('\n'));
    assert.ok(told.includes('WARNING: look'), told.join('\n'));
    await server.query('DELETE FROM t', database);
    assert.deepEqual(await states(true), ['applied', 'failed']);
    const second = await run(folder, 'up', 'all', ['002']);
    assert.equal(second.next?.accept, 'DROP INDEX CONCURRENTLY "public"."i"', second.message);
    assert.deepEqual(second.next.expected, ['002']);
    assert.match(
      second.next.question.detail,
      /^Database: .*\n\n.*DROP INDEX CONCURRENTLY "public"\."i"; has to run first/,
    );
    const third = await client.connection.sendRequest<RunResult>('lockstep/run', {
      folder,
      direction: 'up',
      target: 'all',
      expected: ['002'],
      runId: 'r',
      typed: undefined,
      accept: second.next.accept,
    });
    assert.equal(third.outcome, 'done', third.message);
    assert.deepEqual(await states(false), ['applied', 'applied']);
  });

  test('a failure points at the failing statement and leaves nothing of the migration', async () => {
    const folder = await start();
    await run(folder, 'up', 'next', ['001']);
    const failed = await run(folder, 'up', 'next', ['002']);
    assert.equal(failed.outcome, 'failed');
    assert.equal(failed.failure?.range?.start.line, 1);
    assert.equal(failed.failure?.code, '42704');
    const uri = await client.open('migrations/002_mail.sql', FILES['migrations/002_mail.sql']);
    const found = (await client.diagnostics(uri)).find((d) => d.source === 'PostgreSQL');
    assert.match(String(found?.message), /missing_type/);
    assert.deepEqual(await states(true), ['applied', 'pending']);
    const failures = async () => (await status(false)).folders[0]!.migrations.map((m) => m.failure !== undefined);
    assert.deepEqual(await failures(), [false, true], 'the list says which one failed');
    await client.change(uri, 'ALTER TABLE users ADD COLUMN name text;\n');
    assert.ok(
      !(await client.diagnostics(uri)).some((d) => d.source === 'PostgreSQL'),
      'an edit takes the old failure away',
    );
    assert.deepEqual(await failures(), [false, false]);
  });

  test('an edited migration is reported in the file and in the list', async () => {
    const folder = await start();
    await run(folder, 'up', 'next', ['001']);
    const uri = await client.open(
      'migrations/001_users.sql',
      `${FILES['migrations/001_users.sql']}-- more\nSELECT 1;\n`,
    );
    assert.deepEqual(await states(true), ['modified', 'pending']);
    assert.ok((await client.diagnostics(uri)).some((d) => d.code === 'edited-after-apply'));
  });

  test('a plan that changed since it was confirmed is refused', async () => {
    const folder = await start();
    const refused = await run(folder, 'up', 'all', ['001']);
    assert.equal(refused.outcome, 'refused');
    assert.deepEqual(await states(true), ['pending', 'pending']);
  });

  for (const kind of ['shared', 'production'] as const) {
    test(`nothing is applied to, and nothing rolled back on, a ${kind} database`, async () => {
      const folder = await start(kind);
      assert.equal((await plan(folder, 'up', 'all')).verdict, 'refused');
      assert.equal((await run(folder, 'up', 'next', ['001'])).outcome, 'refused');
      assert.equal((await run(folder, 'down', 'last', ['001'])).outcome, 'refused');
      assert.deepEqual(await states(true), ['pending', 'pending']);
    });
  }

  test('an untrusted workspace reaches no database, whatever is asked', async () => {
    const folder = await start();
    await client.connection.sendNotification('lockstep/connections', { connections: [], selected: {}, trusted: false });
    assert.deepEqual(await states(true), ['unknown', 'unknown']);
    assert.equal((await run(folder, 'up', 'next', ['001'])).outcome, 'refused');
  });

  test('a wrong password is a sentence without the password', async () => {
    await start();
    const { host, port, user } = server;
    const connection: ConnectionDto = {
      id: 'dev',
      label: 'dev',
      kind: 'local',
      host,
      port,
      database: 'postgres',
      user,
      password: PASSWORD,
      ssl: 'disable',
    };
    await client.connection.sendNotification('lockstep/connections', {
      connections: [connection],
      selected: {},
      trusted: true,
    });
    const answer = await status(true);
    assert.equal(answer.folders[0]?.database.state, 'error');
    assert.match(answer.folders[0]?.database.message ?? '', /password/i);
    assert.equal(answer.folders[0]?.database.needsPassword, true);
    assert.ok(!JSON.stringify([answer, client.logs]).includes(PASSWORD));
  });
});

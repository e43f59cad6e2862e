import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { StreamMessageReader, StreamMessageWriter } from 'vscode-languageserver/node';
import { CancellationTokenSource, createProtocolConnection } from 'vscode-languageserver-protocol/node';
import { URI } from 'vscode-uri';
import type {
  ConnectionDto,
  PlanResult,
  RunProgress,
  RunResult,
  StatusResult,
  TestConnectionResult,
} from '../../server/src/lsp/protocol.js';
import { startFakeServer } from '../database/fakeServer.js';
import { LspClient } from '../world/lspClient.js';
import { expectNothingUnhandled, terminate, until } from './kit.js';
import { serverUnavailable, startServer, type TestServer } from './server.js';

expectNothingUnhandled();

const FILES = {
  'migrations/001_users.sql': 'CREATE TABLE users (id bigint PRIMARY KEY);\n',
  'migrations/001_users.down.sql': 'DROP TABLE users;\n',
  'migrations/002_slow.sql': 'CREATE TABLE slow (id bigint);\nSELECT pg_sleep(1.5);\n',
  'migrations/002_slow.down.sql': 'DROP TABLE slow;\n',
};

describe('the language server when things go wrong', { skip: serverUnavailable() }, () => {
  let server: TestServer;
  let client: LspClient;
  before(async () => {
    server = await startServer();
  });
  after(() => server.stop());
  afterEach(() => client.stop());

  const connectionTo = (database: string, change: Partial<ConnectionDto> = {}): ConnectionDto => {
    const { host, port, user, password } = server;
    return { id: 'dev', label: 'dev', kind: 'local', host, port, database, user, password, ssl: 'disable', ...change };
  };
  const connect = (connections: readonly ConnectionDto[], trusted = true) =>
    client.connection.sendNotification('lockstep/connections', { connections, selected: {}, trusted });
  const start = async (options: Parameters<typeof LspClient.start>[1] & { change?: Partial<ConnectionDto> } = {}) => {
    const { change, ...rest } = options;
    client = await LspClient.start(FILES, rest);
    const database = await server.createDatabase();
    await connect([connectionTo(database, change)]);
    return { folder: client.uri('migrations'), database };
  };
  const status = (ask = true) => client.connection.sendRequest<StatusResult>('lockstep/status', { connect: ask });
  const folderOf = async () => {
    const [folder] = (await status()).folders;
    assert.ok(folder);
    return folder;
  };
  const run = (
    folder: string,
    expected: readonly string[],
    change: object = {},
    source = new CancellationTokenSource(),
  ) =>
    client.connection.sendRequest<RunResult>(
      'lockstep/run',
      { folder, direction: 'up', target: 'all', expected, runId: 'r1', typed: undefined, ...change },
      source.token,
    );
  const sleeping = (database: string) =>
    until(async () => {
      const rows = await server.query(
        `SELECT 1 FROM pg_stat_activity WHERE datname = '${database}' AND state = 'active' AND query LIKE 'SELECT pg_sleep%'`,
      );
      return rows.length > 0;
    });

  test('a run is cancelled by its request, tells its progress, and keeps what was done', async () => {
    const { folder, database } = await start();
    const seen: RunProgress[] = [];
    client.connection.onNotification('lockstep/runProgress', (p: RunProgress) => void seen.push(p));
    const source = new CancellationTokenSource();
    const result = run(folder, ['001', '002'], {}, source);
    await sleeping(database);
    source.cancel();
    const ended = await result;
    assert.equal(ended.outcome, 'cancelled', ended.message);
    assert.match(ended.message, /002_slow was cancelled\. All of it was rolled back.*Applied 001_users/);
    assert.deepEqual(
      (await folderOf()).migrations.map((m) => m.state),
      ['applied', 'pending'],
    );
    assert.deepEqual(
      seen.map((p) => [p.runId, p.done, p.total, p.message]),
      [
        ['r1', 0, 2, 'Applying 001_users'],
        ['r1', 1, 2, 'Applying 002_slow: statement 1 of 2'],
        ['r1', 1, 2, 'Applying 002_slow: statement 2 of 2'],
      ],
    );
  });

  test('a file that is deleted while it is applied runs to its end, and is missing afterwards', async () => {
    const { folder, database } = await start();
    const result = run(folder, ['001', '002']);
    await sleeping(database);
    for (const name of ['002_slow.sql', '002_slow.down.sql']) rmSync(path.join(client.root, 'migrations', name));
    assert.equal((await result).outcome, 'done');
    await client.connection.sendNotification('workspace/didChangeWatchedFiles', {
      changes: ['002_slow.sql', '002_slow.down.sql'].map((name) => ({
        uri: client.uri(`migrations/${name}`),
        type: 3,
      })),
    });
    const { migrations } = await folderOf();
    assert.deepEqual(
      migrations.map((m) => m.state),
      ['applied', 'missing'],
    );
    const down = await run(folder, ['002'], { direction: 'down', target: 'last' });
    assert.match(down.message, /has no files here\. Restore them/);
  });

  test('a folder that is gone is refused with what to do', async () => {
    const { folder } = await start();
    await status();
    rmSync(path.join(client.root, 'migrations'), { recursive: true });
    const planned = await client.connection.sendRequest<PlanResult>('lockstep/plan', {
      folder,
      direction: 'up',
      target: 'all',
    });
    assert.equal(planned.verdict, 'refused');
    assert.match(planned.message, /This migration folder is not there any more/);
    const refused = await run(folder, ['001', '002']);
    assert.equal(refused.outcome, 'refused');
    assert.match(refused.message, /This migration folder is not there any more/);
  });

  test('a connection that an administrator ends is reported with what is certain', async () => {
    const { folder, database } = await start();
    const result = run(folder, ['001', '002']);
    await sleeping(database);
    await terminate(server, database);
    const ended = await result;
    assert.equal(ended.outcome, 'failed', ended.message);
    assert.match(ended.message, /was ended by the server.*COMMIT was not sent for 002_slow.*Applied 001_users/);
    assert.equal(ended.failure?.range, undefined);
    assert.deepEqual(
      (await folderOf()).migrations.map((m) => m.state),
      ['applied', 'pending'],
    );
  });

  test('a database that is dropped is an error of the folder, and its migrations stay listed', async () => {
    const { database } = await start();
    assert.equal((await folderOf()).database.state, 'ok');
    await server.query(`DROP DATABASE ${database} WITH (FORCE)`);
    const { database: state, migrations } = await folderOf();
    assert.equal(state.state, 'error');
    assert.match(state.message ?? '', /There is no database .*Create it, or correct the name/);
    assert.equal(state.needsPassword, false);
    assert.deepEqual(
      migrations.map((m) => m.state),
      ['unknown', 'unknown'],
    );
  });

  test('a ledger of a foreign shape is an error of the folder, and nothing runs', async () => {
    const { folder, database } = await start();
    await server.query('CREATE TABLE schema_migrations (id int, applied boolean)', database);
    const { database: state, canApply, canRollBack } = await folderOf();
    assert.match(state.message ?? '', /has the columns \(id integer, applied boolean\), but the plain ledger keeps/);
    assert.deepEqual([canApply, canRollBack], [false, false]);
    assert.equal((await run(folder, ['001', '002'])).outcome, 'refused');
  });

  test('applying to a shared database needs the setting and the confirmation', async () => {
    const change = { kind: 'shared' as const };
    const { folder, database } = await start({ change });
    assert.match((await run(folder, ['001'], { target: 'next', typed: database })).message, /Turn on the setting/);
    await client.stop();
    const allowed = await start({ change, settings: { allowApplyOnShared: true } });
    const refused = await run(allowed.folder, ['001'], { target: 'next' });
    assert.match(refused.message, /was not confirmed/);
    const wrong = await run(allowed.folder, ['001'], { target: 'next', typed: 'yes' });
    assert.match(wrong.message, /was not confirmed/);
    const done = await run(allowed.folder, ['001'], { target: 'next', typed: allowed.database });
    assert.equal(done.outcome, 'done', done.message);
    const { canRollBack } = await folderOf();
    assert.equal(canRollBack, false);
    const down = await run(allowed.folder, ['001'], { direction: 'down', target: 'last', typed: allowed.database });
    assert.match(down.message, /rolling back is offered for local ones only/);
  });

  test('DATABASE_URL and .env are offered, local first, and passwords stay out of what is shown', async () => {
    const database = await server.createDatabase();
    client = await LspClient.start(
      { ...FILES, '.env': `DATABASE_URL=${server.url(database)}\n` },
      { env: { DATABASE_URL: 'postgres://ada:sentinel-env@db.example.com/shop' } },
    );
    await connect([], false);
    assert.deepEqual((await status()).environments, [], 'not in an untrusted workspace');
    await connect([]);
    const answer = await status();
    assert.deepEqual(
      answer.environments.map((e) => [e.source, e.kind, e.hasPassword]),
      [
        ['env', 'shared', true],
        ['dotenv', 'local', true],
      ],
    );
    assert.equal(answer.folders[0]?.environment?.source, 'dotenv');
    assert.equal(answer.folders[0]?.database.state, 'ok');
    assert.doesNotMatch(JSON.stringify([answer, client.logs]), /sentinel/);
  });

  test('a connection that calls itself local is shared when its host is not this machine', async () => {
    const { folder } = await start({ settings: { localHosts: ['devdb'] } });
    await connect([
      connectionTo('x', { id: 'far', host: 'db.example.com' }),
      connectionTo('x', { id: 'named', host: 'devdb' }),
      connectionTo('x', { id: 'tunnel', kind: 'production' }),
    ]);
    const { environments, folders } = await status(false);
    assert.deepEqual(
      environments.map((e) => [e.id, e.kind]),
      [
        ['far', 'shared'],
        ['named', 'local'],
        ['tunnel', 'production'],
      ],
    );
    assert.equal(folders[0]?.environment?.id, 'named');
    await connect([connectionTo('x', { id: 'far', host: 'db.example.com' })]);
    const down = await run(folder, ['001'], { direction: 'down', target: 'last', typed: 'x' });
    assert.match(down.message, /is not a local database: rolling back is offered for local ones only/);
  });

  test('a test of a connection says what is there, and what is wrong', async () => {
    const { database } = await start();
    const ask = (connection: ConnectionDto) =>
      client.connection.sendRequest<TestConnectionResult>('lockstep/testConnection', {
        environment: undefined,
        connection,
      });
    const good = await ask(connectionTo(database));
    assert.equal(good.ok, true);
    assert.match(good.message, /^PostgreSQL 14\./);
    assert.match((await ask(connectionTo(database, { port: 1 }))).message, /No server listens at 127\.0\.0\.1:1/);
    assert.match(
      (await ask(connectionTo(database, { password: 'wrong' }))).message,
      /The password for user postgres .* is wrong/,
    );
    assert.match((await ask(connectionTo('nowhere'))).message, /There is no database nowhere/);
    const old = await startFakeServer({ version: '9.6.2', versionNum: '90602' });
    assert.match(
      (await ask(connectionTo('x', { port: old.port }))).message,
      /runs PostgreSQL 9\.6\.2; Lockstep needs 12/,
    );
    await old.close();
    const known = await client.connection.sendRequest<TestConnectionResult>('lockstep/testConnection', {
      environment: 'dev',
      connection: undefined,
    });
    assert.equal(known.ok, true);
  });

  test('two runs from two editors: one does it, the other finds nothing left', async () => {
    const { folder } = await start();
    const results = await Promise.all([run(folder, ['001', '002']), run(folder, ['001', '002'])]);
    assert.deepEqual(results.map((r) => r.outcome).sort(), ['done', 'refused'], JSON.stringify(results));
  });
});

describe('the language server as a process', { skip: serverUnavailable() }, () => {
  test('lost connections, unreachable servers and a client that goes away leave nothing on stderr', {
    timeout: 60_000,
  }, async () => {
    const server = await startServer();
    const root = mkdtempSync(path.join(os.tmpdir(), 'lockstep-process-'));
    for (const [name, text] of Object.entries(FILES)) {
      mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
      writeFileSync(path.join(root, name), text);
    }
    const main = fileURLToPath(new URL('../../server/src/lsp/main.ts', import.meta.url));
    const child = spawn(process.execPath, ['--import', 'tsx', main, '--stdio'], {
      stdio: 'pipe',
      env: { PATH: process.env.PATH },
    });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    try {
      const connection = createProtocolConnection(
        new StreamMessageReader(child.stdout),
        new StreamMessageWriter(child.stdin),
      );
      connection.onRequest('workspace/configuration', ({ items }: { items: unknown[] }) => items.map(() => ({})));
      // A client that refuses what the server asks of it.
      connection.onRequest('workspace/diagnostic/refresh', () => {
        throw new Error('refused');
      });
      connection.listen();
      await connection.sendRequest('initialize', {
        processId: process.pid,
        rootUri: URI.file(root).toString(),
        workspaceFolders: [{ uri: URI.file(root).toString(), name: 'work' }],
        capabilities: {
          textDocument: { diagnostic: {} },
          workspace: { configuration: true, workspaceFolders: true, diagnostics: { refreshSupport: true } },
        },
      });
      await connection.sendNotification('initialized', {});
      const folder = URI.file(path.join(root, 'migrations')).toString();
      const { host, port, user, password } = server;
      const use = (change: Partial<ConnectionDto>) =>
        connection.sendNotification('lockstep/connections', {
          connections: [
            {
              id: 'dev',
              label: 'dev',
              kind: 'local',
              host,
              port,
              user,
              password,
              ssl: 'disable',
              database: 'postgres',
              ...change,
            },
          ],
          selected: {},
          trusted: true,
        });
      const run = (direction: string, target: string, expected: string[]) =>
        connection.sendRequest<RunResult>('lockstep/run', {
          folder,
          direction,
          target,
          expected,
          runId: 'r',
          typed: undefined,
        });
      for (const change of [
        { port: 1 },
        { password: 'wrong' },
        { host: 'no-such-host.invalid' },
        { database: 'nowhere' },
      ]) {
        await use(change);
        await connection.sendRequest('lockstep/status', { connect: true });
        assert.equal((await run('up', 'next', ['001'])).outcome, 'refused');
      }
      await use({});
      assert.equal((await run('up', 'next', ['001'])).outcome, 'done');
      const lost = run('up', 'next', ['002']);
      await until(
        async () =>
          (
            await server.query(
              `SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'SELECT pg_sleep(1.5)%'`,
            )
          ).length > 0,
      );
      await server.crash();
      const result = await lost;
      assert.equal(result.outcome, 'failed', result.message);
      await connection.sendRequest('lockstep/status', { connect: true });
      await connection.sendRequest('shutdown');
      await connection.sendNotification('exit');
      assert.equal(await Promise.race([ended, sleep(5_000, 'still runs')]), 0);
      assert.equal(stderr, '');
      connection.dispose();
    } finally {
      child.kill('SIGKILL');
      await server.stop();
      rmSync(root, { recursive: true, force: true });
    }
  });
});

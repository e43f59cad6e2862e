import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import pg from 'pg';
import type { CodeLens } from 'vscode-languageserver-protocol/node';
import type {
  ConnectionDto,
  PlanParams,
  PlanResult,
  PreviewResult,
  RunResult,
  StatusResult,
} from '../../server/src/lsp/protocol.js';
import { LspClient } from '../world/lspClient.js';
import { serverUnavailable, startServer, type TestServer } from './server.js';

const FILES = {
  'migrations/0001_users.sql': 'CREATE TABLE users (id bigint PRIMARY KEY, mail text);\n',
  'migrations/0001_users.down.sql': 'DROP TABLE users;\n',
  'migrations/0002_mail.sql': 'ALTER TABLE users ADD COLUMN nick text;\n',
  'migrations/0002_mail.down.sql': 'ALTER TABLE users DROP COLUMN nick;\n',
  'migrations/0003_fast.sql': 'CREATE INDEX CONCURRENTLY users_mail ON users (mail);\n',
  'migrations/0003_fast.down.sql': 'DROP INDEX CONCURRENTLY users_mail;\n',
  'migrations/0004_less.sql': 'DELETE FROM users WHERE mail IS NULL;\n',
  'migrations/0004_less.down.sql': 'SELECT 1;\n',
};

describe('what is asked before anything runs', { skip: serverUnavailable() }, () => {
  let server: TestServer;
  let client: LspClient;
  let database: string;
  before(async () => {
    server = await startServer();
  });
  after(() => server.stop());
  afterEach(() => client.stop());

  async function start(kind: ConnectionDto['kind'], settings: Record<string, unknown> = {}): Promise<void> {
    client = await LspClient.start(FILES, { settings });
    database = await server.createDatabase();
    const { host, port, user, password } = server;
    await client.connection.sendNotification('lockstep/connections', {
      connections: [{ id: 'dev', label: 'staging', kind, host, port, database, user, password, ssl: 'disable' }],
      selected: { '*': 'dev' },
      trusted: true,
    });
  }
  const plan = (direction: PlanParams['direction'], target: PlanParams['target']) =>
    client.connection.sendRequest<PlanResult>('lockstep/plan', {
      folder: client.uri('migrations'),
      direction,
      target,
    });
  const tryRun = async (direction: PlanParams['direction'], target: PlanParams['target'], asked?: boolean) => {
    const { steps, verdict, message } = await plan(direction, target);
    assert.equal(verdict, 'ready', message);
    return client.connection.sendRequest<RunResult>('lockstep/run', {
      folder: client.uri('migrations'),
      direction,
      target,
      runId: 'r',
      expected: steps.map((s) => s.id),
      typed: undefined,
      asked,
    });
  };
  const run = async (direction: PlanParams['direction'], target: PlanParams['target']) => {
    const result = await tryRun(direction, target);
    assert.equal(result.outcome, 'done', result.message);
  };
  const preview = (id?: string) =>
    client.connection.sendRequest<PreviewResult>('lockstep/preview', { folder: client.uri('migrations'), id });
  const status = async (connect: boolean) => {
    const [folder] = (await client.connection.sendRequest<StatusResult>('lockstep/status', { connect })).folders;
    assert.ok(folder);
    return folder;
  };
  const lenses = async (name: string) => {
    const uri = client.uri(`migrations/${name}`);
    const found = await client.connection.sendRequest<CodeLens[]>('textDocument/codeLens', { textDocument: { uri } });
    return found.map((l) => l.command?.title);
  };

  test('one migration on a local database is one click, several are listed with their locks', async () => {
    await start('local');
    assert.equal((await plan('up', 'next')).question, undefined);
    const { question, title } = await plan('up', 'all');
    assert.ok(question);
    assert.equal(title, `local/${database}`);
    assert.equal(question.message, `Apply 4 migrations on local/${database}?`);
    assert.equal(question.action, 'Apply 4 Migrations');
    assert.equal(question.typed, undefined);
    assert.match(question.preview?.text ?? '', /nothing was sent[\s\S]*CREATE TABLE users[\s\S]*DELETE FROM users/);
    assert.deepEqual(question.detail.split('\n'), [
      `Database: 127.0.0.1:${server.port}/${database} as ${server.user} (local)`,
      '',
      '0001 users',
      '0002 mail: ACCESS EXCLUSIVE on users',
      '0003 fast (outside a transaction)',
      '0004 less: deletes rows of users',
    ]);
    const upTo = await plan('up', { upTo: '0001' });
    assert.equal(upTo.question?.message, `Apply 0001 users on local/${database}?`);
  });

  test('for a shared database the same facts are shown, and its name has to be typed, also for a single one', async () => {
    await start('local');
    const local = (await plan('up', 'all')).question?.detail.split('\n').slice(2);
    await client.stop();
    await start('shared', { allowApplyOnShared: true });
    const all = (await plan('up', 'all')).question;
    assert.ok(all);
    assert.deepEqual(all.detail.split('\n').slice(2), local);
    assert.match(all.detail, /^Database: .*\(shared\)$/m);
    assert.match(all.preview?.text ?? '', /CREATE TABLE users/);
    assert.equal(all.message, 'Apply 4 migrations on the shared database staging?');
    assert.equal(all.typed?.word, database);
    assert.equal(all.action, 'Apply 4 Migrations…');
    assert.equal((await plan('up', 'next')).question?.typed?.word, database);
  });

  test('a rollback without rows to lose is one click; with rows it says of which tables and how many', async () => {
    await start('local');
    await run('up', 'next');
    assert.equal((await plan('down', 'last')).question, undefined);
    await server.query('INSERT INTO users SELECT generate_series(1, 1000)', database);
    const { question } = await plan('down', 'last');
    assert.ok(question);
    assert.equal(question.message, `Roll back 0001 users on local/${database}?`);
    assert.equal(question.action, 'Roll Back 1 Migration');
    assert.match(question.detail, /applying again does not bring them back:\nusers is dropped with 1,000 rows$/);
    assert.match(question.preview?.text ?? '', /DROP TABLE users/);
    const unasked = await tryRun('down', 'last');
    assert.equal(unasked.outcome, 'refused');
    assert.match(
      unasked.message,
      /users is dropped with 1,000 rows\. This was not asked before the run, so nothing was run/,
    );
    assert.deepEqual(await server.query('SELECT count(*)::int AS n FROM users', database), [{ n: 1000 }]);
    await server.query('TRUNCATE users', database);
    assert.equal((await plan('down', 'last')).question, undefined);
    await server.query('INSERT INTO users SELECT 1', database);
    assert.equal((await tryRun('down', 'last', true)).outcome, 'done');
  });

  test('a rollback whose rows cannot be counted says so', async () => {
    await start('local');
    await run('up', 'next');
    const holder = new pg.Client({ connectionString: server.url(database) });
    await holder.connect();
    try {
      await holder.query('BEGIN; LOCK TABLE users');
      const { question } = await plan('down', 'last');
      assert.match(question?.detail ?? '', /users is dropped with its rows, which could not be counted/);
    } finally {
      await holder.end();
    }
  });

  test('a file that was edited since it was applied asks before it is rolled back', async () => {
    await start('local');
    await run('up', 'next');
    await client.open('migrations/0001_users.sql', `${FILES['migrations/0001_users.sql']}SELECT 1;\n`);
    const { question } = await plan('down', 'last');
    assert.match(question?.detail ?? '', /0001_users\.sql was changed after it had been applied.*What its down file/);
    const [first] = (await status(false)).migrations;
    assert.deepEqual([first?.state, first?.turn], ['modified', 'last']);
    assert.equal((await status(false)).canRollBack, true);
  });

  test('a preview shows what would be sent, and a file alone where that is not to be had', async () => {
    await start('local');
    await run('up', { upTo: '0002' });
    const { preview: all } = await preview();
    assert.equal(all?.title, 'Apply on staging');
    assert.match(all?.text ?? '', /0003_fast.*\n.*CONCURRENTLY[\s\S]*0004_less/);
    const { preview: last } = await preview('0002');
    assert.equal(last?.title, 'Roll back 0002 mail');
    assert.match(last?.text ?? '', /DROP COLUMN nick/);
    const { preview: earlier } = await preview('0001');
    assert.match(
      earlier?.text ?? '',
      /^-- 0001_users \(Later ones have to be rolled back before it\.\)\nDROP TABLE users;\n$/,
    );
    await run('up', 'all');
    assert.match((await preview()).message, /All migrations are applied/);
    await client.connection.sendNotification('lockstep/connections', { connections: [], selected: {}, trusted: true });
    assert.match((await preview('0001')).preview?.text ?? '', /No database is connected.*\nCREATE TABLE users/);
    assert.match((await preview()).message, /No database is connected/);
  });

  test('who asks for local databases only reaches no other', async () => {
    for (const [kind, state] of [
      ['local', 'ok'],
      ['shared', 'notAsked'],
      ['production', 'notAsked'],
    ] as const) {
      await start(kind);
      const { folders } = await client.connection.sendRequest<StatusResult>('lockstep/status', { connect: 'local' });
      assert.equal(folders[0]?.database.state, state, kind);
      if (kind !== 'production') await client.stop();
    }
  });

  test('the lens offers to apply only where applying is allowed', async () => {
    await start('local');
    await status(true);
    assert.deepEqual(await lenses('0002_mail.sql'), ['pending', 'Apply up to here', 'Preview', 'Open down']);
    await client.stop();
    for (const [settings, offered] of [
      [{}, []],
      [{ allowApplyOnShared: true }, ['Apply up to here']],
    ] as const) {
      await start('shared', settings);
      const { canApply, environment } = await status(true);
      assert.deepEqual([canApply, environment?.kind], [offered.length > 0, 'shared']);
      assert.deepEqual(await lenses('0002_mail.sql'), ['pending', ...offered, 'Preview', 'Open down']);
      await client.stop();
    }
    await start('production', { allowApplyOnShared: true });
    await status(true);
    assert.deepEqual(await lenses('0002_mail.sql'), ['pending', 'Preview', 'Open down']);
  });

  test('a lens says nothing of a database that is no longer the one in use', async () => {
    await start('local');
    await status(true);
    assert.equal((await lenses('0001_users.sql'))[0], 'pending');
    const { host, port, user, password } = server;
    const other = { id: 'other', label: 'other', kind: 'local', host, port, database, user, password, ssl: 'disable' };
    await client.connection.sendNotification('lockstep/connections', {
      connections: [other],
      selected: { '*': 'other' },
      trusted: true,
    });
    await status(false);
    assert.deepEqual(await lenses('0001_users.sql'), ['Preview', 'Open down']);
  });
});

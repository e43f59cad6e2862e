import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { ConnectionDto, RunResult, StatusResult } from '../../server/src/lsp/protocol.js';
import { LspClient } from '../world/lspClient.js';
import { startProxy } from './proxy.js';
import { serverUnavailable, startServer, type TestServer } from './server.js';

const FILES = {
  'migrations/001_users.sql': 'CREATE TABLE users (id bigint PRIMARY KEY);\n',
  'migrations/001_users.down.sql': 'DROP TABLE users;\n',
  'migrations/002_mail.sql': 'ALTER TABLE users ADD COLUMN mail text;\n',
  'migrations/002_mail.down.sql': 'ALTER TABLE users DROP COLUMN mail;\n',
};

// A tunnel: another port, so that no address tells that it is the same database.
describe('two ways to one database', { skip: serverUnavailable() }, () => {
  let server: TestServer;
  let tunnel: Awaited<ReturnType<typeof startProxy>>;
  before(async () => {
    server = await startServer();
    tunnel = await startProxy(server);
  });
  after(async () => {
    await tunnel?.close();
    await server?.stop();
  });

  async function started(kind: ConnectionDto['kind']) {
    const client = await LspClient.start(FILES);
    const database = await server.createDatabase();
    const { host, port, user, password } = server;
    const direct: ConnectionDto = {
      id: 'live',
      label: 'live',
      kind,
      host,
      port,
      database,
      user,
      password,
      ssl: 'disable',
    };
    const connections = [
      direct,
      { ...direct, id: 'tunnel', label: 'tunnel', kind: 'local' as const, port: tunnel.port },
    ];
    const choose = (id: string) =>
      client.connection.sendNotification('lockstep/connections', { connections, selected: { '*': id }, trusted: true });
    const look = () => client.connection.sendRequest<StatusResult>('lockstep/status', { connect: true });
    const run = (direction: 'up' | 'down', expected: readonly string[]) =>
      client.connection.sendRequest<RunResult>('lockstep/run', {
        folder: client.uri('migrations'),
        direction,
        target: direction === 'up' ? 'next' : 'last',
        expected,
        runId: 'r',
        typed: undefined,
      });
    const tables = () => server.query("SELECT to_regclass('users') IS NOT NULL AS users", database);
    return { client, choose, look, run, tables };
  }

  test('what is marked production is not changed through the other one', async () => {
    const { client, choose, look, run, tables } = await started('production');
    try {
      await choose('tunnel');
      await look();
      assert.equal((await run('up', ['001'])).outcome, 'done');
      await choose('live');
      await look();
      await choose('tunnel');
      await look();
      for (const refused of [await run('down', ['001']), await run('up', ['002'])]) {
        assert.notEqual(refused.outcome, 'done');
        assert.match(refused.message, /This is the database of the connection live, which is production/);
      }
      assert.deepEqual(await tables(), [{ users: true }]);
    } finally {
      await client.stop();
    }
  });

  test('what is marked local stays one click through both', async () => {
    const { client, choose, look, run } = await started('local');
    try {
      await choose('live');
      await look();
      await choose('tunnel');
      await look();
      assert.equal((await run('up', ['001'])).outcome, 'done');
      assert.equal((await run('down', ['001'])).outcome, 'done');
    } finally {
      await client.stop();
    }
  });
});

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import type { ConnectionDto, StatusResult } from '../../server/src/lsp/protocol.js';
import { LspClient } from '../world/lspClient.js';
import { type SlowPort, slowPort } from '../world/slowPort.js';
import { until } from './kit.js';
import { serverUnavailable, startServer, type TestServer } from './server.js';

const FILES = { 'migrations/001_a.sql': 'SELECT 1;\n', 'migrations/002_b.sql': 'SELECT 2;\n' };

describe('a database that answers late', { skip: serverUnavailable() }, () => {
  let server: TestServer;
  let client: LspClient;
  let slow: SlowPort;
  before(async () => {
    server = await startServer();
  });
  after(() => server.stop());
  beforeEach(async () => {
    client = await LspClient.start(FILES);
    slow = await slowPort(server);
  });
  afterEach(async () => {
    await slow.close();
    await client.stop();
  });

  const use = (database: string, change: Partial<ConnectionDto> = {}) => {
    const { host, port, user, password } = server;
    const connection = { id: 'dev', label: 'dev', kind: 'local', host, port, database, user, password, ssl: 'disable' };
    return client.connection.sendNotification('lockstep/connections', {
      connections: [{ ...connection, ...change }],
      selected: { '*': 'dev' },
      trusted: true,
    });
  };
  const status = (connect: boolean) => client.connection.sendRequest<StatusResult>('lockstep/status', { connect });
  const stateOf = ({ folders }: StatusResult) => [folders[0]?.database.state, folders[0]?.pendingCount];

  test('answers carry a number: the state of a question that connects is newer than the quick one before it', async () => {
    await use(await server.createDatabase(), { port: slow.port });
    slow.hold();
    const connecting = status(true);
    const quick = await status(false);
    assert.deepEqual(stateOf(quick), ['notAsked', 0]);
    slow.release();
    const late = await connecting;
    assert.deepEqual(stateOf(late), ['ok', 2]);
    assert.ok(late.revision > quick.revision, `${late.revision} after ${quick.revision}`);
    assert.deepEqual(stateOf(await status(false)), ['ok', 2]);
  });

  test('what an earlier question finds out does not replace what a later one found out', async () => {
    const [one, two] = [await server.createDatabase(), await server.createDatabase()];
    const ledger = 'CREATE TABLE schema_migrations (version text PRIMARY KEY)';
    await server.query(ledger, one);
    await server.query(`${ledger}; INSERT INTO schema_migrations VALUES ('001')`, two);
    await use(one, { port: slow.port });
    slow.hold();
    const late = status(true);
    // The connection is now another one, under the same name.
    await use(two);
    assert.deepEqual(stateOf(await status(true)), ['ok', 1]);
    slow.release();
    assert.deepEqual(stateOf(await late), ['ok', 1], 'an answer says what holds when it is sent');
    assert.deepEqual(stateOf(await status(false)), ['ok', 1]);
  });

  test('a reading is not shown for a connection that leads elsewhere by now', async () => {
    const [one, two] = [await server.createDatabase(), await server.createDatabase()];
    await use(one);
    assert.deepEqual(stateOf(await status(true)), ['ok', 2]);
    await use(two);
    assert.deepEqual(stateOf(await status(false)), ['notAsked', 0]);
    await use(one);
    await until(async () => (await status(false)).folders[0]?.database.state === 'ok');
  });
});

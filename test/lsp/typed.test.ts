import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import type {
  ConnectionDto,
  ReadTypedResult,
  StatusResult,
  TestConnectionResult,
} from '../../server/src/lsp/protocol.js';
import { LspClient } from '../world/lspClient.js';

const FILES = { 'migrations/001_a.sql': 'SELECT 1;\n' };
const GOOD: ConnectionDto = {
  id: 'dev',
  label: 'dev',
  kind: 'local',
  host: 'localhost',
  port: 5432,
  database: 'shop',
  user: 'ada',
  password: undefined,
  ssl: 'prefer',
};

let client: LspClient | undefined;
afterEach(async () => {
  await client?.stop();
  client = undefined;
});

const typed = (field: string, secret: string) =>
  client!.connection.sendRequest<ReadTypedResult>('lockstep/readTyped', { field, secret });
const connect = (...connections: readonly ConnectionDto[]) =>
  client!.connection.sendNotification('lockstep/connections', { connections, selected: {}, trusted: true });
const status = () => client!.connection.sendRequest<StatusResult>('lockstep/status', { connect: false });

test('what is typed in place of a host is taken apart by the server', async () => {
  client = await LspClient.start(FILES, { settings: { localHosts: ['devdb'] } });
  await status();
  const { problem, place } = await typed('host', 'postgres://ada:sentinel@devdb:5433/shop?sslmode=require');
  assert.equal(problem, undefined);
  assert.deepEqual(place, {
    host: 'devdb',
    isLocal: true,
    port: 5433,
    database: 'shop',
    user: 'ada',
    password: 'sentinel',
    ssl: 'require',
  });
  const alone = (await typed('host', 'db')).place;
  assert.deepEqual([alone?.host, alone?.isLocal, alone?.port, alone?.user], ['db', false, undefined, undefined]);
  for (const field of ['host', 'database', 'user'] as const) {
    const refused = await typed(field, 'x ada:sentinel@db');
    assert.ok(refused.problem, field);
    assert.doesNotMatch(JSON.stringify(refused), /sentinel/);
  }
  assert.doesNotMatch(client.logs.join(), /sentinel/);
});

test('a connection of the settings with a secret in a wrong field is left out, and says which field', async () => {
  client = await LspClient.start(FILES);
  const url = 'postgres://ada:sentinel@db/shop';
  await connect(
    GOOD,
    { ...GOOD, id: 'a', label: 'by host', host: url },
    // Without a label that of the database was taken.
    { ...GOOD, id: 'b', label: url, database: url },
    { ...GOOD, id: 'c', label: 'by user', user: 'ada:sentinel@db' },
  );
  const { environments, problems } = await status();
  assert.deepEqual(
    environments.map((e) => e.id),
    ['dev'],
  );
  assert.deepEqual(
    problems.map((p) =>
      /^The connection (.*) of the setting lockstep\.connections is left out\. (\w+):/.exec(p)?.slice(1),
    ),
    [
      ['by host', 'host'],
      ['number 3', 'database'],
      ['by user', 'user'],
    ],
  );
  const tested = await client.connection.sendRequest<TestConnectionResult>('lockstep/testConnection', {
    environment: undefined,
    connection: { ...GOOD, host: url },
  });
  assert.equal(tested.ok, false);
  assert.match(tested.message, /^host: /);
  assert.doesNotMatch(JSON.stringify([await status(), tested, client.logs]), /sentinel/);
  await connect(GOOD);
  assert.deepEqual((await status()).problems, []);
});

test('Connect takes the only environment there is, but one of the own settings only where it was chosen', async () => {
  client = await LspClient.start(FILES);
  const own = { ...GOOD, personal: true };
  await connect(own);
  assert.equal((await status()).obvious, undefined);
  await client.connection.sendNotification('lockstep/connections', {
    connections: [own],
    selected: { '*': 'dev' },
    trusted: true,
  });
  assert.equal((await status()).obvious, 'dev');
  await connect(GOOD);
  assert.equal((await status()).obvious, 'dev');
  await connect(GOOD, { ...GOOD, id: 'b', database: 'other' });
  assert.equal((await status()).obvious, undefined);
  await connect();
  assert.equal((await status()).obvious, undefined);
});

test('what the own settings call production stays so, whatever the settings of a workspace call it', async () => {
  client = await LspClient.start({ ...FILES, '.env': 'DATABASE_URL=postgres://ada@127.0.0.1/shop\n' });
  const place = { host: 'localhost', port: 5432, database: 'shop' };
  const kinds = async (kind: ConnectionDto['kind']) => {
    await client!.connection.sendNotification('lockstep/connections', {
      connections: [GOOD, { ...GOOD, id: 'other', database: 'other' }],
      marks: [{ ...place, kind }],
      selected: {},
      trusted: true,
    });
    return (await status()).environments.map((e) => e.kind);
  };
  assert.deepEqual(await kinds('production'), ['production', 'local', 'production']);
  assert.deepEqual(await kinds('shared'), ['shared', 'local', 'shared']);
  assert.deepEqual(await kinds('local'), ['local', 'local', 'local']);
});

test('a connection of the surroundings that cannot be read is told, not only logged', async () => {
  client = await LspClient.start({ ...FILES, '.env': 'DATABASE_URL=mysql://ada:sentinel@db/shop\n' });
  await connect();
  const { problems } = await status();
  assert.match(problems[0] ?? '', /^DATABASE_URL in \.env is not a PostgreSQL URL/);
  assert.doesNotMatch(problems.join(), /sentinel/);
});

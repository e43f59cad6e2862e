import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { type Api, activate, folderHas, inRoot, onlyFolder, play, sessions, until, write } from '../host.js';

const url = process.env.TEST_DATABASE_URL!;

// A test host trusts every folder, so trust is taken away between client and server. The window itself: test/ui.
describe('without trust', () => {
  let api: Api;
  before(async () => {
    api = await activate();
    await folderHas(api, 12);
    await write(inRoot('.env'), `DATABASE_URL=${url}\n`);
    await until('the environment', () => api.status()?.environments.length === 1);
    await api.client.sendConnections({ connections: [], selected: {}, trusted: false });
    await api.context.store.refresh({ connect: true });
  });
  after(async () => {
    await vscode.workspace.fs.delete(inRoot('.env'));
    await api.context.connections.publish();
    await api.context.store.refresh({ connect: false });
  });

  it('the language server reads no .env and connects to nothing', async () => {
    assert.deepEqual(api.status()?.environments, []);
    assert.notEqual(onlyFolder(api)?.database.state, 'ok');
    const tested = await api.client.testConnection({ environment: undefined, connection: { ...LOCAL, password: 'x' } });
    assert.match(tested.message, /not trusted/);
    assert.deepEqual(await sessions(url), []);
  });

  it('the language server plans and runs nothing', async () => {
    const params = { folder: onlyFolder(api)!.folder, direction: 'up', target: 'all' } as const;
    const plan = await api.client.plan(params);
    assert.equal(plan.verdict, 'refused');
    assert.match(plan.message, /not trusted/);
    const { token } = new vscode.CancellationTokenSource();
    const run = { ...params, runId: 'x', expected: [], typed: undefined };
    const result = await api.client.run(run, token, () => {});
    assert.equal(result.outcome, 'refused');
    assert.deepEqual(await sessions(url), []);
  });

  for (const id of ['connect', 'applyNext', 'applyAll', 'rollBack', 'addConnection', 'testConnection', 'preview']) {
    it(`${id} says why it refuses, and asks nothing`, async () => {
      const { said, asked } = await play(api, `lockstep.${id}`, {}, [], { trusted: () => false });
      assert.match(said.join(), /not trusted/);
      assert.deepEqual(asked, []);
    });
  }
});

const LOCAL = {
  id: 'x',
  label: 'x',
  kind: 'local',
  host: '127.0.0.1',
  port: Number(new URL(url).port),
  database: 'postgres',
  user: 'postgres',
  ssl: 'disable',
} as const;

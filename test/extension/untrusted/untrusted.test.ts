import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { type Api, activate, closeAll, finding, folderHas, open, play, sessions, until } from '../host.js';

const url = process.env.TEST_DATABASE_URL!;

describe('in a workspace that is not trusted', () => {
  let api: Api;
  before(async () => {
    assert.equal(vscode.workspace.isTrusted, false, 'the workspace is trusted: nothing would be tested');
    api = await activate();
    await folderHas(api, 12);
  });
  after(closeAll);

  it('checks files as everywhere', async () => {
    const document = await open('010_rename_full_name.sql');
    await finding(document.uri, 'rename-column');
  });

  it('reads no .env, offers no database and says why', async () => {
    assert.deepEqual(api.status()?.environments, []);
    const [note] = api.tree.getChildren();
    assert.equal(note?.label, 'Trust this workspace to connect');
    assert.equal(api.bar.item.text, '');
  });

  it('does not take connectOnOpen from the settings of the folder', () => {
    assert.equal(vscode.workspace.getConfiguration('lockstep').get('connectOnOpen'), false);
  });

  for (const id of ['connect', 'applyNext', 'applyAll', 'rollBack', 'addConnection', 'testConnection', 'preview']) {
    it(`refuses ${id} with a reason, also when it is called behind its hidden button`, async () => {
      const { said, asked } = await play(api, `lockstep.${id}`, {});
      assert.match(said.join(), /not trusted/);
      assert.deepEqual(asked, []);
    });
  }

  it('is refused by the language server too', async () => {
    const params = { folder: api.status()!.folders[0]!.folder, direction: 'up', target: 'all' } as const;
    const plan = await api.client.plan(params);
    assert.equal(plan.allowed, false);
    const result = await api.client.run(
      { ...params, runId: 'x', expected: [], confirmed: true },
      new vscode.CancellationTokenSource().token,
      () => {},
    );
    assert.equal(result.outcome, 'refused');
    await api.client.status({ connect: true });
  });

  it('has connected to nothing', async () => {
    await until('nobody', async () => (await sessions(url)).length === 0);
  });
});

import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { type Api, activate, closeAll, extension, folderHas, migration, open, play, read, until } from '../host.js';

const tabs = () =>
  vscode.window.tabGroups.all.map((g) =>
    g.tabs.map((t) => (t.input as vscode.TabInputText).uri.path.split('/').at(-1)),
  );
const at = (name: string) =>
  until(name, () => vscode.window.activeTextEditor?.document.uri.path.endsWith(`/${name}`) === true);

describe('in a folder with migrations', () => {
  let api: Api;
  before(async () => {
    // Nothing was opened and no command was run: the files alone are the reason.
    await until('the extension to be active', () => extension().isActive);
    api = await activate();
    await folderHas(api, 12);
  });
  afterEach(closeAll);

  it('lists the migrations without a database, and the step that leads to one', () => {
    const [note, ...groups] = api.tree.getChildren();
    assert.equal(note?.label, 'Connect to see what is applied');
    assert.deepEqual(
      groups.map((g) => [g.label, g.children.length]),
      [['Migrations', 12]],
    );
    assert.equal(groups[0]?.children[0]?.label, '001 create_users');
  });

  it('makes the up and the down file of a new migration and opens them side by side', async () => {
    await play(api, 'lockstep.newMigration', { input: ['Add a note'], pick: ['Empty'] });
    const names = ['013_add_a_note.sql', '013_add_a_note.down.sql'];
    assert.deepEqual(tabs(), [[names[0]], [names[1]]]);
    assert.equal(vscode.window.activeTextEditor?.document.uri.path.endsWith(names[0]!), true);
    await folderHas(api, 13);
    await closeAll();
    for (const name of names) await vscode.workspace.fs.delete(migration(name));
    await folderHas(api, 12);
  });

  it('fills a template, with what undoes it in the down file', async () => {
    await play(api, 'lockstep.newMigration', {
      input: ['phone index', 'orders', 'created_at'],
      pick: ['Add index'],
    });
    const [up, down] = ['013_phone_index.sql', '013_phone_index.down.sql'];
    assert.match(await read(migration(up!)), /CREATE INDEX CONCURRENTLY .*orders/s);
    assert.match(await read(migration(down!)), /DROP INDEX CONCURRENTLY/);
    await closeAll();
    for (const name of [up!, down!]) await vscode.workspace.fs.delete(migration(name));
    await folderHas(api, 12);
  });

  it('leaves everything as it was when the name is not given', async () => {
    await play(api, 'lockstep.newMigration', { input: [undefined] });
    assert.deepEqual(tabs(), [[]]);
    assert.equal(api.status()?.folders[0]?.migrations.length, 12);
  });

  it('goes from up to down and back', async () => {
    await open('009_add_user_phone.sql');
    await vscode.commands.executeCommand('lockstep.openCounterpart');
    await at('009_add_user_phone.down.sql');
    await vscode.commands.executeCommand('lockstep.openCounterpart');
    await at('009_add_user_phone.sql');
  });

  it('offers to make a down file that is missing, with what undoes the up', async () => {
    const down = migration('009_add_user_phone.down.sql');
    const before = await read(down);
    await vscode.workspace.fs.delete(down);
    await until('the down file to go', () => api.status()?.folders[0]?.migrations[8]?.downUri === undefined);
    await open('009_add_user_phone.sql');
    const { said } = await play(api, 'lockstep.openCounterpart', { confirm: ['Create Down File'] });
    assert.match(said[0]!, /There is no down file yet/);
    await at('009_add_user_phone.down.sql');
    assert.match(await read(down), /DROP COLUMN (IF EXISTS )?phone/);
    await closeAll();
    await vscode.workspace.fs.writeFile(down, new TextEncoder().encode(before));
  });

  it('copies the command line that does what the click would do', async () => {
    await vscode.commands.executeCommand('lockstep.copyCliCommand');
    assert.match(await vscode.env.clipboard.readText(), /^node \S+cli\.cjs status --folder migrations$/);
  });

  it('shows the page of a rule that comes with the extension', async () => {
    await vscode.commands.executeCommand('lockstep.showRule', 'missing-down', 'https://example.com/');
    await until('the page', () => vscode.window.tabGroups.activeTabGroup.activeTab?.label.includes('missing-down'));
  });
});

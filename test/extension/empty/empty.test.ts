import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { activate, closeAll, extension, inRoot, onlyFolder, play, read, until } from '../host.js';

describe('in a folder without migrations', () => {
  after(closeAll);

  it('is not active', async () => {
    // Extensions for files that are there have long been activated.
    await until('the file', async () => (await vscode.workspace.findFiles('query.sql')).length === 1);
    await new Promise((r) => setTimeout(r, 1500));
    assert.equal(extension().isActive, false);
  });

  it('becomes active with the first SQL file, and shows no folder', async () => {
    await vscode.window.showTextDocument(inRoot('query.sql'));
    await until('the extension to be active', () => extension().isActive);
    const api = await activate();
    await until('a status', () => api.status());
    assert.deepEqual(api.status()?.folders, []);
    assert.deepEqual(api.status()?.environments, []);
    assert.deepEqual(api.tree.getChildren(), []);
    assert.equal(api.tree.view.badge, undefined);
    assert.deepEqual(vscode.languages.getDiagnostics(inRoot('query.sql')), []);
  });

  it('makes the first migration in a new folder', async () => {
    const api = await activate();
    await play(api, 'lockstep.newMigration', { input: ['create notes'], pick: ['Empty'] });
    const folder = await until('the folder', () => onlyFolder(api));
    assert.equal(folder.migrations.length, 1);
    const up = vscode.Uri.parse(folder.migrations[0]!.upUri!);
    assert.match(up.path, /\/migrations\/0*1_create_notes\.sql$/);
    assert.equal(typeof (await read(vscode.Uri.parse(folder.migrations[0]!.downUri!))), 'string');
    assert.equal(api.tree.getChildren()[0]?.label, 'Connect to see what is applied');
  });

  it('says what to do when there is no database to apply to', async () => {
    const { asked } = await play(await activate(), 'lockstep.applyNext', {});
    assert.match(asked[0]?.title ?? '', /Add Connection/);
  });
});

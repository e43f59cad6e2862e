import assert from 'node:assert/strict';
import path from 'node:path';
import { afterEach, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { StatusResult } from '../../server/src/lsp/protocol.js';
import { LspClient } from '../world/lspClient.js';

let client: LspClient;
afterEach(() => client.stop());

const FILES = {
  'migrations/001_a.sql': 'CREATE TABLE a (id bigint PRIMARY KEY, created_at timestamptz, updated_at timestamptz);\n',
  'migrations/001_a.down.sql': 'DROP TABLE a;\n',
  'migrations/002_b.sql': 'DROP TABLE a;\n',
  'migrations/002_b.down.sql': 'SELECT 1;\n',
};
const status = () => client.connection.sendRequest<StatusResult>('lockstep/status', { connect: false });

test('a workspace folder that is not on disk does not take the others with it', async () => {
  const virtual = { uri: 'vscode-vfs://github/owner/name', name: 'remote' };
  client = await LspClient.start(FILES, {
    folders: (root) => [virtual, { uri: pathToFileURL(root).href, name: 'work' }],
  });
  const { folders } = await status();
  assert.deepEqual(
    folders.map((f) => [f.label, f.migrations.length]),
    [['migrations', 2]],
  );
  assert.match(client.logs.join('\n'), /Left out the workspace folder remote: it is not on this machine's disk/);
});

test('an editor that escapes less than VS Code means the same files', async () => {
  const below = 'a+b (x) @ 50% #1/ü/migrations';
  const files = Object.fromEntries(
    Object.entries(FILES).map(([name, text]) => [name.replace('migrations', below), text]),
  );
  let rootUri = '';
  client = await LspClient.start(files, {
    folders: (root) => {
      rootUri = pathToFileURL(path.join(root, 'a+b (x) @ 50% #1')).href;
      return [{ uri: rootUri, name: 'work' }];
    },
  });
  assert.match(rootUri, /a\+b%20\(x\)%20@%2050%25%20%231$/);
  const uri = `${rootUri}/%C3%BC/migrations/002_b.sql`;
  await client.connection.sendNotification('textDocument/didOpen', {
    textDocument: { uri, languageId: 'sql', version: 1, text: FILES['migrations/002_b.sql'] },
  });
  assert.ok((await client.diagnostics(uri)).some((d) => d.code === 'drop-table'));
  const { folders } = await status();
  assert.deepEqual(
    folders.map((f) => [f.folder, f.migrations.map((m) => m.version), f.problems]),
    [[`${rootUri}/%C3%BC/migrations`, ['001', '002'], []]],
  );
  await client.connection.sendNotification('workspace/didChangeWatchedFiles', { changes: [{ uri, type: 2 }] });
  assert.equal((await status()).folders[0]?.migrations.length, 2);
});

test('documents that are no files on disk are answered and change nothing', async () => {
  client = await LspClient.start(FILES);
  for (const uri of [
    'untitled:Untitled-1',
    'git:/w/migrations/002_b.sql?%7B%7D',
    'vscode-notebook-cell:/w/x.ipynb#W0',
  ]) {
    await client.connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri, languageId: 'sql', version: 1, text: 'DROP TABLE a; SELEC' },
    });
    assert.ok(Array.isArray(await client.diagnostics(uri)), uri);
    await client.connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
  }
  await client.connection.sendNotification('workspace/didChangeWatchedFiles', {
    changes: [{ uri: 'file:///a%2Fb.sql', type: 1 }],
  });
  assert.equal((await status()).folders[0]?.migrations.length, 2);
});

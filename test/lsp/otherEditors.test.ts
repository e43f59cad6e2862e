import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { afterEach, test } from 'node:test';
import type { Diagnostic, WorkspaceEdit } from 'vscode-languageserver-protocol/node';
import { LspClient } from '../world/lspClient.js';
import { until } from '../world/until.js';

// Clients that are not VS Code: what they do not mention in their capabilities, they are not given.

const FILES = {
  'migrations/001_users.sql': 'CREATE TABLE users (\n  id bigint PRIMARY KEY,\n  mail text\n);\n',
  'migrations/001_users.down.sql': 'DROP TABLE users;\n',
  'migrations/002_index.sql': 'CREATE INDEX users_mail_idx ON users (mail);\n',
  'migrations/002_index.down.sql': 'DROP INDEX CONCURRENTLY users_mail_idx;\n',
};
const INDEX = FILES['migrations/002_index.sql'];
const AT_START = { line: 0, character: 3 };

let client: LspClient | undefined;
afterEach(async () => {
  await client?.stop();
  client = undefined;
});

const start = (options: Parameters<typeof LspClient.start>[1] = {}) =>
  LspClient.start(FILES, { capabilities: {}, initializationOptions: {}, ...options });

const sent = (uri: string, code: string): Promise<Diagnostic> =>
  until(() => client!.published.get(uri)?.find((d) => d.code === code));

test('a client that says nothing of itself gets diagnostics, fixes as plain text edits, and no commands of VS Code', async () => {
  client = await start();
  const uri = await client.open('migrations/002_index.sql', INDEX);
  const found = await sent(uri, 'create-index-blocking');
  const actions = await client.codeActions(uri, found);
  assert.ok(actions.length >= 3, 'a fix and two ways to ignore it');
  for (const action of actions) {
    const edit: WorkspaceEdit | undefined = action.edit;
    assert.equal(edit?.documentChanges, undefined, action.title);
    assert.ok(edit?.changes?.[uri]?.length, action.title);
    assert.equal(action.command, undefined, action.title);
  }
  const lenses = await client.connection.sendRequest('textDocument/codeLens', { textDocument: { uri } });
  assert.deepEqual(lenses, [], 'a lens is a command, and the client has none of ours');
  assert.deepEqual(client.unheard, [], 'notifications of our own are for our own client');
  assert.deepEqual(client.registered, []);
  assert.deepEqual(client.logs, []);
});

test('a client without nested symbols gets the flat ones, with their places', async () => {
  client = await start();
  const uri = await client.open('migrations/002_index.sql', INDEX);
  const ask = () => client!.connection.sendRequest('textDocument/documentSymbol', { textDocument: { uri } });
  assert.deepEqual(await ask(), [
    {
      name: 'CREATE INDEX users_mail_idx ON users',
      kind: 20,
      location: { uri, range: { start: { line: 0, character: 0 }, end: { line: 0, character: 44 } } },
    },
  ]);
});

test('a hover is plain text where the client shows no Markdown', async () => {
  client = await start({ capabilities: { textDocument: { hover: { contentFormat: ['plaintext'] } } } });
  const uri = await client.open('migrations/002_index.sql', INDEX);
  const { contents } = await client.connection.sendRequest<{ contents: { kind: string; value: string } }>(
    'textDocument/hover',
    { textDocument: { uri }, position: AT_START },
  );
  assert.equal(contents.kind, 'plaintext');
  assert.match(contents.value, /SHARE on users: blocks writes/);
  assert.match(contents.value, /SHARE lock on users blocks writes until the index is built\./);
  assert.match(contents.value, /^create-index-blocking: file:/m);
  assert.doesNotMatch(contents.value, /\*\*|\\|\]\(/);
});

test('settings come with the start, and later as the client sends them', async () => {
  client = await start({ initializationOptions: { settings: { rules: { 'create-index-blocking': 'off' } } } });
  const uri = await client.open('migrations/002_index.sql', INDEX);
  await until(() => client!.published.has(uri));
  assert.ok(!client.published.get(uri)!.some((d) => d.code === 'create-index-blocking'));
  await client.connection.sendNotification('workspace/didChangeConfiguration', {
    settings: { lockstep: { rules: { 'create-index-blocking': 'error' } } },
  });
  assert.equal((await sent(uri, 'create-index-blocking')).severity, 1);
});

test('a client that can watch files is asked to, and a new file changes what an open one is told', async () => {
  client = await start({ capabilities: { workspace: { didChangeWatchedFiles: { dynamicRegistration: true } } } });
  await until(() => client!.registered.includes('workspace/didChangeWatchedFiles'));
  const uri = await client.open('migrations/002_index.sql', 'ALTER TABLE users ALTER COLUMN mail SET NOT NULL;\n');
  await sent(uri, 'set-not-null-unproved');
  const name = 'migrations/001_users.sql';
  writeFileSync(path.join(client.root, name), 'CREATE TABLE users (id bigint PRIMARY KEY, mail text NOT NULL);\n');
  await client.connection.sendNotification('workspace/didChangeWatchedFiles', {
    changes: [{ uri: client.uri(name), type: 2 }],
  });
  await until(() => client!.published.get(uri)?.every((d) => d.code !== 'set-not-null-unproved'));
});

test('VS Code is asked to watch as every editor is', async () => {
  client = await LspClient.start(FILES, {
    capabilities: { workspace: { didChangeWatchedFiles: { dynamicRegistration: true } } },
  });
  const uri = await client.open('migrations/002_index.sql', INDEX);
  await sent(uri, 'create-index-blocking');
  assert.deepEqual(client.registered, ['workspace/didChangeWatchedFiles']);
});

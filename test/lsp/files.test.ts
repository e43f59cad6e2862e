import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StatusResult } from '../../server/src/lsp/protocol.js';
import { LspClient } from '../world/lspClient.js';

const FILES = {
  'migrations/001_a.sql': 'CREATE TABLE a (id bigint PRIMARY KEY, created_at timestamptz, updated_at timestamptz);\n',
  'migrations/001_a.down.sql': 'DROP TABLE a;\n',
  'migrations/002_b.sql': 'DROP TABLE a;\n',
  'migrations/002_b.down.sql': 'SELECT 1;\n',
};

let client: LspClient;
afterEach(() => client.stop());

const codes = async (name: keyof typeof FILES) => {
  const uri = await client.open(name, FILES[name]);
  return (await client.diagnostics(uri)).map((d) => d.code);
};
const versions = async () => {
  const status = await client.connection.sendRequest<StatusResult>('lockstep/status', { connect: false });
  return status.folders.flatMap((folder) => folder.migrations.map((m) => m.version));
};
const problems = async () => {
  const status = await client.connection.sendRequest<StatusResult>('lockstep/status', { connect: false });
  return status.folders.flatMap((folder) => folder.problems.map((problem) => problem.message));
};
/** A change on disk is followed a moment later. */
async function becomes<T>(ask: () => Promise<T>, expected: T): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    if (JSON.stringify(await ask()) === JSON.stringify(expected)) return;
    await sleep(20);
  }
  assert.deepEqual(await ask(), expected);
}

/** As the editor does when a file changed on disk. */
async function put(name: string, content: string | Buffer | undefined): Promise<void> {
  const file = path.join(client.root, name);
  if (content === undefined) rmSync(file);
  else writeFileSync(file, content);
  const type = content === undefined ? 3 : 2;
  await client.connection.sendNotification('workspace/didChangeWatchedFiles', {
    changes: [{ uri: client.uri(name), type }],
  });
}

test('what lockstep.json excludes is not there, even when it is open', async () => {
  client = await LspClient.start({ ...FILES, 'lockstep.json': '{ "exclude": ["002_*"] }' });
  assert.deepEqual(await codes('migrations/002_b.sql'), []);
  assert.deepEqual(await versions(), ['001']);
});

test('a change of the excluded files is followed, both ways', async () => {
  client = await LspClient.start(FILES);
  assert.deepEqual(await versions(), ['001', '002']);
  await put('lockstep.json', '{ "exclude": ["002_*"] }');
  await becomes(versions, ['001']);
  assert.deepEqual(await codes('migrations/002_b.sql'), []);
  await put('lockstep.json', '{}');
  await becomes(versions, ['001', '002']);
  assert.ok((await codes('migrations/002_b.sql')).includes('drop-table'));
  await put('lockstep.json', '{ "exclude": ["001_*"] }');
  await put('lockstep.json', undefined);
  await becomes(versions, ['001', '002']);
});

test('a file that is not UTF-8 keeps its place and is a problem of its folder, until it can be read', async () => {
  client = await LspClient.start(FILES);
  await put('migrations/001_a.sql', Buffer.from([0x2d, 0x2d, 0xe9]));
  await becomes(versions, ['001', '002']);
  await becomes(problems, ['001_a.sql cannot be read: it is not UTF-8; save it as UTF-8.']);
  await put('migrations/001_a.sql', FILES['migrations/001_a.sql']);
  await becomes(problems, []);
});

test('1,000 quick openings and closings are all answered, and what is on disk holds afterwards', async () => {
  client = await LspClient.start(FILES);
  const name = 'migrations/002_b.sql';
  const uri = client.uri(name);
  const onDisk = await client.diagnostics(uri);
  const answers: Promise<unknown>[] = [];
  for (let i = 0; i < 1000; i++) {
    await client.open(name, i % 3 === 0 ? FILES[name] : `DROP TABLE a; SELECT ${i};\n`);
    const at = { textDocument: { uri }, position: { line: 0, character: 3 } };
    answers.push(client.connection.sendRequest('textDocument/hover', at));
    await client.connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
  }
  const hovers = (await Promise.all(answers)) as ({ contents: { value: string } } | null)[];
  assert.ok(hovers.every((h) => h?.contents.value.includes('ACCESS EXCLUSIVE on a')));
  await becomes(() => client.diagnostics(uri), onDisk);
  // The last one is open, and stays as the editor has it.
  await client.open(name, 'SELECT 1;\n');
  assert.deepEqual(await client.diagnostics(uri), []);
  assert.deepEqual(client.logs, []);
});

import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import type { Hover, MarkupContent } from 'vscode-languageserver-protocol/node';
import type { StatusResult } from '../../server/src/lsp/protocol.js';
import { LspClient } from '../world/lspClient.js';
import { until } from '../world/until.js';

const HISTORY = {
  'migrations/001_users.sql': 'CREATE TABLE users (\n  id bigint PRIMARY KEY,\n  mail text\n);\n',
  'migrations/001_users.down.sql': 'DROP TABLE users;\n',
  'migrations/002_index.sql': 'CREATE INDEX users_mail_idx ON users (mail);\n',
  'migrations/002_index.down.sql': 'DROP INDEX CONCURRENTLY users_mail_idx;\n',
};
const INDEX = HISTORY['migrations/002_index.sql'];

let client: LspClient | undefined;
afterEach(async () => {
  await client?.stop();
  client = undefined;
});

test('an unsafe statement is a diagnostic with code, link, source and a range on the clause', async () => {
  client = await LspClient.start(HISTORY);
  const uri = await client.open('migrations/002_index.sql', INDEX);
  const found = (await client.diagnostics(uri)).find((d) => d.code === 'create-index-blocking');
  assert.ok(found, 'the index build is reported');
  assert.equal(found.source, 'lockstep');
  assert.match(found.codeDescription?.href ?? '', /create-index-blocking\.md$/);
  assert.equal(found.range.start.line, 0);
  assert.match(String(found.message), /users/);
});

test('a table made in the same migration is no reason to complain', async () => {
  client = await LspClient.start(HISTORY);
  const text =
    'CREATE TABLE fresh (id bigint PRIMARY KEY, created_at timestamptz, updated_at timestamptz);\nCREATE INDEX ON fresh (id);\n';
  const uri = await client.open('migrations/003_fresh.sql', text);
  const codes = (await client.diagnostics(uri)).map((d) => d.code);
  assert.ok(!codes.includes('create-index-blocking'), String(codes));
});

test('one bad statement does not hide the findings of the others, and the message says what was expected', async () => {
  client = await LspClient.start(HISTORY);
  const uri = await client.open('migrations/002_index.sql', `ALTER TABEL users ADD x int;\n${INDEX}`);
  const codes = (await client.diagnostics(uri)).map((d) => d.code);
  assert.ok(codes.includes('syntax-error'));
  assert.ok(codes.includes('create-index-blocking'));
  await client.change(uri, 'SELECT 1 FORM x y;\n');
  const [error] = await client.diagnostics(uri);
  assert.match(String(error?.message), /^syntax error at or near "x"\. Expected ",", FROM.* or \w+\.$/);
});

test('an edit of an earlier migration changes what a later one is told', async () => {
  client = await LspClient.start(HISTORY);
  const later = await client.open('migrations/002_index.sql', 'ALTER TABLE users ALTER COLUMN mail SET NOT NULL;\n');
  const has = async () => (await client!.diagnostics(later)).some((d) => d.code === 'set-not-null-unproved');
  assert.equal(await has(), true);
  const earlier = await client.open('migrations/001_users.sql', HISTORY['migrations/001_users.sql']);
  await client.change(earlier, 'CREATE TABLE users (id bigint PRIMARY KEY, mail text, CHECK (mail IS NOT NULL));\n');
  assert.equal(await has(), false);
});

test('a quick-fix makes the index concurrent and is preferred; the finding is gone afterwards', async () => {
  client = await LspClient.start(HISTORY);
  const uri = await client.open('migrations/002_index.sql', INDEX);
  const found = (await client.diagnostics(uri)).find((d) => d.code === 'create-index-blocking');
  const actions = await client.codeActions(uri, found);
  const fix = actions.find((a) => a.isPreferred);
  assert.ok(fix?.edit?.documentChanges, actions.map((a) => a.title).join(' | '));
  assert.ok(actions.some((a) => a.title === 'Ignore create-index-blocking here…'));
  assert.ok(actions.some((a) => a.title === 'Ignore create-index-blocking in this file…'));
  const [change] = fix.edit.documentChanges;
  assert.ok(change && 'edits' in change);
  const edit = change.edits[0];
  assert.ok(edit && 'newText' in edit && /CONCURRENTLY/.test(edit.newText));
});

test('fix all is offered only when asked for, under its own kind', async () => {
  client = await LspClient.start(HISTORY);
  const uri = await client.open('migrations/002_index.sql', INDEX);
  const all = await client.codeActions(uri, undefined, ['source.fixAll.lockstep']);
  assert.equal(all.length, 1);
  assert.equal(all[0]?.kind, 'source.fixAll.lockstep');
  const general = await client.codeActions(uri, undefined, ['source.organizeImports']);
  assert.equal(general.length, 0);
});

test('SQL outside migration folders is left alone', async () => {
  client = await LspClient.start(HISTORY);
  const uri = await client.open('queries/report.sql', 'DROP TABLE users; SELEC 1;');
  assert.deepEqual(await client.diagnostics(uri), []);
});

test('hover says in plain words what the statement locks', async () => {
  client = await LspClient.start(HISTORY);
  const uri = await client.open('migrations/002_index.sql', INDEX);
  const hover = await client.connection.sendRequest<{ contents: { value: string } }>('textDocument/hover', {
    textDocument: { uri },
    position: { line: 0, character: 3 },
  });
  assert.match(hover.contents.value, /SHARE on users/);
});

/** CommonMark, 2.4: what a backslash may stand before, of it what can begin markup; and how a hover writes it. */
const MARKUP: readonly (readonly [char: string, written: string])[] = [
  ...[...'\\`*_{}[]()#+!|~-'].map((c) => [c, `\\${c}`] as const),
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['&', '&amp;'],
  ['\n', ' '],
  ['\r', ' '],
  ['\u2028', ' '],
];

test('nothing in a name becomes markup of a hover', async () => {
  const text = MARKUP.map(([c]) => `ALTER TABLE "a${c}b" ADD CONSTRAINT d CHECK (x > 0);`).join('\n\n');
  client = await LspClient.start(HISTORY);
  const uri = await client.open('migrations/002_index.sql', text);
  let line = 0;
  for (const [char, written] of MARKUP) {
    const position = { line, character: 3 };
    const hover: Hover = await client.connection.sendRequest('textDocument/hover', { textDocument: { uri }, position });
    const contents = hover.contents as MarkupContent;
    const facts = contents.value.split('\n').filter((l) => l.startsWith('- '));
    assert.equal(contents.kind, 'markdown');
    assert.ok(facts.length > 0, JSON.stringify(char));
    for (const fact of facts) assert.ok(fact.includes(`a${written}b`), `${JSON.stringify(char)} in ${fact}`);
    line += /[\n\r]/.test(char) ? 3 : 2;
  }
});

test('a link in a name is shown as its text', async () => {
  client = await LspClient.start(HISTORY, { initializationOptions: {} });
  const text = 'CREATE INDEX i ON "[free](command:workbench.action.quit)" (x);\n';
  const uri = await client.open('migrations/002_index.sql', text);
  const { contents } = await client.connection.sendRequest<{ contents: { value: string } }>('textDocument/hover', {
    textDocument: { uri },
    position: { line: 0, character: 3 },
  });
  // In the effect, and in the message and the detail of the finding.
  assert.ok(contents.value.split('\\[free\\]\\(command:workbench.action.quit\\)').length > 2, contents.value);
  assert.doesNotMatch(contents.value, /[^\\]\]\(command/);
});

test('the strongest lock is an inlay hint, and a setting turns it off', async () => {
  client = await LspClient.start(HISTORY);
  const uri = await client.open('migrations/002_index.sql', INDEX);
  const range = { start: { line: 0, character: 0 }, end: { line: 5, character: 0 } };
  const hints = () =>
    client!.connection.sendRequest<{ label: string }[]>('textDocument/inlayHint', { textDocument: { uri }, range });
  assert.match((await hints())[0]?.label ?? '', /^SHARE · users/);
  client.settings = { inlayHints: 'off' };
  await client.connection.sendNotification('workspace/didChangeConfiguration', { settings: {} });
  await until(async () => (await hints()).length === 0);
});

test('symbols name the statements', async () => {
  client = await LspClient.start(HISTORY);
  const uri = await client.open('migrations/001_users.sql', HISTORY['migrations/001_users.sql']);
  const symbols = await client.connection.sendRequest<{ name: string }[]>('textDocument/documentSymbol', {
    textDocument: { uri },
  });
  assert.deepEqual(
    symbols.map((s) => s.name),
    ['CREATE TABLE users'],
  );
});

test('a client that cannot pull is sent its diagnostics', async () => {
  client = await LspClient.start(HISTORY, { capabilities: {} });
  const uri = await client.open('migrations/002_index.sql', INDEX);
  await until(async () => client!.published.get(uri)?.some((d) => d.code === 'create-index-blocking') === true);
});

test('a database that is known is not asked until somebody wants it, and its password stays in the server', async () => {
  client = await LspClient.start(HISTORY, { env: { DATABASE_URL: 'postgres://nobody:hunter2@127.0.0.1:1/none' } });
  const states = async () => {
    const status = await client!.connection.sendRequest<StatusResult>('lockstep/status', { connect: false });
    assert.ok(!JSON.stringify(status).includes('hunter2'));
    return status.folders.map((f) => f.database.state);
  };
  assert.deepEqual(await states(), ['none'], 'an untrusted workspace has no database');
  await client.connection.sendNotification('lockstep/connections', { connections: [], selected: {}, trusted: true });
  assert.deepEqual(await states(), ['notAsked']);
});

test('a connection of the user’s own settings is not taken for a workspace that never chose it', async () => {
  client = await LspClient.start(HISTORY);
  const other = {
    id: 'shop',
    label: 'shop',
    kind: 'local',
    host: '127.0.0.1',
    port: 1,
    database: 'shop',
    user: 'me',
    ssl: 'disable',
  };
  const environmentIn = async (connection: object, selected: object) => {
    await client!.connection.sendNotification('lockstep/connections', {
      connections: [connection],
      selected,
      trusted: true,
    });
    const status = await client!.connection.sendRequest<StatusResult>('lockstep/status', { connect: false });
    assert.deepEqual(
      status.environments.map((e) => e.id),
      ['shop'],
      'it can be chosen',
    );
    return status.folders.map((f) => f.environment?.id);
  };
  assert.deepEqual(await environmentIn({ ...other, personal: true }, {}), [undefined]);
  assert.deepEqual(await environmentIn({ ...other, personal: true }, { '*': 'shop' }), ['shop']);
  assert.deepEqual(await environmentIn({ ...other, personal: false }, {}), ['shop']);
});

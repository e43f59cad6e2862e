import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { type Hover, type MarkupContent, MarkupKind } from 'vscode-languageserver-protocol/node';
import { LspClient } from '../world/lspClient.js';

const FILES = {
  'migrations/001_users.sql': 'CREATE TABLE users (id bigint PRIMARY KEY, mail text);\n',
  'migrations/001_users.down.sql': 'DROP TABLE users;\n',
};
const TIMEOUT = "SET LOCAL lock_timeout = '5s';\n";
const INDEX = `${TIMEOUT}CREATE INDEX users_mail ON users (mail);\n`;

let client: LspClient | undefined;
afterEach(async () => {
  await client?.stop();
  client = undefined;
});

/** The hovers in front of these words of a second migration (or at these offsets). */
async function hovers(
  sql: string,
  places: readonly (string | number)[],
  options: Parameters<typeof LspClient.start>[1] = {},
): Promise<readonly (Hover | null)[]> {
  const path = 'migrations/002_change.sql';
  client = await LspClient.start({ ...FILES, [path]: sql, 'migrations/002_change.down.sql': 'SELECT 1;\n' }, options);
  const uri = await client.open(path, sql);
  const answers: (Hover | null)[] = [];
  for (const place of places) {
    const lines = sql.slice(0, typeof place === 'number' ? place : sql.indexOf(place)).split('\n');
    const position = { line: lines.length - 1, character: lines.at(-1)!.length };
    answers.push(await client.connection.sendRequest('textDocument/hover', { textDocument: { uri }, position }));
  }
  return answers;
}

const formats = (...contentFormat: MarkupKind[]) => ({ textDocument: { hover: { contentFormat } } });
const OTHER = { capabilities: formats(MarkupKind.Markdown), initializationOptions: {} };
const textOf = (hover: Hover | null | undefined) => (hover?.contents as MarkupContent | undefined)?.value;

const WHY =
  'INSERT, UPDATE and DELETE wait for the whole build. CREATE INDEX CONCURRENTLY takes SHARE UPDATE EXCLUSIVE, which lets them go on; it is slower, has to run outside a transaction, and leaves an INVALID index behind when it fails: drop that one, then try again. The lock is kept until the transaction ends, so what follows in this file adds to the time that writes to users wait.';
const EFFECT = [
  '- SHARE on users: blocks writes, reads go on',
  '- builds an index on users: writes wait until it is built',
  '',
];
const MESSAGE = 'SHARE lock on users blocks writes until the index is built.';
const ASIDE = 'PostgreSQL 14, in a transaction: its locks are kept until commit.';
const PAGE = 'file:///docs/rules/create-index-blocking.md';

test('another editor is told what the statement does, and all of each finding under the cursor', async () => {
  const [on, behind] = await hovers(INDEX, ['CREATE INDEX', 'ON users'], OTHER);
  const effect = [...EFFECT, `*${ASIDE}*`];
  const finding = ['', '---', `**${MESSAGE}**`, '', WHY, '', `[create-index-blocking](${PAGE})`];
  assert.deepEqual(on, {
    contents: { kind: 'markdown', value: [...effect, ...finding].join('\n') },
    range: { start: { line: 1, character: 0 }, end: { line: 1, character: 39 } },
  });
  assert.equal(textOf(behind), effect.join('\n'));
});

test('a finding is under the cursor from its first character to behind its last', async () => {
  const at = INDEX.indexOf('CREATE INDEX');
  const end = at + 'CREATE INDEX'.length;
  const shown = (await hovers(INDEX, [at, end, end + 1], OTHER)).map((h) => textOf(h)!.includes(MESSAGE));
  assert.deepEqual(shown, [true, true, false]);
});

test('VS Code, which shows the message itself, is told why, with the page of the rule', async () => {
  const [on] = await hovers(INDEX, ['CREATE INDEX']);
  assert.equal(
    textOf(on),
    [...EFFECT, `*${ASIDE}*`, '', '---', '', WHY, '', `[create-index-blocking](${PAGE})`].join('\n'),
  );
});

test('a client that shows plain text gets no marks', async () => {
  const [on] = await hovers(INDEX, ['CREATE INDEX'], {
    capabilities: formats(MarkupKind.PlainText),
    initializationOptions: {},
  });
  assert.deepEqual(on?.contents, {
    kind: 'plaintext',
    value: [...EFFECT, ASIDE, '', MESSAGE, '', WHY, '', `create-index-blocking: ${PAGE}`].join('\n'),
  });
});

test('what a name holds is shown, and is no markup', async () => {
  const name = 'a\\`*_{}[]()#+!|<>~&-b';
  const [shown] = await hovers(`DROP TABLE "${name}";\n`, [0], OTHER);
  const escaped = 'a\\\\\\`\\*\\_\\{\\}\\[\\]\\(\\)\\#\\+\\!\\|&lt;&gt;\\~&amp;\\-b';
  assert.equal(textOf(shown)!.split('\n')[0], `- ACCESS EXCLUSIVE on ${escaped}: blocks reads and writes`);
});

test('nothing is said where nothing is known', async () => {
  const [unknown, empty] = await hovers('REASSIGN OWNED BY a TO b;\n', [0, 27], OTHER);
  assert.deepEqual([unknown, empty], [null, null]);
});

test('a statement that locks nothing says so, and one that runs by itself that it does', async () => {
  const [nothing] = await hovers('SELECT 1;\n', [0], OTHER);
  assert.equal(textOf(nothing), `- locks no table\n\n*${ASIDE}*`);
  await client!.stop();
  const [alone] = await hovers('CREATE INDEX CONCURRENTLY users_mail ON users (mail);\n', ['CONCURRENTLY'], OTHER);
  assert.match(textOf(alone)!, /\n\n\*PostgreSQL 14, outside a transaction\.\*$/);
});

test('between statements there is nothing to say; of two that touch, the cursor is on the first', async () => {
  const sql = 'SELECT 1;\n\nDROP TABLE users;CREATE TABLE x (id int);\n-- end\n';
  const [first, between, before, touching, last, after] = await hovers(
    sql,
    [0, sql.indexOf('\nDROP'), 'DROP', 'CREATE', 'x (id', '-- end'],
    OTHER,
  );
  assert.ok(textOf(first));
  assert.equal(between, null);
  assert.match(textOf(before)!, /ACCESS EXCLUSIVE on users/);
  assert.match(textOf(touching)!, /ACCESS EXCLUSIVE on users/);
  assert.doesNotMatch(textOf(last)!, /users/);
  assert.equal(after, null);
});

test('a file that is no migration, and one that is not there, have none', async () => {
  client = await LspClient.start(FILES);
  const position = { line: 0, character: 1 };
  const at = (uri: string) => client!.connection.sendRequest('textDocument/hover', { textDocument: { uri }, position });
  assert.equal(await at(await client.open('query.sql', 'DROP TABLE elsewhere;')), null);
  assert.equal(await at(client.uri('nowhere.sql')), null);
});

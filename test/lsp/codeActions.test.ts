import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import {
  type CodeAction,
  type CodeLens,
  type Diagnostic,
  DiagnosticTag,
  type TextDocumentEdit,
} from 'vscode-languageserver-protocol/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { LspClient } from '../world/lspClient.js';

const FILES = {
  'migrations/001_users.sql': 'CREATE TABLE users (\n  id bigint PRIMARY KEY,\n  mail text\n);\n',
  'migrations/001_users.down.sql': 'DROP TABLE users;\n',
  'migrations/002_change.sql': '',
  'migrations/002_change.down.sql': '',
};

let client: LspClient | undefined;
afterEach(async () => {
  await client?.stop();
  client = undefined;
});

async function opened(text: string): Promise<{ readonly client: LspClient; readonly uri: string }> {
  client = await LspClient.start({ ...FILES, 'migrations/002_change.sql': text });
  return { client, uri: await client.open('migrations/002_change.sql', text) };
}

/** The text after the action's edit, which is of this file only. */
function applied({ edit }: CodeAction, uri: string, text: string): string {
  const changes = (edit?.documentChanges ?? []) as readonly TextDocumentEdit[];
  assert.deepEqual(
    changes.map((c) => c.textDocument.uri),
    [uri],
  );
  return TextDocument.applyEdits(
    TextDocument.create(uri, 'sql', 1, text),
    changes.flatMap((c) => c.edits as { range: Diagnostic['range']; newText: string }[]),
  );
}

const named = (actions: readonly CodeAction[], title: RegExp): CodeAction => {
  const found = actions.find((a) => title.test(a.title));
  assert.ok(found, `${title} is not among ${actions.map((a) => a.title).join('; ')}`);
  return found;
};

const of = (found: readonly Diagnostic[], rule: string): readonly Diagnostic[] => found.filter((d) => d.code === rule);

test('what suppresses nothing is shown faded, and all of it goes with one fix', async () => {
  const text =
    '-- lockstep:ignore drop-table -- once needed\nALTER TABLE users ADD COLUMN a int;\n' +
    '-- lockstep:ignore drop-column -- once needed\nALTER TABLE users ADD COLUMN b int;\n';
  const { client, uri } = await opened(text);
  const unused = of(await client.diagnostics(uri), 'unused-suppression');
  assert.deepEqual(
    unused.map((d) => d.tags),
    [[DiagnosticTag.Unnecessary], [DiagnosticTag.Unnecessary]],
  );
  const all = named(await client.codeActions(uri, unused[0]), /^Fix all 2 unused-suppression findings in this file$/);
  await client.change(uri, applied(all, uri, text));
  assert.deepEqual(of(await client.diagnostics(uri), 'unused-suppression'), []);
});

for (const [where, title] of [
  ['one statement', /^Ignore drop-column here…$/],
  ['the whole file', /^Ignore drop-column in this file…$/],
] as const) {
  test(`a finding is ignored for ${where}, with a place for the reason that is selected to be written over`, async () => {
    const text = 'ALTER TABLE users DROP COLUMN mail;\n\nALTER TABLE users DROP COLUMN id;\n';
    const { client, uri } = await opened(text);
    const found = of(await client.diagnostics(uri), 'drop-column');
    assert.equal(found.length, 2);
    const action = named(await client.codeActions(uri, found[0]), title);
    const [target, reason] = action.command?.arguments ?? [];
    assert.equal(target, uri);
    const after = applied(action, uri, text);
    assert.ok(after.includes(` -- ${reason}\n`), after);
    await client.change(uri, after);
    const left = of(await client.diagnostics(uri), 'drop-column');
    assert.equal(left.length, where === 'one statement' ? 1 : 0);
    assert.deepEqual(of(await client.diagnostics(uri), 'unused-suppression'), []);
  });
}

test('fixes come before ways to ignore a finding, whichever finding they are for, and each is offered once', async () => {
  const { client, uri } = await opened('ALTER TABLE users ADD COLUMN email text;\nUPDATE users SET email = mail;\n');
  const found = await client.diagnostics(uri);
  assert.ok(found.length > 1);
  const actions = await client.connection.sendRequest<CodeAction[]>('textDocument/codeAction', {
    textDocument: { uri },
    range: found[0]!.range,
    // One place named twice, as by two findings with the same way out.
    context: { diagnostics: [...found, found[0]!] },
  });
  const titles = actions.map((a) => a.title);
  const ways = titles.findIndex((t) => t.startsWith('Ignore '));
  assert.ok(ways >= found.length, titles.join('; '));
  assert.equal(new Set(titles.slice(0, ways)).size, ways, titles.join('; '));
  assert.ok(
    titles.slice(ways).every((t) => /^(Ignore|Why) /.test(t)),
    titles.join('; '),
  );
});

test('a finding names the place that explains it, in the other file', async () => {
  const { client, uri } = await opened('ALTER TABLE users DROP COLUMN mail;\n');
  const [found] = of(await client.diagnostics(uri), 'drop-column');
  const [place] = found?.relatedInformation ?? [];
  assert.equal(place?.location.uri, client.uri('migrations/001_users.sql'));
  assert.match(place?.message ?? '', /mail was added here/);
});

test('lenses lead to the other half, and a setting turns them off', async () => {
  const { client, uri } = await opened('ALTER TABLE users ADD COLUMN a int;\n');
  const lenses = () => client.connection.sendRequest<CodeLens[]>('textDocument/codeLens', { textDocument: { uri } });
  assert.deepEqual(
    (await lenses()).map((l) => l.command?.title),
    ['Preview', 'Open down'],
  );
  client.settings = { codeLens: false };
  await client.connection.sendNotification('workspace/didChangeConfiguration', { settings: {} });
  for (let i = 0; i < 100 && (await lenses()).length > 0; i++) await new Promise((r) => setTimeout(r, 20));
  assert.deepEqual(await lenses(), []);
});

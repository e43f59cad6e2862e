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
import type { ChangeDto } from '../../server/src/lsp/protocol.js';
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

test('two findings whose places overlap offer the same way out once, two places apart twice', async () => {
  const { client, uri } = await opened('ALTER TABLE users DROP COLUMN mail;\n\n\nSELECT 1;\n');
  const [found] = of(await client.diagnostics(uri), 'drop-column');
  const range = (from: readonly [number, number], to: readonly [number, number]) => ({
    start: { line: from[0], character: from[1] },
    end: { line: to[0], character: to[1] },
  });
  const place = range([1, 4], [1, 8]);
  const offered = async (other: Diagnostic['range']) => {
    const count = async (first: Diagnostic['range'], second: Diagnostic['range']) => {
      const actions = await client.connection.sendRequest<CodeAction[]>('textDocument/codeAction', {
        textDocument: { uri },
        range: first,
        context: { diagnostics: [first, second].map((r) => ({ ...found, range: r })) },
      });
      const fixes = actions.filter((a) => !/^(Ignore|Why) /.test(a.title));
      const title = fixes[0]?.title;
      assert.ok(title, 'a fix');
      const same = fixes.filter((a) => a.title === title);
      if (same.length === 1) assert.equal(same[0]?.diagnostics?.length, 2, 'it is for both');
      return same.length;
    };
    const counts = [await count(place, other), await count(other, place)];
    assert.equal(counts[0], counts[1], 'whichever comes first');
    return counts[0];
  };
  for (const other of [
    place,
    range([1, 5], [1, 6]),
    range([1, 2], [1, 5]),
    // They touch: the cursor between them is in both.
    range([1, 0], [1, 4]),
    range([1, 8], [1, 12]),
    range([0, 9], [1, 4]),
    range([1, 8], [3, 0]),
    range([0, 0], [2, 0]),
  ])
    assert.equal(await offered(other), 1, JSON.stringify(other));
  for (const other of [
    range([1, 0], [1, 3]),
    range([1, 9], [1, 12]),
    range([0, 4], [0, 8]),
    range([2, 4], [2, 8]),
    range([0, 9], [1, 3]),
    range([1, 9], [2, 0]),
    range([2, 0], [3, 20]),
  ])
    assert.equal(await offered(other), 2, JSON.stringify(other));
});

const MOVES = 'CREATE INDEX i ON users (mail);\nALTER TABLE users ADD COLUMN a int;\n';

test('a fix that makes files says so, and is a command of our own client with the versions that it is for', async () => {
  const { client, uri } = await opened(MOVES);
  const [found] = of(await client.diagnostics(uri), 'create-index-blocking');
  const fix = named(await client.codeActions(uri, found), /in a migration of its own/);
  assert.match(fix.title, / \(makes 003_\w+\.sql and 1 more\)$/);
  assert.equal(fix.edit, undefined);
  assert.equal(fix.command?.command, 'lockstep.applyChange');
  const change: ChangeDto = fix.command?.arguments?.[0];
  assert.deepEqual(
    change.newFiles.map((f) => f.uri.replace(/.*\/003_\w+/, '')),
    ['.sql', '.down.sql'],
  );
  assert.match(change.newFiles[0]?.text ?? '', /CREATE INDEX CONCURRENTLY/);
  assert.deepEqual(
    change.edits.map((e) => [e.uri, e.version]),
    [[uri, 1]],
  );
});

test('the same fix is an edit with its files for other editors, and not offered where files cannot be made', async () => {
  for (const resourceOperations of [['create'], []]) {
    client = await LspClient.start(
      { ...FILES, 'migrations/002_change.sql': MOVES },
      {
        initializationOptions: {},
        capabilities: {
          textDocument: { diagnostic: {} },
          workspace: { workspaceEdit: { documentChanges: true, resourceOperations: resourceOperations as 'create'[] } },
        },
      },
    );
    const uri = await client.open('migrations/002_change.sql', MOVES);
    const [found] = of(await client.diagnostics(uri), 'create-index-blocking');
    const fix = (await client.codeActions(uri, found)).find((a) => /in a migration of its own/.test(a.title));
    assert.equal(fix !== undefined, resourceOperations.length > 0);
    if (fix) {
      assert.equal(fix.command, undefined);
      const kinds = fix.edit?.documentChanges?.map((c) => ('kind' in c ? c.kind : 'edit'));
      assert.deepEqual(kinds, ['create', 'edit', 'create', 'edit', 'edit']);
    }
    await client.stop();
    client = undefined;
  }
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

import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import {
  actions,
  activate,
  closeAll,
  codeOf,
  finding,
  folderHas,
  inRoot,
  migration,
  open,
  play,
  read,
  until,
  wholeOf,
  write,
} from '../host.js';

const warningsOf = (uri: vscode.Uri): string[] =>
  vscode.languages
    .getDiagnostics(uri)
    .filter((d) => d.severity <= vscode.DiagnosticSeverity.Warning)
    .map(codeOf);

const names = async (): Promise<readonly string[]> =>
  (await vscode.workspace.fs.readDirectory(inRoot('migrations'))).map(([name]) => name).sort();

describe('while writing SQL', () => {
  before(async () => {
    await activate();
  });
  afterEach(async () => {
    await closeAll();
    // What a test that failed left behind is not to fail the others.
    for (const name of await names())
      if (name.startsWith('013_index')) await vscode.workspace.fs.delete(migration(name));
  });

  it('shows a finding with its rule, a link to the rule and the place', async () => {
    const document = await open('010_rename_full_name.sql');
    const diagnostic = await finding(document.uri, 'rename-column');
    assert.equal(diagnostic.source, 'lockstep');
    assert.match(document.getText(diagnostic.range), /RENAME COLUMN|full_name/);
    const { code } = diagnostic;
    assert.ok(typeof code === 'object', 'the code has no link');
    assert.match(code.target.toString(), /rename-column/);
    const page = await vscode.workspace.openTextDocument(code.target);
    assert.match(page.getText(), /^# rename-column\n/, 'the link opens the page');
  });

  it('names the place in another file that explains the finding', async () => {
    const document = await open('010_rename_full_name.sql');
    const { relatedInformation } = await finding(document.uri, 'rename-column');
    assert.ok(relatedInformation?.some((r) => r.location.uri.path.endsWith('001_create_users.sql')));
  });

  it('says nothing on a safe migration', async () => {
    const unsafe = await open('010_rename_full_name.sql');
    await finding(unsafe.uri, 'rename-column');
    const document = await open('009_add_user_phone.sql');
    await vscode.commands.executeCommand('vscode.executeDocumentSymbolProvider', document.uri);
    assert.deepEqual(warningsOf(document.uri), []);
  });

  it('follows every keystroke', async () => {
    const document = await open('009_add_user_phone.sql');
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, document.positionAt(document.getText().length), '\nDROP TABLE order_items;\n');
    await vscode.workspace.applyEdit(edit);
    const dropped = await finding(document.uri, 'drop-table');
    assert.equal(document.getText(dropped.range).includes('order_items'), true);
    await vscode.commands.executeCommand('undo');
    await until('the finding to go', () => !warningsOf(document.uri).includes('drop-table'));
  });

  const textOf = (uri: vscode.Uri): string | undefined =>
    vscode.workspace.textDocuments.find((d) => d.uri.toString() === uri.toString())?.getText();

  /** Applies the fix that moves the index of 011 into a migration of its own, as a click in the menu does. */
  async function moveIndex(): Promise<vscode.TextDocument> {
    const document = await open('011_faster_order_search.sql');
    const diagnostic = await finding(document.uri, 'create-index-blocking');
    const fix = await until('a quick fix', async () =>
      (await actions(document, diagnostic.range, vscode.CodeActionKind.QuickFix)).find(
        (a) => a.command?.command === 'lockstep.applyChange' && /in a migration of its own/.test(a.title),
      ),
    );
    assert.match(fix.title, /\(makes 013_index_orders\.sql and 1 more\)$/);
    await vscode.commands.executeCommand(fix.command!.command, ...fix.command!.arguments!);
    await until('the finding to go', () => !warningsOf(document.uri).includes('create-index-blocking'));
    return document;
  }

  it('a fix that makes files opens them, and saves nothing of what it edits', async () => {
    const document = await moveIndex();
    const made = ['013_index_orders.sql', '013_index_orders.down.sql'];
    // In the first group VS Code itself may open the other file that was edited.
    const beside = vscode.window.tabGroups.all[1]?.tabs.map((t) => t.label);
    assert.deepEqual(beside, [...made].reverse());
    assert.equal(vscode.window.activeTextEditor?.document, document);
    assert.match(await read(migration(made[0]!)), /CREATE INDEX CONCURRENTLY/);
    assert.match(await read(migration(made[1]!)), /DROP INDEX CONCURRENTLY/);
    for (const name of ['011_faster_order_search.sql', '011_faster_order_search.down.sql']) {
      const { isDirty } = await vscode.workspace.openTextDocument(migration(name));
      assert.equal(isDirty, true, `${name} was saved unasked`);
    }
    await vscode.commands.executeCommand('undo');
    await until('the files to go', async () => !(await names()).some((name) => made.includes(name)));
  });

  for (const where of ['the file that it edits', 'a file that it made'] as const) {
    it(`one undo in ${where} takes back all of a fix, and redo brings it back`, async () => {
      const before = { names: await names(), text: await read(migration('011_faster_order_search.sql')) };
      const down = await read(migration('011_faster_order_search.down.sql'));
      const document = await moveIndex();
      const after = { names: await names(), text: document.getText() };
      assert.notDeepEqual(after, before);
      if (where === 'a file that it made') await open('013_index_orders.sql');
      await vscode.commands.executeCommand('undo');
      const is = (state: typeof before) => async () =>
        (await names()).join() === state.names.join() && textOf(document.uri) === state.text;
      await until('what was before', is(before));
      assert.equal(
        (await vscode.workspace.openTextDocument(migration('011_faster_order_search.down.sql'))).getText(),
        down,
      );
      await vscode.window.showTextDocument(document);
      await vscode.commands.executeCommand('redo');
      await until('the fix again', is(after));
      await vscode.commands.executeCommand('undo');
      await until('what was before', is(before));
      await folderHas(await activate(), 12);
    });
  }

  it('a fix for a text that was edited since changes nothing, and says so', async () => {
    const document = await open('011_faster_order_search.sql');
    const diagnostic = await finding(document.uri, 'create-index-blocking');
    const fix = await until('a quick fix', async () =>
      (await actions(document, diagnostic.range, vscode.CodeActionKind.QuickFix)).find(
        (a) => a.command?.command === 'lockstep.applyChange',
      ),
    );
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(0, 0), '-- meanwhile\n');
    await vscode.workspace.applyEdit(edit);
    const text = document.getText();
    const known = await names();
    const { said } = await play(await activate(), 'lockstep.applyChange', {}, fix.command!.arguments!);
    assert.match(said.join(), /Nothing was changed: the text is another one by now/);
    assert.equal(document.getText(), text);
    assert.deepEqual(await names(), known);
  });

  it('a change whose files exist already, or lie outside the workspace, is not made', async () => {
    const api = await activate();
    const apply = async (uri: vscode.Uri) => {
      const change = { newFiles: [{ uri: uri.toString(), text: 'SELECT 1;' }], edits: [] };
      return (await play(api, 'lockstep.applyChange', {}, [change])).said.join();
    };
    const known = migration('011_faster_order_search.sql');
    const before = await read(known);
    assert.match(await apply(known), /011_faster_order_search\.sql exists already/);
    assert.equal(await read(known), before);
    const outside = vscode.Uri.joinPath(inRoot(), '..', 'outside.sql');
    assert.match(await apply(outside), /outside\.sql is outside the workspace/);
    await assert.rejects(read(outside));
  });

  it('offers to suppress a finding with a reason', async () => {
    const document = await open('010_rename_full_name.sql');
    const diagnostic = await finding(document.uri, 'rename-column');
    const suppress = await until('a suppression', async () =>
      (await actions(document, diagnostic.range)).find((a) => a.edit && /suppress|ignore/i.test(a.title)),
    );
    await vscode.workspace.applyEdit(suppress.edit!);
    await until(
      'the finding to go',
      () => !vscode.languages.getDiagnostics(document.uri).some((d) => codeOf(d) === 'rename-column'),
    );
  });

  it('has fix all as a source action', async () => {
    const document = await open('011_faster_order_search.sql');
    await finding(document.uri, 'create-index-blocking');
    const all = await until('fix all', async () =>
      (await actions(document, wholeOf(document), vscode.CodeActionKind.SourceFixAll)).find(
        (a) => a.kind?.value === 'source.fixAll.lockstep',
      ),
    );
    assert.ok(all.edit);
  });

  it('tells on hover what a statement does to a live database', async () => {
    const document = await open('010_rename_full_name.sql');
    const at = document.positionAt(document.getText().indexOf('ALTER TABLE') + 2);
    const text = await until('a hover', async () => {
      const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
        'vscode.executeHoverProvider',
        document.uri,
        at,
      );
      const all = hovers.flatMap((h) => h.contents.map((c) => (typeof c === 'string' ? c : c.value))).join('\n');
      return /ACCESS EXCLUSIVE/.test(all) && all;
    });
    assert.match(text, /users/);
    assert.match(text, /reads and writes/);
  });

  it('shows lenses, inlay hints and symbols', async () => {
    const document = await open('011_faster_order_search.sql');
    const lenses = await until('lenses', async () => {
      const found = await vscode.commands.executeCommand<vscode.CodeLens[]>(
        'vscode.executeCodeLensProvider',
        document.uri,
        20,
      );
      return found.length > 0 && found;
    });
    assert.ok(lenses.some((l) => l.command?.title));
    const hints = await until('inlay hints', async () => {
      const found = await vscode.commands.executeCommand<vscode.InlayHint[]>(
        'vscode.executeInlayHintProvider',
        document.uri,
        wholeOf(document),
      );
      return found?.length > 0 && found;
    });
    const labels = hints.map((h) => (typeof h.label === 'string' ? h.label : h.label.map((p) => p.value).join('')));
    assert.ok(
      labels.some((l) => l.includes('ACCESS EXCLUSIVE')),
      labels.join(),
    );
    const symbols = await until('symbols', async () => {
      const found = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>(
        'vscode.executeDocumentSymbolProvider',
        document.uri,
      );
      return found?.length > 0 && found;
    });
    assert.equal(symbols.length, 3);
  });

  it('reports a syntax error and still the findings of the other statements', async () => {
    const uri = migration('013_broken.sql');
    await write(uri, 'CREATE TABEL x (id int);\n\nCREATE INDEX orders_status_idx ON orders (status);\n');
    try {
      await open('013_broken.sql');
      await finding(uri, 'create-index-blocking');
      assert.ok(vscode.languages.getDiagnostics(uri).some((d) => d.severity === vscode.DiagnosticSeverity.Error));
    } finally {
      await closeAll();
      await vscode.workspace.fs.delete(uri);
    }
    // The file is deleted while the editor's model of it still lives.
    await folderHas(await activate(), 12);
  });
});

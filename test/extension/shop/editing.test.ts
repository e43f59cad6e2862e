import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import {
  actions,
  activate,
  closeAll,
  codeOf,
  finding,
  folderHas,
  migration,
  open,
  until,
  wholeOf,
  write,
} from '../host.js';

const warningsOf = (uri: vscode.Uri): string[] =>
  vscode.languages
    .getDiagnostics(uri)
    .filter((d) => d.severity <= vscode.DiagnosticSeverity.Warning)
    .map(codeOf);

describe('while writing SQL', () => {
  before(async () => {
    await activate();
  });
  afterEach(closeAll);

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

  it('replaces a blocking index build by a concurrent one with a quick fix', async () => {
    const document = await open('011_faster_order_search.sql');
    const diagnostic = await finding(document.uri, 'create-index-blocking');
    const fix = await until('a quick fix', async () =>
      (await actions(document, diagnostic.range, vscode.CodeActionKind.QuickFix)).find(
        (a) => a.edit && /concurrently/i.test(a.title),
      ),
    );
    await vscode.workspace.applyEdit(fix.edit!);
    const texts = vscode.workspace.textDocuments.map((d) => d.getText()).join('\n');
    assert.match(texts, /CREATE INDEX CONCURRENTLY/);
    await until('the finding to go', () => !warningsOf(document.uri).includes('create-index-blocking'));
    await vscode.workspace.saveAll();
    await undoEverywhere(fix.edit!);
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

/** Fixes may reach several files and make new ones: everything is as it was afterwards. */
async function undoEverywhere(edit: vscode.WorkspaceEdit): Promise<void> {
  for (const [uri] of edit.entries()) {
    const made = !/\/0(0[1-9]|1[012])_[^/]*$/.test(uri.path);
    await closeAll();
    if (made) await vscode.workspace.fs.delete(uri);
    else {
      await vscode.window.showTextDocument(uri);
      await vscode.commands.executeCommand('undo');
      await vscode.workspace.save(uri);
    }
  }
  await folderHas(await activate(), 12);
}

import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import {
  actions,
  activate,
  closeAll,
  codeOf,
  finding,
  migration,
  open,
  read,
  root,
  until,
  wholeOf,
  write,
} from './host.js';

describe('while writing SQL', () => {
  before(async () => {
    await activate();
  });
  afterEach(closeAll);

  it('shows a finding with its rule, a link to the rule and the place', async () => {
    const document = await open('010_rename_full_name.sql');
    const diagnostic = await finding(document.uri, 'rename-column');
    assert.equal(diagnostic.source, 'Lockstep');
    assert.match(document.getText(diagnostic.range), /RENAME COLUMN|full_name/);
    const { code } = diagnostic;
    assert.ok(typeof code === 'object', 'the code has no link');
    assert.match(code.target.toString(), /rename-column/);
  });

  it('says nothing on a safe migration', async () => {
    const unsafe = await open('010_rename_full_name.sql');
    await finding(unsafe.uri, 'rename-column');
    const document = await open('009_add_user_phone.sql');
    await vscode.commands.executeCommand('vscode.executeDocumentSymbolProvider', document.uri);
    const shown = vscode.languages
      .getDiagnostics(document.uri)
      .filter((d) => d.severity <= vscode.DiagnosticSeverity.Warning);
    assert.deepEqual(shown.map(codeOf), []);
  });

  it('replaces a blocking index build by a concurrent one with a quick fix', async () => {
    const document = await open('011_faster_order_search.sql');
    const diagnostic = await finding(document.uri, 'index-without-concurrently');
    const fix = await until('a quick fix', async () =>
      (await actions(document, diagnostic.range, vscode.CodeActionKind.QuickFix)).find(
        (a) => a.edit && /concurrently/i.test(a.title),
      ),
    );
    await vscode.workspace.applyEdit(fix.edit!);
    assert.match(document.getText(), /CREATE INDEX CONCURRENTLY/);
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
    await finding(document.uri, 'index-without-concurrently');
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

  it('shows lenses and symbols', async () => {
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
      await finding(uri, 'index-without-concurrently');
      assert.ok(vscode.languages.getDiagnostics(uri).some((d) => d.severity === vscode.DiagnosticSeverity.Error));
    } finally {
      await closeAll();
      await vscode.workspace.fs.delete(uri);
    }
  });

  it('goes from up to down and back', async () => {
    await open('009_add_user_phone.sql');
    const at = (name: string) => until(name, () => vscode.window.activeTextEditor?.document.uri.path.endsWith(name));
    await vscode.commands.executeCommand('lockstep.openCounterpart');
    await at('009_add_user_phone.down.sql');
    await vscode.commands.executeCommand('lockstep.openCounterpart');
    await at('009_add_user_phone.sql');
  });

  it('creates the up and the down file of a new migration', async () => {
    const api = await activate();
    const folder = vscode.Uri.joinPath(root(), 'migrations').toString();
    const params = { folder, workspaceFolder: undefined, name: 'Add a note', template: 'empty', values: {} };
    const made = await (api as unknown as { client: NewMigrations }).client.newMigration(params);
    assert.equal(made.error, undefined);
    assert.deepEqual(
      made.files.map((f) => f.uri.slice(f.uri.lastIndexOf('/') + 1)),
      ['013_add_a_note.sql', '013_add_a_note.down.sql'],
    );
    assert.equal(typeof (await read(migration('012_close_old_orders.sql'))), 'string');
  });
});

interface NewMigrations {
  newMigration(
    params: object,
  ): Promise<{ readonly error: string | undefined; readonly files: readonly { readonly uri: string }[] }>;
}

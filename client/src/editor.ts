import * as vscode from 'vscode';
import type { RangeDto } from '../../server/src/lsp/protocol.js';
import { apply, createFiles, exists, range } from './changes.js';
import type { Editor } from './context.js';
import { quotedForShell } from './plain.js';

const PREVIEW_SCHEME = 'lockstep-preview';

const quoted = (text: string): string => quotedForShell(text, process.platform === 'win32');

/** Read-only documents with the SQL that would run. */
class Previews implements vscode.TextDocumentContentProvider {
  readonly #texts = new Map<string, string>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changed.event;

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.path) ?? '-- This preview is no longer kept. Run Preview SQL again.\n';
  }

  put(name: string, text: string): vscode.Uri {
    const uri = vscode.Uri.from({ scheme: PREVIEW_SCHEME, path: `/${name.replaceAll('/', '-')}.sql` });
    this.#texts.set(uri.path, text);
    this.#changed.fire(uri);
    return uri;
  }
}

/** The files and windows of VS Code, for the commands. */
export function createEditor(context: vscode.ExtensionContext): Editor {
  const previews = new Previews();
  context.subscriptions.push(vscode.workspace.registerTextDocumentContentProvider(PREVIEW_SCHEME, previews));
  return {
    activeUri: () => vscode.window.activeTextEditor?.document.uri.toString(),
    activePosition() {
      const active = vscode.window.activeTextEditor?.selection.active;
      return active && { line: active.line, character: active.character };
    },
    workspaceFolders: () =>
      (vscode.workspace.workspaceFolders ?? []).map((f) => ({ uri: f.uri.toString(), name: f.name })),
    async open(uri, at) {
      await vscode.window.showTextDocument(vscode.Uri.parse(uri), at ? { selection: range(at) } : {});
    },
    async openSideBySide(left, right) {
      await vscode.window.showTextDocument(vscode.Uri.parse(left), {
        preview: false,
        viewColumn: vscode.ViewColumn.One,
      });
      if (right === undefined) return;
      await vscode.window.showTextDocument(vscode.Uri.parse(right), {
        preview: false,
        viewColumn: vscode.ViewColumn.Two,
        preserveFocus: true,
      });
    },
    openBeside,
    apply,
    createFiles,
    edit,
    save,
    async showPreview(name, sql) {
      const document = await vscode.workspace.openTextDocument(previews.put(name, sql));
      await vscode.languages.setTextDocumentLanguage(document, 'sql');
      await vscode.window.showTextDocument(document, { preview: true });
    },
    async reveal(uri) {
      await vscode.commands.executeCommand('revealInExplorer', vscode.Uri.parse(uri));
    },
    async copy(text) {
      await vscode.env.clipboard.writeText(text);
    },
    async showSetting(id) {
      await vscode.commands.executeCommand('workbench.action.openSettings', id);
    },
    showRule: (id, url) => showRule(context.extensionUri, id, url),
    selectText,
    cli: () => `node ${quoted(vscode.Uri.joinPath(context.extensionUri, 'server', 'dist', 'cli.cjs').fsPath)}`,
    shellPath: (uri) => quoted(vscode.workspace.asRelativePath(vscode.Uri.parse(uri), false)),
    addMigrationFolder,
  };
}

async function openBeside(uris: readonly string[]): Promise<void> {
  for (const uri of [...uris].reverse()) {
    await vscode.window.showTextDocument(vscode.Uri.parse(uri), {
      preview: false,
      viewColumn: vscode.ViewColumn.Beside,
      preserveFocus: true,
    });
  }
}

async function edit(
  uri: string,
  { range: at, newText }: { readonly range: RangeDto; readonly newText: string },
): Promise<boolean> {
  const editor = await vscode.window.showTextDocument(vscode.Uri.parse(uri));
  const place = range(at);
  const isDone = await editor.edit((builder) => builder.replace(place, newText));
  const start = editor.document.offsetAt(place.start);
  const end = editor.document.positionAt(start + newText.length);
  if (isDone) editor.selection = new vscode.Selection(place.start, end);
  editor.revealRange(editor.selection);
  return isDone;
}

async function save(uris: readonly string[]): Promise<boolean> {
  const wanted = new Set(uris.map((u) => vscode.Uri.parse(u).toString()));
  const dirty = vscode.workspace.textDocuments.filter((d) => d.isDirty && wanted.has(d.uri.toString()));
  return (await Promise.all(dirty.map((d) => d.save()))).every(Boolean);
}

/** The page that comes with the extension, as a preview; the address when there is none. */
async function showRule(extension: vscode.Uri, id: string, url: string): Promise<void> {
  const page = vscode.Uri.joinPath(extension, 'docs', 'rules', `${id.replace(/[^\w-]/g, '')}.md`);
  if (await exists(page)) await vscode.commands.executeCommand('markdown.showPreview', page);
  else await vscode.env.openExternal(vscode.Uri.parse(url));
}

/** Selects the text in the file's editor, so that typing replaces it. */
async function selectText(uri: string, text: string): Promise<void> {
  const editor = await vscode.window.showTextDocument(vscode.Uri.parse(uri));
  const at = editor.document.getText().indexOf(text);
  if (at < 0) return;
  editor.selection = new vscode.Selection(editor.document.positionAt(at), editor.document.positionAt(at + text.length));
  editor.revealRange(editor.selection);
}

async function addMigrationFolder(uri: string): Promise<string | undefined> {
  const chosen = vscode.Uri.parse(uri);
  const root = vscode.workspace.getWorkspaceFolder(chosen);
  if (!root) return 'The migration folder must lie inside the workspace.';
  const folder = chosen.path.slice(root.uri.path.length).replace(/^\//, '') || '.';
  const settings = vscode.workspace.getConfiguration('lockstep', root.uri);
  const known = settings.get<readonly { readonly folder: string }[]>('migrations', []);
  if (!known.some((k) => k.folder === folder)) {
    await settings.update('migrations', [...known, { folder }], vscode.ConfigurationTarget.WorkspaceFolder);
  }
  return undefined;
}

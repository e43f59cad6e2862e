import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Api } from '../../client/src/extension.js';
import type { FolderDto } from '../../server/src/lsp/protocol.js';

export type { Api } from '../../client/src/extension.js';
export type { TreeNode } from '../../client/src/views/model.js';

/** Asks again until the answer is there. Providers throw `Canceled` while an editor still settles. */
export async function until<T>(
  what: string,
  get: () => T | undefined | false | Promise<T | undefined | false>,
  ms = 20_000,
): Promise<T> {
  for (const end = Date.now() + ms; Date.now() < end; await new Promise((r) => setTimeout(r, 20))) {
    try {
      const value = await get();
      if (value) return value;
    } catch (error) {
      if ((error as Error).name !== 'Canceled') throw error;
    }
  }
  throw new Error(`timed out waiting for ${what}`);
}

export async function activate(): Promise<Api> {
  const extension = vscode.extensions.getExtension('lockstep.lockstep');
  assert.ok(extension, 'the extension lockstep.lockstep is not installed');
  return extension.activate();
}

export const root = (): vscode.Uri => vscode.workspace.workspaceFolders![0]!.uri;
export const migration = (name: string): vscode.Uri => vscode.Uri.joinPath(root(), 'migrations', name);

export async function open(name: string): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument(migration(name));
  await vscode.window.showTextDocument(document);
  return document;
}

export const write = (uri: vscode.Uri, text: string): Thenable<void> =>
  vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
export const read = async (uri: vscode.Uri): Promise<string> =>
  new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));

export const codeOf = (diagnostic: vscode.Diagnostic): string => {
  const { code } = diagnostic;
  return String(typeof code === 'object' ? code.value : code);
};

/** The finding of this rule, once it is shown. */
export const finding = (uri: vscode.Uri, rule: string): Promise<vscode.Diagnostic> =>
  until(`${rule} in ${uri.path}`, () => vscode.languages.getDiagnostics(uri).find((d) => codeOf(d) === rule));

export const actions = (document: vscode.TextDocument, range: vscode.Range, kind?: vscode.CodeActionKind) =>
  vscode.commands.executeCommand<vscode.CodeAction[]>(
    'vscode.executeCodeActionProvider',
    document.uri,
    range,
    kind?.value,
  );

export const wholeOf = (document: vscode.TextDocument): vscode.Range =>
  new vscode.Range(document.positionAt(0), document.positionAt(document.getText().length));

export const closeAll = async (): Promise<void> => {
  while (vscode.window.activeTextEditor?.document.isDirty)
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
};

export const onlyFolder = (api: Api): FolderDto | undefined => api.status()?.folders[0];

/** Versions of the folder that are in this state, as the server last said. */
export const versionsIn = (api: Api, state: string): string[] =>
  (onlyFolder(api)?.migrations ?? []).filter((m) => m.state === state).map((m) => m.version);

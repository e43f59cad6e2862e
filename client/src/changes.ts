import * as vscode from 'vscode';
import type { ChangeDto, RangeDto } from '../../server/src/lsp/protocol.js';

type NewFiles = ChangeDto['newFiles'];

export const range = ({ start, end }: RangeDto): vscode.Range =>
  new vscode.Range(start.line, start.character, end.line, end.character);

/** With their content: a file that is made empty and then edited is left behind by undo. */
function creationOf(files: NewFiles): vscode.WorkspaceEdit {
  const edit = new vscode.WorkspaceEdit();
  const encoder = new TextEncoder();
  for (const { uri, text } of files) {
    edit.createFile(vscode.Uri.parse(uri), { overwrite: false, ignoreIfExists: false, contents: encoder.encode(text) });
  }
  return edit;
}

export async function createFiles(files: NewFiles): Promise<boolean> {
  return vscode.workspace.applyEdit(creationOf(files));
}

/** All in one edit, which is one step to undo. Whoever calls the command: files outside the workspace are left alone. */
export async function apply({ newFiles, edits }: ChangeDto): Promise<string | undefined> {
  const isOutside = ({ uri }: { readonly uri: string }) => !vscode.workspace.getWorkspaceFolder(vscode.Uri.parse(uri));
  const outside = [...newFiles, ...edits].find(isOutside);
  if (outside) return `Nothing was changed: ${nameOf(outside.uri)} is outside the workspace.`;
  const change = creationOf(newFiles);
  for (const { uri, version, edits: list } of edits) {
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(uri));
    // One that was not open is on its first version, unless it was edited since.
    if (document.version !== (version ?? 1)) return 'Nothing was changed: the text is another one by now. Try again.';
    for (const { range: at, newText } of list) change.replace(document.uri, range(at), newText);
  }
  const taken = await Promise.all(newFiles.map(({ uri }) => exists(vscode.Uri.parse(uri))));
  const first = newFiles[taken.indexOf(true)];
  if (first) return `Nothing was changed: ${nameOf(first.uri)} exists already.`;
  const done = await vscode.workspace.applyEdit(change);
  return done ? undefined : 'Not all of it could be done: a file cannot be written. Undo takes back what was changed.';
}

const nameOf = (uri: string): string => vscode.Uri.parse(uri).path.split('/').at(-1) ?? uri;

export const exists = async (uri: vscode.Uri): Promise<boolean> => {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
};

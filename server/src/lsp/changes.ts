import type { CodeAction, TextEdit as LspEdit, WorkspaceEdit } from 'vscode-languageserver';
import type { Fix, TextEdit } from '../core/index.js';
import { editsOf } from './convert.js';
import type { ChangeDto } from './protocol.js';
import type { ActionSupport } from './support.js';
import type { Workspace } from './workspace.js';

/**
 * How fixes reach the editor. VS Code saves all files of an edit that touches several, and its undo of one that makes files
 * leaves files behind: there, Lockstep's own client makes such a change. Undefined: a text is no longer there.
 */
export function delivered(
  workspace: Workspace,
  fixes: readonly Fix[],
  support: ActionSupport,
): Pick<CodeAction, 'edit' | 'command'> | undefined {
  const files = new Set(fixes.flatMap((fix) => [...fix.newFiles, ...fix.edits].map(({ uri }) => uri)));
  if (!support.commands || files.size < 2) {
    const edit = editOf(workspace, fixes, support);
    return edit && { edit };
  }
  const change = changeOf(workspace, fixes);
  return change && { command: { title: 'Apply', command: 'lockstep.applyChange', arguments: [change] } };
}

function changeOf(workspace: Workspace, fixes: readonly Fix[]): ChangeDto | undefined {
  const edits: ChangeDto['edits'][number][] = [];
  for (const [uri, list] of perFile(fixes)) {
    const lines = workspace.lines(uri);
    if (!lines) return undefined;
    edits.push({ uri, version: workspace.version(uri), edits: editsOf(lines, list) });
  }
  return { newFiles: fixes.flatMap(({ newFiles }) => newFiles), edits };
}

const REVIEW = 'review';

/** The same as an edit that every editor understands. */
export function editOf(workspace: Workspace, fixes: readonly Fix[], support: ActionSupport): WorkspaceEdit | undefined {
  const newFiles = fixes.flatMap((fix) => fix.newFiles);
  const annotation = support.annotations ? { annotationId: REVIEW } : {};
  const start = { line: 0, character: 0 };
  const changes: NonNullable<WorkspaceEdit['documentChanges']> = newFiles.flatMap(({ uri, text }) => [
    { kind: 'create' as const, uri, options: { ignoreIfExists: false, overwrite: false }, ...annotation },
    { textDocument: { uri, version: null }, edits: [{ range: { start, end: start }, newText: text, ...annotation }] },
  ]);
  const edited: Record<string, LspEdit[]> = {};
  for (const [uri, edits] of perFile(fixes)) {
    const lines = workspace.lines(uri);
    if (!lines) return undefined;
    edited[uri] = editsOf(lines, edits);
    changes.push({ textDocument: { uri, version: workspace.version(uri) ?? null }, edits: edited[uri] });
  }
  if (!support.documentChanges) return { changes: edited };
  if (newFiles.length === 0 || !support.annotations) return { documentChanges: changes };
  return {
    documentChanges: changes,
    changeAnnotations: {
      [REVIEW]: {
        label: 'New migration files',
        needsConfirmation: false,
        description: 'Made by Lockstep; nothing is applied.',
      },
    },
  };
}

function perFile(fixes: readonly Fix[]): ReadonlyMap<string, readonly TextEdit[]> {
  const found = new Map<string, TextEdit[]>();
  for (const { uri, edits } of fixes.flatMap((fix) => fix.edits)) found.set(uri, [...(found.get(uri) ?? []), ...edits]);
  return found;
}

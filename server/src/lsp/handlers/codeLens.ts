import type { CodeLens } from 'vscode-languageserver';
import { startOf } from '../../core/index.js';
import type { KnownState } from '../database.js';
import type { Workspace } from '../workspace.js';

/** State and actions of a migration, on the first line of each of its halves; the number of lines never changes while typing. */
export async function codeLensesOf(
  workspace: Workspace,
  uri: string,
  known: (folder: string, id: string) => KnownState | undefined,
): Promise<CodeLens[]> {
  const model = await workspace.modelReady(uri);
  return model.halves(uri).flatMap(({ set, migration, direction, half }) => {
    const line = half.section ? (workspace.lines(uri)?.positionAt(startOf(half)).line ?? 0) : 0;
    const start = { line, character: 0 };
    const lens = (title: string, command: string, ...args: unknown[]): CodeLens => ({
      range: { start, end: start },
      command: { title, command, arguments: args },
    });
    const at = direction === 'up' ? known(set.folder, migration.id) : undefined;
    const lenses: CodeLens[] = [];
    if (at) lenses.push(lens(labels[at.state], 'lockstep.focusMigration', set.folder, migration.id));
    // Where the run would be refused the button is not there.
    if (at?.canApply)
      lenses.push(lens('Apply up to here', 'lockstep.applyUpTo', { folder: set.folder, id: migration.id }));
    if (direction === 'up') lenses.push(lens('Preview', 'lockstep.preview', { folder: set.folder, id: migration.id }));
    const other = direction === 'up' ? migration.down : migration.up;
    if (other && other.uri !== uri)
      lenses.push(lens(direction === 'up' ? 'Open down' : 'Open up', 'lockstep.openCounterpart', uri));
    return lenses;
  });
}

/** Without icons: other editors would show their names. */
const labels = {
  applied: 'applied',
  pending: 'pending',
  outOfOrder: 'out of order',
  modified: 'edited after it was applied',
  missing: 'file missing',
  failed: 'failed',
  unknown: '',
} as const;

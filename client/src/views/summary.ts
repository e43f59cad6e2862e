import type { FolderDto, StatusResult } from '../../../server/src/lsp/protocol.js';
import { countOf } from '../labels.js';

/** The status bar item, or `undefined` when no database is connected. */
export interface Summary {
  readonly text: string;
  readonly tooltip: readonly string[];
  readonly spoken: string;
  readonly alarm: boolean;
}

const alarming = (folder: FolderDto): boolean =>
  folder.migrations.some((m) => m.state === 'failed' || m.state === 'modified');

/** What the status bar says of all databases that are connected; undefined when none is. */
export function summaryOf(status: StatusResult): Summary | undefined {
  const connected = status.folders.filter((f) => f.database.state === 'ok' && f.environment !== undefined);
  const [first] = connected;
  if (!first) return undefined;
  const pending = connected.reduce((sum, f) => sum + f.pendingCount, 0);
  const alarm = connected.some(alarming);
  const names = [...new Set(connected.map((f) => f.environment!.title))];
  const where = names.length === 1 ? names[0]! : countOf(names.length, 'database');
  const version = connected.length > 1 ? '' : (first.current ?? '');
  const state = pending > 0 ? `${pending} pending` : alarm ? 'needs attention' : 'up to date';
  const parts = [where, version, state].filter((part) => part !== '');
  return {
    text: `$(${alarm ? 'warning' : 'database'}) ${parts.join(' · ')}`,
    tooltip: connected.map(lineOf),
    spoken: `Lockstep: ${parts.join(', ')}${alarm && pending > 0 ? ', a migration needs attention' : ''}`,
    alarm,
  };
}

function lineOf(folder: FolderDto): string {
  const version = folder.current === undefined ? 'nothing applied' : `at version ${folder.current}`;
  const needs = alarming(folder) ? ', a migration failed or was edited after it was applied' : '';
  return `${folder.label} on ${folder.environment!.target}: ${version}, ${folder.pendingCount} pending${needs}`;
}

/** The pending count for the view's badge; nothing known means no badge. */
export const badgeOf = (status: StatusResult): number =>
  status.folders.filter((f) => f.database.state === 'ok').reduce((sum, f) => sum + f.pendingCount, 0);

/** The `when` keys of the manifest. */
export function contextKeys(status: StatusResult): Readonly<Record<string, boolean>> {
  const { folders } = status;
  return {
    'lockstep.ready': true,
    'lockstep.hasFolders': folders.length > 0,
    'lockstep.connected': folders.some((f) => f.database.state === 'ok'),
    'lockstep.canApply': folders.some((f) => f.canApply && f.pendingCount > 0),
    'lockstep.canRollBack': folders.some((f) => f.canRollBack),
  };
}

/** Files and folders that editor and explorer buttons are for. */
export const migrationUris = (status: StatusResult): readonly string[] =>
  status.folders.flatMap((f) => f.migrations.flatMap((m) => [m.upUri, m.downUri].filter((u) => u !== undefined)));

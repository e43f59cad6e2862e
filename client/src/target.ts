import type { FolderDto, MigrationDto, StatusResult } from '../../server/src/lsp/protocol.js';
import type { Context } from './context.js';

/** What a command was called on: a tree node, `{folder, id}` of a code lens, a file, or nothing. */
export interface Target {
  readonly folder: string | undefined;
  readonly id: string | undefined;
  readonly uri: string | undefined;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** Menus pass a `Uri`, lenses and trees plain objects, key bindings nothing. */
export function targetOf(arg: unknown): Target {
  if (typeof arg === 'string') return { folder: undefined, id: undefined, uri: text(arg) };
  if (typeof arg !== 'object' || arg === null) return { folder: undefined, id: undefined, uri: undefined };
  const record = arg as Readonly<Record<string, unknown>>;
  if (typeof record.scheme === 'string') return { folder: undefined, id: undefined, uri: String(arg) };
  return { folder: text(record.folder), id: text(record.id), uri: text(record.uri) };
}

function decoded(uri: string): string {
  try {
    return decodeURIComponent(uri).replace(/\/$/, '');
  } catch {
    return uri.replace(/\/$/, '');
  }
}

/** Two programs may escape the same file differently (`%3A`, `:`). */
export const sameUri = (a: string, b: string): boolean => a === b || decoded(a) === decoded(b);

export interface Place {
  readonly folder: FolderDto;
  readonly migration: MigrationDto | undefined;
}

/** The folder and migration that the target names, if the status knows it. */
export function placeOf(status: StatusResult, target: Target): Place | undefined {
  for (const folder of status.folders) {
    if (target.folder !== undefined) {
      if (!sameUri(folder.folder, target.folder)) continue;
      return { folder, migration: folder.migrations.find((m) => m.id === target.id) };
    }
    const { uri } = target;
    if (uri === undefined) continue;
    if (sameUri(folder.folder, uri)) return { folder, migration: undefined };
    const migration = folder.migrations.find((m) =>
      [m.upUri, m.downUri].some((u) => u !== undefined && sameUri(u, uri)),
    );
    if (migration) return { folder, migration };
  }
  return undefined;
}

/**
 * The folder that a command works on: the one it was called on, the one of the active editor, the only one,
 * or the one the person picks. `undefined`: there is none, or the question was dismissed.
 */
export async function chooseFolder(context: Context, arg: unknown, title: string): Promise<Place | undefined> {
  const status = context.store.status ?? (await context.store.refresh({ connect: false }));
  const target = targetOf(arg);
  const named = placeOf(status, target);
  if (named) return named;
  if (target.folder !== undefined || target.uri !== undefined) {
    await context.ui.warn('This is not a migration that Lockstep knows. Refresh the Lockstep view and try again.');
    return undefined;
  }
  const [first] = status.folders;
  if (!first) {
    await context.ui.info(
      'No migration folder was found in this workspace. Create a first migration, or choose the folder.',
    );
    return undefined;
  }
  if (status.folders.length === 1) return { folder: first, migration: undefined };
  const active = placeOf(status, { folder: undefined, id: undefined, uri: context.editor.activeUri() });
  if (active) return { folder: active.folder, migration: undefined };
  const folder = await context.ui.pick(
    { title, placeholder: 'Migration folder' },
    status.folders.map((f) => ({ label: f.label, description: f.environment?.label ?? 'not connected', value: f })),
  );
  return folder && { folder, migration: undefined };
}

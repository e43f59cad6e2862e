import type { MigrationSet } from './migration.js';

export interface Counterpart {
  readonly uri: string;
  readonly exists: boolean;
  /** Of the file asked about. */
  readonly direction: 'up' | 'down';
}

/** The other half of a migration, or where it belongs when it is not there yet; undefined for a file that is no half. */
export function counterpartIn(set: MigrationSet, uri: string): Counterpart | undefined {
  const migration = set.migrations.find((m) => m.up?.uri === uri || m.down?.uri === uri);
  if (!migration) return undefined;
  const direction = migration.up?.uri === uri ? 'up' : 'down';
  const other = direction === 'up' ? migration.down : migration.up;
  if (other) return { uri: other.uri, exists: true, direction };
  const { path } = (direction === 'up' ? migration.up : migration.down)!;
  const here = set.layout.paths('')[direction];
  const there = set.layout.paths(path.slice(0, -here.length))[direction === 'up' ? 'down' : 'up'];
  return { uri: `${set.folder}/${there.split('/').map(encodeURIComponent).join('/')}`, exists: false, direction };
}

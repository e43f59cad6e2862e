import type { TextEdit } from '../text/span.js';
import type { Half, Migration } from './migration.js';
import type { MigrationSet } from './set.js';

export interface Counterpart {
  readonly uri: string;
  readonly exists: boolean;
  /** Of the half asked about. */
  readonly direction: 'up' | 'down';
  /** Where in the file it begins. */
  readonly offset: number;
  /** For a down that is not there and belongs into the same file: what adds it. */
  readonly add?: (down: string) => TextEdit;
}

/** The other half of a migration, or where it belongs when it is not there yet; undefined when that cannot be told. */
export function counterpartOf(
  set: MigrationSet,
  migration: Migration,
  direction: 'up' | 'down',
): Counterpart | undefined {
  const [own, other] = direction === 'up' ? [migration.up, migration.down] : [migration.down, migration.up];
  if (other) return { uri: other.uri, exists: true, direction, offset: startOf(other) };
  if (!own) return undefined;
  const { addDown, cut } = set.layout;
  if (cut) {
    if (direction === 'down' || !addDown) return undefined;
    const add = (down: string) => addDown.call(set.layout, own.text, down);
    return { uri: own.uri, exists: false, direction, offset: own.text.length, add };
  }
  const here = set.layout.paths('')[direction];
  const there = set.layout.paths(own.path.slice(0, -here.length))[direction === 'up' ? 'down' : 'up'];
  // A history may have several folders.
  const folder = own.uri.split('/').slice(0, -own.path.split('/').length).join('/');
  const uri = `${folder}/${there.split('/').map(encodeURIComponent).join('/')}`;
  return { uri, exists: false, direction, offset: 0 };
}

/** Where in its file a half begins. */
export function startOf({ section }: Half): number {
  return section?.within[0]?.start ?? 0;
}

import { listed } from '../text/words.js';
import { type Effect, LOCK_MODES, type LockMode, type RelationLock, type Work } from './effect.js';

const rank = new Map(LOCK_MODES.map((mode, i) => [mode, i]));

export function compareModes(a: LockMode, b: LockMode): number {
  return (rank.get(a) ?? 0) - (rank.get(b) ?? 0);
}

export function strongerMode(a: LockMode, b: LockMode): LockMode {
  return compareModes(a, b) >= 0 ? a : b;
}

/** What waits for a holder of this mode (PostgreSQL documentation, table 13.2): SELECT, INSERT/UPDATE/DELETE, other DDL. */
export function blocks(mode: LockMode): { readonly reads: boolean; readonly writes: boolean; readonly ddl: boolean } {
  return {
    reads: mode === 'ACCESS EXCLUSIVE',
    writes: compareModes(mode, 'SHARE') >= 0,
    ddl: compareModes(mode, 'SHARE UPDATE EXCLUSIVE') >= 0,
  };
}

/** The lock that matters most: on something that others can see before what was born here. */
export function strongest(locks: readonly RelationLock[]): RelationLock | undefined {
  let best: RelationLock | undefined;
  for (const lock of locks) {
    if (!best || weight(lock) > weight(best)) best = lock;
  }
  return best;
}

function weight(lock: RelationLock): number {
  return (rank.get(lock.mode) ?? 0) + (lock.bornHere ? 0 : 100);
}

/** What the lock means for the application, in plain words. */
function consequence(lock: RelationLock): string {
  const { reads, writes, ddl } = blocks(lock.mode);
  if (lock.role === 'sequence') {
    if (reads) return 'blocks nextval() and everything else on the sequence';
    return writes ? 'blocks nextval()' : 'blocks nothing that an application does';
  }
  if (lock.role === 'index' && reads) return 'blocks every query that is planned on its table';
  if (reads) return 'blocks reads and writes';
  if (writes) return 'blocks writes, reads go on';
  if (lock.mode === 'ROW EXCLUSIVE') return 'reads and writes go on, except on the rows that it changes';
  return ddl ? 'reads and writes go on; blocks other schema changes' : 'reads and writes go on';
}

function describeWork(work: Work, names: string): string {
  switch (work.kind) {
    case 'rewrite':
      return `rewrites all of ${names}: ${work.reason}`;
    case 'scan':
      return `reads all of ${names}: ${work.reason}`;
    case 'indexBuild':
      return `builds an index on ${names}: ${work.reason}`;
    case 'dataChange':
      return `changes rows of ${names}: ${work.reason}`;
  }
}

/** An effect in plain words, the most important first. */
export function describeEffect(effect: Effect): string[] {
  if (!effect.known) return ['its locks are not known: nothing is claimed'];
  const locks = effect.locks.filter((lock) => !goesWithTable(lock, effect.locks)).sort((a, b) => weight(b) - weight(a));
  const lines = [
    ...together(locks, (lock) => lock.role === 'partition', describeLock),
    ...together(effect.work, () => true, describeWork),
  ];
  if (effect.transaction === 'forbidden') lines.push('cannot run inside a transaction block');
  if (effect.transaction === 'required') lines.push('only makes sense inside a transaction block');
  return lines.length === 0 ? ['locks no table'] : lines;
}

/** An index that is locked no more than a table of the statement stands in nobody's way that the table does not. */
function goesWithTable(lock: RelationLock, all: readonly RelationLock[]): boolean {
  return (
    lock.role === 'index' && all.some((other) => other.role !== 'index' && compareModes(other.mode, lock.mode) >= 0)
  );
}

function describeLock(lock: RelationLock, names: string): string {
  const born = lock.bornHere ? ' (made in this migration: nobody else sees it)' : '';
  return `${lock.mode} on ${names}: ${consequence(lock)}${born}`;
}

/** How many names stand in one line. */
const SHOWN = 3;

/** Partitions differ in nothing but the name: those of which the same is to be said share a line. */
function together<T extends { readonly display: string }>(
  items: readonly T[],
  mayJoin: (item: T) => boolean,
  say: (item: T, names: string) => string,
): string[] {
  const groups = new Map<string, { readonly item: T; readonly names: string[] }>();
  for (const item of items) {
    const key = mayJoin(item) ? say(item, '') : say(item, item.display);
    const group = groups.get(key);
    if (group) group.names.push(item.display);
    else groups.set(key, { item, names: [item.display] });
  }
  return [...groups.values()].map(({ item, names }) => say(item, listed(names, SHOWN)));
}

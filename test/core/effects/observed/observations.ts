import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { LockMode, PgMajor } from '../../../../server/src/core/effects/effect.js';

/** A statement that was run on real servers of several versions, on the database that `fixture.sql` makes. */
interface Recorded extends Run {
  /** What happened, by the versions on which it was the same. */
  readonly seen: readonly (Seen & { readonly pg: readonly PgMajor[] })[];
}

interface Run {
  readonly id: string;
  readonly group: string;
  readonly sql: string;
  /** What ran before it: for good, in its transaction, and as settings of its session. */
  readonly setup?: readonly string[];
  readonly before?: readonly string[];
  readonly session?: readonly string[] | string;
}

/** Relations by name, without the schema `app`; an entry that saw nothing is left out. */
interface Seen {
  readonly inTransaction: 'allowed' | 'forbidden';
  /** The strongest lock at the end of the statement, and those from before it. */
  readonly locks?: Readonly<Record<string, string>>;
  readonly lockedBefore?: Readonly<Record<string, string>>;
  /** Locks seen while others kept a statement waiting that cannot run in a transaction. */
  readonly sampled?: readonly Readonly<Record<string, string>>[];
  readonly scanned?: readonly string[];
  readonly indexRead?: readonly string[];
  /** Tables with a new file: with their rows, without, or in another tablespace. */
  readonly rewritten?: readonly string[];
  readonly emptied?: readonly string[];
  readonly moved?: readonly string[];
}

export interface Observed extends Run, Seen {}

export const MAJORS: readonly PgMajor[] = [12, 13, 14, 15, 16, 17, 18];

const read = (name: string) => readFileSync(fileURLToPath(new URL(name, import.meta.url)), 'utf8');

export const fixtureSql = read('fixture.sql');

const recorded = read('statements.jsonl')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Recorded);

/** What was seen on one version. */
export function observations(major: PgMajor): readonly Observed[] {
  return recorded.flatMap(({ seen, ...run }) =>
    seen.filter(({ pg }) => pg.includes(major)).map(({ pg: _, ...what }) => ({ ...run, ...what })),
  );
}

const MODES: Readonly<Record<string, LockMode>> = {
  AccessShareLock: 'ACCESS SHARE',
  RowShareLock: 'ROW SHARE',
  RowExclusiveLock: 'ROW EXCLUSIVE',
  ShareUpdateExclusiveLock: 'SHARE UPDATE EXCLUSIVE',
  ShareLock: 'SHARE',
  ShareRowExclusiveLock: 'SHARE ROW EXCLUSIVE',
  ExclusiveLock: 'EXCLUSIVE',
  AccessExclusiveLock: 'ACCESS EXCLUSIVE',
};

/** Locks by relation. */
export function lockModes(locks: Readonly<Record<string, string>> = {}): ReadonlyMap<string, LockMode> {
  return new Map(Object.entries(locks).map(([name, mode]) => [name, MODES[mode]!] as const));
}

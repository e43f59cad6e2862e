import { migrationChecksum } from './checksum.js';
import type { Migration, MigrationSet } from './migration.js';
import { compareVersions } from './order.js';

/** One row of a tool's tracking table in our terms. */
export interface LedgerEntry {
  readonly version: string;
  readonly name: string | undefined;
  /** ISO 8601, when the ledger knows. */
  readonly appliedAt: string | undefined;
  readonly executionMs: number | undefined;
  readonly checksum: string | undefined;
  /** The tool marked it as begun and not finished (golang-migrate's dirty). */
  readonly failed: boolean;
}

export interface LedgerRows {
  readonly exists: boolean;
  readonly entries: readonly LedgerEntry[];
}

/** What the tool's table records. */
export interface LedgerKeeps {
  readonly time: boolean;
  readonly duration: boolean;
  readonly checksum: boolean;
}

export type MigrationStateId = 'applied' | 'pending' | 'outOfOrder' | 'modified' | 'missing' | 'failed';

export interface MigrationStatus {
  /** Undefined when only the ledger knows the version. */
  readonly migration: Migration | undefined;
  readonly version: string;
  readonly name: string;
  readonly state: MigrationStateId;
  readonly entry: LedgerEntry | undefined;
  /** What differs and what to do, for a state that needs attention. */
  readonly note: string | undefined;
}

/** Files against the ledger, in the tool's order; versions that only the ledger knows stand where they would have run. */
export function statusOf(set: MigrationSet, ledger: LedgerRows, keeps: LedgerKeeps): readonly MigrationStatus[] {
  const entries = new Map(ledger.entries.map((entry) => [entry.version, entry]));
  const known = new Set(set.migrations.map((m) => m.version));
  const lastApplied = set.migrations.findLastIndex((m) => entries.has(m.version));
  const highest = set.migrations[lastApplied]?.version;
  const ofFiles: readonly MigrationStatus[] = set.migrations.map((migration, i) => {
    const { version, name } = migration;
    const entry = entryFor(set, migration, entries);
    const verdict = entry
      ? judge(set, migration, entry, keeps)
      : judgeAbsent(set, migration, i < lastApplied ? highest : undefined, entries);
    return { migration, version, name, entry, ...verdict };
  });
  const others = ledger.entries
    .filter((entry) => !known.has(entry.version))
    .sort((a, b) => compareVersions(set.tool, a.version, b.version));
  return merged(set, ofFiles, others);
}

/** Both are in order. A ledger may hold very many rows that no file is left of. */
function merged(
  set: MigrationSet,
  ofFiles: readonly MigrationStatus[],
  others: readonly LedgerEntry[],
): readonly MigrationStatus[] {
  const result: MigrationStatus[] = [];
  let next = 0;
  for (const status of ofFiles) {
    for (; next < others.length; next++) {
      const other = others[next]!;
      if (compareVersions(set.tool, status.version, other.version) <= 0) break;
      result.push(missing(other));
    }
    result.push(status);
  }
  for (const other of others.slice(next)) result.push(missing(other));
  return result;
}

/** Of several migrations with one version the ledger means the one it names, else the first. */
function entryFor(
  set: MigrationSet,
  migration: Migration,
  entries: ReadonlyMap<string, LedgerEntry>,
): LedgerEntry | undefined {
  const entry = entries.get(migration.version);
  if (!entry) return undefined;
  const same = set.migrations.filter((m) => m.version === migration.version);
  return (same.find((m) => m.name === entry.name) ?? same[0]) === migration ? entry : undefined;
}

type Verdict = Pick<MigrationStatus, 'state' | 'note'>;

function judge(set: MigrationSet, migration: Migration, entry: LedgerEntry, keeps: LedgerKeeps): Verdict {
  if (entry.failed) return { state: 'failed', note: failedNote(set, entry.version) };
  const now = migrationChecksum(migration);
  if (keeps.checksum && entry.checksum && now !== undefined && entry.checksum.toLowerCase() !== now) {
    const when = entry.appliedAt ? ` on ${entry.appliedAt.slice(0, 10)}` : '';
    return {
      state: 'modified',
      note: `${migration.up!.path} was changed after it had been applied${when}, and the database has the earlier text. Restore the file, and put the change into a new migration.`,
    };
  }
  return { state: 'applied', note: undefined };
}

function failedNote(set: MigrationSet, version: string): string {
  if (set.tool === 'golang-migrate') {
    return `Version ${version} was begun and not finished (dirty). Repair what it left behind, then run: migrate force ${version} (or the version before it).`;
  }
  return `Version ${version} was begun and not finished. Look at what it left behind, repair it, then run it again.`;
}

function judgeAbsent(
  set: MigrationSet,
  migration: Migration,
  highest: string | undefined,
  entries: ReadonlyMap<string, LedgerEntry>,
): Verdict {
  if (entries.has(migration.version)) {
    return {
      state: 'outOfOrder',
      note: `Another migration with version ${migration.version} is applied, and the ledger can hold a version only once. Give this one the next free number.`,
    };
  }
  if (!migration.up)
    return { state: 'pending', note: 'It has a down file only: add the up file, or delete the down file.' };
  if (highest === undefined) return { state: 'pending', note: undefined };
  const advice =
    set.tool === 'golang-migrate'
      ? 'golang-migrate will never run it: give it the next free number.'
      : 'It will run after newer ones: check that it does not depend on the order, or give it the next free number.';
  return { state: 'outOfOrder', note: `It is not applied, but the later ${highest} is. ${advice}` };
}

function missing(entry: LedgerEntry): MigrationStatus {
  const state = entry.failed ? 'failed' : 'missing';
  return {
    migration: undefined,
    version: entry.version,
    name: entry.name ?? '',
    state,
    entry,
    note: `The database has version ${entry.version}, but its file is not in this folder. Get it from the branch it was made on, or remove the row if it was never meant to stay.`,
  };
}

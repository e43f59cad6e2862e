import type { Migration } from './migration.js';
import type { MigrationSet } from './set.js';

/** One row of a tool's tracking table in our terms. */
export interface LedgerEntry {
  /** Id of the migration that the row stands for; undefined when the folder has none. Which one that is, the tool decides. */
  readonly id: string | undefined;
  readonly version: string;
  readonly name: string | undefined;
  /** ISO 8601, when the ledger knows. */
  readonly appliedAt: string | undefined;
  readonly executionMs: number | undefined;
  readonly checksum: string | undefined;
  /** The tool marked it as begun and not finished (golang-migrate's dirty). */
  readonly failed: boolean;
  /** It never ran: the tool takes it for applied, because the history of the database begins behind it. */
  readonly baseline?: true;
  /** Where the tool goes by when rows were written and not by versions: counts up, the last one is taken back first. */
  readonly order?: number;
}

/** A migration that Lockstep began and did not end: what ran outside a transaction stays. */
export interface HalfRun {
  /** Id of the migration. */
  readonly id: string;
  readonly direction: 'up' | 'down';
  /** Parts of it that are done. */
  readonly done: number;
}

export interface LedgerRows {
  readonly exists: boolean;
  readonly entries: readonly LedgerEntry[];
  readonly halfRun?: HalfRun | undefined;
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
  /** A run of it in this direction was interrupted, and goes on when it is run again; the state is `failed`. */
  readonly halfRun?: 'up' | 'down';
}

/**
 * Files against the ledger, in the tool's order; versions that only the ledger knows stand where they would have run. Files
 * may have come and gone since the ledger was read.
 */
export function statusOf(set: MigrationSet, ledger: LedgerRows, keeps: LedgerKeeps): readonly MigrationStatus[] {
  const ids = new Map(set.migrations.flatMap(({ id, version }) => [[version, id] as const]));
  for (const { id } of set.migrations) ids.set(id, id);
  const idOf = (entry: LedgerEntry) => ids.get(entry.id ?? entry.version);
  const { halfRun } = ledger;
  const rows = halfRun ? withoutMarks(set, ledger.entries, halfRun, idOf) : ledger.entries;
  const entries = new Map(
    rows.flatMap((entry) => {
      const id = idOf(entry);
      return id === undefined ? [] : [[id, entry]];
    }),
  );
  const taken = new Set(rows.map((entry) => entry.version));
  const lastApplied = set.migrations.findLastIndex((m) => m.kind !== 'repeatable' && entries.has(m.id));
  const highest = set.migrations[lastApplied]?.version;
  const ofFiles: readonly MigrationStatus[] = set.migrations.map((migration, i) => {
    const { version, name } = migration;
    const entry = entries.get(migration.id);
    if (halfRun?.id === migration.id)
      return { migration, version, name, entry, state: 'failed', note: halfNote(halfRun), halfRun: halfRun.direction };
    const verdict = entry
      ? judge(set, migration, entry, keeps)
      : judgeAbsent(set, migration, i < lastApplied ? highest : undefined, taken);
    return { migration, version, name, entry, ...verdict };
  });
  const others = rows
    .filter((entry) => idOf(entry) === undefined)
    .sort((a, b) => set.tool.compare(a.version, b.version));
  return merged(set, ofFiles, others);
}

/** What the rows say but for the tool's mark, whose meaning is known: the half-run migration is applied when it was to be taken back. */
function withoutMarks(
  set: MigrationSet,
  entries: readonly LedgerEntry[],
  { id, direction }: HalfRun,
  idOf: (entry: LedgerEntry) => string | undefined,
): readonly LedgerEntry[] {
  const rows = entries.flatMap((entry) => {
    if (!entry.failed) return [entry];
    const found = idOf(entry);
    const isOurs = found === undefined || (direction === 'up' && found === id);
    return isOurs ? [] : [{ ...entry, failed: false }];
  });
  const migration = set.migrations.find((m) => m.id === id);
  if (direction === 'up' || !migration || rows.some((e) => idOf(e) === id)) return rows;
  const { version, name } = migration;
  const unknown = { appliedAt: undefined, executionMs: undefined, checksum: undefined };
  return [...rows, { id, version, name, ...unknown, failed: false }];
}

function halfNote({ direction, done }: HalfRun): string {
  const what = direction === 'up' ? 'Applying it' : 'Rolling it back';
  const again = direction === 'up' ? 'Apply' : 'Roll back';
  const so = done === 0 ? 'and may have left something' : 'after a part of it was done';
  return `${what} was interrupted ${so}. ${again} again: it looks what is there, and goes on.`;
}

/** What apply would run, in order: they have an up script and no row, or one of an older text that runs again. */
export function pendingIn(statuses: readonly MigrationStatus[]): readonly Migration[] {
  return statuses.flatMap(({ migration, entry, state }) =>
    migration?.up && (!entry || state === 'pending') ? [migration] : [],
  );
}

/** What roll back would take back. */
export function lastAppliedIn(statuses: readonly MigrationStatus[]): MigrationStatus | undefined {
  const applied = statuses.filter(
    ({ entry, migration }) => entry && !entry.baseline && migration?.kind !== 'repeatable',
  );
  const newest = Math.max(...applied.map(({ entry }) => entry!.order ?? Number.NEGATIVE_INFINITY));
  return applied.find(({ entry }) => entry!.order === newest) ?? applied.at(-1);
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
      if (set.tool.compare(status.version, other.version) <= 0) break;
      result.push(missing(other));
    }
    result.push(status);
  }
  for (const other of others.slice(next)) result.push(missing(other));
  return result;
}

type Verdict = Pick<MigrationStatus, 'state' | 'note'>;

function judge(set: MigrationSet, migration: Migration, entry: LedgerEntry, keeps: LedgerKeeps): Verdict {
  if (entry.failed) return { state: 'failed', note: set.tool.words.unfinished(entry.version, labelOf(migration)) };
  if (entry.baseline)
    return { state: 'applied', note: 'It is not run: the history of this database begins behind it.' };
  const now = set.tool.checksum(migration, set.options);
  if (keeps.checksum && entry.checksum && now !== undefined && entry.checksum.toLowerCase() !== now.toLowerCase()) {
    if (migration.kind === 'repeatable')
      return { state: 'pending', note: 'It was changed since it was last applied, and runs again.' };
    const when = entry.appliedAt ? ` on ${entry.appliedAt.slice(0, 10)}` : '';
    return {
      state: 'modified',
      note: `${migration.up!.path} was changed after it had been applied${when}, and the database has the earlier text. Restore the file, and put the change into a new migration.`,
    };
  }
  return { state: 'applied', note: undefined };
}

type Named = Pick<Migration, 'version' | 'number' | 'name'> & Partial<Pick<Migration, 'up' | 'down'>>;

/** A migration in messages: `012_add_users`, or its number when it has no name. */
export function labelOf(migration: Named): string {
  const number = numberOf(migration);
  return migration.name ? `${number}_${migration.name}` : number;
}

/** The number as the file name has it (`0042`), where the ledger writes it without zeros. */
export function numberOf({ version, number, up, down }: Named): string {
  if (number !== undefined) return number;
  const bare = version.replace(/^0+(?=.)/, '');
  const segments = ((up ?? down)?.path ?? '').split('/').slice(-2).reverse();
  const digits = segments.map((s) => /^\d+/.exec(s)?.[0]).find((d) => d?.replace(/^0+(?=.)/, '') === bare);
  return digits ?? version;
}

function judgeAbsent(
  set: MigrationSet,
  migration: Migration,
  highest: string | undefined,
  taken: ReadonlySet<string>,
): Verdict {
  if (taken.has(migration.version)) {
    return {
      state: 'outOfOrder',
      note: `Another migration with version ${migration.version} is applied, and the ledger can hold a version only once. Give this one the next free number.`,
    };
  }
  if (!migration.up)
    return { state: 'pending', note: 'It has a down file only: add the up file, or delete the down file.' };
  if (highest === undefined) return { state: 'pending', note: undefined };
  return {
    state: 'outOfOrder',
    note: `It is not applied, but the later ${highest} is. ${set.tool.words.outOfOrder}`,
  };
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

import type { Migration } from '../core/migrations/migration.js';
import type { MigrationSet } from '../core/migrations/set.js';
import type { HalfRun, LedgerEntry } from '../core/migrations/status.js';
import type { Session } from '../database/session.js';

export type { LedgerEntry } from '../core/migrations/status.js';

/** What one ledger table says. */
export interface LedgerState {
  readonly exists: boolean;
  readonly entries: readonly LedgerEntry[];
  /** What Lockstep's journal beside it says. */
  readonly halfRun?: HalfRun | undefined;
  /** A problem that forbids writing: foreign shape, unreadable. Sentence with what to do. */
  readonly problem: string | undefined;
}

/**
 * Reads and writes the tracking table of one tool, with that tool's rows, lock and checksum.
 * Every SQL identifier that comes from a setting is quoted.
 */
export interface Ledger {
  readonly table: string;
  /** True when the tool's table records what the down needs to know time and duration. */
  readonly keeps: { readonly time: boolean; readonly duration: boolean; readonly checksum: boolean };
  read(session: Session, set: MigrationSet): Promise<LedgerState>;
  /** Makes the table when it is missing; rejects when this user may not write in it. Before anything runs. */
  ensure(session: Session, direction: 'up' | 'down'): Promise<void>;
  /** Takes the lock that the tool takes; resolves to a release. Rejects with a clear message when another holds it too long. */
  lock(session: Session, timeoutMs: number): Promise<() => Promise<void>>;
  /** Called before the script runs, outside its transaction. */
  begin(session: Session, migration: Migration, direction: 'up' | 'down', set: MigrationSet): Promise<void>;
  /**
   * Records the success; inside the migration's transaction when it has one and the tool does so. Looks at the row afterwards,
   * and rejects when the table does not hold it.
   */
  finish(
    session: Session,
    migration: Migration,
    direction: 'up' | 'down',
    executionMs: number,
    set: MigrationSet,
  ): Promise<void>;
  /** Takes `begin` back when it is certain that nothing of the migration remains. Only for ledgers whose `begin` writes. */
  abandon?(session: Session, migration: Migration, direction: 'up' | 'down', set: MigrationSet): Promise<void>;
  /** Records that it failed after a part of it was done outside a transaction, where the tool does so. */
  fail?(session: Session, migration: Migration, direction: 'up' | 'down', executionMs: number): Promise<void>;
  /** Whether `finish` runs inside the migration's own transaction. */
  readonly finishInTransaction: boolean;
  /** For a ledger whose `begin` writes: what to do where its mark stays, to go behind "says dirty: ". */
  readonly remedy?: string;
}

/** What a tool keeps in a database. */
export interface LedgerKind {
  /** The table's name when nothing else is said. */
  readonly table: string;
  /** Columns by which a database is known as this tool's; absent when the name says too little. */
  readonly columns?: readonly string[];
  make(table: string): Ledger;
  /** What the tool reads from the parameters of a URL, of which Lockstep then knows the meaning. */
  told?(parameters: ReadonlyMap<string, string>): { readonly table?: string; readonly read?: readonly string[] };
}

/** A tracking table that tells whose database it is. */
export interface LedgerTrace {
  /** Id and name of the tool. */
  readonly tool: string;
  readonly title: string;
  readonly table: string;
  /** Where the tool keeps it whatever the search path is. */
  readonly schema?: string;
  readonly columns: readonly string[];
}

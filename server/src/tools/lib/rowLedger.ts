import type { Migration } from '../../core/migrations/migration.js';
import type { MigrationSet } from '../../core/migrations/set.js';
import type { Session } from '../../database/session.js';
import type { Ledger, LedgerEntry, LedgerState } from '../ledger.js';
import { ownLockId, takeAdvisoryLock } from './lock.js';
import { demandRights, demandRow } from './record.js';
import { idsByVersion, unreadable, versionIn } from './state.js';
import { foreignShape, type Shape, TrackedTable } from './table.js';

type Row = Readonly<Record<string, unknown>>;

/** What is a tool's own in a ledger with a row for each applied migration, written in its transaction. */
export interface RowTable {
  /** Whose table it is, and its columns as `format_type` writes them: for the message about another table. */
  readonly owner: string;
  readonly expected: string;
  fits(shape: Shape): boolean;
  readonly keeps: Ledger['keeps'];
  /** The columns as the tool's CREATE TABLE has them. */
  readonly columns: string;
  /** The column with what the ledger writes of a migration. */
  readonly key: string;
  insert(session: Session, sql: string, migration: Migration, executionMs: number): Promise<unknown>;
  /** All rows: the key as `version`, and `at` in ISO 8601 where the table knows the time. */
  select(sql: string): string;
  /** A key as migrations have it; as it is when absent. */
  version?(written: string): string;
  /** What a row says beyond version and time. `order` counts the rows. */
  entry?(row: Row, order: number): Partial<LedgerEntry>;
  /** When absent the tool takes no lock; two runs of Lockstep still exclude each other. */
  lock?(session: Session, timeoutMs: number): Promise<() => Promise<void>>;
}

/** The ledger in a table of that name. Rejects what is no name of a table. */
export function rowLedger(tableName: string, own: RowTable): Ledger {
  const table = new TrackedTable(tableName);
  const isSame = `${own.key} = $1`;
  return {
    table: tableName,
    finishInTransaction: true,
    keeps: own.keeps,
    read: (session, set) => unreadable(tableName, async () => readRows(session, await table.look(session), set, own)),
    ensure: async (session, direction) => {
      const { sql } = await table.look(session);
      await session.query(`CREATE TABLE IF NOT EXISTS ${sql} (${own.columns})`);
      await demandRights(session, await table.look(session), ['SELECT', direction === 'up' ? 'INSERT' : 'DELETE']);
    },
    lock: async (session, timeoutMs) => {
      if (own.lock) return own.lock(session, timeoutMs);
      const { schema, name } = await table.known(session);
      return takeAdvisoryLock(session, ownLockId(schema, name), timeoutMs);
    },
    begin: async () => {},
    finish: async (session, migration, direction, executionMs) => {
      const at = await table.known(session);
      const { version } = migration;
      if (direction === 'up') await own.insert(session, at.sql, migration, executionMs);
      else await session.query(`DELETE FROM ${at.sql} WHERE ${isSame}`, [version]);
      await demandRow(session, at, version, direction, isSame);
    },
  };
}

async function readRows(session: Session, shape: Shape, set: MigrationSet, own: RowTable): Promise<LedgerState> {
  if (!shape.exists) return { exists: false, entries: [], problem: undefined };
  if (!own.fits(shape)) return { exists: true, entries: [], problem: foreignShape(shape, own.owner, own.expected) };
  const { rows } = await session.query(own.select(shape.sql));
  const ids = idsByVersion(set);
  const entries = rows.map((row, order): LedgerEntry => {
    const written = versionIn(row);
    const version = own.version?.(written) ?? written;
    return {
      id: ids.get(version),
      version,
      name: undefined,
      appliedAt: typeof row.at === 'string' ? row.at : undefined,
      executionMs: undefined,
      checksum: undefined,
      failed: false,
      ...own.entry?.(row, order),
    };
  });
  return { exists: true, entries, problem: undefined };
}

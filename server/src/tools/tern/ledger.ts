import type { Migration } from '../../core/migrations/migration.js';
import type { MigrationSet } from '../../core/migrations/set.js';
import type { Session } from '../../database/session.js';
import type { Ledger, LedgerEntry, LedgerKind, LedgerState } from '../ledger.js';
import { takeAdvisoryLock } from '../lib/lock.js';
import { demandRights, swallowed } from '../lib/record.js';
import { unreadable, versionIn } from '../lib/state.js';
import { foreignShape, type Shape, TrackedTable } from '../lib/table.js';

/** Its name with the schema is the tool's default (main.go, LoadConfig); several tools have a table of that name. */
export const ternLedger: LedgerKind = { table: 'public.schema_version', make: ledger };

/** migrate/migrate.go, lockNum. */
const LOCK = '9628173550095224';

function fits({ isTable, columns }: Shape): boolean {
  return isTable && columns.length === 1 && columns[0]!.name === 'version' && columns[0]!.type === 'integer';
}

/** tern's ledger: one row, how many migrations are applied, written in the migration's transaction. */
function ledger(tableName: string): Ledger {
  const tracked = new TrackedTable(tableName);
  return {
    table: tableName,
    finishInTransaction: true,
    keeps: { time: false, duration: false, checksum: false },
    read: (session, set) => unreadable(tableName, async () => readRow(session, await tracked.look(session), set)),
    ensure: async (session) => {
      const { exists, sql } = await tracked.look(session);
      if (!exists) {
        await session.query(`CREATE TABLE IF NOT EXISTS ${sql} (version int4 NOT NULL)`);
        await session.query(`INSERT INTO ${sql} (version) SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM ${sql})`);
      }
      await demandRights(session, await tracked.look(session), ['SELECT', 'UPDATE']);
    },
    lock: (session, timeoutMs) => takeAdvisoryLock(session, LOCK, timeoutMs),
    begin: async () => {},
    finish: async (session, migration, direction) => {
      const { sql } = await tracked.known(session);
      const version = target(migration, direction);
      await session.query(`UPDATE ${sql} SET version = $1`, [version]);
      const { rows } = await session.query(`SELECT version FROM ${sql} LIMIT 2`);
      const found = rows.map((row) => String(row.version)).join(', ') || 'no row';
      if (found !== String(version)) throw swallowed(sql, `it holds ${found} instead of ${version}`);
    },
  };
}

function target({ version }: Migration, direction: 'up' | 'down'): number {
  return direction === 'up' ? Number(version) : Number(version) - 1;
}

async function readRow(session: Session, shape: Shape, set: MigrationSet): Promise<LedgerState> {
  if (!shape.exists) return { exists: false, entries: [], problem: undefined };
  const no = (problem: string) => ({ exists: true, entries: [], problem });
  if (!fits(shape)) return no(foreignShape(shape, 'tern', 'version integer'));
  const { rows } = await session.query(`SELECT version FROM ${shape.sql} LIMIT 2`);
  if (rows.length !== 1) {
    const count = rows.length === 0 ? 'no row' : 'more than one row';
    return no(
      `${shape.sql} has ${count}, where tern keeps one with the version. Correct that first. Nothing was changed.`,
    );
  }
  const current = Number(versionIn(rows[0]!));
  return { exists: true, entries: entriesUpTo(current, set), problem: undefined };
}

/** The number of the last one applied is kept, and all below it are. */
function entriesUpTo(current: number, set: MigrationSet): readonly LedgerEntry[] {
  const below = set.migrations.filter(({ version }) => Number(version) <= current);
  const entries = below.map(({ version, id }) => entry(id, version));
  const isMet = current <= 0 || below.some(({ version }) => Number(version) === current);
  return isMet ? entries : [...entries, entry(undefined, String(current))];
}

function entry(id: string | undefined, version: string): LedgerEntry {
  return {
    id,
    version,
    name: undefined,
    appliedAt: undefined,
    executionMs: undefined,
    checksum: undefined,
    failed: false,
  };
}

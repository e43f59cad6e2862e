import type { MigrationSet } from '../../core/migrations/set.js';
import type { Session } from '../../database/session.js';
import type { Ledger, LedgerKind, LedgerState } from '../ledger.js';
import { ownLockId, takeAdvisoryLock } from '../lib/lock.js';
import { demandRights, demandRow } from '../lib/record.js';
import { idsByVersion, unreadable, versionIn } from '../lib/state.js';
import { foreignShape, isText, parseTableName, type Shape, shapeOf } from '../lib/table.js';

export const sqlMigrateLedger: LedgerKind = {
  table: 'gorp_migrations',
  columns: ['id', 'applied_at'],
  make: ledger,
};

function fits({ isTable, columns }: Shape): boolean {
  const names = columns.map((c) => c.name).sort();
  return isTable && names.join() === 'applied_at,id' && isText(columns.find((c) => c.name === 'id'));
}

/** sql-migrate's ledger (migrate.go, MigrationRecord): a row for each applied file, by its name, written in its transaction. */
function ledger(tableName: string): Ledger {
  const table = parseTableName(tableName);
  let shape: Shape | undefined;
  const look = async (session: Session): Promise<Shape> => {
    shape = await shapeOf(session, table);
    return shape;
  };
  return {
    table: tableName,
    finishInTransaction: true,
    keeps: { time: true, duration: false, checksum: false },
    read: (session, set) => unreadable(tableName, async () => readRows(session, await look(session), set)),
    ensure: async (session, direction) => {
      const { sql } = await look(session);
      await session.query(
        `CREATE TABLE IF NOT EXISTS ${sql} (id text NOT NULL PRIMARY KEY, applied_at timestamp with time zone)`,
      );
      await demandRights(session, await look(session), ['SELECT', direction === 'up' ? 'INSERT' : 'DELETE']);
    },
    // sql-migrate takes no lock; two runs of Lockstep still exclude each other.
    lock: async (session, timeoutMs) => {
      const { schema, name } = shape ?? (await look(session));
      return takeAdvisoryLock(session, ownLockId(schema, name), timeoutMs);
    },
    begin: async () => {},
    finish: async (session, { version }, direction) => {
      const at = shape ?? (await look(session));
      // The tool writes its own clock's time, which is not that of the transaction's beginning.
      if (direction === 'up')
        await session.query(`INSERT INTO ${at.sql} (id, applied_at) VALUES ($1, pg_catalog.clock_timestamp())`, [
          version,
        ]);
      else await session.query(`DELETE FROM ${at.sql} WHERE id = $1`, [version]);
      await demandRow(session, at, version, direction, 'id = $1');
    },
  };
}

async function readRows(session: Session, shape: Shape, set: MigrationSet): Promise<LedgerState> {
  if (!shape.exists) return { exists: false, entries: [], problem: undefined };
  if (!fits(shape))
    return {
      exists: true,
      entries: [],
      problem: foreignShape(shape, 'sql-migrate', 'id text, applied_at timestamp with time zone'),
    };
  const { rows } = await session.query(
    `SELECT id AS version, pg_catalog.to_char(applied_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at FROM ${shape.sql} ORDER BY id`,
  );
  const ids = idsByVersion(set);
  const entries = rows.map((row) => {
    const version = versionIn(row);
    return {
      id: ids.get(version),
      version,
      name: undefined,
      appliedAt: typeof row.at === 'string' ? row.at : undefined,
      executionMs: undefined,
      checksum: undefined,
      failed: false,
    };
  });
  return { exists: true, entries, problem: undefined };
}

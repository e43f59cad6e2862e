import type { MigrationSet } from '../../core/migrations/set.js';
import type { Session } from '../../database/session.js';
import type { Ledger, LedgerKind, LedgerState } from '../ledger.js';
import { ownLockId, takeAdvisoryLock } from '../lib/lock.js';
import { demandRights, demandRow } from '../lib/record.js';
import { idsByVersion, unreadable, versionIn } from '../lib/state.js';
import { foreignShape, isText, parseTableName, type Shape, shapeOf } from '../lib/table.js';

/** Whether a table has the columns of Diesel's `__diesel_schema_migrations`, whatever its name. */
function isDieselShape(shape: Shape): boolean {
  const names = shape.columns
    .map((c) => c.name)
    .sort()
    .join();
  const version = shape.columns.find((c) => c.name === 'version');
  return shape.isTable && names === 'run_on,version' && isText(version);
}

export const dieselLedger: LedgerKind = {
  table: '__diesel_schema_migrations',
  columns: ['version', 'run_on'],
  make: ledger,
};

/** Diesel's ledger (diesel/src/migration/setup_migration_table.sql): one row per applied migration, in its transaction. */
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
        `CREATE TABLE IF NOT EXISTS ${sql} (version VARCHAR(50) PRIMARY KEY NOT NULL, run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP)`,
      );
      await demandRights(session, await look(session), ['SELECT', direction === 'up' ? 'INSERT' : 'DELETE']);
    },
    // Diesel takes no lock; two runs of Lockstep still exclude each other.
    lock: async (session, timeoutMs) => {
      const { schema, name } = shape ?? (await look(session));
      return takeAdvisoryLock(session, ownLockId(schema, name), timeoutMs);
    },
    begin: async () => {},
    finish: async (session, migration, direction) => {
      const at = shape ?? (await look(session));
      const change =
        direction === 'up' ? `INSERT INTO ${at.sql} (version) VALUES ($1)` : `DELETE FROM ${at.sql} WHERE version = $1`;
      await session.query(change, [migration.version]);
      await demandRow(session, at, migration.version, direction);
    },
  };
}

async function readRows(session: Session, shape: Shape, set: MigrationSet): Promise<LedgerState> {
  if (!shape.exists) return { exists: false, entries: [], problem: undefined };
  if (!isDieselShape(shape)) {
    return {
      exists: true,
      entries: [],
      problem: foreignShape(shape, 'Diesel', 'version varchar(50), run_on timestamp'),
    };
  }
  // Written by the server's clock in the session's zone; Diesel itself treats it as without one.
  const { rows } = await session.query(
    `SELECT version, pg_catalog.to_char(run_on::timestamptz AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS run_on FROM ${shape.sql} ORDER BY version`,
  );
  const ids = idsByVersion(set);
  const entries = rows.map((row) => {
    const version = versionIn(row);
    return {
      id: ids.get(version),
      version,
      name: undefined,
      appliedAt: typeof row.run_on === 'string' ? row.run_on : undefined,
      executionMs: undefined,
      checksum: undefined,
      failed: false,
    };
  });
  return { exists: true, entries, problem: undefined };
}

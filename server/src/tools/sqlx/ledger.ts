import type { Migration } from '../../core/migrations/migration.js';
import { significant } from '../../core/migrations/order.js';
import type { MigrationSet } from '../../core/migrations/set.js';
import type { Session } from '../../database/session.js';
import type { Ledger, LedgerKind, LedgerState } from '../ledger.js';
import { crc32, takeAdvisoryLock } from '../lib/lock.js';
import { demandRights, demandRow } from '../lib/record.js';
import { idsByVersion, unreadable, versionIn } from '../lib/state.js';
import { foreignShape, parseTableName, type Shape, shapeOf } from '../lib/table.js';
import { sqlx } from './tool.js';

export const sqlxLedger: LedgerKind = {
  table: '_sqlx_migrations',
  columns: ['version', 'checksum', 'installed_on'],
  make: ledger,
};

const COLUMNS = ['checksum', 'description', 'execution_time', 'installed_on', 'success', 'version'];

function fits({ isTable, columns }: Shape): boolean {
  const names = columns.map((c) => c.name).sort();
  return isTable && names.join() === COLUMNS.join();
}

/** sqlx-postgres/src/migrate.rs, generate_lock_id: taken by applications that migrate when they start; the command takes none. */
export function sqlxLockId(database: string): string {
  return String(0x3d32ad9en * BigInt(crc32(database)));
}

/** sqlx's ledger (sqlx-postgres/src/migrate.rs): a row for each applied version, with the checksum of its up file, in its transaction. */
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
    keeps: { time: true, duration: true, checksum: true },
    read: (session, set) => unreadable(tableName, async () => readRows(session, await look(session), set)),
    ensure: async (session, direction) => {
      const { sql } = await look(session);
      await session.query(
        `CREATE TABLE IF NOT EXISTS ${sql} (version BIGINT PRIMARY KEY, description TEXT NOT NULL, installed_on TIMESTAMPTZ NOT NULL DEFAULT now(), success BOOLEAN NOT NULL, checksum BYTEA NOT NULL, execution_time BIGINT NOT NULL)`,
      );
      await demandRights(session, await look(session), ['SELECT', direction === 'up' ? 'INSERT' : 'DELETE']);
    },
    lock: async (session, timeoutMs) => {
      const { rows } = await session.query('SELECT pg_catalog.current_database() AS name');
      return takeAdvisoryLock(session, sqlxLockId(String(rows[0]?.name)), timeoutMs);
    },
    begin: async () => {},
    finish: async (session, migration, direction, executionMs) => {
      const at = shape ?? (await look(session));
      if (direction === 'up') {
        // The tool adds the nanoseconds later, outside the transaction; here they are known already.
        await session.query(
          `INSERT INTO ${at.sql} (version, description, success, checksum, execution_time) VALUES ($1, $2, true, pg_catalog.decode($3, 'hex'), $4)`,
          [migration.version, description(migration), sqlx.checksum(migration), Math.round(executionMs * 1_000_000)],
        );
      } else await session.query(`DELETE FROM ${at.sql} WHERE version = $1`, [migration.version]);
      await demandRow(session, at, migration.version, direction);
    },
  };
}

/** sqlx-core/src/migrate/source.rs: what stands behind the first `_`, with blanks for the others. */
function description({ up }: Migration): string {
  const path = up?.path ?? '';
  return path
    .slice(path.indexOf('_') + 1)
    .replace(/(\.(up|down))?\.sql$/, '')
    .replaceAll('_', ' ');
}

async function readRows(session: Session, shape: Shape, set: MigrationSet): Promise<LedgerState> {
  if (!shape.exists) return { exists: false, entries: [], problem: undefined };
  if (!fits(shape)) {
    const expected =
      'version bigint, description text, installed_on timestamptz, success boolean, checksum bytea, execution_time bigint';
    return { exists: true, entries: [], problem: foreignShape(shape, 'sqlx', expected) };
  }
  const { rows } = await session.query(
    `SELECT version::text AS version, description, success, execution_time::text AS ns, pg_catalog.encode(checksum, 'hex') AS checksum,
            pg_catalog.to_char(installed_on AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at
       FROM ${shape.sql} ORDER BY version`,
  );
  const ids = idsByVersion(set);
  const entries = rows.map((row) => {
    const version = significant(versionIn(row));
    const ns = Number(row.ns);
    return {
      id: ids.get(version),
      version,
      name: String(row.description),
      appliedAt: typeof row.at === 'string' ? row.at : undefined,
      executionMs: ns < 0 ? undefined : ns / 1_000_000,
      checksum: String(row.checksum),
      failed: row.success !== true,
    };
  });
  return { exists: true, entries, problem: undefined };
}

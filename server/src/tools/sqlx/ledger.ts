import type { Migration } from '../../core/migrations/migration.js';
import { significant } from '../../core/migrations/order.js';
import type { LedgerKind } from '../ledger.js';
import { crc32, takeAdvisoryLock } from '../lib/lock.js';
import { type RowTable, rowLedger } from '../lib/rowLedger.js';
import type { Shape } from '../lib/table.js';
import { sqlx } from './tool.js';

export const sqlxLedger: LedgerKind = {
  table: '_sqlx_migrations',
  columns: ['version', 'checksum', 'installed_on'],
  make: (table) => rowLedger(table, rows),
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
const rows: RowTable = {
  owner: 'sqlx',
  expected:
    'version bigint, description text, installed_on timestamptz, success boolean, checksum bytea, execution_time bigint',
  fits,
  keeps: { time: true, duration: true, checksum: true },
  columns:
    'version BIGINT PRIMARY KEY, description TEXT NOT NULL, installed_on TIMESTAMPTZ NOT NULL DEFAULT now(), success BOOLEAN NOT NULL, checksum BYTEA NOT NULL, execution_time BIGINT NOT NULL',
  key: 'version',
  // The tool adds the nanoseconds later, outside the transaction; here they are known already.
  insert: (session, sql, migration, executionMs) =>
    session.query(
      `INSERT INTO ${sql} (version, description, success, checksum, execution_time) VALUES ($1, $2, true, pg_catalog.decode($3, 'hex'), $4)`,
      [migration.version, description(migration), sqlx.checksum(migration), Math.round(executionMs * 1_000_000)],
    ),
  select: (sql) =>
    `SELECT version::text AS version, description, success, execution_time::text AS ns, pg_catalog.encode(checksum, 'hex') AS checksum,
            pg_catalog.to_char(installed_on AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at
       FROM ${sql} ORDER BY version`,
  version: significant,
  entry: (row) => {
    const ns = Number(row.ns);
    return {
      name: String(row.description),
      executionMs: ns < 0 ? undefined : ns / 1_000_000,
      checksum: String(row.checksum),
      failed: row.success !== true,
    };
  },
  lock: async (session, timeoutMs) => {
    const { rows: found } = await session.query('SELECT pg_catalog.current_database() AS name');
    return takeAdvisoryLock(session, sqlxLockId(String(found[0]?.name)), timeoutMs);
  },
};

/** sqlx-core/src/migrate/source.rs: what stands behind the first `_`, with blanks for the others. */
function description({ up }: Migration): string {
  const path = up?.path ?? '';
  return path
    .slice(path.indexOf('_') + 1)
    .replace(/(\.(up|down))?\.sql$/, '')
    .replaceAll('_', ' ');
}

import type { LedgerKind } from '../ledger.js';
import { type RowTable, rowLedger } from '../lib/rowLedger.js';
import { isText, type Shape } from '../lib/table.js';

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
  make: (table) => rowLedger(table, rows),
};

/** Diesel's ledger (diesel/src/migration/setup_migration_table.sql): one row per applied migration, in its transaction. */
const rows: RowTable = {
  owner: 'Diesel',
  expected: 'version varchar(50), run_on timestamp',
  fits: isDieselShape,
  keeps: { time: true, duration: false, checksum: false },
  columns: 'version VARCHAR(50) PRIMARY KEY NOT NULL, run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP',
  key: 'version',
  insert: (session, sql, { version }) => session.query(`INSERT INTO ${sql} (version) VALUES ($1)`, [version]),
  // Written by the server's clock in the session's zone; Diesel itself treats it as without one.
  select: (sql) =>
    `SELECT version, pg_catalog.to_char(run_on::timestamptz AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at FROM ${sql} ORDER BY version`,
};

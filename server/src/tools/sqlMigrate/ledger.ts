import type { LedgerKind } from '../ledger.js';
import { type RowTable, rowLedger } from '../lib/rowLedger.js';
import { isText, type Shape } from '../lib/table.js';

export const sqlMigrateLedger: LedgerKind = {
  table: 'gorp_migrations',
  columns: ['id', 'applied_at'],
  make: (table) => rowLedger(table, rows),
};

function fits({ isTable, columns }: Shape): boolean {
  const names = columns.map((c) => c.name).sort();
  return isTable && names.join() === 'applied_at,id' && isText(columns.find((c) => c.name === 'id'));
}

/** sql-migrate's ledger (migrate.go, MigrationRecord): a row for each applied file, by its name, written in its transaction. */
const rows: RowTable = {
  owner: 'sql-migrate',
  expected: 'id text, applied_at timestamp with time zone',
  fits,
  keeps: { time: true, duration: false, checksum: false },
  columns: 'id text NOT NULL PRIMARY KEY, applied_at timestamp with time zone',
  key: 'id',
  // The tool writes its own clock's time, which is not that of the transaction's beginning.
  insert: (session, sql, { version }) =>
    session.query(`INSERT INTO ${sql} (id, applied_at) VALUES ($1, pg_catalog.clock_timestamp())`, [version]),
  select: (sql) =>
    `SELECT id AS version, pg_catalog.to_char(applied_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at FROM ${sql} ORDER BY id`,
};

import type { LedgerKind } from '../ledger.js';
import { type RowTable, rowLedger } from '../lib/rowLedger.js';
import { isText, type Shape } from '../lib/table.js';

/** Its name is that of several tools' tables: only its columns tell. */
export const dbmateLedger: LedgerKind = { table: 'schema_migrations', make: (table) => rowLedger(table, rows) };

function fits({ isTable, columns }: Shape): boolean {
  return isTable && columns.length === 1 && columns[0]!.name === 'version' && isText(columns[0]);
}

/** dbmate's ledger (pkg/driver/postgres/postgres.go): a row for each applied version, written in its transaction. */
const rows: RowTable = {
  owner: 'dbmate',
  expected: 'version character varying',
  fits,
  keeps: { time: false, duration: false, checksum: false },
  columns: 'version varchar PRIMARY KEY',
  key: 'version',
  insert: (session, sql, { version }) => session.query(`INSERT INTO ${sql} (version) VALUES ($1)`, [version]),
  select: (sql) => `SELECT version FROM ${sql} ORDER BY version`,
};

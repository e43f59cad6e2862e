import type { LedgerKind } from '../ledger.js';
import { takeAdvisoryLock } from '../lib/lock.js';
import { type RowTable, rowLedger } from '../lib/rowLedger.js';
import type { Shape } from '../lib/table.js';

/** The command's default schema is public, whatever the search path says. */
export const nodePgMigrateLedger: LedgerKind = {
  table: 'public.pgmigrations',
  make: (table) => rowLedger(table, rows),
};

/** runner.ts, PG_MIGRATE_LOCK_ID. */
const LOCK = '7241865325823964';

function fits({ isTable, columns }: Shape): boolean {
  const names = columns.map((c) => c.name).sort();
  return isTable && names.join() === 'id,name,run_on';
}

/** node-pg-migrate's ledger (runner.ts, migration.ts): a row for each applied file, by its name without extension. */
const rows: RowTable = {
  owner: 'node-pg-migrate',
  expected: 'id integer, name character varying(255), run_on timestamp',
  fits,
  keeps: { time: true, duration: false, checksum: false },
  columns: 'id SERIAL PRIMARY KEY, name varchar(255) NOT NULL, run_on timestamp NOT NULL',
  key: 'name',
  insert: (session, sql, { version }) =>
    session.query(`INSERT INTO ${sql} (name, run_on) VALUES ($1, pg_catalog.now())`, [version]),
  select: (sql) =>
    `SELECT name AS version, pg_catalog.to_char(run_on::timestamptz AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at
       FROM ${sql} ORDER BY run_on, id`,
  entry: (_row, order) => ({ order }),
  lock: (session, timeoutMs) => takeAdvisoryLock(session, LOCK, timeoutMs),
};

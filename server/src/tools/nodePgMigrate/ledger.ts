import type { MigrationSet } from '../../core/migrations/set.js';
import type { Session } from '../../database/session.js';
import type { Ledger, LedgerKind, LedgerState } from '../ledger.js';
import { takeAdvisoryLock } from '../lib/lock.js';
import { demandRights, demandRow } from '../lib/record.js';
import { idsByVersion, unreadable, versionIn } from '../lib/state.js';
import { foreignShape, parseTableName, type Shape, shapeOf } from '../lib/table.js';

/** The command's default schema is public, whatever the search path says. */
export const nodePgMigrateLedger: LedgerKind = { table: 'public.pgmigrations', make: ledger };

/** runner.ts, PG_MIGRATE_LOCK_ID. */
const LOCK = '7241865325823964';

function fits({ isTable, columns }: Shape): boolean {
  const names = columns.map((c) => c.name).sort();
  return isTable && names.join() === 'id,name,run_on';
}

/** node-pg-migrate's ledger (runner.ts, migration.ts): a row for each applied file, by its name without extension. */
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
        `CREATE TABLE IF NOT EXISTS ${sql} (id SERIAL PRIMARY KEY, name varchar(255) NOT NULL, run_on timestamp NOT NULL)`,
      );
      await demandRights(session, await look(session), ['SELECT', direction === 'up' ? 'INSERT' : 'DELETE']);
    },
    lock: (session, timeoutMs) => takeAdvisoryLock(session, LOCK, timeoutMs),
    begin: async () => {},
    finish: async (session, { version }, direction) => {
      const at = shape ?? (await look(session));
      if (direction === 'up')
        await session.query(`INSERT INTO ${at.sql} (name, run_on) VALUES ($1, pg_catalog.now())`, [version]);
      else await session.query(`DELETE FROM ${at.sql} WHERE name = $1`, [version]);
      await demandRow(session, at, version, direction, 'name = $1');
    },
  };
}

async function readRows(session: Session, shape: Shape, set: MigrationSet): Promise<LedgerState> {
  if (!shape.exists) return { exists: false, entries: [], problem: undefined };
  if (!fits(shape)) {
    const expected = 'id integer, name character varying(255), run_on timestamp';
    return { exists: true, entries: [], problem: foreignShape(shape, 'node-pg-migrate', expected) };
  }
  const { rows } = await session.query(
    `SELECT name AS version, pg_catalog.to_char(run_on::timestamptz AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at
       FROM ${shape.sql} ORDER BY run_on, id`,
  );
  const ids = idsByVersion(set);
  const entries = rows.map((row, order) => {
    const version = versionIn(row);
    return {
      id: ids.get(version),
      version,
      name: undefined,
      appliedAt: typeof row.at === 'string' ? row.at : undefined,
      executionMs: undefined,
      checksum: undefined,
      failed: false,
      order,
    };
  });
  return { exists: true, entries, problem: undefined };
}

import type { MigrationSet } from '../../core/migrations/set.js';
import type { Session } from '../../database/session.js';
import type { Ledger, LedgerKind, LedgerState } from '../ledger.js';
import { ownLockId, takeAdvisoryLock } from '../lib/lock.js';
import { demandRights, demandRow } from '../lib/record.js';
import { idsByVersion, unreadable, versionIn } from '../lib/state.js';
import { foreignShape, isText, parseTableName, type Shape, shapeOf } from '../lib/table.js';

/** Its name is that of several tools' tables: only its columns tell. */
export const dbmateLedger: LedgerKind = { table: 'schema_migrations', make: ledger };

function fits({ isTable, columns }: Shape): boolean {
  return isTable && columns.length === 1 && columns[0]!.name === 'version' && isText(columns[0]);
}

/** dbmate's ledger (pkg/driver/postgres/postgres.go): a row for each applied version, written in its transaction. */
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
    keeps: { time: false, duration: false, checksum: false },
    read: (session, set) => unreadable(tableName, async () => readRows(session, await look(session), set)),
    ensure: async (session, direction) => {
      const { sql } = await look(session);
      await session.query(`CREATE TABLE IF NOT EXISTS ${sql} (version varchar PRIMARY KEY)`);
      await demandRights(session, await look(session), ['SELECT', direction === 'up' ? 'INSERT' : 'DELETE']);
    },
    // dbmate takes no lock; two runs of Lockstep still exclude each other.
    lock: async (session, timeoutMs) => {
      const { schema, name } = shape ?? (await look(session));
      return takeAdvisoryLock(session, ownLockId(schema, name), timeoutMs);
    },
    begin: async () => {},
    finish: async (session, { version }, direction) => {
      const at = shape ?? (await look(session));
      if (direction === 'up') await session.query(`INSERT INTO ${at.sql} (version) VALUES ($1)`, [version]);
      else await session.query(`DELETE FROM ${at.sql} WHERE version = $1`, [version]);
      await demandRow(session, at, version, direction);
    },
  };
}

async function readRows(session: Session, shape: Shape, set: MigrationSet): Promise<LedgerState> {
  if (!shape.exists) return { exists: false, entries: [], problem: undefined };
  if (!fits(shape))
    return { exists: true, entries: [], problem: foreignShape(shape, 'dbmate', 'version character varying') };
  const { rows } = await session.query(`SELECT version FROM ${shape.sql} ORDER BY version`);
  const ids = idsByVersion(set);
  const entries = rows.map((row) => {
    const version = versionIn(row);
    return {
      id: ids.get(version),
      version,
      name: undefined,
      appliedAt: undefined,
      executionMs: undefined,
      checksum: undefined,
      failed: false,
    };
  });
  return { exists: true, entries, problem: undefined };
}

import { checksum as checksumOf } from '../core/migrations/checksum.js';
import type { Migration } from '../core/migrations/migration.js';
import type { Ledger, LedgerEntry, LedgerState, Session } from './ledger.js';
import { ownLockId, takeAdvisoryLock } from './lock.js';
import { unreadable } from './state.js';
import { foreignShape, isText, parseTableName, type Shape, shapeOf } from './table.js';

const EXPECTED = 'version text, name text, applied_at timestamptz, execution_time_ms integer, checksum text';
const COLUMNS = ['version', 'name', 'applied_at', 'execution_time_ms', 'checksum'];

/** Whether a table is this ledger, or the home-made `(version)` or `(version, applied_at)` that it can keep as well. */
export function isPlainShape(shape: Shape): boolean {
  if (!shape.isTable || !isText(shape.columns.find((c) => c.name === 'version'))) return false;
  return (
    shape.columns.every((c) => COLUMNS.includes(c.name) || !c.demanded) &&
    !shape.columns.some((c) => c.name === 'dirty' || c.name === 'run_on')
  );
}

/**
 * The ledger of the plain layouts: one row per applied migration, written in its transaction.
 * A home-made table with fewer columns is kept as it is: only the columns that it has are written.
 */
export function plainLedger(tableName = 'schema_migrations'): Ledger {
  const table = parseTableName(tableName);
  let shape: Shape | undefined;

  const look = async (session: Session): Promise<Shape> => {
    shape = await shapeOf(session, table);
    return shape;
  };
  const known = async (session: Session): Promise<Shape> => shape ?? look(session);
  const has = (name: string): boolean => !shape?.exists || shape.columns.some((c) => c.name === name);

  return {
    table: tableName,
    finishInTransaction: true,
    get keeps() {
      return { time: has('applied_at'), duration: has('execution_time_ms'), checksum: has('checksum') };
    },
    read: (session) => unreadable(tableName, async () => readRows(session, await look(session))),
    ensure: async (session) => {
      const { exists, sql } = await look(session);
      if (exists) return;
      await session.query(
        `CREATE TABLE IF NOT EXISTS ${sql} (version text PRIMARY KEY, name text, applied_at timestamptz NOT NULL DEFAULT now(), execution_time_ms integer, checksum text)`,
      );
      await look(session);
    },
    lock: async (session, timeoutMs) => {
      const { schema, name } = await known(session);
      return takeAdvisoryLock(session, ownLockId(schema, name), timeoutMs);
    },
    begin: async () => {},
    finish: async (session, migration, direction, executionMs) => {
      const { sql, columns } = await known(session);
      if (direction === 'down') {
        await session.query(`DELETE FROM ${sql} WHERE version = $1`, [migration.version]);
        return;
      }
      const row = rowOf(migration, executionMs).filter(([name]) => columns.some((c) => c.name === name));
      const names = row.map(([name]) => `"${name}"`).join(', ');
      const places = row.map((_, i) => `$${i + 1}`).join(', ');
      await session.query(
        `INSERT INTO ${sql} (${names}) VALUES (${places})`,
        row.map(([, value]) => value),
      );
    },
  };
}

function rowOf(migration: Migration, executionMs: number): readonly (readonly [string, unknown])[] {
  return [
    ['version', migration.version],
    ['name', migration.name],
    ['applied_at', new Date().toISOString()],
    ['execution_time_ms', Math.min(Math.round(executionMs), 2_147_483_647)],
    ['checksum', migration.up ? checksumOf(migration.up.text) : null],
  ];
}

async function readRows(session: Session, shape: Shape): Promise<LedgerState> {
  if (!shape.exists) return { exists: false, entries: [], problem: undefined };
  if (!isPlainShape(shape)) {
    return { exists: true, entries: [], problem: foreignShape(shape, 'the plain ledger', EXPECTED) };
  }
  if (await belongsToRails(session, shape)) {
    return {
      exists: true,
      entries: [],
      problem: `${shape.schema}.${shape.name} belongs to Rails (ar_internal_metadata is beside it). Name another table in the setting lockstep.ledgerTable. Nothing was changed.`,
    };
  }
  const wanted = COLUMNS.filter((name) => shape.columns.some((c) => c.name === name));
  const list = wanted.map((name) => (name === 'applied_at' ? APPLIED_AT : `"${name}"`)).join(', ');
  const { rows } = await session.query(`SELECT ${list} FROM ${shape.sql} ORDER BY version`);
  return { exists: true, entries: rows.map(entryOf), problem: undefined };
}

const APPLIED_AT = `pg_catalog.to_char("applied_at" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "applied_at"`;

function entryOf(row: Readonly<Record<string, unknown>>): LedgerEntry {
  const text = (name: string) => (typeof row[name] === 'string' && row[name] !== '' ? row[name] : undefined);
  const ms = row.execution_time_ms;
  return {
    version: String(row.version),
    name: text('name'),
    appliedAt: text('applied_at'),
    executionMs: ms === null || ms === undefined ? undefined : Number(ms),
    checksum: text('checksum'),
    failed: false,
  };
}

async function belongsToRails(session: Session, shape: Shape): Promise<boolean> {
  if (shape.columns.length > 1) return false;
  return (await shapeOf(session, { schema: shape.schema, name: 'ar_internal_metadata' })).exists;
}

import type { Migration } from '../../core/migrations/migration.js';
import { significant } from '../../core/migrations/order.js';
import type { MigrationSet } from '../../core/migrations/set.js';
import type { Session } from '../../database/session.js';
import type { Ledger, LedgerEntry, LedgerKind, LedgerState } from '../ledger.js';
import { ownLockId, takeAdvisoryLock } from '../lib/lock.js';
import { demandRights, demandRow } from '../lib/record.js';
import { unreadable, versionIn } from '../lib/state.js';
import { foreignShape, isText, type Shape, shapeOf, TrackedTable } from '../lib/table.js';
import { plain } from './tool.js';

const EXPECTED = 'version text, name text, applied_at timestamptz, execution_time_ms integer, checksum text';
const COLUMNS = ['version', 'name', 'applied_at', 'execution_time_ms', 'checksum'];

/** Whether a table is this ledger, or the home-made `(version)` or `(version, applied_at)` that it can keep as well. */
function isPlainShape(shape: Shape): boolean {
  if (!shape.isTable || !isText(shape.columns.find((c) => c.name === 'version'))) return false;
  return (
    shape.columns.every((c) => COLUMNS.includes(c.name) || !c.demanded) &&
    !shape.columns.some((c) => c.name === 'dirty' || c.name === 'run_on')
  );
}

/** Its name is that of several tools' tables: only its columns tell. */
export const plainLedger: LedgerKind = { table: 'schema_migrations', make: ledger };

/**
 * The ledger of the plain layouts: one row per applied migration, written in its transaction.
 * A home-made table with fewer columns is kept as it is: only the columns that it has are written.
 */
function ledger(tableName: string): Ledger {
  const tracked = new TrackedTable(tableName);
  const has = (name: string): boolean => !tracked.last?.exists || tracked.last.columns.some((c) => c.name === name);

  return {
    table: tableName,
    finishInTransaction: true,
    get keeps() {
      return { time: has('applied_at'), duration: has('execution_time_ms'), checksum: has('checksum') };
    },
    read: (session, set) => unreadable(tableName, async () => readRows(session, await tracked.look(session), set)),
    ensure: async (session, direction) => {
      const { exists, sql } = await tracked.look(session);
      if (!exists) {
        await session.query(
          `CREATE TABLE IF NOT EXISTS ${sql} (version text PRIMARY KEY, name text, applied_at timestamptz NOT NULL DEFAULT now(), execution_time_ms integer, checksum text)`,
        );
      }
      await demandRights(session, await tracked.look(session), ['SELECT', direction === 'up' ? 'INSERT' : 'DELETE']);
    },
    lock: async (session, timeoutMs) => {
      const { schema, name } = await tracked.known(session);
      return takeAdvisoryLock(session, ownLockId(schema, name), timeoutMs);
    },
    begin: async () => {},
    finish: async (session, migration, direction, executionMs) => {
      const at = await tracked.known(session);
      if (direction === 'up') await insert(session, at, rowOf(migration, executionMs));
      else await session.query(`DELETE FROM ${at.sql} WHERE ${SAME_VERSION}`, [migration.version]);
      await demandRow(session, at, migration.version, direction, SAME_VERSION);
    },
  };
}

/** A file may have been renamed from 001 to 0001 since: it is the same version. */
const SAME_VERSION = `pg_catalog.ltrim(version, '0') = pg_catalog.ltrim($1, '0')`;

async function insert(
  session: Session,
  { sql, columns }: Shape,
  values: readonly (readonly [string, unknown])[],
): Promise<void> {
  const row = values.filter(([name]) => columns.some((c) => c.name === name));
  const names = row.map(([name]) => `"${name}"`).join(', ');
  const places = row.map((_, i) => `$${i + 1}`).join(', ');
  await session.query(
    `INSERT INTO ${sql} (${names}) VALUES (${places})`,
    row.map(([, value]) => value),
  );
}

function rowOf(migration: Migration, executionMs: number): readonly (readonly [string, unknown])[] {
  return [
    ['version', migration.version],
    ['name', migration.name],
    ['applied_at', new Date().toISOString()],
    ['execution_time_ms', Math.min(Math.round(executionMs), 2_147_483_647)],
    ['checksum', plain.checksum(migration) ?? null],
  ];
}

async function readRows(session: Session, shape: Shape, set: MigrationSet): Promise<LedgerState> {
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
  return { exists: true, entries: standingFor(rows.map(entryOf), set), problem: undefined };
}

const APPLIED_AT = `pg_catalog.to_char("applied_at" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "applied_at"`;

/**
 * Versions are numbers: `001` stays the same migration when its file is renamed to `0001`. Of several files with one version
 * the row means the one that it names, else the first.
 */
function standingFor(rows: readonly Omit<LedgerEntry, 'id'>[], set: MigrationSet): readonly LedgerEntry[] {
  const byVersion = new Map<string, Migration[]>();
  for (const migration of set.migrations) {
    const key = significant(migration.version);
    byVersion.set(key, [...(byVersion.get(key) ?? []), migration]);
  }
  return rows.map((row) => {
    const same = byVersion.get(significant(row.version)) ?? [];
    return { ...row, id: (same.find((m) => m.name === row.name) ?? same[0])?.id };
  });
}

function entryOf(row: Readonly<Record<string, unknown>>): Omit<LedgerEntry, 'id'> {
  const text = (name: string) => (typeof row[name] === 'string' && row[name] !== '' ? row[name] : undefined);
  const ms = row.execution_time_ms;
  return {
    version: versionIn(row),
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

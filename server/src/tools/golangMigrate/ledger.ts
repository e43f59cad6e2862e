import type { Migration } from '../../core/migrations/migration.js';
import type { MigrationSet } from '../../core/migrations/set.js';
import type { Session } from '../../database/session.js';
import type { Ledger, LedgerEntry, LedgerKind, LedgerState } from '../ledger.js';
import { crc32, takeAdvisoryLock } from '../lib/lock.js';
import { demandRights, swallowed } from '../lib/record.js';
import { unreadable, versionIn } from '../lib/state.js';
import { foreignShape, quote, type Shape, TrackedTable } from '../lib/table.js';

/** golang-migrate's `advisoryLockIDSalt` (database/util.go). */
const SALT = 1_486_364_155;

/** golang-migrate's `GenerateAdvisoryLockId`: 32-bit arithmetic that wraps, in decimal. */
export function golangMigrateLockId(schema: string, table: string, database: string): string {
  return String(Math.imul(crc32(`${schema}\0${table}\0${database}`), SALT) >>> 0);
}

/** golang-migrate's name for "no version". */
const NIL = -1n;

/** Whether a table has the columns of golang-migrate's `schema_migrations`, whatever its name. */
function isGolangMigrateShape(shape: Shape): boolean {
  const types = shape.columns
    .map((c) => `${c.name} ${c.type}`)
    .sort()
    .join();
  return shape.isTable && (types === 'dirty boolean,version bigint' || types === 'dirty boolean,version integer');
}

/** Its name is that of several tools' tables: only its columns tell. */
export const golangMigrateLedger: LedgerKind = { table: 'schema_migrations', make: ledger, told };

/** database/postgres/postgres.go, `Open`: a name as it is, dots and all, unless it says that it is quoted already; times change nothing that is recorded. */
function told(parameters: ReadonlyMap<string, string>): { table?: string; read: readonly string[] } {
  const read = ['x-migrations-table', 'x-migrations-table-quoted', 'x-statement-timeout', 'x-multi-statement-max-size'];
  const table = parameters.get('x-migrations-table');
  if (!table) return { read };
  const isQuoted = /^(1|t|true)$/i.test(parameters.get('x-migrations-table-quoted') ?? '');
  return { table: isQuoted ? table : quote(table), read };
}

/**
 * golang-migrate's ledger (database/postgres/postgres.go): at most one row, the current version. `SetVersion` empties the
 * table and inserts; the row says `dirty` while a file runs, outside its transaction.
 */
function ledger(tableName: string): Ledger {
  const tracked = new TrackedTable(tableName);
  const set = async (session: Session, version: bigint, dirty: boolean): Promise<void> => {
    const { sql } = await tracked.known(session);
    await setVersion(session, sql, version, dirty);
  };
  return {
    table: tableName,
    finishInTransaction: false,
    remedy: 'look at the schema, then run `migrate force` with the version that holds',
    keeps: { time: false, duration: false, checksum: false },
    read: (session, migrations) =>
      unreadable(tableName, async () => readRow(session, await tracked.look(session), migrations)),
    ensure: async (session) => {
      const { sql } = await tracked.look(session);
      await session.query(
        `CREATE TABLE IF NOT EXISTS ${sql} (version bigint not null primary key, dirty boolean not null)`,
      );
      await demandRights(session, await tracked.look(session), ['SELECT', 'INSERT', 'TRUNCATE']);
    },
    lock: async (session, timeoutMs) => {
      const { schema, name } = await tracked.known(session);
      const { rows } = await session.query('SELECT pg_catalog.current_database() AS name');
      return takeBothLocks(session, schema, name, String(rows[0]?.name), timeoutMs);
    },
    begin: (session, migration, direction, all) => set(session, target(migration, direction, all), true),
    finish: (session, migration, direction, _ms, all) => set(session, target(migration, direction, all), false),
    abandon: (session, migration, direction, all) =>
      set(session, target(migration, direction === 'up' ? 'down' : 'up', all), false),
  };
}

/**
 * The tool has two keys for one database: opened by a URL, as its command does, it hashes the path with its slash
 * (postgres.go, `Open`: `DatabaseName: purl.Path`); opened on a connection it asks for `current_database()`.
 */
async function takeBothLocks(
  session: Session,
  schema: string,
  table: string,
  database: string,
  timeoutMs: number,
): Promise<() => Promise<void>> {
  const releaseUrl = await takeAdvisoryLock(session, golangMigrateLockId(schema, table, `/${database}`), timeoutMs);
  try {
    const releaseName = await takeAdvisoryLock(session, golangMigrateLockId(schema, table, database), timeoutMs);
    return async () => {
      await releaseName();
      await releaseUrl();
    };
  } catch (error) {
    await releaseUrl();
    throw error;
  }
}

/** The version that holds once the migration has run in this direction: its own, or the one before it. */
function target(migration: Migration, direction: 'up' | 'down', set: MigrationSet): bigint {
  const own = BigInt(migration.version);
  if (direction === 'up') return own;
  const below = set.migrations.map((m) => numeric(m.version)).filter((v) => v !== undefined && v < own);
  return below.reduce<bigint>((highest, v) => (v !== undefined && v > highest ? v : highest), NIL);
}

function numeric(version: string): bigint | undefined {
  return /^\d+$/.test(version) ? BigInt(version) : undefined;
}

async function setVersion(session: Session, sql: string, version: bigint, dirty: boolean): Promise<void> {
  await session.query('BEGIN');
  try {
    await session.query(`TRUNCATE ${sql}`);
    // The same condition as in the tool: no row means no version, unless that state is dirty.
    if (version >= 0n || dirty) {
      await session.query(`INSERT INTO ${sql} (version, dirty) VALUES ($1, $2)`, [String(version), dirty]);
    }
    await demandVersion(session, sql, version, dirty);
    await session.query('COMMIT');
  } catch (error) {
    await session.query('ROLLBACK').catch(() => {});
    throw error;
  }
}

async function demandVersion(session: Session, sql: string, version: bigint, dirty: boolean): Promise<void> {
  const { rows } = await session.query(`SELECT version::text AS version, dirty FROM ${sql} LIMIT 2`);
  const found = rows.map((row) => `${row.version} ${row.dirty}`).join(', ');
  const expected = version >= 0n || dirty ? `${version} ${dirty}` : '';
  if (found !== expected) throw swallowed(sql, `it holds ${found || 'no row'} instead of ${expected || 'no row'}`);
}

async function readRow(session: Session, shape: Shape, set: MigrationSet): Promise<LedgerState> {
  if (!shape.exists) return { exists: false, entries: [], problem: undefined };
  if (!isGolangMigrateShape(shape)) {
    return {
      exists: true,
      entries: [],
      problem: foreignShape(shape, 'golang-migrate', 'version bigint, dirty boolean'),
    };
  }
  const { rows } = await session.query(`SELECT version::text AS version, dirty FROM ${shape.sql} LIMIT 1`);
  const row = rows[0];
  if (!row) return { exists: true, entries: [], problem: undefined };
  const current = BigInt(versionIn(row));
  return { exists: true, entries: entriesUpTo(current, row.dirty === true, set), problem: undefined };
}

/** The tool keeps the current version alone and takes all below it for applied. */
function entriesUpTo(current: bigint, dirty: boolean, set: MigrationSet): readonly LedgerEntry[] {
  const entries: LedgerEntry[] = [];
  let met = false;
  for (const { version, id } of set.migrations) {
    const number = numeric(version);
    if (number === undefined || number > current) continue;
    met ||= number === current;
    entries.push(entry(id, version, dirty && number === current));
  }
  if (!met && (current !== NIL || dirty)) entries.push(entry(undefined, String(current), dirty));
  return entries;
}

function entry(id: string | undefined, version: string, failed: boolean): LedgerEntry {
  return { id, version, name: undefined, appliedAt: undefined, executionMs: undefined, checksum: undefined, failed };
}

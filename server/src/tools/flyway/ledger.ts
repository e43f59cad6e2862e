import type { Migration } from '../../core/migrations/migration.js';
import type { MigrationSet } from '../../core/migrations/set.js';
import { DatabaseError } from '../../database/errors.js';
import type { Session } from '../../database/session.js';
import type { Ledger, LedgerKind, LedgerState } from '../ledger.js';
import { takeAdvisoryLock } from '../lib/lock.js';
import { demandRights, demandRow } from '../lib/record.js';
import { unreadable } from '../lib/state.js';
import { foreignShape, quote, type Shape, TrackedTable } from '../lib/table.js';
import { COLUMNS, entriesOf, OF_CODE } from './rows.js';
import { flyway } from './tool.js';

export const flywayLedger: LedgerKind = {
  table: 'flyway_schema_history',
  columns: ['installed_rank', 'script'],
  make: ledger,
};

/** PostgreSQLAdvisoryLockTemplate.java: `Flyway` in ASCII, plus Java's hash of the quoted table. */
export function flywayLockId(schema: string, table: string): string {
  let hash = 0;
  const name = `${quote(schema)}.${quote(table)}`;
  for (let i = 0; i < name.length; i++) hash = (Math.imul(hash, 31) + name.charCodeAt(i)) | 0;
  return String(0x466c79776179n + BigInt(hash));
}

/** Flyway's ledger (PostgreSQLDatabase.java): a row for each run, written in its transaction. */
function ledger(tableName: string): Ledger {
  const tracked = new TrackedTable(tableName);
  const insert = (session: Session, at: Shape, migration: Migration, ms: number, success: boolean, checksum?: string) =>
    session.query(
      `INSERT INTO ${at.sql} (${COLUMNS.filter((c) => c !== 'installed_on')
        .map(quote)
        .join(', ')})
       SELECT COALESCE(pg_catalog.max(installed_rank), 0) + 1, $1, $2, $3, $4, $5::integer, CURRENT_USER, $6::integer, $7::boolean FROM ${at.sql}`,
      [...valuesOf(migration), checksum ?? null, Math.min(Math.round(ms), 2_147_483_647), success],
    );
  return {
    table: tableName,
    finishInTransaction: true,
    keeps: { time: true, duration: true, checksum: true },
    read: (session, set) => unreadable(tableName, async () => readRows(session, await tracked.look(session), set)),
    ensure: async (session, direction) => {
      const { exists, sql, name, schema } = await tracked.look(session);
      if (!exists) {
        await demandEmpty(session, schema);
        await session.query('BEGIN');
        await session.query(createTable(sql, name));
        await session.query(`CREATE INDEX ${quote(`${name}_s_idx`)} ON ${sql} ("success")`);
        await session.query('COMMIT');
      }
      if (direction === 'up') await demandNoCode(session, await tracked.look(session));
      await demandRights(session, await tracked.look(session), [
        'SELECT',
        'INSERT',
        ...(direction === 'down' ? ['DELETE' as const] : []),
      ]);
    },
    lock: async (session, timeoutMs) => {
      const { schema, name } = await tracked.known(session);
      return takeAdvisoryLock(session, flywayLockId(schema, name), timeoutMs);
    },
    begin: async () => {},
    finish: async (session, migration, direction, executionMs, { options }) => {
      const at = await tracked.known(session);
      const [version, description] = valuesOf(migration);
      if (direction === 'up') await forgetFailure(session, at, migration);
      else await session.query(`DELETE FROM ${at.sql} WHERE version = $1`, [version]);
      if (direction === 'up')
        await insert(session, at, migration, executionMs, true, flyway.checksum(migration, options));
      if (version !== null) await demandRow(session, at, version, direction);
      else
        await demandRow(
          session,
          at,
          description,
          direction,
          `description = $1 AND installed_rank = (SELECT pg_catalog.max(installed_rank) FROM ${at.sql})`,
        );
    },
    fail: async (session, migration, direction, executionMs) => {
      if (direction === 'down') return;
      const at = await tracked.known(session);
      await forgetFailure(session, at, migration);
      await insert(session, at, migration, executionMs, false, flyway.checksum(migration));
    },
  };
}

/** A run that goes on behind a failure settles it, as Flyway's repair does. Asked for first: deleting may need a right that nobody gave. */
async function forgetFailure(session: Session, { sql }: Shape, { up }: Migration): Promise<void> {
  const { rows } = await session.query(`SELECT 1 FROM ${sql} WHERE script = $1 AND NOT success`, [up!.path]);
  if (rows.length > 0) await session.query(`DELETE FROM ${sql} WHERE script = $1 AND NOT success`, [up!.path]);
}

/** Version, description, type and script of a migration's row. */
function valuesOf({ version, name, kind, up }: Migration): readonly [string | null, string, string, string] {
  const description = (kind === 'repeatable' ? version.slice('R__'.length) : name).replaceAll('_', ' ');
  return [
    kind === 'repeatable' ? null : version.replace(/^B/, ''),
    description.length > 200 ? `${description.slice(0, 197)}...` : description,
    kind === 'baseline' ? 'SQL_BASELINE' : 'SQL',
    up!.path,
  ];
}

function createTable(sql: string, name: string): string {
  return `CREATE TABLE ${sql} (
    "installed_rank" INT NOT NULL,
    "version" VARCHAR(50),
    "description" VARCHAR(200) NOT NULL,
    "type" VARCHAR(20) NOT NULL,
    "script" VARCHAR(1000) NOT NULL,
    "checksum" INTEGER,
    "installed_by" VARCHAR(100) NOT NULL,
    "installed_on" TIMESTAMP NOT NULL DEFAULT now(),
    "execution_time" INTEGER NOT NULL,
    "success" BOOLEAN NOT NULL,
    CONSTRAINT ${quote(`${name}_pk`)} PRIMARY KEY ("installed_rank"))`;
}

/** Among migrations in Java one may be due before what would run: only Flyway sees them. */
async function demandNoCode(session: Session, { sql }: Shape): Promise<void> {
  const { rows } = await session.query(`SELECT DISTINCT type, script FROM ${sql} ORDER BY script`);
  const code = rows.find(({ type }) => OF_CODE.test(String(type)));
  if (!code) return;
  throw new DatabaseError(
    `This history holds migrations that are no SQL (${code.script}), and Lockstep cannot see whether others of them are due. Apply with Flyway`,
  );
}

/** Flyway refuses to begin a history in a schema that holds something. */
async function demandEmpty(session: Session, schema: string): Promise<void> {
  const { rows } = await session.query(
    `SELECT c.relname AS name FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
       LEFT JOIN pg_catalog.pg_depend d ON d.objid = c.oid AND d.deptype = 'e'
      WHERE n.nspname = $1 AND d.objid IS NULL AND c.relkind IN ('r', 'v', 'S', 't', 'p') LIMIT 1`,
    [schema],
  );
  if (rows.length === 0) return;
  throw new DatabaseError(
    `The schema ${schema} is not empty and has no flyway_schema_history, so Flyway would refuse to begin there. Run flyway baseline with the version that it is at, then apply again`,
  );
}

async function readRows(session: Session, shape: Shape, set: MigrationSet): Promise<LedgerState> {
  const { rows: path } = await session.query('SELECT pg_catalog.current_schema() AS schema');
  if (path[0]?.schema !== shape.schema)
    return {
      exists: shape.exists,
      entries: [],
      problem: `The history of this folder is in the schema ${shape.schema}, where Flyway runs its files, but the search path of this connection begins with ${path[0]?.schema ?? 'no schema'}. Put ${shape.schema} first in the search_path of the connection. Nothing was changed.`,
    };
  if (!shape.exists) return { exists: false, entries: entriesOf([], set), problem: undefined };
  if (!shape.isTable || !COLUMNS.every((name) => shape.columns.some((c) => c.name === name)))
    return { exists: true, entries: [], problem: foreignShape(shape, 'Flyway', COLUMNS.join(', ')) };
  const { rows } = await session.query(
    `SELECT version, description, type, checksum::text AS checksum, execution_time, success,
            pg_catalog.to_char(installed_on::timestamptz AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at
       FROM ${shape.sql} ORDER BY installed_rank`,
  );
  return { exists: true, entries: entriesOf(rows, set), problem: undefined };
}

import type { TableLoss } from '../core/statements/losses.js';
import type { PgSession } from '../database/session.js';
import { quote } from '../tools/lib/table.js';

/** A table that a script takes rows from, and how many are in it now. */
export interface CountedLoss extends Pick<TableLoss, 'display' | 'how'> {
  /** `undefined`: they could not be counted. */
  readonly rows: number | undefined;
  /** More than are worth counting: `rows` is the estimate of the last ANALYZE, or where counting stopped. */
  readonly isEstimate: boolean;
}

/** Counting goes no further: it reads the table. */
const ENOUGH = 10_000;

/**
 * Looks how many rows are in the tables, leaving out those that are empty or not there. Each is read up to a bound; the
 * caller's session limits how long that, and the wait for a lock, may take. Rejects only when the connection is lost.
 */
export async function countLosses(session: PgSession, losses: readonly TableLoss[]): Promise<readonly CountedLoss[]> {
  const counted: CountedLoss[] = [];
  // Rows that a policy hides are lost as well: then the count fails, and says that it did.
  await session.simple('SET row_security = off');
  for (const { schema, name, display, how } of losses) {
    const written = schema === undefined ? quote(name) : `${quote(schema)}.${quote(name)}`;
    const { rows } = await session.query('SELECT pg_catalog.to_regclass($1) IS NOT NULL AS there', [written]);
    if (rows[0]?.there !== true) continue;
    const size = await sizeOf(session, written);
    if (size.rows !== 0) counted.push({ display, how, ...size });
  }
  return counted;
}

async function sizeOf(session: PgSession, table: string): Promise<Pick<CountedLoss, 'rows' | 'isEstimate'>> {
  try {
    const counting = `SELECT pg_catalog.count(*)::int AS n FROM (SELECT FROM ${table} LIMIT ${ENOUGH + 1}) AS t`;
    const rows = Number((await session.query(counting)).rows[0]?.n);
    if (rows <= ENOUGH) return { rows, isEstimate: false };
    return { rows: Math.max(ENOUGH, await estimate(session, table)), isEstimate: true };
  } catch (error) {
    if (session.lost !== undefined) throw error;
    // A lock, no right to read it, or too slow: that there may be rows is said all the same.
    return { rows: undefined, isEstimate: false };
  }
}

/** `reltuples` of the table and of what is under it: that of a partitioned table alone says nothing before PostgreSQL 14, and -1 means never analysed since. */
async function estimate(session: PgSession, table: string): Promise<number> {
  const { rows } = await session.query(
    `WITH RECURSIVE family(oid) AS (
       SELECT pg_catalog.to_regclass($1)::oid
       UNION SELECT i.inhrelid FROM pg_catalog.pg_inherits i JOIN family f ON i.inhparent = f.oid
     )
     SELECT pg_catalog.sum(GREATEST(c.reltuples, 0))::float8 AS n
       FROM family f JOIN pg_catalog.pg_class c ON c.oid = f.oid WHERE c.relkind = 'r'`,
    [table],
  );
  return Number(rows[0]?.n ?? 0);
}

import type { PgSession } from '../database/session.js';
import { quote } from '../ledger/table.js';

/** Indexes that a build outside a transaction left invalid: they cost writes and serve no query. */
export async function invalidIndexes(session: PgSession): Promise<ReadonlySet<string>> {
  const { rows } = await session.query(
    `SELECT n.nspname AS schema, c.relname AS name
       FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
       JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE NOT i.indisvalid AND c.relkind = 'i' AND n.nspname !~ '^pg_temp'`,
  );
  return new Set(rows.map((row) => `${quote(String(row.schema))}.${quote(String(row.name))}`));
}

/** A sentence on the indexes that are invalid now and were not before, with the statements that remove them. */
export async function describeRemains(session: PgSession, before: ReadonlySet<string>): Promise<string | undefined> {
  const now = await invalidIndexes(session).catch(() => new Set<string>());
  const left = [...now].filter((name) => !before.has(name));
  if (left.length === 0) return undefined;
  const drops = left.map((name) => `DROP INDEX CONCURRENTLY ${name};`).join(' ');
  return `An invalid index remains: run ${drops} Then apply again.`;
}

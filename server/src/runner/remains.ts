import type { PgSession } from '../database/session.js';
import { quote } from '../tools/lib/table.js';

/** What an interrupted command outside a transaction can leave half done, with the statement that clears it up. */
export type Remains = ReadonlyMap<string, string>;

/**
 * Invalid indexes (they cost writes and serve no query) and partitions whose detaching was begun (`inhdetachpending`,
 * PostgreSQL 14 and newer: hence the detour over JSON, which does not mind a column that is missing).
 */
export async function findRemains(session: PgSession): Promise<Remains> {
  const indexes = await session.query(
    `SELECT n.nspname AS schema, c.relname AS name
       FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
       JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE NOT i.indisvalid AND c.relkind = 'i' AND n.nspname !~ '^pg_temp'`,
  );
  const partitions = await session.query(
    `SELECT cn.nspname AS schema, c.relname AS name, pn.nspname AS parent_schema, p.relname AS parent
       FROM pg_catalog.pg_inherits i
       JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid JOIN pg_catalog.pg_namespace cn ON cn.oid = c.relnamespace
       JOIN pg_catalog.pg_class p ON p.oid = i.inhparent JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace
      WHERE pg_catalog.to_jsonb(i) ->> 'inhdetachpending' = 'true'`,
  );
  const found = new Map<string, string>();
  for (const row of indexes.rows) {
    const index = qualified(row.schema, row.name);
    found.set(`The index ${index} is invalid`, `DROP INDEX CONCURRENTLY ${index};`);
  }
  for (const row of partitions.rows) {
    const partition = qualified(row.schema, row.name);
    const parent = qualified(row.parent_schema, row.parent);
    found.set(
      `The partition ${partition} is half detached`,
      `ALTER TABLE ${parent} DETACH PARTITION ${partition} FINALIZE;`,
    );
  }
  return found;
}

/** Sentences on what is there now and was not before, with the statements that clear it up; undefined when nothing is. */
export async function describeRemains(session: PgSession, before: Remains): Promise<string | undefined> {
  const now = await findRemains(session).catch(() => undefined);
  if (!now) return 'What it may have left could not be looked at: an index may be INVALID.';
  const left = [...now].filter(([what]) => !before.has(what));
  if (left.length === 0) return undefined;
  return `${left.map(([what, remedy]) => `${what}: run ${remedy}`).join(' ')} Then run it again.`;
}

function qualified(schema: unknown, name: unknown): string {
  return `${quote(String(schema))}.${quote(String(name))}`;
}

import type pg from 'pg';
import type { Catalog } from '../../server/src/core/catalog/catalog.js';
import { compareModes } from '../../server/src/core/effects/conflicts.js';
import type { LockMode } from '../../server/src/core/effects/effect.js';

/** What a statement did, on relations that were there before it; by `schema.name`. */
export interface Seen {
  readonly locks: ReadonlyMap<string, LockMode>;
  /** Tables and materialized views with a new data file. */
  readonly rewritten: ReadonlySet<string>;
}

interface RelationRow {
  readonly oid: number;
  readonly name: string;
  readonly kind: string;
  readonly file: number | null;
}

const RELATIONS = `SELECT c.oid, n.nspname || '.' || c.relname AS name, c.relkind AS kind, pg_relation_filenode(c.oid) AS file
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND n.nspname !~ '^pg_(toast_)?temp'`;
const HELD = `SELECT relation, mode FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'relation' AND granted`;
const FILES = `SELECT oid, pg_relation_filenode(oid) AS file FROM pg_class WHERE relkind IN ('r', 'm')`;

/** Runs a statement in a transaction and looks at what it holds and what it wrote, before the transaction ends. */
export async function observe(
  client: pg.Client,
  sql: string,
  catalog: Catalog,
  end: 'COMMIT' | 'ROLLBACK',
): Promise<Seen> {
  const before = (await client.query(RELATIONS)).rows as readonly RelationRow[];
  await client.query('BEGIN');
  try {
    await client.query(sql);
    const held = (await client.query(HELD)).rows as readonly { relation: number; mode: string }[];
    const now = (await client.query(FILES)).rows as readonly { oid: number; file: number | null }[];
    const files = new Map(now.map(({ oid, file }) => [oid, file]));
    await client.query(end);
    const rewritten = before.filter(({ oid, file }) => files.has(oid) && files.get(oid) !== file);
    return { locks: strongest(before, held, catalog), rewritten: new Set(rewritten.map((r) => r.name)) };
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}

function strongest(
  before: readonly RelationRow[],
  held: readonly { readonly relation: number; readonly mode: string }[],
  catalog: Catalog,
): ReadonlyMap<string, LockMode> {
  const relations = new Map(before.map((r) => [r.oid, r]));
  const found = new Map<string, LockMode>();
  for (const { relation, mode } of held) {
    const row = relations.get(relation);
    if (!row) continue;
    const lock = modeName(mode);
    // Weak locks on indexes are the planner's: every query takes them.
    const index = row.kind === 'i' || row.kind === 'I';
    if (index && compareModes(lock, 'SHARE UPDATE EXCLUSIVE') < 0) continue;
    // The row type of CREATE TYPE … AS (…) is no table.
    if (row.kind === 'c' || catalog.relationByKey(row.name)?.kind === 'compositeType') continue;
    const known = found.get(row.name);
    if (!known || compareModes(lock, known) > 0) found.set(row.name, lock);
  }
  return found;
}

/** `ShareRowExclusiveLock` → `SHARE ROW EXCLUSIVE` */
function modeName(mode: string): LockMode {
  const words = mode.replace(/Lock$/, '').replace(/([a-z])([A-Z])/g, '$1 $2');
  return words.toUpperCase() as LockMode;
}

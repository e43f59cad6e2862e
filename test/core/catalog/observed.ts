import type { PGlite } from '@electric-sql/pglite';

/** A schema in a form that both PostgreSQL and our catalog can be put into. */
export interface Described {
  readonly relations: Readonly<Record<string, DescribedRelation>>;
  readonly types: Readonly<Record<string, DescribedType>>;
  /** `schema.name` with kind and volatility, one for each overload. */
  readonly functions: readonly string[];
}

export interface DescribedRelation {
  readonly kind: string;
  readonly persistence: 'permanent' | 'unlogged' | 'temporary';
  readonly parents: readonly string[];
  readonly isPartition: boolean;
  readonly isDefaultPartition: boolean;
  readonly ownedBy: string | null;
  readonly columns: readonly DescribedColumn[];
  readonly constraints: readonly DescribedConstraint[];
  readonly indexes: readonly DescribedIndex[];
  readonly triggers: readonly string[];
  /** What a view reads: `relation.column`, and each relation by itself. */
  readonly reads: readonly string[];
}

export interface DescribedColumn {
  readonly name: string;
  readonly type: string;
  readonly notNull: boolean;
  readonly hasDefault: boolean;
  readonly identity: string | null;
  readonly generated: string | null;
}

export interface DescribedConstraint {
  readonly name: string;
  readonly kind: string;
  readonly columns: readonly string[];
  readonly validated: boolean;
  readonly references: string | null;
  readonly onDelete: string | null;
  readonly onUpdate: string | null;
  readonly index: string | null;
}

export interface DescribedIndex {
  readonly name: string;
  readonly columns: readonly (string | null)[];
  readonly dependsOn: readonly string[];
  readonly unique: boolean;
  readonly method: string;
  readonly partial: boolean;
  readonly valid: boolean;
  /** The index of the partitioned table that it is a part of. */
  readonly parent: string | null;
}

export interface DescribedType {
  readonly kind: string;
  readonly values: readonly string[];
  readonly base: string | null;
  readonly notNull: boolean;
  readonly hasCheck: boolean;
}

/** Objects of users: none of the system, of TOAST, or of an extension. */
const MINE = `
  mine AS (
    SELECT n.oid, CASE WHEN n.nspname LIKE 'pg_temp_%' THEN 'pg_temp' ELSE n.nspname END AS name
    FROM pg_namespace n
    WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg_toast%'
  ),
  ext AS (SELECT classid, objid FROM pg_depend WHERE deptype = 'e'),
  named AS (SELECT c.oid, m.name || '.' || c.relname AS key FROM pg_class c JOIN mine m ON m.oid = c.relnamespace),
  rel AS (
    SELECT c.*, m.name AS schema, m.name || '.' || c.relname AS key
    FROM pg_class c JOIN mine m ON m.oid = c.relnamespace
    WHERE NOT EXISTS (SELECT FROM ext WHERE classid = 'pg_class'::regclass AND objid = c.oid)
  )`;

const COLUMNS = `
  SELECT json_agg(json_build_object(
    'name', a.attname,
    'type', format_type(a.atttypid, a.atttypmod),
    'notNull', a.attnotnull AND NOT EXISTS (
      SELECT FROM pg_constraint k WHERE k.conrelid = a.attrelid AND k.contype = 'n' AND k.conkey = ARRAY[a.attnum] AND NOT k.convalidated),
    'hasDefault', a.atthasdef,
    'identity', CASE a.attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'byDefault' END,
    'generated', CASE a.attgenerated WHEN 's' THEN 'stored' WHEN 'v' THEN 'virtual' END
  ) ORDER BY a.attnum)
  FROM pg_attribute a WHERE a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped`;

const ACTION = (column: string) =>
  `CASE WHEN k.contype = 'f' THEN CASE ${column} WHEN 'a' THEN 'noAction' WHEN 'r' THEN 'restrict' WHEN 'c' THEN 'cascade' WHEN 'n' THEN 'setNull' WHEN 'd' THEN 'setDefault' END END`;

const NAMES = (table: string, numbers: string) =>
  `(SELECT coalesce(json_agg(a.attname ORDER BY o), '[]') FROM unnest(${numbers}) WITH ORDINALITY AS u(n, o) JOIN pg_attribute a ON a.attrelid = ${table} AND a.attnum = u.n)`;

const CONSTRAINTS = `
  SELECT json_agg(json_build_object(
    'name', k.conname,
    'kind', CASE k.contype WHEN 'p' THEN 'primaryKey' WHEN 'u' THEN 'unique' WHEN 'f' THEN 'foreignKey' WHEN 'c' THEN 'check' WHEN 'x' THEN 'exclusion' ELSE k.contype::text END,
    'columns', ${NAMES('k.conrelid', 'k.conkey')},
    'validated', k.convalidated,
    'references', CASE WHEN k.contype = 'f' THEN (SELECT f.key FROM rel f WHERE f.oid = k.confrelid) || ' ' || ${NAMES('k.confrelid', 'k.confkey')}::text END,
    'onDelete', ${ACTION('k.confdeltype')},
    'onUpdate', ${ACTION('k.confupdtype')},
    'index', CASE WHEN k.contype IN ('p', 'u', 'x') THEN (SELECT relname FROM pg_class WHERE oid = k.conindid) END
  ))
  FROM pg_constraint k WHERE k.conrelid = r.oid AND k.contype IN ('p', 'u', 'f', 'c', 'x')
    -- A foreign key to a partitioned table has a row of its own for each partition.
    AND NOT EXISTS (SELECT FROM pg_constraint whole WHERE whole.oid = k.conparentid AND whole.conrelid = k.conrelid)`;

const INDEXES = `
  SELECT json_agg(json_build_object(
    'name', ic.relname,
    'columns', (SELECT json_agg(a.attname ORDER BY o) FROM unnest((i.indkey::int2[])[0:i.indnkeyatts - 1]) WITH ORDINALITY AS u(n, o) LEFT JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum = u.n AND u.n > 0),
    'dependsOn', (SELECT coalesce(json_agg(DISTINCT a.attname), '[]') FROM pg_attribute a WHERE a.attrelid = r.oid AND a.attnum > 0 AND (
      a.attnum = ANY (i.indkey::int2[]) OR EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = i.indexrelid AND d.refobjid = r.oid AND d.refobjsubid = a.attnum))),
    'unique', i.indisunique,
    'method', am.amname,
    'partial', i.indpred IS NOT NULL,
    'valid', i.indisvalid,
    'parent', (SELECT w.key FROM pg_inherits h JOIN named w ON w.oid = h.inhparent WHERE h.inhrelid = i.indexrelid)
  ))
  FROM pg_index i JOIN pg_class ic ON ic.oid = i.indexrelid JOIN pg_am am ON am.oid = ic.relam WHERE i.indrelid = r.oid`;

const READS = `
  SELECT json_agg(DISTINCT t.key || CASE WHEN d.refobjsubid > 0 THEN '.' || a.attname ELSE '' END)
  FROM pg_rewrite w
  JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> r.oid
  JOIN rel t ON t.oid = d.refobjid
  LEFT JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
  WHERE w.ev_class = r.oid AND r.relkind IN ('v', 'm')`;

const RELATIONS = `
  SELECT coalesce(json_object_agg(r.key, json_build_object(
    'kind', CASE r.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitionedTable' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materializedView'
      WHEN 'S' THEN 'sequence' WHEN 'f' THEN 'foreignTable' WHEN 'c' THEN 'compositeType' END,
    'persistence', CASE r.relpersistence WHEN 'p' THEN 'permanent' WHEN 'u' THEN 'unlogged' ELSE 'temporary' END,
    'parents', (SELECT coalesce(json_agg(p.key ORDER BY i.inhseqno), '[]') FROM pg_inherits i JOIN rel p ON p.oid = i.inhparent WHERE i.inhrelid = r.oid),
    'isPartition', r.relispartition,
    'isDefaultPartition', EXISTS (SELECT FROM pg_partitioned_table p WHERE p.partdefid = r.oid),
    'ownedBy', (SELECT t.key || '.' || a.attname FROM pg_depend d JOIN rel t ON t.oid = d.refobjid JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
      WHERE d.classid = 'pg_class'::regclass AND d.objid = r.oid AND d.deptype IN ('a', 'i') AND r.relkind = 'S'),
    'columns', CASE WHEN r.relkind = 'S' THEN '[]'::json ELSE coalesce((${COLUMNS}), '[]') END,
    'constraints', coalesce((${CONSTRAINTS}), '[]'),
    'indexes', coalesce((${INDEXES}), '[]'),
    'triggers', coalesce((SELECT json_agg(g.tgname || ' ' || fn.nspname || '.' || f.proname) FROM pg_trigger g JOIN pg_proc f ON f.oid = g.tgfoid JOIN pg_namespace fn ON fn.oid = f.pronamespace WHERE g.tgrelid = r.oid AND NOT g.tgisinternal), '[]'),
    'reads', coalesce((${READS}), '[]')
  )), '{}') FROM rel r WHERE r.relkind IN ('r', 'p', 'v', 'm', 'S', 'f', 'c')`;

const TYPES = `
  SELECT coalesce(json_object_agg(m.name || '.' || t.typname, json_build_object(
    'kind', CASE WHEN NOT t.typisdefined THEN 'shell' ELSE CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'c' THEN 'composite' WHEN 'r' THEN 'range' ELSE t.typtype::text END END,
    'values', (SELECT coalesce(json_agg(e.enumlabel ORDER BY e.enumsortorder), '[]') FROM pg_enum e WHERE e.enumtypid = t.oid),
    'base', CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) END,
    'notNull', t.typnotnull,
    'hasCheck', EXISTS (SELECT FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c')
  )), '{}')
  FROM pg_type t JOIN mine m ON m.oid = t.typnamespace
  WHERE (t.typtype IN ('e', 'd', 'r') OR t.typtype = 'c' AND (SELECT relkind FROM pg_class WHERE oid = t.typrelid) = 'c' OR NOT t.typisdefined)
    AND NOT EXISTS (SELECT FROM ext WHERE classid = 'pg_type'::regclass AND objid = t.oid)`;

const FUNCTIONS = `
  SELECT coalesce(json_agg(m.name || '.' || f.proname || ' ' || CASE f.prokind WHEN 'f' THEN 'function' WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE f.prokind::text END
    || ' ' || CASE f.provolatile WHEN 'i' THEN 'immutable' WHEN 's' THEN 'stable' ELSE 'volatile' END), '[]')
  FROM pg_proc f JOIN mine m ON m.oid = f.pronamespace
  WHERE NOT EXISTS (SELECT FROM ext WHERE classid = 'pg_proc'::regclass AND objid = f.oid)
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = f.oid AND d.deptype = 'i')`;

/** What PostgreSQL says that exists. */
export async function observe(db: PGlite): Promise<Described> {
  const sql = `WITH ${MINE} SELECT json_build_object('relations', (${RELATIONS}), 'types', (${TYPES}), 'functions', (${FUNCTIONS})) AS schema`;
  const { rows } = await db.query<{ schema: Described }>(sql);
  return rows[0]!.schema;
}

/** How PostgreSQL spells each of these types. */
export async function spellTypes(db: PGlite, types: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const { rows } = await db.query<{ written: string; spelled: string | null }>(
    'SELECT t AS written, format_type(to_regtype(t), to_regtypemod(t)) AS spelled FROM unnest($1::text[]) t',
    [types],
  );
  return new Map(rows.map((row) => [row.written, row.spelled ?? `unknown: ${row.written}`]));
}

/** Leaves the database as if it were new. */
export async function wipe(db: PGlite): Promise<void> {
  await db.exec('ROLLBACK');
  await db.exec('DISCARD ALL');
  const { rows } = await db.query<{ name: string }>(
    "SELECT quote_ident(nspname) AS name FROM pg_namespace WHERE nspname NOT IN ('pg_catalog', 'information_schema') AND nspname NOT LIKE 'pg\\_%'",
  );
  for (const { name } of rows) await db.exec(`DROP SCHEMA ${name} CASCADE`);
  await db.exec('CREATE SCHEMA public');
}

import type { PgSession } from '../../server/src/database/session.js';

/** One list of readable lines: everything in the schemas of users, in an order that does not depend on when it was made. */
const SNAPSHOT = `
WITH mine AS (
  SELECT oid, nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
)
SELECT 'schema ' || nspname AS line FROM mine
UNION ALL
SELECT format('relation %I.%I kind %s persistence %s rls %s %s options %s owned %s', n.nspname, c.relname, c.relkind, c.relpersistence,
              c.relrowsecurity, c.relforcerowsecurity, c.reloptions,
              (SELECT format('%s.%s', d.refobjid::regclass, d.refobjsubid) <> '' FROM pg_depend d
                WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0 LIMIT 1))
FROM pg_class c JOIN mine n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f', 'c')
UNION ALL
SELECT format('column %I.%I.%I %s notnull %s default %s identity %s generated %s collation %s', n.nspname, c.relname, a.attname,
              format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid), a.attidentity, a.attgenerated, a.attcollation::regcollation)
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN mine n ON n.oid = c.relnamespace
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c')
UNION ALL
SELECT format('constraint %I on %s: %s', k.conname, coalesce(k.conrelid::regclass::text, k.contypid::regtype::text), pg_get_constraintdef(k.oid))
FROM pg_constraint k JOIN mine n ON n.oid = k.connamespace WHERE k.contype NOT IN ('n')
UNION ALL
SELECT format('index %s valid %s', pg_get_indexdef(i.indexrelid), i.indisvalid)
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN mine n ON n.oid = c.relnamespace
UNION ALL
SELECT format('view %I.%I: %s', n.nspname, c.relname, pg_get_viewdef(c.oid))
FROM pg_class c JOIN mine n ON n.oid = c.relnamespace WHERE c.relkind IN ('v', 'm')
UNION ALL
SELECT format('sequence %I.%I: %s %s %s %s %s', s.schemaname, s.sequencename, s.data_type, s.start_value, s.increment_by, s.max_value, s.cycle) FROM pg_sequences s
UNION ALL
SELECT format('type %I.%I %s %s %s: %s', n.nspname, t.typname, t.typtype, t.typnotnull, format_type(t.typbasetype, t.typtypmod),
              (SELECT string_agg(e.enumlabel, ',' ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid))
FROM pg_type t JOIN mine n ON n.oid = t.typnamespace WHERE t.typtype IN ('e', 'd', 'r', 'm') OR (t.typtype = 'c' AND EXISTS (SELECT FROM pg_class c WHERE c.oid = t.typrelid AND c.relkind = 'c'))
UNION ALL
SELECT CASE p.prokind WHEN 'a' THEN format('aggregate %s', p.oid::regprocedure) ELSE pg_get_functiondef(p.oid) END
FROM pg_proc p JOIN mine n ON n.oid = p.pronamespace
WHERE NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype IN ('e', 'i'))
UNION ALL
SELECT format('trigger %s enabled %s', pg_get_triggerdef(t.oid), t.tgenabled) FROM pg_trigger t WHERE NOT t.tgisinternal
UNION ALL
SELECT format('policy %I on %I.%I: %s %s %s %s %s', policyname, schemaname, tablename, permissive, roles, cmd, qual, with_check) FROM pg_policies
UNION ALL
SELECT format('rule %I on %I.%I: %s', rulename, schemaname, tablename, definition) FROM pg_rules
UNION ALL
SELECT format('extension %I', extname) FROM pg_extension
UNION ALL
SELECT format('statistics %s', pg_get_statisticsobjdef(oid)) FROM pg_statistic_ext
UNION ALL
SELECT format('inherits %s from %s', inhrelid::regclass, inhparent::regclass) FROM pg_inherits
UNION ALL
SELECT format('comment on %s: %s', pg_describe_object(d.classoid, d.objoid, d.objsubid), d.description)
FROM pg_description d WHERE d.objoid >= 16384 AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.objid = d.objoid AND e.deptype = 'e')
ORDER BY 1`;

export async function snapshot(session: PgSession): Promise<readonly string[]> {
  const { rows } = await session.simple(SNAPSHOT);
  return rows.map((row) => String(row.line));
}

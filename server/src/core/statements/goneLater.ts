import type { Catalog, Relation } from '../catalog/catalog.js';
import { as, objectNames, qualifiedName, rangeVar } from '../sql/tree.js';
import type { AnalysedStatement, FileContext } from './analysed.js';

/** Kinds of objects that the columns and defaults of a table can rest on in ways that the catalog does not tell. */
const BENEATH: ReadonlySet<string> = new Set([
  'OBJECT_FUNCTION',
  'OBJECT_SEQUENCE',
  'OBJECT_SCHEMA',
  'OBJECT_EXTENSION',
]);
const TYPES: ReadonlySet<string> = new Set(['OBJECT_TYPE', 'OBJECT_DOMAIN']);
const TABLES: ReadonlySet<string> = new Set(['OBJECT_TABLE', 'OBJECT_FOREIGN_TABLE']);

/**
 * A later statement of the file drops (or truncates) something that the table (or the one column of it) rests on: a type, the table that
 * its foreign key refers to. As long as the drop of the table or column waits, that statement would fail.
 */
export function restsOnLaterDrop(
  at: AnalysedStatement,
  file: FileContext,
  relation: Relation | undefined,
  column?: string,
): boolean {
  const columns = relation
    ? [...relation.columns.values()].filter((c) => column === undefined || c.name === column)
    : [];
  const types = columns.map((c) => c.type).filter((t) => at.before.type(t.schema, t.name) !== undefined);
  const referenced = [...(relation?.constraints.values() ?? [])].flatMap((c) =>
    c.references && (column === undefined || c.columns.includes(column)) ? [c.references.relation] : [],
  );
  const beneath = new Set([...referenced, ...(relation?.parents ?? [])]);
  return file.statements.some(({ statement, before }) => {
    if (statement.index <= at.statement.index) return false;
    const truncate = as(statement.node, 'TruncateStmt');
    if (truncate) return (truncate.relations ?? []).some((r) => beneath.has(keyOf(before, rangeVar(r))));
    const drop = as(statement.node, 'DropStmt');
    if (!drop) return false;
    const kind = drop.removeType ?? '';
    if (BENEATH.has(kind)) return true;
    const names = (drop.objects ?? []).map((o) => qualifiedName(objectNames(o)));
    if (TYPES.has(kind)) return relation === undefined || names.some((n) => types.some((t) => t.name === n.name));
    if (!TABLES.has(kind)) return false;
    return names.some((n) => beneath.has(keyOf(before, n)));
  });
}

function keyOf(
  catalog: Catalog,
  { schema, name }: { readonly schema?: string | undefined; readonly name: string },
): string {
  return catalog.relation(schema, name)?.key ?? '';
}

/** A later statement of the file gives the name of an index or constraint that goes with the column to a new one. */
export function freesName(
  at: AnalysedStatement,
  file: FileContext,
  relation: Relation | undefined,
  column: string,
): boolean {
  if (!relation) return false;
  const constraints = [...relation.constraints.values()].filter((c) => c.columns.includes(column));
  const indexes = at.before.indexesOn(relation.key).filter((i) => i.dependsOn.includes(column));
  const last = file.statements.at(-1)?.after;
  const after = last?.relationByKey(relation.key);
  return (
    indexes.some((i) => last?.index(i.schema, i.name) !== undefined) ||
    constraints.some((c) => after?.constraints.has(c.name))
  );
}

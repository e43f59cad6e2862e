import type { Constraint as ConstraintNode, Node } from '@pgsql/types';
import type { Catalog, Constraint, Relation } from '../catalog/catalog.js';
import { elementParts, subcommandParts } from '../sql/parts.js';
import type { Statement } from '../sql/script.js';
import { columnsIn, nameList, rangeVar } from '../sql/tree.js';
import type { Ground } from './stage.js';

/** A constraint with a name as it was written, for it may hold what the catalog does not keep: DEFERRABLE, EXCLUDE, INCLUDE. */
export function constraintSource(constraint: Constraint, table: Relation, ground: Ground): string | undefined {
  for (const statement of ground.earlier()) {
    const written = writtenIn(statement, table, constraint.name, ground.before);
    if (!written) continue;
    // Renamed since, or made of an index: the text says something else now.
    if (!isSame(written.node, constraint, ground.before)) return undefined;
    return constraint.validated ? written.text.replace(/(?<!\s)\s+NOT\s+VALID\s*$/i, '') : written.text;
  }
  return undefined;
}

interface Written {
  readonly node: ConstraintNode;
  /** `CONSTRAINT name …`. */
  readonly text: string;
}

function writtenIn(statement: Statement, table: Relation, name: string, catalog: Catalog): Written | undefined {
  const { node } = statement;
  const isTable = (relation: unknown) => {
    const at = rangeVar(relation);
    return at.name === table.name && (catalog.relation(at.schema, at.name)?.key ?? table.key) === table.key;
  };
  if ('CreateStmt' in node && isTable(node.CreateStmt.relation)) {
    return pick(statement, node.CreateStmt.tableElts ?? [], elementParts, name);
  }
  if (!('AlterTableStmt' in node) || !isTable(node.AlterTableStmt.relation)) return undefined;
  const defs = (node.AlterTableStmt.cmds ?? []).map((c) => ('AlterTableCmd' in c ? c.AlterTableCmd.def : undefined));
  return pick(statement, defs, subcommandParts, name);
}

function pick(
  statement: Statement,
  nodes: readonly (Node | undefined)[],
  spans: typeof elementParts,
  name: string,
): Written | undefined {
  const i = nodes.findIndex((n) => n && 'Constraint' in n && n.Constraint.conname === name);
  const found = nodes[i];
  if (!found || !('Constraint' in found)) return undefined;
  const parts = spans(statement);
  const span = parts.length === nodes.length ? parts[i] : undefined;
  if (!span) return undefined;
  const { start } = statement.span;
  const text = statement.text.slice(span.start - start, span.end - start).replace(/^ADD\s+/i, '');
  return { node: found.Constraint, text };
}

function isSame(node: ConstraintNode, constraint: Constraint, catalog: Catalog): boolean {
  if (node.indexname) return false;
  if (node.contype === 'CONSTR_FOREIGN') {
    const { schema, name } = rangeVar(node.pktable);
    return (
      equal(nameList(node.fk_attrs), constraint.columns) &&
      catalog.relation(schema, name)?.key === constraint.references?.relation
    );
  }
  if (node.contype === 'CONSTR_CHECK') return equal(columnsIn(node.raw_expr), constraint.columns);
  if (node.contype === 'CONSTR_EXCLUSION') return true;
  return equal(nameList(node.keys), constraint.columns);
}

function equal(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name) => b.includes(name));
}

import type { Column, Relation } from '../../catalog/catalog.js';
import { rangeVar } from '../../sql/names.js';
import type { Span } from '../../text/span.js';
import type { AnalysedStatement } from '../rule.js';
import { tokenAt } from './clause.js';

export interface NewColumn {
  readonly column: Column;
  /** Its name in the text. */
  readonly span: Span;
  readonly type: Span;
}

/** The table that CREATE TABLE makes, when it is a lasting table of its own: no partition, not temporary. */
export function newTable(at: AnalysedStatement): Relation | undefined {
  const { node } = at.statement;
  if (!('CreateStmt' in node)) return undefined;
  const { schema, name } = rangeVar(node.CreateStmt.relation);
  if (at.before.relation(schema, name)) return undefined;
  const table = at.after.relation(schema, name);
  return table && !table.isPartition && !table.temporary ? table : undefined;
}

/** Its columns as written, with where. */
export function newColumns(at: AnalysedStatement, table: Relation): readonly NewColumn[] {
  const { node } = at.statement;
  const elements = 'CreateStmt' in node ? (node.CreateStmt.tableElts ?? []) : [];
  return elements.flatMap((element) => {
    const def = 'ColumnDef' in element ? element.ColumnDef : undefined;
    const column = def?.colname === undefined ? undefined : table.columns.get(def.colname);
    if (!def || !column) return [];
    return [{ column, span: tokenAt(at.statement, def.location), type: tokenAt(at.statement, def.typeName?.location) }];
  });
}

export function primaryKey(table: Relation): readonly string[] {
  return [...table.constraints.values()].find((c) => c.kind === 'primaryKey')?.columns ?? [];
}

/** A table that only ties others together: every column of its key is a foreign key's, or it has next to nothing else. */
export function isJoinTable(table: Relation): boolean {
  const referencing = new Set([...table.constraints.values()].flatMap((c) => (c.kind === 'foreignKey' ? c.columns : [])));
  const key = primaryKey(table);
  if (key.length > 1 && key.every((c) => referencing.has(c) || c.endsWith('_id'))) return true;
  const rest = [...table.columns.keys()].filter((c) => !referencing.has(c) && !key.includes(c));
  return referencing.size >= 2 && rest.length === 0;
}

import type { ColumnDef } from '@pgsql/types';
import type { Column, Relation } from '../catalog/catalog.js';
import { as, rangeVar } from '../sql/tree.js';
import { type TypeRef, typeRef } from '../sql/types.js';
import type { Span } from '../text/span.js';
import type { AnalysedStatement } from './analysed.js';
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

export interface WrittenColumn {
  readonly name: string;
  readonly type: TypeRef;
  readonly hasDefault: boolean;
  /** Its name in the text. */
  readonly span: Span;
  /** The first word of its type. */
  readonly typeSpan: Span;
}

/** The columns that CREATE TABLE or ADD COLUMN writes for a table that lasts. */
export function writtenColumns(at: AnalysedStatement): readonly WrittenColumn[] {
  return lastingDefinitions(at).flatMap((def) => {
    if (def.colname === undefined) return [];
    return {
      name: def.colname,
      type: typeRef(def.typeName),
      hasDefault: (def.constraints ?? []).some((c) => as(c, 'Constraint')?.contype === 'CONSTR_DEFAULT'),
      span: tokenAt(at.statement, def.location),
      typeSpan: tokenAt(at.statement, def.typeName?.location),
    };
  });
}

function lastingDefinitions(at: AnalysedStatement): readonly ColumnDef[] {
  const { node } = at.statement;
  const elements = 'CreateStmt' in node && newTable(at) ? (node.CreateStmt.tableElts ?? []) : [];
  const alter = as(node, 'AlterTableStmt');
  const { schema, name } = rangeVar(alter?.relation);
  const table = at.before.relation(schema, name);
  const added = alter?.objtype === 'OBJECT_TABLE' && table?.temporary !== true ? (alter.cmds ?? []) : [];
  return [
    ...elements.flatMap((e) => as(e, 'ColumnDef') ?? []),
    ...added.flatMap((c) => {
      const cmd = as(c, 'AlterTableCmd');
      const def = cmd?.subtype === 'AT_AddColumn' ? as(cmd.def, 'ColumnDef') : undefined;
      // IF NOT EXISTS, and it does.
      return def && !(cmd?.missing_ok && table?.columns.has(def.colname ?? '')) ? [def] : [];
    }),
  ];
}

/** Columns of the primary key; empty when there is none. */
export function primaryKey(table: Relation): readonly string[] {
  return [...table.constraints.values()].find((c) => c.kind === 'primaryKey')?.columns ?? [];
}

/** A table that only ties others together: every column of its key is a foreign key's, or it has next to nothing else. */
export function isJoinTable(table: Relation): boolean {
  const referencing = new Set(
    [...table.constraints.values()].flatMap((c) => (c.kind === 'foreignKey' ? c.columns : [])),
  );
  const key = primaryKey(table);
  if (key.length > 1 && key.every((c) => referencing.has(c) || c.endsWith('_id'))) return true;
  const rest = [...table.columns.keys()].filter((c) => !referencing.has(c) && !key.includes(c));
  return referencing.size >= 2 && rest.length === 0;
}

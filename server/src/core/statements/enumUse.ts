import type { Node } from '@pgsql/types';
import type { Relation } from '../catalog/catalog.js';
import { rangeVarsIn } from '../catalog/queries.js';
import { nameList, rangeVar, walk } from '../sql/tree.js';
import { typeRef } from '../sql/types.js';
import type { Span } from '../text/span.js';
import type { AnalysedStatement } from './analysed.js';
import { tokenAt } from './clause.js';

interface TypeName {
  readonly schema?: string;
  readonly name: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** Where a statement uses a value as one of this enum type: as a cast, or against a column of the type. */
export function usesOfValue(at: AnalysedStatement, type: TypeName, value: string): readonly Span[] {
  // Read the tree only of a statement that has the text at all.
  if (!value.includes("'") && !at.statement.text.includes(value)) return [];
  const found: number[] = [];
  const columns = columnsOfType(at, type);
  const take = (node: unknown) => {
    const location = constantIn(node, value);
    if (location !== undefined) found.push(location);
  };
  for (const { tag, content: fields } of walk(at.statement.node)) {
    switch (tag) {
      case 'TypeCast':
        if (isType(fields.typeName, type)) take(fields.arg);
        break;
      case 'A_Expr':
        if (isColumn(fields.lexpr, columns)) take(fields.rexpr);
        if (isColumn(fields.rexpr, columns)) take(fields.lexpr);
        break;
      case 'UpdateStmt':
        for (const target of list(fields.targetList)) takeTarget(target, columns, take);
        break;
      case 'InsertStmt':
        takeInserted(at, fields, columns, take);
        break;
      case 'ColumnDef':
        if (isType(fields.typeName, type)) take(fields.constraints);
        break;
      case 'AlterTableCmd':
        if (fields.subtype === 'AT_ColumnDefault' && columns.has(String(fields.name))) take(fields.def);
        break;
    }
  }
  return found.map((location) => tokenAt(at.statement, location));
}

/** Columns of the type in the tables that the statement names; a name that another of the tables has with another type is left out. */
function columnsOfType(at: AnalysedStatement, type: TypeName): ReadonlySet<string> {
  const relations = relationsIn(at.statement.node).flatMap((range) => {
    const { schema, name } = rangeVar(range);
    return at.before.relation(schema, name) ?? [];
  });
  const names = new Set<string>();
  const others = new Set<string>();
  for (const relation of relations) {
    for (const column of relation.columns.values()) (isOf(column.type, type) ? names : others).add(column.name);
  }
  return new Set([...names].filter((name) => !others.has(name)));
}

/** Those of a query, and the target of a command, which has no node of its own. */
function relationsIn(node: Node): readonly unknown[] {
  const found: unknown[] = [...rangeVarsIn(node)];
  for (const { content } of walk(node)) if (typeof content.relation === 'object') found.push(content.relation);
  return found;
}

function isOf(found: { readonly schema: string | undefined; readonly name: string }, type: TypeName): boolean {
  return (
    found.name === type.name &&
    (found.schema === undefined || type.schema === undefined || found.schema === type.schema)
  );
}

function isType(node: unknown, type: TypeName): boolean {
  return typeof node === 'object' && node !== null && isOf(typeRef(node), type);
}

function isColumn(node: unknown, columns: ReadonlySet<string>): boolean {
  const fields =
    typeof node === 'object' && node !== null && 'ColumnRef' in node
      ? (node.ColumnRef as { fields?: Node[] }).fields
      : undefined;
  return fields !== undefined && columns.has(nameList(fields).at(-1) ?? '');
}

/** `SET column = 'value'` */
function takeTarget(target: unknown, columns: ReadonlySet<string>, take: (node: unknown) => void): void {
  const { name, val } = (target as { ResTarget?: { name?: string; val?: unknown } }).ResTarget ?? {};
  if (name !== undefined && columns.has(name)) take(val);
}

/** The values of INSERT by position. */
function takeInserted(
  at: AnalysedStatement,
  fields: Fields,
  columns: ReadonlySet<string>,
  take: (node: unknown) => void,
): void {
  const named = list(fields.cols).map((col) => (col as { ResTarget?: { name?: string } }).ResTarget?.name ?? '');
  const { schema, name } = rangeVar(fields.relation);
  const table: Relation | undefined = at.before.relation(schema, name);
  const targets = named.length > 0 ? named : [...(table?.columns.keys() ?? [])];
  const select = (fields.selectStmt as { SelectStmt?: { valuesLists?: unknown; targetList?: unknown } } | undefined)
    ?.SelectStmt;
  const rows = list(select?.valuesLists).map((row) => list((row as { List?: { items?: unknown } }).List?.items));
  const selected = list(select?.targetList).map((t) => (t as { ResTarget?: { val?: unknown } }).ResTarget?.val);
  for (const row of selected.length > 0 ? [...rows, selected] : rows) {
    row.forEach((item, i) => {
      if (columns.has(targets[i] ?? '')) take(item);
    });
  }
}

/** Location of the string constant in an expression: itself, in a list or array, in a branch of CASE or COALESCE; not in another cast. */
function constantIn(node: unknown, value: string): number | undefined {
  if (Array.isArray(node)) return first(node, value);
  if (typeof node !== 'object' || node === null) return undefined;
  if ('A_Const' in node) {
    const { sval, location } = node.A_Const as { sval?: { sval?: string }; location?: number };
    return sval?.sval === value ? (location ?? 0) : undefined;
  }
  for (const tag of THROUGH) {
    const inner: unknown = (node as Fields)[tag];
    if (typeof inner === 'object' && inner !== null) return first(Object.values(inner), value);
  }
  return undefined;
}

const THROUGH = ['List', 'A_ArrayExpr', 'CaseExpr', 'CaseWhen', 'CoalesceExpr', 'Constraint'];

function first(nodes: readonly unknown[], value: string): number | undefined {
  for (const node of nodes) {
    const found = constantIn(node, value);
    if (found !== undefined) return found;
  }
  return undefined;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

import type { Node } from '@pgsql/types';
import type { Relation } from '../catalog/catalog.js';
import { columnNamed } from '../sql/tree.js';
import type { FileContext } from './analysed.js';

/** Why a condition lets every row through; undefined when it may not. */
export function whyWhole(
  where: Node | undefined,
  table: Relation | undefined,
  addedHere: ReadonlySet<string>,
): string | undefined {
  if (!where) return 'it has no WHERE';
  return alwaysTrue(where, table, addedHere);
}

function alwaysTrue(node: Node, table: Relation | undefined, addedHere: ReadonlySet<string>): string | undefined {
  if ('A_Const' in node) return node.A_Const.boolval?.boolval === true ? 'its WHERE is always true' : undefined;
  if ('A_Expr' in node) {
    const { kind, name, lexpr, rexpr } = node.A_Expr;
    const equals = kind === 'AEXPR_OP' && name?.length === 1 && JSON.stringify(name[0]) === '{"String":{"sval":"="}}';
    const left = constant(lexpr);
    return equals && left !== undefined && left === constant(rexpr) ? 'its WHERE is always true' : undefined;
  }
  if ('BoolExpr' in node) {
    const reasons = (node.BoolExpr.args ?? []).map((arg) => alwaysTrue(arg, table, addedHere));
    if (node.BoolExpr.boolop === 'OR_EXPR') return reasons.find((r) => r !== undefined);
    if (node.BoolExpr.boolop === 'AND_EXPR' && reasons.every((r) => r !== undefined)) return reasons[0];
    return undefined;
  }
  if (!('NullTest' in node)) return undefined;
  const column = columnNamed(node.NullTest.arg);
  if (column === undefined) return undefined;
  if (node.NullTest.nulltesttype === 'IS_NULL')
    return addedHere.has(column) ? `${column} was just added, so it is NULL in every row` : undefined;
  return table?.columns.get(column)?.notNull ? `${column} is never NULL` : undefined;
}

function constant(node: Node | undefined): string | undefined {
  if (!node || !('A_Const' in node)) return undefined;
  const { location: _, ...value } = node.A_Const;
  return JSON.stringify(value);
}

/** Columns without a default that this file adds to the table before the statement: NULL in every row that there is. */
export function addedHere(file: FileContext, relation: string, before: number): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { statement } of file.statements.slice(0, before)) {
    if (!('AlterTableStmt' in statement.node) || statement.node.AlterTableStmt.relation?.relname !== relation) continue;
    for (const cmd of statement.node.AlterTableStmt.cmds ?? []) {
      const def =
        'AlterTableCmd' in cmd && cmd.AlterTableCmd.subtype === 'AT_AddColumn' ? cmd.AlterTableCmd.def : undefined;
      if (!def || !('ColumnDef' in def) || !def.ColumnDef.colname) continue;
      const filled = (def.ColumnDef.constraints ?? []).some(
        (c) => 'Constraint' in c && FILLS.has(c.Constraint.contype ?? ''),
      );
      if (!filled) names.add(def.ColumnDef.colname);
    }
  }
  return names;
}

const FILLS: ReadonlySet<string> = new Set(['CONSTR_DEFAULT', 'CONSTR_GENERATED', 'CONSTR_IDENTITY']);

import { rangeVar } from '../../sql/names.js';
import type { Statement } from '../../sql/script.js';
import type { AnalysedStatement, FileContext } from '../rule.js';

export interface ColumnChange {
  readonly at: AnalysedStatement;
  /** The table's key, or its name when the catalog does not know it. */
  readonly table: string;
  readonly tableName: string;
  readonly column: string;
  /** The only subcommand of its statement. */
  readonly alone: boolean;
}

/** Columns that the file adds to or drops from tables that were there before it. */
export function columnChanges(file: FileContext, subtype: 'AT_AddColumn' | 'AT_DropColumn'): readonly ColumnChange[] {
  return file.statements.flatMap((at) => {
    const { node } = at.statement;
    if (!('AlterTableStmt' in node)) return [];
    const { schema, name } = rangeVar(node.AlterTableStmt.relation);
    const table = at.before.relation(schema, name)?.key ?? name;
    if (at.bornHere.has(table)) return [];
    const cmds = node.AlterTableStmt.cmds ?? [];
    return cmds.flatMap((cmd) => {
      if (!('AlterTableCmd' in cmd) || cmd.AlterTableCmd.subtype !== subtype) return [];
      const { name: dropped, def } = cmd.AlterTableCmd;
      const column = subtype === 'AT_DropColumn' ? dropped : def && 'ColumnDef' in def ? def.ColumnDef.colname : undefined;
      return column === undefined ? [] : [{ at, table, tableName: name, column, alone: cmds.length === 1 }];
    });
  });
}

/** The table that a data change writes; undefined for other statements. */
export function writtenTable({ node }: Statement): { readonly schema?: string; readonly name: string } | undefined {
  if ('UpdateStmt' in node) return rangeVar(node.UpdateStmt.relation);
  if ('InsertStmt' in node) return rangeVar(node.InsertStmt.relation);
  return undefined;
}

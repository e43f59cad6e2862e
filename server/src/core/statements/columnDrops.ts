import type { Node } from '@pgsql/types';
import { subcommandParts } from '../sql/parts.js';
import type { Statement } from '../sql/script.js';
import { rangeVar } from '../sql/tree.js';
import type { Span } from '../text/span.js';
import type { AnalysedStatement, FileContext } from './analysed.js';

export interface ColumnChange {
  readonly at: AnalysedStatement;
  /** The table's key, or its name when the catalog does not know it. */
  readonly table: string;
  readonly tableName: string;
  readonly column: string;
  /** The subcommand in the text. */
  readonly span: Span;
  /** The subcommands of its statement, when they could be told apart. */
  readonly parts: readonly Span[];
}

/** Columns that the file adds to, or that it drops and that were in, tables that were there before it. */
export function columnChanges(file: FileContext, subtype: 'AT_AddColumn' | 'AT_DropColumn'): readonly ColumnChange[] {
  return file.statements.flatMap((at) => {
    const { statement } = at;
    const alter = 'AlterTableStmt' in statement.node ? statement.node.AlterTableStmt : undefined;
    const cmds = alter?.cmds ?? [];
    if (alter?.objtype !== 'OBJECT_TABLE' || !cmds.some((cmd) => subtypeOf(cmd) === subtype)) return [];
    const { schema, name } = rangeVar(alter.relation);
    const relation = at.before.relation(schema, name);
    const table = relation?.key ?? name;
    if (at.bornHere.has(table)) return [];
    const found = subcommandParts(statement);
    const parts = found.length === cmds.length ? found : [];
    return cmds.flatMap((cmd, i) => {
      if (!('AlterTableCmd' in cmd) || cmd.AlterTableCmd.subtype !== subtype) return [];
      const { name: dropped, def } = cmd.AlterTableCmd;
      const column =
        subtype === 'AT_DropColumn' ? dropped : def && 'ColumnDef' in def ? def.ColumnDef.colname : undefined;
      // Dropping what the file itself has added takes nothing from anybody.
      const isOwn = subtype === 'AT_DropColumn' && relation?.columns.get(column ?? '')?.origin.half === file.half;
      return column === undefined || isOwn
        ? []
        : [{ at, table, tableName: name, column, span: parts[i] ?? statement.span, parts }];
    });
  });
}

function subtypeOf(cmd: Node): string | undefined {
  return 'AlterTableCmd' in cmd ? cmd.AlterTableCmd.subtype : undefined;
}

/** The table that a data change writes; undefined for other statements. */
export function writtenTable({ node }: Statement): { readonly schema?: string; readonly name: string } | undefined {
  if ('UpdateStmt' in node) return rangeVar(node.UpdateStmt.relation);
  if ('InsertStmt' in node) return rangeVar(node.InsertStmt.relation);
  return undefined;
}

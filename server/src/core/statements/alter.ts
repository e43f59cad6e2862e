import type { AlterTableCmd, ColumnDef, Constraint } from '@pgsql/types';
import type { Statement } from '../sql/script.js';
import { as, columnConstraints } from '../sql/tree.js';
import type { Span } from '../text/span.js';
import type { AnalysedStatement } from './analysed.js';
import { afterName, codeTokens, commaParts } from './spans.js';
import { type Subject, subjectOf } from './subject.js';

/** One subcommand of an ALTER TABLE. */
export interface Subcommand {
  readonly cmd: AlterTableCmd;
  readonly span: Span;
  readonly table: Subject;
  /** It is the only one of its statement. */
  readonly alone: boolean;
}

/** The subcommands of an ALTER TABLE on a table that others can see; empty for anything else. */
export function subcommands(at: AnalysedStatement): readonly Subcommand[] {
  const stmt = as(at.statement.node, 'AlterTableStmt');
  if (stmt?.objtype !== 'OBJECT_TABLE') return [];
  const table = subjectOf(at, stmt.relation);
  if (table.isNew) return [];
  const cmds = (stmt.cmds ?? []).flatMap((node) => as(node, 'AlterTableCmd') ?? []);
  const tokens = codeTokens(at.statement);
  const parts = commaParts(at.statement, tokens, afterName(at.statement, tokens, 2));
  return cmds.map((cmd, i) => ({
    cmd,
    table,
    span: parts.length === cmds.length ? parts[i]! : at.statement.span,
    alone: cmds.length === 1,
  }));
}

/** The subcommand of an ALTER TABLE of the table that has no other: what a down does to undo one thing. */
export function onlySubcommand({ node }: Statement, table: string): AlterTableCmd | undefined {
  const alter = as(node, 'AlterTableStmt');
  const [cmd, ...more] = alter?.relation?.relname === table ? (alter.cmds ?? []) : [];
  return more.length === 0 ? as(cmd, 'AlterTableCmd') : undefined;
}

export interface AddedColumn extends Subcommand {
  readonly column: ColumnDef;
  readonly constraints: readonly Constraint[];
}

/** The columns that the statement adds to a table that others can see; one that is there already (IF NOT EXISTS) is left out. */
export function addedColumns(at: AnalysedStatement): readonly AddedColumn[] {
  return subcommands(at).flatMap((sub) => {
    const column = sub.cmd.subtype === 'AT_AddColumn' ? as(sub.cmd.def, 'ColumnDef') : undefined;
    if (!column) return [];
    if (sub.cmd.missing_ok && sub.table.relation?.columns.has(column.colname ?? '')) return [];
    const constraints = columnConstraints(column);
    return [{ ...sub, column, constraints }];
  });
}

export interface AddedConstraint extends Subcommand {
  readonly constraint: Constraint;
}

/** The table constraints that the statement adds to a table that others can see. */
export function addedConstraints(at: AnalysedStatement): readonly AddedConstraint[] {
  return subcommands(at).flatMap((sub) => {
    const constraint = sub.cmd.subtype === 'AT_AddConstraint' ? as(sub.cmd.def, 'Constraint') : undefined;
    return constraint ? [{ ...sub, constraint }] : [];
  });
}

import type { Node } from '@pgsql/types';
import { subcommandParts } from '../sql/parts.js';
import { parsesCleanly } from '../sql/read.js';
import { as, rangeVar } from '../sql/tree.js';
import { dropDefault, sqlOf } from '../sql/write.js';
import type { AnalysedStatement, FileContext } from '../statements/analysed.js';
import { editFix, insert, replace } from './edits.js';
import type { Fix } from './fix.js';

/**
 * One constant for a column that this file has just added: as the default of ADD COLUMN it is stored once, in the catalog, and no row is
 * touched (PostgreSQL 11 and later). The default goes again, so that the column ends as it was meant.
 */
export function constantDefault(at: AnalysedStatement, file: FileContext): readonly Fix[] {
  const update = as(at.statement.node, 'UpdateStmt');
  const target = update?.targetList?.length === 1 ? as(update.targetList[0], 'ResTarget') : undefined;
  const column = target?.indirection ? undefined : target?.name;
  const value = target?.val && isConstant(target.val) ? sqlOf(at.statement, target.val) : undefined;
  const table = rangeVar(update?.relation);
  const key = at.before.relation(table.schema, table.name)?.key;
  if (
    !update ||
    update.fromClause ||
    update.withClause ||
    update.returningClause ||
    column === undefined ||
    value === undefined ||
    key === undefined
  )
    return [];
  const end = endOfAddition(at, file, key, column);
  if (end === undefined) return [];
  const drop = dropDefault(table, column);
  const edits = [insert(end, ` DEFAULT ${value}`), replace(at.statement.span, drop)];
  if (!parsesCleanly(`ALTER TABLE t ADD COLUMN c int DEFAULT ${value}; ${drop}`)) return [];
  // Triggers that fire on UPDATE do not see it.
  return [editFix(file, `Give ${column} the value as a default while it is added: no row is touched`, 'review', edits)];
}

/** A literal, also with a type: its default needs no look at a row. */
function isConstant(node: Node): boolean {
  const cast = as(node, 'TypeCast');
  if (cast) return cast.arg !== undefined && 'A_Const' in cast.arg;
  return 'A_Const' in node && node.A_Const.isnull !== true;
}

/** Where the definition of the column ends in the statement that adds it, when rows stay as they are from there to the UPDATE. */
function endOfAddition(at: AnalysedStatement, file: FileContext, key: string, column: string): number | undefined {
  const earlier = file.statements.slice(0, at.statement.index).reverse();
  for (const { statement, before } of earlier) {
    const alter = as(statement.node, 'AlterTableStmt');
    const { schema, name } = rangeVar(alter?.relation);
    if (alter && before.relation(schema, name)?.key === key) {
      const cmds = (alter.cmds ?? []).map((c) => as(c, 'AlterTableCmd'));
      const i = cmds.findIndex(
        (cmd) => cmd?.subtype === 'AT_AddColumn' && as(cmd.def, 'ColumnDef')?.colname === column,
      );
      const parts = subcommandParts(statement);
      const constraints = as(cmds[i]?.def, 'ColumnDef')?.constraints ?? [];
      const isFilled = cmds[i]?.missing_ok || constraints.some((c) => FILLS.has(as(c, 'Constraint')?.contype ?? ''));
      if (i >= 0) return parts.length === cmds.length && !isFilled ? parts[i]!.end : undefined;
    } else if (!QUIET.has(statement.kind)) return undefined;
  }
  return undefined;
}

const FILLS: ReadonlySet<string> = new Set(['CONSTR_DEFAULT', 'CONSTR_GENERATED', 'CONSTR_IDENTITY']);
/** Statements that leave the rows alone. */
const QUIET: ReadonlySet<string> = new Set([
  'AlterTableStmt',
  'IndexStmt',
  'VariableSetStmt',
  'TransactionStmt',
  'CreateStmt',
  'CommentStmt',
]);

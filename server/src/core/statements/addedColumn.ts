import type { Constraint, Node } from '@pgsql/types';
import { volatilityOf } from '../effects/volatility.js';
import { as, columnsIn, isNull, texts, uncast, walk } from '../sql/tree.js';
import { isSerial, typeRef } from '../sql/types.js';
import type { AddedColumn } from './alter.js';
import type { AnalysedStatement, FileContext } from './analysed.js';

/** The DEFAULT clause, when it gives a value: DEFAULT NULL is none. */
export function defaultOf({ constraints }: AddedColumn): Constraint | undefined {
  const found = constraints.find((c) => c.contype === 'CONSTR_DEFAULT');
  return found && !isNull(uncast(found.raw_expr)) ? found : undefined;
}

/** Every row gets a value without anybody giving one; a domain may have a default of its own. */
export function fillsItself(at: AnalysedStatement, added: AddedColumn): boolean {
  if (defaultOf(added) || isSerial(added.column.typeName)) return true;
  if (added.constraints.some((c) => c.contype === 'CONSTR_IDENTITY' || c.contype === 'CONSTR_GENERATED')) return true;
  const type = typeRef(added.column.typeName);
  return at.before.type(type.schema, type.name)?.kind === 'domain';
}

/** What makes a new column rewrite its table: a value for each row that only this row has. */
export function perRowValue(
  at: AnalysedStatement,
  added: AddedColumn,
): { readonly what: 'default' | 'serial' | 'identity'; readonly reason: string } | undefined {
  if (isSerial(added.column.typeName)) return { what: 'serial', reason: 'each row gets a number from a sequence' };
  if (added.constraints.some((c) => c.contype === 'CONSTR_IDENTITY'))
    return { what: 'identity', reason: 'each row gets a number from a sequence' };
  const given = defaultOf(added);
  const verdict = given && volatilityOf(given.raw_expr, at.before);
  return verdict?.volatile ? { what: 'default', reason: verdict.reason } : undefined;
}

/** A later statement that names the column may count on its values: a constraint, an index, an update. */
export function isUsedLater(at: AnalysedStatement, file: FileContext, column: string): boolean {
  return file.statements.some(({ statement }) => {
    if (statement.index <= at.statement.index) return false;
    if (columnsIn(statement.node).includes(column)) return true;
    for (const { content } of walk(statement.node)) {
      if (content['name'] === column || content['colname'] === column) return true;
      if (texts(content['keys'] as Node[] | undefined).includes(column)) return true;
    }
    return false;
  });
}

/** This statement or a later one makes it the primary key, or NOT NULL after all. */
export function becomesKey(at: AnalysedStatement, file: FileContext, { column, table }: AddedColumn): boolean {
  const name = column.colname ?? '';
  return file.statements.some(({ statement: { index, node } }) => {
    const alter = index < at.statement.index ? undefined : as(node, 'AlterTableStmt');
    if (alter?.relation?.relname !== table.name.name) return false;
    return (alter.cmds ?? []).some((item) => {
      const cmd = as(item, 'AlterTableCmd');
      if (cmd?.subtype === 'AT_SetNotNull') return cmd.name === name;
      const constraint = as(cmd?.def, 'Constraint');
      if (constraint?.contype !== 'CONSTR_PRIMARY') return false;
      return constraint.indexname !== undefined || (constraint.keys ?? []).some((k) => as(k, 'String')?.sval === name);
    });
  });
}

import { derivedName } from '../sql/derivedName.js';
import {
  addCheckNotValid,
  dropConstraint,
  dropNotNull,
  type ObjectName,
  quoteIdent,
  setNotNull,
  validateConstraint,
} from '../sql/write.js';

/** The statements around a CHECK that proves a column NOT NULL, so that SET NOT NULL reads nothing (12 and later). */
export function notNullProof(table: ObjectName, column: string) {
  const constraint = notNullName(table.name, column);
  return {
    constraint,
    add: addCheckNotValid(table, constraint, `${quoteIdent(column)} IS NOT NULL`),
    validate: validateConstraint(table, constraint),
    drop: dropConstraint(table, constraint),
    setNotNull: setNotNull(table, column),
    dropNotNull: dropNotNull(table, column),
  };
}

/** Name of the helper constraint that proves a column NOT NULL for the time of the change; `t_c_not_null` is what PostgreSQL 18 calls its own. */
export function notNullName(table: string, column: string): string {
  return derivedName([table, column], 'not_null_check');
}

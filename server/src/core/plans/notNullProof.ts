import {
  addCheckNotValid,
  dropConstraint,
  dropNotNull,
  type ObjectName,
  quoteIdent,
  setNotNull,
  validateConstraint,
} from '../sql/write.js';
import { notNullName } from '../statements/tables.js';

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

import { batchedFixes } from '../plans/batches.js';
import { rangeVar } from '../sql/tree.js';
import { upToName } from '../statements/clause.js';
import { addedHere, whyWhole } from '../statements/wholeTable.js';
import type { Rule } from './rule.js';

export const deleteWholeTable: Rule = {
  id: 'delete-whole-table',
  title: 'DELETE of all rows of a table in one statement',
  danger: 'loses-data',
  severity: 'warning',
  statements: ['DeleteStmt'],
  directions: ['up'],
  sources: [
    'https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-ROWS',
    'https://www.postgresql.org/docs/current/sql-delete.html',
  ],
  *check(at, file) {
    const { statement, before, bornHere } = at;
    if (!('DeleteStmt' in statement.node)) return;
    const del = statement.node.DeleteStmt;
    const { schema, name } = rangeVar(del.relation);
    const table = before.relation(schema, name);
    if (table && (bornHere.has(table.key) || table.temporary)) return;
    const why = whyWhole(del.whereClause, table, addedHere(file, name, statement.index));
    if (why === undefined || (del.usingClause && del.whereClause)) return;
    yield {
      span: upToName(statement, del.relation?.location),
      message: `Deletes every row of ${name} in one transaction: the data is lost and each row locked until commit.`,
      detail:
        `It deletes everything because ${why}. Foreign keys that cascade delete more. Is that meant? If so, delete in batches ` +
        'along the primary key, with a commit after each. TRUNCATE is quicker, but takes ACCESS EXCLUSIVE and fails where foreign keys refer to the table.',
      fixes: () => batchedFixes(at, file, { verb: 'delete', walked: table }),
    };
  },
};

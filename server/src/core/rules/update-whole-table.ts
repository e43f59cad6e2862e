import { constantDefault } from '../fixes/constantDefault.js';
import { batchedFixes } from '../plans/batches.js';
import { rangeVar } from '../sql/tree.js';
import { upToName } from '../statements/clause.js';
import { addedHere, whyWhole } from '../statements/wholeTable.js';
import { capitalized } from '../text/words.js';
import type { Rule } from './rule.js';

export const updateWholeTable: Rule = {
  id: 'update-whole-table',
  title: 'UPDATE of a whole table in one statement',
  danger: 'blocks-writes',
  severity: 'warning',
  statements: ['UpdateStmt'],
  directions: ['up'],
  sources: [
    'https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-ROWS',
    'https://www.postgresql.org/docs/current/routine-vacuuming.html#VACUUM-FOR-SPACE-RECOVERY',
    'strong_migrations: backfilling data',
  ],
  *check(at, file) {
    const { statement, before, bornHere } = at;
    if (!('UpdateStmt' in statement.node)) return;
    const update = statement.node.UpdateStmt;
    const { schema, name } = rangeVar(update.relation);
    const table = before.relation(schema, name);
    if (table && (bornHere.has(table.key) || table.temporary)) return;
    const why = whyWhole(update.whereClause, table, addedHere(file, name, statement.index));
    if (why === undefined || (update.fromClause && update.whereClause)) return;
    yield {
      span: upToName(statement, update.relation?.location),
      message: `Updates every row of ${name} in one transaction: each row stays locked against writes until commit.`,
      detail:
        `${capitalized(why)}. PostgreSQL writes a new version of every row: the table can double in size, replicas fall behind, and whatever ` +
        'this migration locked before stays locked meanwhile. Change the rows in batches along the primary key, with a commit after each batch, in a migration of its own.',
      fixes: () => [...constantDefault(at, file), ...batchedFixes(at, file, { verb: 'update', walked: table })],
    };
  },
};

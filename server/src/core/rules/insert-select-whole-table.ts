import type { Node } from '@pgsql/types';
import { rangeVar } from '../sql/names.js';
import { upToName } from './lib/clause.js';
import { whyWhole } from './lib/wholeTable.js';
import type { AnalysedStatement, Rule } from './rule.js';

export const insertSelectWholeTable: Rule = {
  id: 'insert-select-whole-table',
  title: 'INSERT … SELECT copies a whole table in one statement',
  danger: 'blocks-writes',
  severity: 'information',
  statements: ['InsertStmt'],
  directions: ['up'],
  sources: ['https://www.postgresql.org/docs/current/sql-insert.html', 'https://www.postgresql.org/docs/current/mvcc-intro.html'],
  *check(at) {
    const { statement } = at;
    if (!('InsertStmt' in statement.node)) return;
    const { relation, selectStmt } = statement.node.InsertStmt;
    if (!selectStmt || !('SelectStmt' in selectStmt)) return;
    const select = selectStmt.SelectStmt;
    if (select.limitCount || select.op !== 'SETOP_NONE' || whyWhole(select.whereClause, undefined, new Set()) === undefined) return;
    const source = oldTable(select.fromClause, at);
    if (source === undefined) return;
    yield {
      span: upToName(statement, relation?.location),
      message: `Copies every row of ${source} in one transaction, which stays open as long as the table is large.`,
      detail:
        `Rows written to ${source} after this statement began are not copied, locks that the migration took before are held all the while, ` +
        'and vacuum cannot clean up behind it. Copy in batches along the primary key with a commit after each, and keep both tables in step with a trigger.',
    };
  },
};

/** The one table that is read, when it is a table that was there before this migration. */
function oldTable(from: readonly Node[] | undefined, { before, bornHere }: AnalysedStatement): string | undefined {
  const [only] = from ?? [];
  if (from?.length !== 1 || !only || !('RangeVar' in only)) return undefined;
  const { schema, name } = rangeVar(only.RangeVar);
  const table = before.relation(schema, name);
  return table && !bornHere.has(table.key) && !table.temporary && (table.kind === 'table' || table.kind === 'partitionedTable') ? name : undefined;
}

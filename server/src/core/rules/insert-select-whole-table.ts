import type { Node, SelectStmt } from '@pgsql/types';
import type { Relation } from '../catalog/catalog.js';
import { batchedFixes } from '../plans/batches.js';
import { rangeVar, texts, walk } from '../sql/tree.js';
import type { AnalysedStatement } from '../statements/analysed.js';
import { upToName } from '../statements/clause.js';
import { whyWhole } from '../statements/wholeTable.js';
import type { Rule } from './rule.js';

export const insertSelectWholeTable: Rule = {
  id: 'insert-select-whole-table',
  title: 'INSERT … SELECT copies a whole table in one statement',
  danger: 'blocks-writes',
  severity: 'information',
  statements: ['InsertStmt'],
  directions: ['up'],
  sources: [
    'https://www.postgresql.org/docs/current/sql-insert.html',
    'https://www.postgresql.org/docs/current/mvcc-intro.html',
  ],
  *check(at, file) {
    const { statement } = at;
    if (!('InsertStmt' in statement.node)) return;
    const { relation, selectStmt } = statement.node.InsertStmt;
    if (!selectStmt || !('SelectStmt' in selectStmt) || !copiesRows(selectStmt.SelectStmt)) return;
    const source = oldTable(selectStmt.SelectStmt.fromClause, at);
    if (!source) return;
    const target = rangeVar(relation);
    const written = at.before.relation(target.schema, target.name);
    yield {
      span: upToName(statement, relation?.location),
      message: `Copies every row of ${source.name} in one transaction, which stays open as long as the table is large.`,
      detail:
        `Rows written to ${source.name} after this statement began are not copied, locks that the migration took before are held all the while, ` +
        'and vacuum cannot clean up behind it. Copy in batches along the primary key with a commit after each, and keep both tables in step with a trigger.',
      fixes: () => batchedFixes(at, file, { verb: 'copy', walked: source, written }),
    };
  },
};

const AGGREGATES: ReadonlySet<string> = new Set([
  'count',
  'sum',
  'min',
  'max',
  'avg',
  'array_agg',
  'string_agg',
  'json_agg',
  'jsonb_agg',
  'json_object_agg',
  'jsonb_object_agg',
  'bool_and',
  'bool_or',
  'every',
]);

/** Every row of the source gives a row: no condition, nothing that puts rows together or leaves some out. */
function copiesRows(select: SelectStmt): boolean {
  if (
    select.limitCount ||
    select.op !== 'SETOP_NONE' ||
    select.groupClause ||
    select.havingClause ||
    select.distinctClause
  )
    return false;
  if (whyWhole(select.whereClause, undefined, new Set()) === undefined) return false;
  for (const { tag, content } of walk(select.targetList)) {
    if (tag !== 'FuncCall' || content['over']) continue;
    const name = texts(content['funcname'] as Node[] | undefined).at(-1);
    if (name !== undefined && AGGREGATES.has(name)) return false;
  }
  return true;
}

/** The one table that is read, when it is a table that was there before this migration. */
function oldTable(from: readonly Node[] | undefined, { before, bornHere }: AnalysedStatement): Relation | undefined {
  const [only] = from ?? [];
  if (from?.length !== 1 || !only || !('RangeVar' in only)) return undefined;
  const { schema, name } = rangeVar(only.RangeVar);
  const table = before.relation(schema, name);
  const isOld = table && !bornHere.has(table.key) && !table.temporary;
  return isOld && (table.kind === 'table' || table.kind === 'partitionedTable') ? table : undefined;
}

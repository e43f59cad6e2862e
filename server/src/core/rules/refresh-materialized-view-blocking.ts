import { editFix, insert } from '../fixes/edits.js';
import type { Fix } from '../fixes/fix.js';
import { earlierThan } from '../reversal/sources.js';
import { rangeVar } from '../sql/tree.js';
import type { AnalysedStatement, FileContext } from '../statements/analysed.js';
import { visibleLocks } from '../statements/locks.js';
import { spanOfWords } from '../statements/spans.js';
import { type Subject, subjectOf } from '../statements/subject.js';
import type { Rule } from './rule.js';

export const refreshMaterializedViewBlocking: Rule = {
  id: 'refresh-materialized-view-blocking',
  title: 'Materialized view refreshed while its readers wait',
  danger: 'blocks-reads',
  severity: 'warning',
  statements: ['RefreshMatViewStmt'],
  directions: ['up'],
  sources: ['https://www.postgresql.org/docs/current/sql-refreshmaterializedview.html'],
  *check(at, file) {
    if (!('RefreshMatViewStmt' in at.statement.node)) return;
    const { relation, concurrent, skipData } = at.statement.node.RefreshMatViewStmt;
    const view = subjectOf(at, relation);
    if (
      concurrent ||
      skipData ||
      view.isNew ||
      visibleLocks(at, 'ACCESS EXCLUSIVE').length === 0 ||
      isEmpty(at, file, view)
    )
      return;
    const unique = hasUniqueIndex(at, view);
    const fix = unique ? concurrently(at, file) : undefined;
    yield {
      span: spanOfWords(at.statement, 'REFRESH', 'MATERIALIZED', 'VIEW') ?? at.statement.span,
      message: `ACCESS EXCLUSIVE lock on ${view.display} blocks its readers until the whole query has run.`,
      detail:
        'REFRESH … CONCURRENTLY computes the new content aside and takes EXCLUSIVE, under which reads go on; it may run in a transaction. It needs a unique index on plain columns, without WHERE, ' +
        (unique
          ? 'and there is one.'
          : `which no migration makes: CREATE UNIQUE INDEX … ON ${view.display} (the columns that identify a row), then refresh CONCURRENTLY.`),
      ...(fix ? { fixes: [fix] } : {}),
    };
  },
};

function hasUniqueIndex({ before }: AnalysedStatement, { relation }: Subject): boolean {
  if (!relation) return false;
  return before.indexesOn(relation.key).some((i) => i.unique && i.valid && !i.partial && !i.expression);
}

/** Made WITH NO DATA and not filled since: a read fails anyway, so nobody reads it, and CONCURRENTLY is refused. */
function isEmpty(at: AnalysedStatement, file: FileContext, view: Subject): boolean {
  for (const { node } of earlierThan(file, at.statement)()) {
    if ('CreateTableAsStmt' in node && rangeVar(node.CreateTableAsStmt.into?.rel).name === view.name.name)
      return node.CreateTableAsStmt.into?.skipData === true;
    if ('RefreshMatViewStmt' in node && rangeVar(node.RefreshMatViewStmt.relation).name === view.name.name)
      return node.RefreshMatViewStmt.skipData === true;
  }
  return false;
}

function concurrently(at: AnalysedStatement, file: FileContext): Fix | undefined {
  const words = spanOfWords(at.statement, 'REFRESH', 'MATERIALIZED', 'VIEW');
  return words && editFix(file, 'Refresh CONCURRENTLY', 'safe', [insert(words.end, ' CONCURRENTLY')]);
}

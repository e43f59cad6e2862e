import { as } from '../sql/tree.js';
import type { AnalysedStatement } from '../statements/analysed.js';
import { listSpans } from '../statements/spans.js';
import { subjectOf } from '../statements/subject.js';
import { listed } from '../text/words.js';
import type { Rule } from './rule.js';

export const truncateTable: Rule = {
  id: 'truncate-table',
  title: 'TRUNCATE of a table with data',
  danger: 'loses-data',
  severity: 'warning',
  statements: ['TruncateStmt'],
  directions: ['up'],
  sources: ['https://www.postgresql.org/docs/current/sql-truncate.html', 'squawk: ban-truncate-cascade'],
  *check(at) {
    const truncate = as(at.statement.node, 'TruncateStmt');
    if (!truncate) return;
    const named = (truncate.relations ?? []).map((node) => subjectOf(at, as(node, 'RangeVar')));
    const spans = listSpans(
      at.statement,
      named.length,
      ...(at.statement.tokens.some((t) => t.type === 'TABLE') ? ['TRUNCATE', 'TABLE'] : ['TRUNCATE']),
    );
    const cascades = truncate.behavior === 'DROP_CASCADE';
    const others = cascades ? alsoEmptied(at, new Set(named.map((t) => t.relation?.key ?? t.display))) : [];
    const old = named.flatMap((table, i) => (table.isNew ? [] : [{ table, span: spans[i]! }]));
    const [first] = old;
    if (!first) return;
    yield {
      span: { start: first.span.start, end: old.at(-1)!.span.end },
      message: `Deletes every row of ${listed(old.map((o) => o.table.display))} under ACCESS EXCLUSIVE; no down brings them back.`,
      detail:
        `${cascades ? `CASCADE empties every table with a foreign key to a named one too${others.length > 0 ? `: ${listed(others, 5)}` : ''}. ` : ''}` +
        'TRUNCATE fires no DELETE triggers, does not follow row security, and is not seen by snapshots that were taken before it: they find the table empty. ' +
        'Keep a copy if the rows may be needed, or say with a suppression and a reason why they are not.',
      related: old.flatMap(({ table: { relation, display } }) =>
        relation
          ? [{ uri: relation.origin.uri, span: relation.origin.span, message: `${display} was created here.` }]
          : [],
      ),
    };
  },
};

/** What the catalog knows that goes with them. */
function alsoEmptied(at: AnalysedStatement, named: ReadonlySet<string>): readonly string[] {
  return at.effect.locks
    .filter((l) => l.mode === 'ACCESS EXCLUSIVE' && l.role === 'referencing' && !l.bornHere && !named.has(l.relation))
    .map((l) => l.display);
}

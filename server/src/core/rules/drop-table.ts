import { moveFromCounterpart } from '../fixes/counterpart.js';
import { isOnlyStatement, removeStatement } from '../fixes/edits.js';
import type { Fix } from '../fixes/fix.js';
import { ignoring } from '../fixes/ignore.js';
import { guardOfNew } from '../fixes/lockTimeout.js';
import { newMigrations } from '../plans/newMigrations.js';
import { unused } from '../plans/plan.js';
import { deriveDown } from '../reversal/derive.js';
import { earlierThan } from '../reversal/sources.js';
import { comment } from '../sql/quote.js';
import { as, objectNames, qualifiedName } from '../sql/tree.js';
import type { AnalysedStatement, FileContext } from '../statements/analysed.js';
import { dependents } from '../statements/dependents.js';
import { restsOnLaterDrop } from '../statements/goneLater.js';
import { namesDependOnSession } from '../statements/nameResolution.js';
import { listSpans } from '../statements/spans.js';
import { type Subject, subjectNamed } from '../statements/subject.js';
import { alsoLocked } from '../statements/tables.js';
import { listed } from '../text/words.js';
import type { Rule } from './rule.js';

export const dropTable: Rule = {
  id: 'drop-table',
  title: 'Drops a table with its rows',
  danger: 'loses-data',
  severity: 'warning',
  statements: ['DropStmt'],
  directions: ['up'],
  sources: ['https://www.postgresql.org/docs/current/sql-droptable.html', 'squawk: ban-drop-table', 'atlas: DS102'],
  *check(at, file) {
    const drop = as(at.statement.node, 'DropStmt');
    if (drop?.removeType !== 'OBJECT_TABLE') return;
    const named = (drop.objects ?? []).map((object) => subjectNamed(at, qualifiedName(objectNames(object))));
    const spans = listSpans(at.statement, named.length, 'DROP', 'TABLE');
    for (const [i, table] of named.entries()) {
      if (table.isNew || (drop.missing_ok === true && isAbsent(at, file, table))) continue;
      const failing = drop.behavior === 'DROP_CASCADE' ? undefined : refused(at, table, named);
      if (failing) {
        yield { span: spans[i]!, ...failing };
        continue;
      }
      const others = table.relation
        ? alsoLocked(at, table.relation.key).filter((d) => !named.some((n) => n.display === d))
        : [];
      const known = table.relation;
      yield {
        span: spans[i]!,
        message: `Drops ${table.display} with its rows under ACCESS EXCLUSIVE: no down brings them back, and code that uses it fails.`,
        detail:
          `${others.length > 0 ? `Foreign keys tie it to ${listed(others)}: reads and writes there wait as well, until commit. ` : ''}` +
          `Release an application that does not use ${table.display} first, then drop it in a migration of its own. ` +
          'Renaming it for one release keeps the rows at hand in case something was overlooked; a dump keeps them for good.',
        related: known
          ? [{ uri: known.origin.uri, span: known.origin.span, message: `${table.display} was created here.` }]
          : [],
        fixes: () => (named.length === 1 ? dropLater(at, file, table) : []),
      };
    }
  },
};

/** What hangs on it and is not dropped with it: without CASCADE PostgreSQL refuses. */
function refused(at: AnalysedStatement, { relation, display }: Subject, named: readonly Subject[]) {
  const dropped = new Set(named.flatMap((n) => n.relation?.key ?? []));
  const blockers = relation ? dependents(at, relation, dropped) : [];
  if (blockers.length === 0) return undefined;
  const names = blockers.map((b) => b.label);
  return {
    severity: 'error' as const,
    message: `Dropping ${display} fails: ${listed(names, 1)} ${names.length > 1 ? 'need' : 'needs'} it.`,
    detail: `PostgreSQL refuses to drop what others depend on (2BP01). Drop ${listed(names, 5)} first, by name: CASCADE would drop them, and what hangs on them, without saying so.`,
    related: blockers.map((b) => ({ uri: b.origin.uri, span: b.origin.span, message: `${b.label} comes from here.` })),
  };
}

/** IF EXISTS of what an earlier migration dropped, or in the first migration of all, does nothing. */
function isAbsent(at: AnalysedStatement, file: FileContext, table: Subject): boolean {
  if (table.relation) return false;
  const { schema, name } = table.name;
  const schemas = schema === undefined ? at.before.searchPath : [schema];
  if (schemas.some((s) => at.before.dropped(`${s}.${name}`) !== undefined)) return true;
  const isFirst = file.migration !== undefined && file.set?.migrations[0]?.id === file.migration.id;
  return (
    isFirst &&
    file.statements.some((s) => s.statement.index > at.statement.index && s.after.relation(schema, name) !== undefined)
  );
}

/** Out of a migration that does more, to be applied when nothing uses the table any more. */
function dropLater(at: AnalysedStatement, file: FileContext, table: Subject): readonly Fix[] {
  const { statement } = at;
  const { schema, name } = table.name;
  const replaced = file.statements.at(-1)?.after.relation(schema, name) !== undefined;
  if (replaced || namesDependOnSession(file) || isOnlyStatement(file, statement)) return [];
  if (restsOnLaterDrop(at, file, table.relation)) return [];
  const moved = moveFromCounterpart(file, name);
  if (!moved) return [];
  const derived = deriveDown([at], { earlier: earlierThan(file, statement) });
  const back = moved.statements.length > 0 ? moved.statements : [...derived.notes.map(comment), ...derived.statements];
  const files = newMigrations(file, [
    {
      name: `drop_${name}`,
      when: unused(name),
      up: [guardOfNew(), ignoring('drop-table', 'nothing uses it any more'), statement.text],
      down: back.length > 0 ? back : ['-- Irreversible: the rows are gone.'],
    },
  ]);
  if (!files) return [];
  return [
    {
      title: `Drop ${name} in a new migration, to apply after the next release`,
      safety: 'review',
      edits: [{ uri: file.uri, edits: [removeStatement(file.script, statement)] }, ...moved.edits],
      newFiles: files,
    },
  ];
}

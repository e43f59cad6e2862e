import type { RelationLock } from '../effects/effect.js';
import { editFix, eolOf, insert, replace } from '../fixes/edits.js';
import type { Fix } from '../fixes/fix.js';
import type { Statement } from '../sql/script.js';
import { as, objectNames, qualifiedName } from '../sql/tree.js';
import { qualified } from '../sql/write.js';
import { subcommands } from '../statements/alter.js';
import type { AnalysedStatement, FileContext } from '../statements/analysed.js';
import { columnDependents, type Dependent, dependents } from '../statements/dependents.js';
import { codeTokens, listSpans, spanWithin } from '../statements/spans.js';
import { subjectNamed, subjectOf } from '../statements/subject.js';
import { nameOf } from '../statements/tables.js';
import type { Span, TextEdit } from '../text/span.js';
import { listed } from '../text/words.js';
import type { Report, Rule } from './rule.js';

export const dropCascade: Rule = {
  id: 'drop-cascade',
  title: 'CASCADE drops what it does not name',
  danger: 'loses-data',
  severity: 'warning',
  statements: ['DropStmt', 'AlterTableStmt', 'TruncateStmt'],
  directions: ['up'],
  sources: ['https://www.postgresql.org/docs/current/ddl-depend.html', 'squawk: ban-truncate-cascade'],
  *check(at, file) {
    const { node } = at.statement;
    if ('AlterTableStmt' in node) yield* ofColumns(at, file);
    else if ('TruncateStmt' in node) yield* ofTruncate(at, file);
    else yield* ofDrop(at, file);
  },
};

/** What DROP names, when other things in the schema can hang on it. */
const DROPS: ReadonlySet<string> = new Set([
  'OBJECT_TABLE',
  'OBJECT_VIEW',
  'OBJECT_MATVIEW',
  'OBJECT_SEQUENCE',
  'OBJECT_FOREIGN_TABLE',
  'OBJECT_TYPE',
  'OBJECT_DOMAIN',
  'OBJECT_SCHEMA',
  'OBJECT_FUNCTION',
  'OBJECT_PROCEDURE',
  'OBJECT_EXTENSION',
  'OBJECT_INDEX',
]);

function* ofDrop(at: AnalysedStatement, file: FileContext): Iterable<Report> {
  const drop = as(at.statement.node, 'DropStmt');
  if (drop?.behavior !== 'DROP_CASCADE' || !DROPS.has(drop.removeType ?? '')) return;
  const names = (drop.objects ?? []).map((o) => qualifiedName(objectNames(o)));
  const keys = new Set(names.map((n) => subjectNamed(at, n).relation?.key ?? ''));
  const subjects = names.map((n) => subjectNamed(at, n));
  const known =
    drop.removeType === 'OBJECT_TABLE' || drop.removeType === 'OBJECT_VIEW' || drop.removeType === 'OBJECT_MATVIEW';
  // What this migration made, nothing of the schema before it hangs on, unless this migration made that too.
  if (known && subjects.every((s) => s.isNew)) return;
  if (drop.missing_ok && known && subjects.every((s) => isGone(at, s.name))) return;
  const also = known ? subjects.flatMap((s) => (s.relation ? dependents(at, s.relation, keys) : [])) : [];
  const what = listed(names.map((n) => n.name));
  const isKnown = known && subjects.every((t) => t.relation !== undefined);
  yield report(at, file, what, also, isKnown, cascadeIn(at.statement));
}

/** An earlier migration dropped it, and none made it again: IF EXISTS then does nothing. */
function isGone(at: AnalysedStatement, { schema, name }: { schema?: string | undefined; name: string }): boolean {
  if (at.before.relation(schema, name)) return false;
  return (schema === undefined ? at.before.searchPath : [schema]).some(
    (s) => at.before.dropped(`${s}.${name}`) !== undefined,
  );
}

function* ofColumns(at: AnalysedStatement, file: FileContext): Iterable<Report> {
  for (const { cmd, span, table } of subcommands(at)) {
    if (cmd.behavior !== 'DROP_CASCADE') continue;
    const name = cmd.name ?? '';
    if (cmd.subtype !== 'AT_DropColumn' && cmd.subtype !== 'AT_DropConstraint') continue;
    const also = table.relation ? columnDependents(at, table.relation, cmd.subtype, name) : [];
    yield report(at, file, name, also, table.relation !== undefined, spanWithin(at.statement, span, 'CASCADE'));
  }
}

function* ofTruncate(at: AnalysedStatement, file: FileContext): Iterable<Report> {
  const truncate = as(at.statement.node, 'TruncateStmt');
  if (truncate?.behavior !== 'DROP_CASCADE') return;
  const named = (truncate.relations ?? []).map((node) => subjectOf(at, as(node, 'RangeVar')));
  if (named.every((t) => t.isNew)) return;
  const keys = new Set(named.map((t) => t.relation?.key ?? ''));
  const locks = at.effect.locks.filter((l) => l.role === 'referencing' && !l.bornHere && !keys.has(l.relation));
  const also = locks.map((l) => l.display);
  const span = cascadeIn(at.statement) ?? at.statement.span;
  yield {
    span,
    message:
      also.length > 0
        ? `CASCADE also empties ${listed(also)}, under ACCESS EXCLUSIVE.`
        : 'CASCADE empties every table that refers to this one, known here or not.',
    detail: `Foreign keys are followed from table to table. Name the tables that are to be emptied instead: one more that refers to them then makes TRUNCATE fail, and loses nothing.`,
    related: [],
    fixes:
      also.length > 0
        ? naming(at, file, span, locks)
        : withoutCascade(file, span, 'it fails if a table that is not named refers to it'),
  };
}

function report(
  at: AnalysedStatement,
  file: FileContext,
  on: string,
  also: readonly Dependent[],
  isKnown: boolean,
  found: Span | undefined,
): Report {
  const span = found ?? at.statement.span;
  const nothing = also.length === 0 && isKnown;
  return {
    span,
    ...(nothing ? { severity: 'information' as const } : {}),
    message:
      also.length > 0
        ? `CASCADE also drops ${listed(also.map((d) => d.label))}.`
        : nothing
          ? `CASCADE has nothing to drop that a migration made; what else depends on ${on} goes without a word.`
          : `CASCADE drops whatever depends on ${on}, seen here or not.`,
    detail:
      `Objects that depend on ${on} go without being named: views, foreign keys of other tables, columns of a type, defaults. ` +
      'Each takes ACCESS EXCLUSIVE on its own table as well, and a down written for the one statement does not bring them back. Drop them by name first; without CASCADE the statement fails when something was overlooked.',
    related: also.map((d) => ({ uri: d.origin.uri, span: d.origin.span, message: `${d.label} was made here.` })),
    fixes:
      also.length > 0
        ? byName(at, file, span, also)
        : withoutCascade(file, span, 'it fails if something depends on it'),
  };
}

/** What depends on it dropped by name first, and CASCADE gone: the same end where the migrations tell all of it. */
function byName(at: AnalysedStatement, file: FileContext, span: Span, also: readonly Dependent[]): readonly Fix[] {
  const eol = eolOf(file.script);
  const { start } = at.statement.span;
  const drops = also.map((d) => `${d.drop};${eol}`).join('');
  return [
    editFix(file, `Drop ${listed(also.map((d) => d.label))} by name, without CASCADE`, 'review', [
      insert(start, drops),
      cut(file, span),
    ]),
  ];
}

/** CASCADE is the last word of DROP and TRUNCATE. */
function cascadeIn(statement: Statement): Span | undefined {
  return codeTokens(statement).findLast((t) => t.type === 'CASCADE')?.span;
}

function withoutCascade(file: FileContext, span: Span, consequence: string): readonly Fix[] {
  return [editFix(file, `Remove CASCADE: ${consequence}`, 'review', [cut(file, span)])];
}

/** The tables that CASCADE would empty, in the list. */
function naming(at: AnalysedStatement, file: FileContext, span: Span, locks: readonly RelationLock[]): readonly Fix[] {
  const truncate = as(at.statement.node, 'TruncateStmt');
  const listedSpans = listSpans(at.statement, truncate?.relations?.length ?? 0, 'TRUNCATE');
  const end = listedSpans.at(-1)?.end;
  const names = locks.flatMap((l) => at.before.relationByKey(l.relation) ?? []).map((r) => nameOf(r, at.before));
  if (end === undefined || end >= span.start || names.length < locks.length) return [];
  const more = names.map((n) => `, ${qualified(n.schema, n.name)}`).join('');
  return [
    editFix(file, `Name ${listed(locks.map((l) => l.display))} instead of CASCADE`, 'review', [
      insert(end, more),
      cut(file, span),
    ]),
  ];
}

/** The word and the space before it. */
function cut(file: FileContext, span: Span): TextEdit {
  return replace({ start: file.script.text.slice(0, span.start).trimEnd().length, end: span.end }, '');
}

import type { Relation } from '../catalog/catalog.js';
import { editFix, eolOf, insert, replace } from '../fixes/edits.js';
import type { Fix } from '../fixes/fix.js';
import { lengthCheckFix, newColumnFix } from '../plans/newType.js';
import { as, text } from '../sql/tree.js';
import type { TypeRef } from '../sql/types.js';
import type { AnalysedStatement, FileContext } from '../statements/analysed.js';
import { views } from '../statements/dependents.js';
import { codeTokens, spanWithin } from '../statements/spans.js';
import { alsoLocked, emptiedBefore, workOn } from '../statements/tables.js';
import { type ColumnTypeChange, hasUsing, typeChanges, typeSince } from '../statements/typeChanges.js';
import type { Span } from '../text/span.js';
import { listed } from '../text/words.js';
import { sharesTransaction } from '../transactions.js';
import type { Report, Rule } from './rule.js';

export const changeTypeRewrites: Rule = {
  id: 'change-type-rewrites',
  title: 'Type change that rewrites the table or rebuilds its indexes',
  danger: 'rewrites',
  severity: 'warning',
  statements: ['AlterTableStmt'],
  directions: ['up'],
  sources: [
    'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES',
    'src/backend/commands/tablecmds.c: ATColumnChangeRequiresRewrite',
    'squawk: changing-column-type',
    'strong_migrations: changing the type of a column',
  ],
  *check(at, file) {
    for (const change of typeChanges(at)) {
      const report = refused(at, change) ?? reportOf(at, file, change);
      if (report) yield report;
    }
  },
};

/** Whatever the types: views and rules have the old one in their trees (ATPrepAlterColumnType, RememberAllDependentForRebuilding). */
function refused(at: AnalysedStatement, { table, columnName, span }: ColumnTypeChange): Report | undefined {
  const blockers = table.relation ? views(at, table.relation, columnName, new Set()) : [];
  if (blockers.length === 0) return undefined;
  const names = blockers.map((b) => b.label);
  return {
    span,
    severity: 'error',
    message: `Changing the type of ${table.display}.${columnName} fails: ${listed(names, 1)} ${names.length > 1 ? 'use' : 'uses'} it.`,
    detail: `PostgreSQL refuses to change the type of a column that a view reads (0A000), even where nothing would be rewritten. Drop ${listed(names, 5)} before and create again after it, in one transaction.`,
    related: blockers.map((v) => ({ uri: v.origin.uri, span: v.origin.span, message: `${v.label} reads it.` })),
  };
}

function reportOf(at: AnalysedStatement, file: FileContext, change: ColumnTypeChange): Report | undefined {
  const { table, column, columnName, toSql, verdict } = change;
  const key = table.relation?.key ?? table.display;
  const work = workOn(at, table);
  const rewrites = work.some((w) => w.kind === 'rewrite') && verdict?.rewrite !== false;
  const builds =
    work.some((w) => w.kind === 'indexBuild') && at.before.indexesOn(key).some((i) => i.dependsOn.includes(columnName));
  const scans = work.some((w) => w.kind === 'scan') && constrains(table.relation, columnName);
  if ((!rewrites && !builds && !scans) || emptiedBefore(at, file, table, 'truncate')) return undefined;
  const related = column ? [typeSince(columnName, column)] : [];
  if (!rewrites) {
    const what = builds ? 'Rebuilds indexes' : 'Reads all';
    return {
      span: change.span,
      message: `${what} of ${table.display} under ACCESS EXCLUSIVE: reads and writes wait.`,
      detail: `The rows stay as they are, but ${sentence(work.map((w) => w.reason))}. Nobody can use ${table.display} meanwhile. Drop the index or constraint before, and make it again afterwards: CONCURRENTLY, or NOT VALID and VALIDATE.`,
      related,
    };
  }
  const reason =
    verdict?.reason ?? `the type that ${columnName} has is not known here, and most changes of type rewrite`;
  return {
    span: change.span,
    ...(!verdict && MAYBE_FREE.has(change.to.name) && !hasUsing(change) ? { severity: 'information' as const } : {}),
    message: `${verdict ? 'Rewrites' : 'May rewrite'} ${table.display} under ACCESS EXCLUSIVE: reads and writes wait until every row is copied.`,
    detail:
      `To ${toSql}: ${reason}. All indexes are rebuilt too, the disk has to hold both copies, and replicas replay all of it. ` +
      `Safer: a second column of the new type, kept equal by a trigger, filled in batches, which takes over in a later release.${alternatives(change)}${around(at, change)}`,
    related,
    fixes: () => [...inUtc(file, at, change), ...lengthCheckFix(at, file, change), ...newColumnFix(at, file, change)],
  };
}

/** What else is locked or left behind. */
function around(at: AnalysedStatement, { table, columnName, column }: ColumnTypeChange): string {
  const others = table.relation ? alsoLocked(at, table.relation.key) : [];
  const owned = at.before.ownedSequences(table.relation?.key ?? '').filter((s) => s.ownedBy?.[1] === columnName);
  const serial = column?.serial === true && !column.identity && owned.length > 0;
  return [
    others.length > 0 ? ` Foreign keys put ${listed(others)} under ACCESS EXCLUSIVE as well.` : '',
    serial ? ` Its sequence ${owned[0]!.name} keeps its own type: change that with ALTER SEQUENCE … AS.` : '',
  ].join('');
}

/** Types to which another one of their kind changes for free. */
const MAYBE_FREE: ReadonlySet<string> = new Set([
  'text',
  'varchar',
  'numeric',
  'timestamptz',
  'timestamp',
  'varbit',
  'citext',
]);

/** A CHECK or foreign key on the column is made anew with its type, and every row is checked again. */
function constrains(table: Relation | undefined, column: string): boolean {
  return [...(table?.constraints.values() ?? [])].some(
    (c) => (c.kind === 'check' || c.kind === 'foreignKey') && c.columns.includes(column),
  );
}

function sentence(reasons: readonly string[]): string {
  return [...new Set(reasons)].join(', and ') || 'its indexes are built anew';
}

function alternatives({ column, to }: ColumnTypeChange): string {
  if (!column) return '';
  if (isTimestamps(column.type, to))
    return " With the session's TimeZone set to UTC nothing is rewritten: do that when the values are meant as UTC.";
  if (to.name === 'varchar' && column.type.name === 'text')
    return ' A limit on the length can be a CHECK instead, which never rewrites.';
  return '';
}

function isTimestamps(from: TypeRef, to: TypeRef): boolean {
  if (from.array > 0 || to.array > 0) return false;
  return (
    (from.name === 'timestamp' && to.name === 'timestamptz') || (from.name === 'timestamptz' && to.name === 'timestamp')
  );
}

/** Only where the values are UTC already: in another zone this says something else about them. */
function inUtc(file: FileContext, at: AnalysedStatement, change: ColumnTypeChange): readonly Fix[] {
  const { column, to } = change;
  if (!column || !isTimestamps(column.type, to) || to.mods.length > 0) return [];
  const using = usingClause(at, change);
  const said = using && saysUtc(change);
  if (using && !said) return [];
  const indexed = at.before
    .indexesOn(change.table.relation?.key ?? '')
    .some((i) => i.dependsOn.includes(change.columnName));
  if (indexed) return [];
  const local = sharesTransaction(at, file);
  const set = isUtc(at.before.timeZone)
    ? []
    : [insert(at.statement.span.start, `SET ${local ? 'LOCAL ' : ''}TimeZone = 'UTC';${eolOf(file.script)}`)];
  const title = said
    ? 'Say UTC by the TimeZone instead of USING: nothing is rewritten then'
    : 'Take the values as UTC: nothing is rewritten then';
  return [editFix(file, title, 'review', [...set, ...(using ? [replace(using, '')] : [])])];
}

/** `USING …` with the space before it. */
function usingClause(at: AnalysedStatement, change: ColumnTypeChange): Span | undefined {
  const word = hasUsing(change) ? spanWithin(at.statement, change.span, 'USING') : undefined;
  if (!word) return undefined;
  const before = codeTokens(at.statement).findLast((t) => t.span.end <= word.start);
  return { start: before?.span.end ?? word.start, end: change.span.end };
}

/** `USING c AT TIME ZONE 'UTC'`: what the change itself does while TimeZone is UTC. */
function saysUtc({ cmd, columnName }: ColumnTypeChange): boolean {
  const call = as(as(cmd.def, 'ColumnDef')?.raw_default, 'FuncCall');
  const [zone, value] = call?.args ?? [];
  const fields = as(value, 'ColumnRef')?.fields ?? [];
  return (
    text(call?.funcname?.at(-1)) === 'timezone' &&
    isUtc(text(zone)) &&
    fields.length === 1 &&
    text(fields[0]) === columnName
  );
}

function isUtc(zone: string | undefined): boolean {
  return zone !== undefined && /^(etc\/)?(utc|uct|zulu|universal|gmt)$/i.test(zone);
}

import type { Relation } from '../catalog/catalog.js';
import { typeName } from '../sql/names.js';
import { hasUsing, lengthCheckFix, newColumnFix, type ColumnTypeChange, typeChanges } from './lib/typeChanges.js';
import { rewritten } from './lib/tables.js';
import type { AnalysedStatement, FileContext, Fix, Report, Rule } from './rule.js';

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
      const report = reportOf(at, file, change);
      if (report) yield report;
    }
  },
};

function reportOf(at: AnalysedStatement, file: FileContext, change: ColumnTypeChange): Report | undefined {
  const { table, column, columnName, toSql, verdict } = change;
  const key = table.relation?.key ?? table.display;
  const work = at.effect.work.filter((w) => w.relation === key && !w.bornHere);
  const rewrites = rewritten(at).has(key) && verdict?.rewrite !== false;
  const builds = work.some((w) => w.kind === 'indexBuild') && at.before.indexesOn(key).some((i) => i.dependsOn.includes(columnName));
  const scans = work.some((w) => w.kind === 'scan') && constrains(table.relation, columnName);
  if (!rewrites && !builds && !scans) return undefined;
  const related = column ? [{ uri: column.origin.uri, span: column.origin.span, message: `${columnName} is ${typeName(column.type)} since here.` }] : [];
  if (!rewrites) {
    const what = builds ? 'Rebuilds indexes' : 'Reads all';
    return {
      span: change.span,
      message: `${what} of ${table.display} under ACCESS EXCLUSIVE: reads and writes wait.`,
      detail: `The rows stay as they are, but ${sentence(work.map((w) => w.reason))}. Nobody can use ${table.display} meanwhile. Drop the index or constraint before, and make it again afterwards: CONCURRENTLY, or NOT VALID and VALIDATE.`,
      related,
    };
  }
  const reason = verdict?.reason ?? `the type that ${columnName} has is not known here, and most changes of type rewrite`;
  return {
    span: change.span,
    message: `Rewrites ${table.display} under ACCESS EXCLUSIVE: reads and writes wait until every row is copied.`,
    detail:
      `To ${toSql}: ${reason}. All indexes are rebuilt too, the disk has to hold both copies, and replicas replay all of it. ` +
      `Safer: a second column of the new type, kept equal by a trigger, filled in batches, which takes over in a later release.${alternatives(change)}`,
    related,
    fixes: [...inUtc(file, at, change), ...lengthCheckFix(at, file, change), ...newColumnFix(at, file, change)],
  };
}

/** A CHECK or foreign key on the column is made anew with its type, and every row is checked again. */
function constrains(table: Relation | undefined, column: string): boolean {
  return [...(table?.constraints.values() ?? [])].some((c) => (c.kind === 'check' || c.kind === 'foreignKey') && c.columns.includes(column));
}

function sentence(reasons: readonly string[]): string {
  return [...new Set(reasons)].join(', and ') || 'its indexes are built anew';
}

function alternatives({ column, to }: ColumnTypeChange): string {
  if (!column) return '';
  if (isTimestamps(column.type.name, to.name)) return " With the session's TimeZone set to UTC nothing is rewritten: do that when the values are meant as UTC.";
  if (to.name === 'varchar' && column.type.name === 'text') return ' A limit on the length can be a CHECK instead, which never rewrites.';
  return '';
}

function isTimestamps(from: string, to: string): boolean {
  return (from === 'timestamp' && to === 'timestamptz') || (from === 'timestamptz' && to === 'timestamp');
}

/** Only where the values are UTC already: in another zone this says something else about them. */
function inUtc(file: FileContext, at: AnalysedStatement, change: ColumnTypeChange): readonly Fix[] {
  const { column, to } = change;
  if (!column || !isTimestamps(column.type.name, to.name) || to.mods.length > 0 || hasUsing(change)) return [];
  const { start } = at.statement.span;
  const local = at.inTransaction ? 'LOCAL ' : '';
  const indexed = at.before.indexesOn(change.table.relation?.key ?? '').some((i) => i.dependsOn.includes(change.columnName));
  if (indexed) return [];
  return [
    {
      title: 'Take the values as UTC: nothing is rewritten then',
      safety: 'review',
      edits: [{ uri: file.uri, edits: [{ span: { start, end: start }, newText: `SET ${local}TimeZone = 'UTC';\n` }] }],
      newFiles: [],
    },
  ];
}

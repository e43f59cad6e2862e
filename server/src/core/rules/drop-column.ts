import { isOnlyStatement } from '../fixes/edits.js';
import type { Fix } from '../fixes/fix.js';
import { dropLater, isRequired } from '../plans/laterDrop.js';
import { type Subcommand, subcommands } from '../statements/alter.js';
import type { AnalysedStatement, FileContext } from '../statements/analysed.js';
import { columnChanges } from '../statements/columnDrops.js';
import { views } from '../statements/dependents.js';
import { alsoLocked } from '../statements/tables.js';
import { listed } from '../text/words.js';
import type { Rule } from './rule.js';

export const dropColumn: Rule = {
  id: 'drop-column',
  title: 'Drops a column with its values',
  danger: 'loses-data',
  severity: 'warning',
  statements: ['AlterTableStmt'],
  directions: ['up'],
  sources: [
    'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-DROP-COLUMN',
    'squawk: ban-drop-column',
    'strong_migrations: removing a column',
    'atlas: DS103',
  ],
  *check(at, file) {
    for (const sub of subcommands(at)) {
      const { cmd, table } = sub;
      const name = cmd.name ?? '';
      if (cmd.subtype !== 'AT_DropColumn' || isAbsent(sub)) continue;
      const column = table.relation?.columns.get(name);
      // Added by this very migration: nobody has used it yet.
      if (column && column.origin.half === file.half) continue;
      const blockers =
        cmd.behavior !== 'DROP_CASCADE' && table.relation ? views(at, table.relation, name, new Set()) : [];
      const related = [
        ...(column ? [{ uri: column.origin.uri, span: column.origin.span, message: `${name} was added here.` }] : []),
        ...blockers.map((v) => ({ uri: v.origin.uri, span: v.origin.span, message: `${v.label} reads it.` })),
      ];
      if (blockers.length > 0) {
        yield {
          span: sub.span,
          severity: 'error',
          message: `Dropping ${table.display}.${name} fails: ${listed(
            blockers.map((b) => b.label),
            1,
          )} uses it.`,
          detail: `PostgreSQL refuses to drop a column that a view reads. Replace or drop the view first, by name: CASCADE would drop it, and views on it, without saying so.`,
          related,
        };
        continue;
      }
      yield {
        span: sub.span,
        message: `Drops ${table.display}.${name} under ACCESS EXCLUSIVE: its values are gone, and queries that name it fail.`,
        detail: detailOf(at, sub, name),
        related,
        fixes: () => fixesFor(at, file, sub, name),
      };
    }
  },
};

/** IF EXISTS of a column that a known table does not have. */
function isAbsent({ cmd, table: { relation } }: Subcommand): boolean {
  return cmd.missing_ok === true && relation?.complete === true && !relation.columns.has(cmd.name ?? '');
}

function detailOf(at: AnalysedStatement, { table, cmd }: Subcommand, name: string): string {
  const { relation } = table;
  const others = relation ? alsoLocked(at, relation.key) : [];
  const constraints = relation
    ? [...relation.constraints.values()].filter((c) => c.kind !== 'notNull' && c.columns.includes(name))
    : [];
  const own = new Set(constraints.map((c) => c.indexName));
  const indexes = relation
    ? at.before.indexesOn(relation.key).filter((i) => i.dependsOn.includes(name) && !own.has(i.name))
    : [];
  const gone = [...indexes.map((i) => `index ${i.name}`), ...constraints.map((c) => `constraint ${c.name}`)];
  return [
    `Running code that reads or writes ${name}, by name or through a cached SELECT *, fails from the commit on: release an application that has let go of it first.`,
    gone.length > 0
      ? `With it go ${listed(gone, 5)}${cmd.behavior === 'DROP_CASCADE' ? ', and what CASCADE finds' : ''}.`
      : '',
    others.length > 0
      ? `Its foreign key locks ${listed(others)} as strongly: drop the constraint first, in a transaction of its own.`
      : '',
    'The space of the old values comes back only as rows are written anew.',
  ]
    .filter((s) => s !== '')
    .join(' ');
}

function fixesFor(at: AnalysedStatement, file: FileContext, sub: Subcommand, name: string): readonly Fix[] {
  const { table } = sub;
  const change = columnChanges(file, 'AT_DropColumn').find((c) => c.at === at && c.column === name);
  const comesBack =
    file.statements.at(-1)?.after.relation(table.name.schema, table.name.name)?.columns.has(name) === true;
  if (!change || comesBack) return [];
  if (isRequired(table.relation, name)) return dropLater(change, file);
  const isAll = change.parts.length <= 1 && isOnlyStatement(file, at.statement);
  return isAll ? [] : dropLater(change, file);
}

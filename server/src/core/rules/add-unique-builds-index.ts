import type { Constraint } from '@pgsql/types';
import { uniqueColumnInSteps, uniqueInSteps } from '../plans/uniqueByIndex.js';
import { type AddedColumn, addedColumns, addedConstraints, type Subcommand } from '../statements/alter.js';
import type { AnalysedStatement, FileContext } from '../statements/analysed.js';
import { visibleWork } from '../statements/locks.js';
import { spanWithin } from '../statements/spans.js';
import type { Report, Rule } from './rule.js';

export const addUniqueBuildsIndex: Rule = {
  id: 'add-unique-builds-index',
  title: 'Unique constraint or primary key that builds its index under lock',
  danger: 'blocks-reads',
  severity: 'warning',
  statements: ['AlterTableStmt'],
  directions: ['up'],
  sources: [
    'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT-USING-INDEX',
    'strong_migrations: adding a unique constraint',
    'squawk: disallowed-unique-constraint, adding-serial-primary-key-field',
  ],
  *check(at, file) {
    if (!visibleWork(at, 'indexBuild', 'rewrite')) return;
    for (const added of addedConstraints(at)) {
      if (!builds(added.constraint)) continue;
      const words = WORDS[added.constraint.contype ?? '']!;
      yield {
        ...report(added, added.constraint, spanWithin(at.statement, added.span, ...words)),
        fixes: () => uniqueInSteps(at, file, added),
      };
    }
    for (const added of addedColumns(at)) {
      const constraint = added.constraints.find(builds);
      if (constraint) yield inline(at, file, added, constraint);
    }
  },
};

const WORDS: Readonly<Record<string, readonly string[]>> = {
  CONSTR_PRIMARY: ['PRIMARY', 'KEY'],
  CONSTR_UNIQUE: ['UNIQUE'],
  CONSTR_EXCLUSION: ['EXCLUDE'],
};

function builds(constraint: Constraint): boolean {
  return (constraint.contype ?? '') in WORDS && constraint.indexname === undefined;
}

function report(added: Subcommand, constraint: Constraint, span: Report['span'] | undefined): Report {
  return {
    span: span ?? added.span,
    message: `ACCESS EXCLUSIVE lock on ${added.table.display} blocks reads and writes until the index is built.`,
    detail: detailFor(added, constraint),
  };
}

function detailFor({ table }: Subcommand, constraint: Constraint): string {
  if (constraint.contype === 'CONSTR_EXCLUSION') {
    return 'There is no concurrent way to build the index of an exclusion constraint. Run this when nobody needs the table, or fill a new table that has the constraint and swap the two.';
  }
  if (table.relation?.kind === 'partitionedTable') {
    return 'CONCURRENTLY and USING INDEX are refused on a partitioned table: build a unique index CONCURRENTLY on each partition, then add the constraint to the parent, which takes matching indexes over.';
  }
  const first =
    'Nobody can read or write the table meanwhile. CREATE UNIQUE INDEX CONCURRENTLY builds the same index while reads and writes go on, ' +
    'and ADD CONSTRAINT … USING INDEX then only makes it a constraint: a short lock, no scan.';
  return constraint.contype === 'CONSTR_PRIMARY'
    ? `${first} Make the columns NOT NULL first (CHECK … NOT VALID, VALIDATE, SET NOT NULL), or USING INDEX scans the table for nulls.`
    : first;
}

/** `ADD COLUMN … UNIQUE`: the column first, then the index, then the constraint. */
function inline(at: AnalysedStatement, file: FileContext, added: AddedColumn, constraint: Constraint): Report {
  const span = spanWithin(at.statement, added.span, ...WORDS[constraint.contype ?? '']!);
  return { ...report(added, constraint, span), fixes: () => uniqueColumnInSteps(at, file, added, constraint) };
}

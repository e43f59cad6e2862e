import { notValid } from '../plans/notValid.js';
import { splitOff } from '../plans/splitOff.js';
import { type AddedConstraint, addedColumns, addedConstraints } from '../statements/alter.js';
import type { AnalysedStatement, FileContext } from '../statements/analysed.js';
import { constraintName } from '../statements/constraintName.js';
import { inlineClause } from '../statements/inlineConstraint.js';
import { visibleLocks, visibleWork } from '../statements/locks.js';
import { spanOfWords, spanWithin } from '../statements/spans.js';
import { listed } from '../text/words.js';
import type { Report, Rule } from './rule.js';

export const addCheckValidated: Rule = {
  id: 'add-check-validated',
  title: 'Check constraint that reads the whole table while nobody else can',
  danger: 'blocks-reads',
  severity: 'warning',
  statements: ['AlterTableStmt', 'AlterDomainStmt'],
  directions: ['up'],
  sources: [
    'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES',
    'strong_migrations: adding a check constraint',
    'squawk: constraint-missing-not-valid',
  ],
  *check(at, file) {
    if (!visibleWork(at, 'scan', 'rewrite')) return;
    yield* ofDomain(at);
    for (const added of addedConstraints(at)) {
      const { constraint } = added;
      if (constraint.contype === 'CONSTR_CHECK' && !constraint.skip_validation && constraint.is_enforced !== false)
        yield whole(at, file, added);
    }
    yield* inline(at, file);
  },
};

const DETAIL =
  'Nobody can read or write the table while the condition is tested on every row. With NOT VALID the constraint holds for new rows at once, without a scan; ' +
  'VALIDATE CONSTRAINT in a later transaction tests the old ones under SHARE UPDATE EXCLUSIVE, while reads and writes go on.';

const messageFor = (table: string) =>
  `ACCESS EXCLUSIVE lock on ${table} blocks reads and writes until every row is checked.`;

function whole(at: AnalysedStatement, file: FileContext, added: AddedConstraint): Report {
  return {
    span: spanWithin(at.statement, added.span, 'CHECK') ?? added.span,
    message: messageFor(added.table.display),
    detail: DETAIL,
    fixes: () => notValid(at, file, added, added.constraint, constraintName(at, added.table, added.constraint)),
  };
}

/** `ADD COLUMN … CHECK (…)` reads the table too, though every value in the new column is the same. */
function* inline(at: AnalysedStatement, file: FileContext): Iterable<Report> {
  for (const added of addedColumns(at)) {
    for (const constraint of added.constraints) {
      if (constraint.contype !== 'CONSTR_CHECK' || constraint.is_enforced === false) continue;
      const clause = inlineClause(at.statement, constraint, added.span);
      const name = constraintName(at, added.table, constraint, added.column.colname);
      yield {
        span: clause?.word ?? added.span,
        message: messageFor(added.table.display),
        detail: `A CHECK on a new column scans the table, although no row has another value in it. ${DETAIL}`,
        fixes: () => (clause ? splitOff(at, file, added, clause, name) : []),
      };
    }
  }
}

/** ALTER DOMAIN reads every table that has a column of the domain; VALIDATE CONSTRAINT takes the same lock there. */
function* ofDomain(at: AnalysedStatement): Iterable<Report> {
  const stmt = 'AlterDomainStmt' in at.statement.node ? at.statement.node.AlterDomainStmt : undefined;
  const constraint = stmt?.def && 'Constraint' in stmt.def ? stmt.def.Constraint : undefined;
  if (constraint?.contype !== 'CONSTR_CHECK' || constraint.skip_validation) return;
  const locked = visibleLocks(at);
  if (locked.length === 0) return;
  const tables = listed(locked.map((lock) => lock.display));
  yield {
    span: spanOfWords(at.statement, 'CHECK') ?? at.statement.span,
    message: `SHARE lock on ${tables} blocks writes until every row is checked.`,
    detail:
      'Every table with a column of the domain is read while writes to it wait. NOT VALID leaves the old rows alone; validating them later takes the same lock. ' +
      'A CHECK on each table, added NOT VALID and validated, does the same without holding writes up.',
  };
}

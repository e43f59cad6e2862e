import { notValid } from '../plans/notValid.js';
import { splitOff } from '../plans/splitOff.js';
import { rangeVar } from '../sql/tree.js';
import { type AddedConstraint, addedColumns, addedConstraints } from '../statements/alter.js';
import type { AnalysedStatement, FileContext } from '../statements/analysed.js';
import { constraintName } from '../statements/constraintName.js';
import { inlineClause } from '../statements/inlineConstraint.js';
import { visibleWork } from '../statements/locks.js';
import { spanWithin } from '../statements/spans.js';
import { type Subject, subjectNamed } from '../statements/subject.js';
import type { Report, Rule } from './rule.js';

export const addForeignKeyValidated: Rule = {
  id: 'add-foreign-key-validated',
  title: 'Foreign key that checks every row while writes wait',
  danger: 'blocks-writes',
  severity: 'warning',
  statements: ['AlterTableStmt'],
  directions: ['up'],
  sources: [
    'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES',
    'src/backend/commands/tablecmds.c: ATAddForeignKeyConstraint, validateForeignKeyConstraint',
    'strong_migrations: adding a foreign key',
    'squawk: adding-foreign-key-constraint',
  ],
  *check(at, file) {
    if (!visibleWork(at, 'scan', 'rewrite')) return;
    for (const added of addedConstraints(at)) {
      const { constraint } = added;
      if (constraint.contype === 'CONSTR_FOREIGN' && !constraint.skip_validation && constraint.is_enforced !== false)
        yield whole(at, file, added);
    }
    yield* inline(at, file);
  },
};

const DETAIL =
  'ADD FOREIGN KEY takes SHARE ROW EXCLUSIVE on both tables and compares every row before it lets go. With NOT VALID it only checks new rows and is done at once; ' +
  'VALIDATE CONSTRAINT in a later transaction compares the old ones under SHARE UPDATE EXCLUSIVE, while reads and writes go on.';

const PARTITIONED =
  'ADD FOREIGN KEY takes SHARE ROW EXCLUSIVE on both tables and compares every row before it lets go. NOT VALID is refused on a partitioned table before PostgreSQL 18: ' +
  'add the key to each partition first (NOT VALID, then VALIDATE), then to the parent, which takes them over without a scan.';

function whole(at: AnalysedStatement, file: FileContext, added: AddedConstraint): Report {
  const { constraint, table } = added;
  const refused = table.relation?.kind === 'partitionedTable' && file.pg < 18;
  return {
    span: spanWithin(at.statement, added.span, 'FOREIGN', 'KEY') ?? added.span,
    message: messageFor(table, subjectNamed(at, rangeVar(constraint.pktable))),
    detail: refused ? PARTITIONED : DETAIL,
    fixes: () => (refused ? [] : notValid(at, file, added, constraint, constraintName(at, table, constraint))),
  };
}

function messageFor(table: Subject, referenced: Subject): string {
  const self = referenced.relation !== undefined && referenced.relation === table.relation;
  const both = self || referenced.isNew ? table.display : `${table.display} and ${referenced.display}`;
  return `SHARE ROW EXCLUSIVE lock on ${both} blocks writes until every row is checked.`;
}

/** `ADD COLUMN … DEFAULT x REFERENCES r`: the rows are not null, so they are compared, and under ACCESS EXCLUSIVE. */
function* inline(at: AnalysedStatement, file: FileContext): Iterable<Report> {
  for (const added of addedColumns(at)) {
    const constraint = added.constraints.find((c) => c.contype === 'CONSTR_FOREIGN');
    const filled = added.constraints.some(
      (c) => c.contype === 'CONSTR_DEFAULT' || c.contype === 'CONSTR_GENERATED' || c.contype === 'CONSTR_IDENTITY',
    );
    if (!constraint || !filled) continue;
    const clause = inlineClause(at.statement, constraint, added.span);
    const name = constraintName(at, added.table, constraint, added.column.colname);
    yield {
      span: clause?.body ?? added.span,
      message: `ACCESS EXCLUSIVE lock on ${added.table.display} blocks reads and writes until every row is checked.`,
      detail: `The new column has a value in every row, and each is looked up in ${rangeVar(constraint.pktable).name}. Add the column alone and the foreign key NOT VALID, then VALIDATE it in a later transaction.`,
      fixes: () => (clause ? splitOff(at, file, added, clause, name) : []),
    };
  }
}

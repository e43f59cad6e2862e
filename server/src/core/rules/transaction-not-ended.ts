import { editFix, eolOf, insert, replace } from '../fixes/edits.js';
import type { AnalysedStatement, FileContext } from '../statements/analysed.js';
import { leftOpen } from '../transactions.js';
import type { Report, Rule } from './rule.js';

export const transactionNotEnded: Rule = {
  id: 'transaction-not-ended',
  title: 'Transaction of the file that is never committed',
  danger: 'fails',
  severity: 'error',
  statements: ['TransactionStmt'],
  directions: ['up', 'down'],
  sources: [
    'https://www.postgresql.org/docs/current/sql-begin.html',
    'https://www.postgresql.org/docs/current/sql-prepare-transaction.html',
    'sbdchd/squawk#697',
  ],
  *check(at, file) {
    // A COMMIT may stand in what could not be read.
    if (!file.migration || file.script.errors.length > 0) return;
    if (leftOpen(file.mode, file.statements) === at.statement.index) yield open(at, file);
    if (at.unit.outcome === 'prepare' && at.unit.end === at.statement.index + 1) yield prepared(at, file);
  },
};

function open({ statement }: AnalysedStatement, file: FileContext): Report {
  const { text } = file.script;
  const eol = eolOf(file.script);
  const last = file.statements.at(-1)!.statement;
  const semicolon = last.fullSpan.end > last.span.end ? '' : ';';
  return {
    span: statement.span,
    message: 'No COMMIT ends this transaction: what it does is rolled back when the connection closes.',
    detail:
      'The statements run and nothing is kept, and a migration tool may record the migration all the same. End the file with COMMIT, or leave the BEGIN out where the tool opens a transaction by itself.',
    fixes: [
      editFix(file, 'Add COMMIT at the end', 'review', [
        insert(last.fullSpan.end, `${semicolon}${eol}COMMIT;${last.fullSpan.end === text.length ? eol : ''}`),
      ]),
    ],
  };
}

function prepared({ statement }: AnalysedStatement, file: FileContext): Report {
  return {
    span: statement.span,
    message: 'PREPARE TRANSACTION commits nothing: the changes wait, with their locks, for a COMMIT PREPARED.',
    detail:
      'A migration tool would record the migration as applied although nobody sees what it did. It also keeps VACUUM from clearing up behind it. End the transaction with COMMIT.',
    fixes: [editFix(file, 'End it with COMMIT', 'review', [replace(statement.span, 'COMMIT')])],
  };
}

import { made, removed, sameObject } from '../reversal/objects.js';
import type { Statement } from '../sql/script.js';
import { editFix, isPreparation } from './lib/fix.js';
import { onceOnly } from './lib/onceOnly.js';
import { transactionsOf } from './lib/sameTransaction.js';
import type { AnalysedStatement, FileContext, Rule } from './rule.js';

export const notRerunnable: Rule = {
  id: 'not-rerunnable',
  title: 'Statement that fails the second time, in a file that can stop half-way',
  danger: 'fails',
  severity: 'hint',
  statements: [],
  directions: ['up'],
  sources: [
    'https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY',
    'squawk: prefer-robust-stmts',
  ],
  *checkFile(file) {
    const transactions = transactionsOf(file);
    for (const at of file.statements) {
      if (!isKept(at, file, transactions) || clearsFirst(at.statement, file)) continue;
      for (const once of onceOnly(at, file)) {
        yield {
          span: once.span,
          message: `Stays when a later statement fails; the next try then fails here: ${once.because}.`,
          detail:
            'This file does not run in one transaction: when a later statement fails, what came before it is not undone. ' +
            'Somebody then has to repair the schema by hand before the migration can run again, unless each statement can run twice.',
          ...(once.edits
            ? { fixes: [editFix(file, once.title ?? 'Make it safe to run again', 'safe', once.edits)] }
            : {}),
        };
      }
    }
  },
};

/** The statement is committed before a later one that does something: half of the file may stay. */
function isKept(at: AnalysedStatement, file: FileContext, transactions: readonly number[]): boolean {
  const own = transactions[at.statement.index];
  return (
    !isPreparation(at.statement) &&
    file.statements.some(
      ({ statement }) =>
        statement.index > at.statement.index && transactions[statement.index] !== own && !isPreparation(statement),
    )
  );
}

/** An earlier DROP … IF EXISTS of the same object, or the object was made by this file: a second run finds what this one found. */
function clearsFirst(statement: Statement, file: FileContext): boolean {
  const before = file.script.statements.slice(0, statement.index);
  const makes = made(statement);
  if (makes.length > 0) return before.some((s) => removed(s).some((r) => makes.some((m) => sameObject(r, m))));
  const takes = removed(statement);
  return takes.length > 0 && before.some((s) => made(s).some((m) => takes.some((t) => sameObject(t, m))));
}

import { waitsForTransactions } from '../sql/concurrently.js';
import type { Statement } from '../sql/script.js';
import type { AnalysedStatement, FileContext } from '../statements/analysed.js';
import { visibleLocks } from '../statements/locks.js';
import type { TextEdit } from '../text/span.js';
import { eolOf, insert, withCommentsAbove } from './edits.js';

/** What waits for old transactions runs without a limit: the end of that wait would leave a half-done thing behind. */
export const UNLIMITED = 'SET lock_timeout = 0';

/** Lifts a limit that the file has set for one statement; it comes back for what follows, when that needs one. */
export function withoutLimit({ statement }: AnalysedStatement, file: FileContext): readonly TextEdit[] {
  const eol = eolOf(file.script);
  const lift = insert(withCommentsAbove(file.script, statement), `${UNLIMITED};${eol}`);
  const needs = file.statements.some(
    (s) => s.statement.index > statement.index && !waitsForTransactions(s.statement.node) && visibleLocks(s).length > 0,
  );
  const own = needs ? limitOf(statement, file) : undefined;
  if (own === undefined) return [lift];
  const semicolon = statement.fullSpan.end > statement.span.end ? '' : ';';
  return [lift, insert(statement.fullSpan.end, `${semicolon}${eol}${own};`)];
}

/** The limit that the file has set before a statement, as it holds for the session. */
export function limitOf({ index }: Statement, file: FileContext): string | undefined {
  const own = file.statements.findLast(({ statement }) => statement.index < index && setsLockTimeout(statement));
  return own?.statement.text.replace(/^SET\s+LOCAL\b/i, 'SET');
}

export function setsLockTimeout({ node }: Statement): boolean {
  return 'VariableSetStmt' in node && node.VariableSetStmt.name === 'lock_timeout';
}

import type { AnalysedStatement, FileContext } from '../rule.js';

/** The statements before this one that are in the same transaction, in order; none when it is in no transaction. */
export function earlierInTransaction(at: AnalysedStatement, file: FileContext): readonly AnalysedStatement[] {
  if (!at.inTransaction) return [];
  const before = file.statements.slice(0, at.statement.index);
  const start = before.findLastIndex(({ statement }) => 'TransactionStmt' in statement.node && !STAYS.has(statement.node.TransactionStmt.kind ?? ''));
  return before.slice(start + 1).filter((s) => s.inTransaction && s.begin?.start === at.begin?.start);
}

/** Savepoints do not end the transaction. */
const STAYS: ReadonlySet<string> = new Set(['TRANS_STMT_SAVEPOINT', 'TRANS_STMT_RELEASE', 'TRANS_STMT_ROLLBACK_TO']);

import type { Statement } from '../../sql/script.js';
import type { AnalysedStatement, FileContext } from '../rule.js';

/**
 * The tool sends the file as one simple query: its statements are one transaction block from COMMIT to COMMIT, whatever BEGIN says
 * (PostgreSQL documentation, 53.2.2.1; golang-migrate, and Diesel with or without its own transaction).
 */
export function isOneMessage(file: FileContext): boolean {
  return (file.migration?.transaction ?? 'auto') !== 'auto' && file.statements.length > 1;
}

/** The number of the transaction that each statement runs in; one that runs by itself has its own. */
export function transactionsOf(file: FileContext): readonly number[] {
  const oneMessage = isOneMessage(file);
  let current = 0;
  let open = oneMessage;
  return file.statements.map((at) => {
    if (!oneMessage && !(open && at.inTransaction)) current++;
    open = oneMessage || at.inTransaction || beginsTransaction(at.statement);
    const own = current;
    if (endsTransaction(at.statement)) {
      current++;
      open = oneMessage;
    }
    return own;
  });
}

/** The statements before this one that are in the same transaction, in order; none when it runs by itself. */
export function earlierInTransaction(at: AnalysedStatement, file: FileContext): readonly AnalysedStatement[] {
  const numbers = transactionsOf(file);
  const own = numbers[at.statement.index];
  return file.statements.slice(0, at.statement.index).filter((_, i) => numbers[i] === own);
}

function beginsTransaction({ node }: Statement): boolean {
  const kind = 'TransactionStmt' in node ? node.TransactionStmt.kind : undefined;
  return kind === 'TRANS_STMT_BEGIN' || kind === 'TRANS_STMT_START';
}

/** COMMIT, ROLLBACK and PREPARE TRANSACTION; savepoints do not. */
function endsTransaction({ node }: Statement): boolean {
  const kind = 'TransactionStmt' in node ? node.TransactionStmt.kind : undefined;
  return kind === 'TRANS_STMT_COMMIT' || kind === 'TRANS_STMT_ROLLBACK' || kind === 'TRANS_STMT_PREPARE';
}

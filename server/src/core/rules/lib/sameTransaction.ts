import type { Statement } from '../../sql/script.js';
import type { AnalysedStatement, FileContext } from '../rule.js';

/**
 * The tool sends the file as one simple query: its statements are one transaction block from COMMIT to COMMIT, whatever BEGIN says
 * (PostgreSQL documentation, 53.2.2.1; golang-migrate, and Diesel with or without its own transaction).
 */
export function isOneMessage(file: FileContext): boolean {
  return (file.migration?.transaction ?? 'auto') !== 'auto' && file.statements.length > 1;
}

const numbered = new WeakMap<FileContext, readonly number[]>();
const ofKind = new WeakMap<FileContext, Map<string, readonly AnalysedStatement[]>>();

/** The number of the transaction that each statement runs in, rising; one that runs by itself has its own. */
export function transactionsOf(file: FileContext): readonly number[] {
  const numbers = numbered.get(file) ?? numberTransactions(file);
  numbered.set(file, numbers);
  return numbers;
}

function numberTransactions(file: FileContext): readonly number[] {
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

/** The statements (of one kind) before this one that are in the same transaction, in order; none when it runs by itself. */
export function earlierInTransaction(
  at: AnalysedStatement,
  file: FileContext,
  kind?: string,
): readonly AnalysedStatement[] {
  const numbers = transactionsOf(file);
  const own = numbers[at.statement.index];
  const { index } = at.statement;
  const candidates = kind === undefined ? file.statements : statementsOfKind(file, kind);
  return candidates.filter((s) => s.statement.index < index && numbers[s.statement.index] === own);
}

/** Few statements of a long file are of a kind; looked up once for all that ask. */
function statementsOfKind(file: FileContext, kind: string): readonly AnalysedStatement[] {
  const kinds = ofKind.get(file) ?? new Map<string, readonly AnalysedStatement[]>();
  ofKind.set(file, kinds);
  const found = kinds.get(kind) ?? file.statements.filter((at) => at.statement.kind === kind);
  kinds.set(kind, found);
  return found;
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

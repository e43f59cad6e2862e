import type { TransactionMode } from '../core/migrations/migration.js';
import { type Unsendable, unsendable } from '../core/sql/unsendable.js';
import type { AnalysedStatement, FileContext } from '../core/statements/analysed.js';
import type { Span } from '../core/text/span.js';
import { leftOpen, transactionControl } from '../core/transactions.js';

/**
 * How the runner sends a script: `wrapped`, in a transaction of the runner; `none`, each statement alone; `own`, as the
 * file says: it begins and ends its transactions itself.
 */
export type StepTransaction = 'wrapped' | 'none' | 'own';

export interface ScriptProblem {
  readonly message: string;
  readonly span: Span | undefined;
}

/** Why a file cannot be run as a whole; undefined when it can. */
export function scriptProblem({ script, statements, mode }: FileContext): ScriptProblem | undefined {
  const [error] = script.errors;
  if (error) return { message: `${error.message}. Correct it first; nothing was sent.`, span: error.span };
  const [foreign] = unsendable(script);
  if (foreign) return { message: UNSENDABLE[foreign.kind](foreign.what), span: foreign.span };
  return transactionProblem(mode, statements) ?? (script.statements.length > 0 ? undefined : EMPTY);
}

const EMPTY: ScriptProblem = {
  message: 'it holds no statement, and an empty migration is not recorded as done. Write its SQL first.',
  span: undefined,
};

const UNSENDABLE: Readonly<Record<Unsendable['kind'], (what: string) => string>> = {
  command: (what) => `${what} is a command of psql, which Lockstep does not run. Remove it, or run the file with psql.`,
  data: (what) =>
    `${what} needs data from the client, which Lockstep does not send. Use INSERT, or run the file with psql.`,
  placeholder: (what) =>
    `the placeholder ${what} has no value here. Replace it, or run the file with the tool that fills it in.`,
};

/** What would be recorded as done and is not: the server keeps only what is committed. */
function transactionProblem(
  mode: TransactionMode,
  statements: readonly AnalysedStatement[],
): ScriptProblem | undefined {
  const begin = leftOpen(mode, statements);
  if (begin !== undefined) {
    const message =
      'the transaction that begins here is never committed, so nothing of it would stay. Add COMMIT at the end; nothing was sent.';
    return { message, span: statements[begin]?.statement.span };
  }
  const prepared = statements.find(({ unit }) => unit.outcome === 'prepare');
  if (prepared) {
    const message =
      'PREPARE TRANSACTION leaves what the file does uncommitted, so it cannot be recorded as done. End it with COMMIT; nothing was sent.';
    return { message, span: statements[prepared.unit.end - 1]?.statement.span };
  }
  const kept = statements.some(
    ({ unit, statement }) => unit.outcome === 'commit' && statement.kind !== 'TransactionStmt',
  );
  if (kept || statements.length === 0) return undefined;
  const message =
    'nothing that the file does is committed, so there is nothing to record as done. End its transaction with COMMIT; nothing was sent.';
  return { message, span: statements.at(-1)?.statement.span };
}

/** How the units of a file are sent. What the tool sends as one message is run statement by statement, in a transaction like the one that PostgreSQL makes of it. */
export function transactionOf(statements: readonly AnalysedStatement[]): StepTransaction {
  if (statements.some((s) => transactionControl(s.statement.node) !== undefined)) return 'own';
  return statements.every((s) => s.unit.kind === 'statement') ? 'none' : 'wrapped';
}

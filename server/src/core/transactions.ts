import type { Node } from '@pgsql/types';
import type { Effect } from './effects/effect.js';
import type { TransactionMode } from './migrations/migration.js';
import type { Statement } from './sql/script.js';

/** How a tool runs one file. */
interface Policy {
  /** Whether it opens a transaction around the file; `unlessForbidden`: not when a statement cannot be in one, or the file has its own. */
  readonly wraps: 'always' | 'never' | 'unlessForbidden';
  /** What the server gets at once: the text of the file as one simple query, or each statement by itself. */
  readonly sends: 'file' | 'statements';
}

const POLICIES: Readonly<Record<TransactionMode, Policy>> = {
  wrapped: { wraps: 'always', sends: 'file' },
  implicit: { wraps: 'never', sends: 'file' },
  stepwise: { wraps: 'always', sends: 'statements' },
  bare: { wraps: 'never', sends: 'statements' },
  auto: { wraps: 'unlessForbidden', sends: 'statements' },
};

/**
 * Statements of a file that run together: what one of them has done is gone when a later one fails. All units of a file in
 * order make up the file.
 */
export interface Unit {
  /**
   * `transaction`: a transaction block, of the tool or of the file. `message`: several statements in one simple query, which
   * PostgreSQL runs as a block from COMMIT to COMMIT, whatever BEGIN says (documentation, 53.2.2.1). `statement`: one by itself.
   */
  readonly kind: 'transaction' | 'message' | 'statement';
  /** Who opened it. A BEGIN in a block that is open already opens nothing. */
  readonly by: 'tool' | 'file';
  /** Index of its first statement. */
  readonly first: number;
  /** Index behind its last one. */
  readonly end: number;
  /** Index of the BEGIN that the file writes in it; of the COMMIT AND CHAIN before it. */
  readonly begin: number | undefined;
  /** What becomes of it when all of it has run; `open`: neither the file nor the tool ends it. */
  readonly outcome: 'commit' | 'rollback' | 'prepare' | 'open';
}

/** What a statement does to a transaction block: opens one, ends it, or ends it and opens the next. Savepoints do neither. */
export function transactionControl(node: Node): 'begin' | 'end' | 'chain' | undefined {
  if (!('TransactionStmt' in node)) return undefined;
  switch (node.TransactionStmt.kind) {
    case 'TRANS_STMT_BEGIN':
    case 'TRANS_STMT_START':
      return 'begin';
    case 'TRANS_STMT_COMMIT':
    case 'TRANS_STMT_ROLLBACK':
    case 'TRANS_STMT_PREPARE':
      return node.TransactionStmt.chain ? 'chain' : 'end';
    default:
      return undefined;
  }
}

/** Whether the tool opens a transaction around every half that is run so. */
export function opensTransaction(mode: TransactionMode): boolean {
  return POLICIES[mode].wraps === 'always';
}

/** Whether the tool runs so many statements of one file in one transaction, whatever they are. */
export function runTogether(mode: TransactionMode, statements: number): boolean {
  const { wraps, sends } = POLICIES[mode];
  return wraps === 'always' || (sends === 'file' && statements > 1);
}

/** Whether a statement that must not be in a transaction block has to be the only one of its file. */
export function mustBeAlone(mode: TransactionMode): boolean {
  return runTogether(mode, 2);
}

/** Whether a second statement in the file would share the transaction of this one. */
export function sharesTransaction(
  { inTransaction }: { readonly inTransaction: boolean },
  { mode, statements }: { readonly mode: TransactionMode; readonly statements: readonly unknown[] },
): boolean {
  return inTransaction || runTogether(mode, statements.length + 1);
}

/** The units of a file, in order. `effects` are those of its statements. */
export function unitsOf(
  mode: TransactionMode,
  statements: readonly Statement[],
  effects: readonly Effect[],
): readonly Unit[] {
  const { sends } = POLICIES[mode];
  const wraps = isWrapped(mode, statements, effects);
  const isMessage = sends === 'file' && statements.length > 1;
  // What no BEGIN and no tool has opened: a block of the message, or none.
  const between: Opened | undefined = isMessage ? { kind: 'message', by: 'tool', begin: undefined } : undefined;
  const units: Unit[] = [];
  let open: Opened | undefined = wraps ? { kind: 'transaction', by: 'tool', begin: undefined } : between;
  let first = 0;
  const close = (end: number, outcome: Unit['outcome']) => {
    if (open && first < end) units.push({ ...open, first, end, outcome });
    first = end;
  };
  for (const [i, { node }] of statements.entries()) {
    const control = transactionControl(node);
    if (control === 'begin') {
      open = open ? { ...open, begin: open.begin ?? i } : { kind: 'transaction', by: 'file', begin: i };
    } else if (open && control !== undefined) {
      close(i + 1, endOf(node));
      open = control === 'chain' ? { kind: 'transaction', by: 'file', begin: i } : between;
    } else if (!open) {
      units.push({ kind: 'statement', by: 'tool', first: i, end: i + 1, begin: undefined, outcome: 'commit' });
      first = i + 1;
    }
  }
  close(statements.length, open?.begin !== undefined && !wraps ? 'open' : 'commit');
  return units;
}

type Opened = Pick<Unit, 'kind' | 'by' | 'begin'>;

function isWrapped(mode: TransactionMode, statements: readonly Statement[], effects: readonly Effect[]): boolean {
  const { wraps } = POLICIES[mode];
  if (wraps !== 'unlessForbidden') return wraps === 'always';
  if (effects.some((e) => e.transaction === 'forbidden')) return false;
  return !statements.some((s) => transactionControl(s.node) !== undefined);
}

function endOf(node: Node): Unit['outcome'] {
  const kind = 'TransactionStmt' in node ? node.TransactionStmt.kind : undefined;
  if (kind === 'TRANS_STMT_PREPARE') return 'prepare';
  return kind === 'TRANS_STMT_ROLLBACK' ? 'rollback' : 'commit';
}

/** Index of the BEGIN whose transaction neither the file nor the tool ends; undefined when there is none such. */
export function leftOpen(
  mode: TransactionMode,
  statements: readonly { readonly statement: Statement; readonly unit: Unit }[],
): number | undefined {
  const last = statements.at(-1);
  if (last?.unit.outcome === 'open') return last.unit.begin;
  const begins = last && transactionControl(last.statement.node) === 'chain';
  return begins && POLICIES[mode].wraps !== 'always' ? last.statement.index : undefined;
}

/** Whether the statement with this index of the unit meets an open transaction block: a BEGIN that opens one does not. */
export function isInBlock(unit: Unit, index: number): boolean {
  return unit.kind !== 'statement' && (unit.by === 'tool' || index > (unit.begin ?? -1));
}

import type { Node } from '@pgsql/types';
import type { Effect } from './effects/effect.js';
import type { TransactionMode } from './migrations/migration.js';
import type { Statement } from './sql/script.js';
import type { Span } from './text/span.js';

/** What holds for the session just before a statement: the transaction it is in and the timeouts that are set. */
export interface SessionState {
  readonly inTransaction: boolean;
  /** The BEGIN in the file that opened the transaction, when one did. */
  readonly begin: Span | undefined;
  readonly lockTimeout: boolean;
  readonly statementTimeout: boolean;
}

type Timeouts = { readonly lock_timeout: boolean; readonly statement_timeout: boolean };

const NONE: Timeouts = { lock_timeout: false, statement_timeout: false };

/**
 * Whether the tool runs this script inside a transaction that the file does not open itself.
 * `auto` (Lockstep's own runner): one transaction unless a statement forbids it, or the file opens its own.
 * `implicit` (one simple-protocol message): several statements make a transaction block (PostgreSQL documentation, 53.2.2.1).
 */
export function runsWrapped(
  mode: TransactionMode,
  statements: readonly Statement[],
  effects: readonly Effect[],
): boolean {
  switch (mode) {
    case 'wrapped':
      return true;
    case 'implicit':
      return isOneBlock(mode, statements);
    case 'auto':
      return !effects.some((e) => e.transaction === 'forbidden') && !statements.some((s) => opensTransaction(s.node));
  }
}

/**
 * The tool sends the file as one message with several statements: what follows a COMMIT in it is in a transaction block again,
 * an implicit one (PostgreSQL documentation, 53.2.2.1). Diesel does so too, inside its own transaction or without one.
 */
export function isOneBlock(mode: TransactionMode, statements: readonly Statement[]): boolean {
  return mode !== 'auto' && statements.length > 1;
}

/** The session's state before each statement, in order. `oneBlock`: the script is never outside a transaction. */
export function sessionStates(
  wrapped: boolean,
  statements: readonly Statement[],
  oneBlock = false,
): readonly SessionState[] {
  const states: SessionState[] = [];
  let inTransaction = wrapped;
  let begin: Span | undefined;
  let session = NONE;
  let local = NONE;
  for (const statement of statements) {
    states.push({
      inTransaction,
      begin,
      lockTimeout: session.lock_timeout || local.lock_timeout,
      statementTimeout: session.statement_timeout || local.statement_timeout,
    });
    const control = transactionControl(statement.node);
    if (control === 'begin') {
      inTransaction = true;
      begin = statement.span;
    } else if (control === 'end') {
      inTransaction = oneBlock;
      begin = undefined;
      local = NONE;
    }
    if (resetsAll(statement.node)) {
      session = NONE;
      local = NONE;
    }
    const set = timeoutSet(statement.node);
    if (!set) continue;
    if (!set.local) {
      session = { ...session, [set.name]: set.on };
      local = { ...local, [set.name]: set.on };
    } else if (inTransaction) local = { ...local, [set.name]: set.on };
  }
  return states;
}

function opensTransaction(node: Node): boolean {
  return transactionControl(node) === 'begin';
}

/** Whether a statement opens a transaction block or ends it; `COMMIT AND CHAIN` opens the next one. Savepoints do neither. */
export function transactionControl(node: Node): 'begin' | 'end' | undefined {
  if (!('TransactionStmt' in node)) return undefined;
  switch (node.TransactionStmt.kind) {
    case 'TRANS_STMT_BEGIN':
    case 'TRANS_STMT_START':
      return 'begin';
    case 'TRANS_STMT_COMMIT':
    case 'TRANS_STMT_ROLLBACK':
    case 'TRANS_STMT_PREPARE':
      return node.TransactionStmt.chain ? 'begin' : 'end';
    default:
      return undefined;
  }
}

function resetsAll(node: Node): boolean {
  return 'VariableSetStmt' in node && node.VariableSetStmt.kind === 'VAR_RESET_ALL';
}

type TimeoutSet = { readonly name: keyof Timeouts; readonly on: boolean; readonly local: boolean };

/** `SET [LOCAL] lock_timeout …`, `RESET`, or `SELECT set_config('lock_timeout', …)`. */
function timeoutSet(node: Node): TimeoutSet | undefined {
  if ('VariableSetStmt' in node) {
    const { kind, name, args, is_local } = node.VariableSetStmt;
    if (!isTimeout(name)) return undefined;
    const on = kind === 'VAR_SET_VALUE' && args?.[0] !== undefined && !isZero(args[0]);
    return { name, on, local: is_local === true };
  }
  if (!('SelectStmt' in node)) return undefined;
  const target = node.SelectStmt.targetList?.[0];
  const value = target && 'ResTarget' in target ? target.ResTarget.val : undefined;
  if (!value || !('FuncCall' in value)) return undefined;
  const functionName = value.FuncCall.funcname?.at(-1);
  if (!functionName || !('String' in functionName) || functionName.String.sval !== 'set_config') return undefined;
  const [setting, to, local] = value.FuncCall.args ?? [];
  const name = constantText(setting);
  if (!isTimeout(name) || !to) return undefined;
  return { name, on: !isZero(to), local: constantBool(local) };
}

function isTimeout(name: string | undefined): name is keyof Timeouts {
  return name === 'lock_timeout' || name === 'statement_timeout';
}

function constantText(node: Node | undefined): string | undefined {
  return node && 'A_Const' in node ? node.A_Const.sval?.sval : undefined;
}

function constantBool(node: Node | undefined): boolean {
  return node !== undefined && 'A_Const' in node && node.A_Const.boolval?.boolval === true;
}

/** Zero, in any unit, turns a timeout off. An omitted integer in the parse tree is zero too. */
function isZero(node: Node): boolean {
  if (!('A_Const' in node)) return false;
  const { ival, sval, fval } = node.A_Const;
  if (ival) return (ival.ival ?? 0) === 0;
  if (sval) return /^[+-]?0+(\.0*)?\s*[a-z]*$/i.test((sval.sval ?? '').trim());
  return fval !== undefined && Number(fval.fval) === 0;
}

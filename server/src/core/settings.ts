import type { Node } from '@pgsql/types';
import type { Statement } from './sql/script.js';
import { setConfigIn } from './sql/setConfig.js';
import type { Span } from './text/span.js';
import { isInBlock, type Unit } from './transactions.js';

/** What holds for the session just before a statement: the transaction it is in and the timeouts that are set. */
export interface RunState {
  /** The statements that it runs with. */
  readonly unit: Unit;
  readonly inTransaction: boolean;
  /** The BEGIN in the file that opened the transaction, when one did. */
  readonly begin: Span | undefined;
  readonly lockTimeout: boolean;
  readonly statementTimeout: boolean;
}

type Timeouts = { readonly lock_timeout: boolean; readonly statement_timeout: boolean };

const NONE: Timeouts = { lock_timeout: false, statement_timeout: false };

/** The session's state before each statement of a script with these units, in order. */
export function runStates(statements: readonly Statement[], units: readonly Unit[]): readonly RunState[] {
  const states: RunState[] = [];
  let session = NONE;
  let local = NONE;
  for (const unit of units) {
    const before = session;
    for (let i = unit.first; i < unit.end; i++) {
      const statement = statements[i]!;
      const inTransaction = isInBlock(unit, i);
      const begun = unit.begin !== undefined && i > unit.begin ? statements[unit.begin] : undefined;
      states.push({
        unit,
        inTransaction,
        begin: begun?.span,
        lockTimeout: session.lock_timeout || local.lock_timeout,
        statementTimeout: session.statement_timeout || local.statement_timeout,
      });
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
    if (unit.outcome === 'rollback') session = before;
    local = NONE;
  }
  return states;
}

/** Whether a statement lets transactions write again where they are read-only by default. */
export function saysReadWrite(node: Node): boolean {
  if ('TransactionStmt' in node) return (node.TransactionStmt.options ?? []).some(isReadWrite);
  if (!('VariableSetStmt' in node)) return false;
  const { kind, name, args } = node.VariableSetStmt;
  if (kind === 'VAR_SET_MULTI') return (args ?? []).some(isReadWrite);
  const value = kind === 'VAR_SET_VALUE' ? args?.[0] : undefined;
  const off =
    value &&
    'A_Const' in value &&
    (/^(off|false|no|0)$/i.test(value.A_Const.sval?.sval ?? '') || value.A_Const.boolval?.boolval === false);
  return (name === 'default_transaction_read_only' || name === 'transaction_read_only') && off === true;
}

function isReadWrite(option: Node): boolean {
  if (!('DefElem' in option) || option.DefElem.defname !== 'transaction_read_only') return false;
  const { arg } = option.DefElem;
  return arg !== undefined && 'A_Const' in arg && (arg.A_Const.ival?.ival ?? 0) === 0;
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
  const set = 'SelectStmt' in node ? setConfigIn(node.SelectStmt) : undefined;
  if (!set?.value || !isTimeout(set.name)) return undefined;
  return { name: set.name, on: !isZero(set.value), local: set.local };
}

function isTimeout(name: string | undefined): name is keyof Timeouts {
  return name === 'lock_timeout' || name === 'statement_timeout';
}

/** Zero, in any unit, turns a timeout off. An omitted integer in the parse tree is zero too. */
function isZero(node: Node): boolean {
  if (!('A_Const' in node)) return false;
  const { ival, sval, fval } = node.A_Const;
  if (ival) return (ival.ival ?? 0) === 0;
  if (sval) return /^[+-]?0+(\.0*)?\s*[a-z]*$/i.test((sval.sval ?? '').trim());
  return fval !== undefined && Number(fval.fval) === 0;
}

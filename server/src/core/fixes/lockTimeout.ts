import { quoteLiteral } from '../sql/quote.js';
import type { AnalysedStatement, FileContext } from '../statements/analysed.js';
import { sharesTransaction } from '../transactions.js';

/** How long a statement that Lockstep writes may wait for its lock. */
export const LOCK_TIMEOUT = '5s';

/** `local`: for the transaction only. */
export function setLockTimeout(local: boolean, timeout = LOCK_TIMEOUT): string {
  return `SET ${local ? 'LOCAL ' : ''}lock_timeout = ${quoteLiteral(timeout)}`;
}

/** `SET lock_timeout` for statements that take the place of this one; none when one holds already. */
export function guard(at: AnalysedStatement, file: FileContext): readonly string[] {
  return at.lockTimeout ? [] : [setLockTimeout(sharesTransaction(at, file))];
}

/** The same for a migration of its own, which every tool runs in a transaction: it has two statements now. */
export function guardOfNew(timeout?: string): string {
  return setLockTimeout(true, timeout);
}

import { compareModes } from '../../effects/conflicts.js';
import type { LockMode, RelationLock } from '../../effects/effect.js';
import type { AnalysedStatement } from '../rule.js';

/** The locks of a statement that somebody else can wait for: not on what this migration made, nor on temporary tables. */
export function visibleLocks(at: AnalysedStatement, atLeast: LockMode = 'SHARE'): readonly RelationLock[] {
  return at.effect.locks.filter(
    (lock) =>
      !lock.bornHere &&
      compareModes(lock.mode, atLeast) >= 0 &&
      at.before.relationByKey(lock.relation)?.temporary !== true,
  );
}

/** The statement works through a table that others can see. */
export function visibleWork(
  at: AnalysedStatement,
  ...kinds: readonly AnalysedStatement['effect']['work'][number]['kind'][]
): boolean {
  return at.effect.work.some(
    (w) => kinds.includes(w.kind) && !w.bornHere && at.before.relationByKey(w.relation)?.temporary !== true,
  );
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(names: readonly string[]): string {
  return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

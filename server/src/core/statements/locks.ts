import { compareModes } from '../effects/conflicts.js';
import type { LockMode, RelationLock } from '../effects/effect.js';
import type { AnalysedStatement } from './analysed.js';

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

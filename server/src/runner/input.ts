import type { MigrationSet } from '../core/migrations/set.js';
import type { PgSession } from '../database/session.js';
import type { LedgerConfig } from '../tools/choose.js';
import type { GuardVerdict } from './guard.js';
import type { RunNotice, RunStep } from './outcome.js';
import type { Analyse, RunTarget } from './plan.js';
import type { Warning } from './warnings.js';

export interface RunInput {
  /** The verdict of `guardRun`: when it refuses, no connection is opened. */
  readonly guard: GuardVerdict;
  readonly open: () => Promise<PgSession>;
  readonly set: MigrationSet;
  readonly direction: 'up' | 'down';
  readonly target: RunTarget;
  /** Ids that the user confirmed, in order; refused when they are no longer what would run. Undefined: whatever the plan says. */
  readonly expected: readonly string[] | undefined;
  /** Hears what has to be known before anything runs, if there is such, and says why not to go on; asked under the lock. Nothing is warned of when left out. */
  readonly refusal?: ((warnings: readonly Warning[]) => string | undefined) | undefined;
  readonly ledger: LedgerConfig;
  readonly analyse: Analyse;
  /** For locks of tables, and for the ledger's own lock; 0: no limit for tables. */
  readonly lockTimeoutMs: number;
  readonly statementTimeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: RunStep) => void) | undefined;
  /** Hears what the server says while statements run. */
  readonly onNotice?: ((notice: RunNotice) => void) | undefined;
  /** Whether the user accepts what an interrupted migration needs to go on: the `consent` of an earlier outcome. Not, when left out. */
  readonly accepts?: ((what: string) => boolean) | undefined;
  /** How long to try to reach the server again after a broken connection. */
  readonly patienceMs?: number | undefined;
  /** How long the server may take to obey a cancel before the connection is closed. */
  readonly cancelPatienceMs?: number | undefined;
}

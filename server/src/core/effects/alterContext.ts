import type { AlterTableCmd } from '@pgsql/types';
import type { EffectBuilder, Target } from './builder.js';

/** One subcommand of ALTER TABLE, with the table it is about. */
export interface AlterContext {
  readonly b: EffectBuilder;
  readonly target: Target;
  /** The table and what is under it; the table alone with ONLY. */
  readonly members: readonly Target[];
  readonly cmd: AlterTableCmd;
  /** All subcommands of the statement. */
  readonly cmds: readonly AlterTableCmd[];
}

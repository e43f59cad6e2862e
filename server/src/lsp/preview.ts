import { blocks, type MigrationSet, strongest } from '../core/index.js';
import { label, type PlannedStep } from '../runner/plan.js';
import type { Environment } from './environments.js';
import type * as protocol from './protocol.js';

/** One step of a plan as the client shows it, with its strongest lock when that makes anybody wait. */
export function planStep({ migration, file, context, transaction }: PlannedStep): protocol.PlanStep {
  const locks = context.statements
    .flatMap((s) => s.effect.locks)
    .filter((l) => !l.bornHere && l.role !== 'index' && l.role !== 'sequence');
  const lock = strongest(locks);
  const matters = lock && (blocks(lock.mode).writes || blocks(lock.mode).reads);
  return {
    id: migration.id,
    version: migration.version,
    name: migration.name,
    uri: file.uri,
    statements: context.statements.length,
    transaction,
    strongestLock: matters ? `${lock.mode} on ${lock.display}` : undefined,
  };
}

/** All steps as one text, for a read-only document. */
export function previewOf(steps: readonly PlannedStep[], environment: Environment): string {
  const verb = steps[0]?.direction === 'down' ? 'Roll back' : 'Apply';
  const head = `-- ${verb} on ${environment.dto.target}. Preview only: nothing was sent.\n`;
  return (
    head + steps.map((step) => previewStep(step.migration, step.file.text, TRANSACTIONS[step.transaction])).join('')
  );
}

const TRANSACTIONS = {
  wrapped: 'in one transaction',
  none: 'each statement alone',
  own: 'with its own transaction commands',
} as const;

/** Without a database the files themselves can still be looked at. */
export function previewOfFiles(set: MigrationSet, { target, direction }: protocol.PlanParams): string {
  const id = typeof target === 'object' ? target.upTo : undefined;
  const migration = set.migrations.find((m) => m.id === id);
  const file = direction === 'up' ? migration?.up : migration?.down;
  return migration && file ? previewStep(migration, file.text, 'no database is connected') : '';
}

function previewStep(migration: MigrationSet['migrations'][number], text: string, how: string): string {
  return `\n-- ${label(migration)} (${how})\n${text.replace(/\r\n/g, '\n').trimEnd()}\n`;
}

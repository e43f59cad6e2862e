import { blocks, countOf, lossesOf, strongest } from '../core/index.js';
import type { RunOutcome } from '../runner/outcome.js';
import type { PlannedStep } from '../runner/plan.js';
import type { Warning } from '../runner/warnings.js';
import type { Environment } from './environments.js';
import { labelOf } from './labels.js';
import type { PlanParams, PreviewDto, QuestionDto, RunParams, RunResult } from './protocol.js';

export interface Asking {
  readonly target: PlanParams['target'];
  readonly steps: readonly PlannedStep[];
  readonly environment: Environment;
  readonly warnings: readonly Warning[];
  readonly preview: PreviewDto;
}

/**
 * What has to be answered before a plan is carried out. One migration on a local database needs no question, unless it is
 * a rollback that takes rows away, or of a file that was edited since; a database that others use needs its name typed.
 */
export function questionOf(asking: Asking): QuestionDto | undefined {
  const { target, steps, environment, warnings, preview } = asking;
  const { kind, title, sentence } = environment.dto;
  const isSmall = target === 'next' || target === 'last';
  if (kind === 'local' && isSmall && warnings.length === 0) return undefined;
  const down = steps[0]?.direction === 'down';
  const what = steps.length === 1 ? labelOf(steps[0]!.migration) : countOf(steps.length, 'migration');
  const where = kind === 'local' ? title : `the ${kind} database ${environment.dto.label}`;
  const shared = kind === 'local' ? undefined : typed(environment, steps.length);
  const parts = [
    `Database: ${sentence}`,
    stepLines(steps),
    ...warnings.map(({ text, items }) => [text, ...items].join('\n')),
  ];
  return {
    message: `${down ? 'Roll back' : 'Apply'} ${what} on ${where}?`,
    detail: parts.join('\n\n'),
    action: `${down ? 'Roll Back' : 'Apply'} ${countOf(steps.length, 'Migration')}${shared ? '…' : ''}`,
    preview,
    typed: shared,
  };
}

/** What an interrupted run asks for; not twice, when it was given and did not help. */
export function nextOf(
  { consent, completed, message }: Pick<RunOutcome, 'consent' | 'completed' | 'message'>,
  { accept, expected }: Pick<RunParams, 'accept' | 'expected'>,
  { dto }: Environment,
): RunResult['next'] {
  if (consent === undefined || consent === accept) return undefined;
  const done = new Set(completed.map((c) => c.id));
  const question = {
    message: `Go on with the interrupted run on ${dto.title}?`,
    detail: `Database: ${dto.sentence}\n\n${message}`,
    action: 'Go On',
    preview: undefined,
    typed: undefined,
  };
  return { question, accept: consent, expected: expected.filter((id) => !done.has(id)) };
}

/** What has to be typed before anything runs on a database that is not local. */
export const wordFor = ({ target }: Environment): string => target.database;

function typed(environment: Environment, count: number): NonNullable<QuestionDto['typed']> {
  const word = wordFor(environment);
  return {
    title: `Apply ${countOf(count, 'migration')} to ${environment.dto.label}`,
    prompt: `${environment.dto.sentence}. Type ${word} to go on.`,
    word,
  };
}

const SHOWN_STEPS = 12;

const TRANSACTIONS: Readonly<Record<PlannedStep['transaction'], string>> = {
  wrapped: '',
  none: ' (outside a transaction)',
  own: ' (with its own transaction commands)',
};

function stepLines(steps: readonly PlannedStep[]): string {
  const lines = steps.slice(0, SHOWN_STEPS).map((step) => {
    const facts = [strongestLock(step), rowsGone(step)].filter((fact) => fact !== undefined);
    const said = facts.length === 0 ? '' : `: ${facts.join('; ')}`;
    return `${labelOf(step.migration)}${said}${TRANSACTIONS[step.transaction]}`;
  });
  const more = steps.length - SHOWN_STEPS;
  return [...lines, ...(more > 0 ? [`and ${more} more`] : [])].join('\n');
}

/** In words, when it makes anybody wait. */
function strongestLock({ context }: PlannedStep): string | undefined {
  const locks = context.statements.flatMap((s) => s.effect.locks);
  const lock = strongest(locks.filter((l) => !l.bornHere && l.role !== 'index' && l.role !== 'sequence'));
  const { writes, reads } = lock ? blocks(lock.mode) : { writes: false, reads: false };
  return lock && (writes || reads) ? `${lock.mode} on ${lock.display}` : undefined;
}

function rowsGone({ context, direction }: PlannedStep): string | undefined {
  const losses = direction === 'up' ? lossesOf(context.statements) : [];
  return losses.length === 0 ? undefined : `deletes rows of ${losses.map((l) => l.display).join(', ')}`;
}

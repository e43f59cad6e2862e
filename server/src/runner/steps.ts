import { labelOf } from '../core/index.js';
import { resetSession } from '../database/connect.js';
import { messageOf } from '../database/errors.js';
import type { JournalRow } from '../tools/lib/journal.js';
import type { RunContext } from './context.js';
import type { RunInput } from './input.js';
import { settleLost } from './lost.js';
import { type CompletedStep, ended, type RunFailure, type RunOutcome, refused, sentence } from './outcome.js';
import { partsOf } from './parts.js';
import type { PlannedStep } from './plan.js';
import { startOf } from './resume.js';
import { runStep, type StepResult } from './step.js';

/** Runs migrations one after the other, until one does not end well. `rows`: what the journal notes of them. */
export async function runSteps(
  input: RunInput,
  context: RunContext,
  steps: readonly PlannedStep[],
  rows: readonly JournalRow[],
): Promise<RunOutcome> {
  const completed: CompletedStep[] = [];
  const notes: string[] = [];
  for (const step of steps) {
    const name = labelOf(step.migration);
    if (context.canceller.requested)
      return ended('cancelled', `Cancelled. ${soFar(completed, input)} ${name} was not started.`, completed, undefined);
    const { id } = step.migration;
    const own = rows.filter((r) => r.migration === id && r.direction === step.direction);
    const start = startOf(partsOf(step.context.statements), own);
    if (!start.ok) {
      const message = `${name} is half-run, and cannot go on: ${start.reason}, then run it again; or finish or undo it by hand and forget what was noted: ${context.journal.forgetting(id)}${before(completed, input)}`;
      return completed.length === 0 ? refused(message) : ended('failed', message, completed, undefined);
    }
    try {
      await resetSession(context.work, input);
    } catch (error) {
      const message = `${sentence(messageOf(error))} ${soFar(completed, input)} ${name} was not started.`;
      return ended('failed', message, completed, undefined);
    }
    const result = await runStep({
      context,
      step,
      start,
      accepts: input.accepts ?? (() => false),
      onStatement: (index, waitsFor) => report(input, step, index, waitsFor, completed.length, steps.length),
      onNotice: (notice, { statement }) =>
        input.onNotice?.({ id, uri: step.file.uri, span: statement.span, ...notice }),
    });
    notes.push(...result.notes);
    if (result.kind !== 'done') return notDone({ input, context, step, completed, notes }, result, steps.length);
    completed.push(completedStep(step, result.ms));
  }
  return ended('done', [soFar(completed, input), ...notes].join(' '), completed, undefined);
}

function report(
  input: RunInput,
  step: PlannedStep,
  index: number,
  waitsFor: string | undefined,
  done: number,
  total: number,
): void {
  const verb = step.direction === 'up' ? 'Applying' : 'Rolling back';
  const statements = step.context.statements.length;
  const part = statements > 1 ? `: statement ${index + 1} of ${statements}` : '';
  const waits = waitsFor === undefined ? '' : `, waits for ${waitsFor}`;
  input.onProgress?.({ message: `${verb} ${labelOf(step.migration)}${part}${waits}`, done, total });
}

interface Interrupted {
  readonly input: RunInput;
  readonly context: RunContext;
  readonly step: PlannedStep;
  readonly completed: CompletedStep[];
  readonly notes: readonly string[];
}

async function notDone(
  at: Interrupted,
  result: Exclude<StepResult, { kind: 'done' }>,
  total: number,
): Promise<RunOutcome> {
  const { input, step, completed, notes } = at;
  if (result.kind === 'lost') return lost(at, result, total);
  const { kind, failure, remains, consent } = result;
  const what = kind === 'cancelled' ? ' was cancelled' : ` failed: ${failure.message}`;
  const message =
    [sentence(`${labelOf(step.migration)}${what}`), remains, ...notes].join(' ') + before(completed, input);
  return { ...ended(kind, message, completed, kind === 'failed' ? failure : undefined), consent };
}

async function lost(at: Interrupted, result: StepResult & { kind: 'lost' }, total: number): Promise<RunOutcome> {
  const { input, context, step, completed, notes } = at;
  const { open, lockTimeoutMs, patienceMs = 10_000 } = input;
  const { where, progress, ms } = result;
  const verdict = await settleLost({ open, context, step, where, progress, ms, lockTimeoutMs, patienceMs });
  if (verdict.state === 'committed') completed.push(completedStep(step, ms));
  const all = completed.length === total;
  const { gaveUp } = context.canceller;
  const reason = gaveUp ? GAVE_UP : sentence(result.reason);
  const message = [reason, verdict.sentence, ...notes].join(' ') + before(completed, input);
  if (verdict.state === 'uncertain') return ended('uncertain', message, completed, lostFailure(step, result));
  if (all) return ended('done', message, completed, undefined);
  if (gaveUp) return ended('cancelled', message, completed, undefined);
  return ended('failed', message, completed, verdict.state === 'committed' ? undefined : lostFailure(step, result));
}

const GAVE_UP = 'The server did not obey the request to cancel, so its connection was closed.';

/** The statement that was running is only to blame where it is not known whether it took effect. */
function lostFailure(step: PlannedStep, result: StepResult & { kind: 'lost' }): RunFailure {
  const span = result.where.at === 'bare' ? result.where.part.statements[0]?.statement.span : undefined;
  const { id } = step.migration;
  return { id, uri: step.file.uri, span, message: result.reason, detail: undefined, hint: undefined, code: undefined };
}

function completedStep({ migration }: PlannedStep, ms: number): CompletedStep {
  return { id: migration.id, version: migration.version, name: migration.name, ms };
}

function soFar(completed: readonly CompletedStep[], { direction, set }: RunInput): string {
  const verb = direction === 'up' ? 'Applied' : 'Rolled back';
  if (completed.length === 0) return 'No migration was finished.';
  const names = completed.map((c) => labelOf(set.migrations.find((m) => m.id === c.id) ?? c));
  if (names.length > 3) return `${verb} ${names.length} migrations, the last of them ${names.at(-1)}.`;
  return `${verb} ${names.join(', ')}.`;
}

function before(completed: readonly CompletedStep[], input: RunInput): string {
  return completed.length === 0 ? '' : ` ${soFar(completed, input)}`;
}

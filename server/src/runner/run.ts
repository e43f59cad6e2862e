import type { MigrationSet } from '../core/migrations/migration.js';
import { resetSession } from '../database/connect.js';
import { messageOf } from '../database/errors.js';
import type { PgSession } from '../database/session.js';
import { chooseLedger, type LedgerConfig } from '../tools/choose.js';
import type { Ledger } from '../tools/ledger.js';
import { Canceller } from './canceller.js';
import type { GuardVerdict } from './guard.js';
import { settleLost } from './lost.js';
import type { CompletedStep, RunFailure, RunOutcome, RunStep } from './outcome.js';
import { type Analyse, label, type Plan, type PlannedStep, planRun, type RunTarget } from './plan.js';
import { runStep, type StepResult } from './step.js';

export interface RunInput {
  /** The verdict of `guardRun`: when it refuses, no connection is opened. */
  readonly guard: GuardVerdict;
  readonly open: () => Promise<PgSession>;
  readonly set: MigrationSet;
  readonly direction: 'up' | 'down';
  readonly target: RunTarget;
  /** Ids that the user confirmed, in order; refused when they are no longer what would run. Undefined: whatever the plan says. */
  readonly expected: readonly string[] | undefined;
  readonly ledger: LedgerConfig;
  readonly analyse: Analyse;
  /** For locks of tables, and for the ledger's own lock; 0: no limit for tables. */
  readonly lockTimeoutMs: number;
  readonly statementTimeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: RunStep) => void) | undefined;
  /** How long to try to reach the server again after a broken connection. */
  readonly patienceMs?: number | undefined;
  /** How long the server may take to obey a cancel before the connection is closed. */
  readonly cancelPatienceMs?: number | undefined;
}

/** Applies or rolls back migrations. Never rejects for what a server, a network or a file does. */
export async function runMigrations(input: RunInput): Promise<RunOutcome> {
  if (!input.guard.allowed) return refused(input.guard.reason);
  const opening = input.open();
  let session: PgSession | undefined;
  try {
    session = await unlessAborted(opening, input.signal);
  } catch (error) {
    return refused(messageOf(error));
  }
  if (!session) {
    opening.then((late) => late.close()).catch(() => {});
    return ended('cancelled', 'Cancelled while connecting. Nothing was run.', [], undefined);
  }
  const canceller = new Canceller(input.signal, input.cancelPatienceMs);
  try {
    return await locked(input, session, canceller);
  } catch (error) {
    if (canceller.requested) return ended('cancelled', 'Cancelled before anything ran.', [], undefined);
    return refused(`${sentence(messageOf(error))} No migration was started.`);
  } finally {
    await session.close();
  }
}

/** As long as the tools themselves wait for one another. */
const LEDGER_WAIT_MS = 15_000;

/** Plans under the tool's lock, so that no other run comes between the plan and its execution. */
async function locked(input: RunInput, session: PgSession, canceller: Canceller): Promise<RunOutcome> {
  const { set, direction, target, analyse, expected } = input;
  const waitMs = input.lockTimeoutMs || LEDGER_WAIT_MS;
  // Another session may hold the table of the ledger itself.
  await session.simple(`SET lock_timeout = ${Math.trunc(waitMs)}`);
  const ledger = await chooseLedger(session, set, input.ledger);
  const read = () => canceller.guard(session, () => ledger.read(session, set));
  const first = await read();
  if (first.problem !== undefined) return refused(first.problem);
  const release = await unlessAborted(ledger.lock(session, waitMs), input.signal);
  if (!release) return ended('cancelled', 'Cancelled while waiting for another run. Nothing was run.', [], undefined);
  try {
    const state = await read();
    const plan = await planRun({ set, state, keeps: ledger.keeps, direction, target, analyse });
    if (!plan.ok) return refusedPlan(plan);
    const change = changedSince(plan.steps, expected);
    if (change !== undefined) return refused(change);
    if (canceller.requested) return ended('cancelled', 'Cancelled before anything ran.', [], undefined);
    await canceller.guard(session, () => ledger.ensure(session, direction));
    return await runSteps(input, session, ledger, plan.steps, canceller);
  } finally {
    if (session.lost === undefined) await resetSession(session).catch(() => {});
    await release().catch(() => {});
  }
}

/** For waits that the server cannot be asked to stop: connecting, and the lock, which is asked for again and again. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T | undefined> {
  if (!signal) return work;
  work.catch(() => {});
  let stop = () => {};
  const aborted = new Promise<undefined>((resolve) => {
    stop = () => resolve(undefined);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

async function runSteps(
  input: RunInput,
  session: PgSession,
  ledger: Ledger,
  steps: readonly PlannedStep[],
  canceller: Canceller,
): Promise<RunOutcome> {
  const completed: CompletedStep[] = [];
  for (const step of steps) {
    if (canceller.requested) {
      return ended(
        'cancelled',
        `Cancelled. ${soFar(completed, input)} ${label(step.migration)} was not started.`,
        completed,
        undefined,
      );
    }
    try {
      await resetSession(session, input);
    } catch (error) {
      const message = `${sentence(messageOf(error))} ${soFar(completed, input)} ${label(step.migration)} was not started.`;
      return ended('failed', message, completed, undefined);
    }
    const result = await runStep({
      session,
      ledger,
      set: input.set,
      step,
      canceller,
      onStatement: (index, total) => report(input, step, index, total, completed.length, steps.length),
    });
    if (result.kind !== 'done')
      return notDone({ input, session, ledger, step, completed, canceller }, result, steps.length);
    completed.push(completedStep(step, result.ms));
  }
  return ended('done', `${soFar(completed, input)}`, completed, undefined);
}

function report(
  input: RunInput,
  step: PlannedStep,
  index: number,
  statements: number,
  done: number,
  total: number,
): void {
  const verb = step.direction === 'up' ? 'Applying' : 'Rolling back';
  const part = statements > 1 ? `: statement ${index + 1} of ${statements}` : '';
  input.onProgress?.({ message: `${verb} ${label(step.migration)}${part}`, done, total });
}

interface Interrupted {
  readonly input: RunInput;
  readonly session: PgSession;
  readonly ledger: Ledger;
  readonly step: PlannedStep;
  readonly completed: CompletedStep[];
  readonly canceller: Canceller;
}

async function notDone(
  at: Interrupted,
  result: Exclude<StepResult, { kind: 'done' }>,
  total: number,
): Promise<RunOutcome> {
  const { input, step, completed } = at;
  const name = label(step.migration);
  if (result.kind === 'lost') return lost(at, result, total);
  const what = result.kind === 'cancelled' ? `${name} was cancelled` : `${name} failed: ${result.failure.message}`;
  const message = `${sentence(what)} ${result.remains}${before(completed, input)}`;
  return ended(result.kind, message, completed, result.kind === 'failed' ? result.failure : undefined);
}

async function lost(at: Interrupted, result: StepResult & { kind: 'lost' }, total: number): Promise<RunOutcome> {
  const { input, session, ledger, step, completed, canceller } = at;
  const { open, set, lockTimeoutMs, patienceMs = 10_000 } = input;
  const { phase, xid, ms } = result;
  const { processId } = session;
  const verdict = await settleLost({ open, ledger, set, step, phase, xid, processId, ms, lockTimeoutMs, patienceMs });
  if (verdict.state === 'committed') completed.push(completedStep(step, ms));
  const all = completed.length === total;
  const reason = canceller.gaveUp ? GAVE_UP : sentence(result.reason);
  const message = `${reason} ${verdict.sentence}${before(completed, input)}`;
  if (verdict.state === 'uncertain') return ended('uncertain', message, completed, lostFailure(step, result));
  if (all) return ended('done', message, completed, undefined);
  if (canceller.gaveUp) return ended('cancelled', message, completed, undefined);
  return ended('failed', message, completed, verdict.state === 'committed' ? undefined : lostFailure(step, result));
}

const GAVE_UP = 'The server did not obey the request to cancel, so its connection was closed.';

/** The statement that was running is only to blame where it is not known whether it took effect. */
function lostFailure(step: PlannedStep, result: StepResult & { kind: 'lost' }): RunFailure {
  const span = result.phase.at === 'statement' ? result.phase.statement.span : undefined;
  const { id } = step.migration;
  return { id, uri: step.file.uri, span, message: result.reason, detail: undefined, hint: undefined, code: undefined };
}

function changedSince(steps: readonly PlannedStep[], expected: readonly string[] | undefined): string | undefined {
  if (expected === undefined) return undefined;
  const now = steps.map((s) => s.migration.id);
  if (now.length === expected.length && now.every((id, i) => id === expected[i])) return undefined;
  return `What would run has changed since it was confirmed: now ${now.join(', ')}. Refresh, look at it again, and confirm.`;
}

function completedStep({ migration }: PlannedStep, ms: number): CompletedStep {
  return { id: migration.id, version: migration.version, name: migration.name, ms };
}

function soFar(completed: readonly CompletedStep[], { direction }: RunInput): string {
  const verb = direction === 'up' ? 'Applied' : 'Rolled back';
  if (completed.length === 0) return 'No migration was finished.';
  const names = completed.map((c) => (c.name ? `${c.version}_${c.name}` : c.version));
  if (names.length > 3) return `${verb} ${names.length} migrations, the last of them ${names.at(-1)}.`;
  return `${verb} ${names.join(', ')}.`;
}

function before(completed: readonly CompletedStep[], input: RunInput): string {
  return completed.length === 0 ? '' : ` ${soFar(completed, input)}`;
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function refusedPlan(plan: Plan & { readonly ok: false }): RunOutcome {
  const failure = plan.at && { ...plan.at, message: plan.reason, detail: undefined, hint: undefined, code: undefined };
  return { ...ended('refused', plan.reason, [], failure), ...(plan.idle ? { idle: true } : {}) };
}

function refused(message: string): RunOutcome {
  return ended('refused', message, [], undefined);
}

function ended(
  outcome: RunOutcome['outcome'],
  message: string,
  completed: readonly CompletedStep[],
  failure: RunFailure | undefined,
): RunOutcome {
  return { outcome, message, completed, failure };
}

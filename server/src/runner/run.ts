import type { MigrationSet } from '../core/migrations/set.js';
import { saysReadWrite } from '../core/settings.js';
import { resetSession } from '../database/connect.js';
import { messageOf } from '../database/errors.js';
import type { PgSession } from '../database/session.js';
import { chooseLedger, type LedgerConfig, type PlacedLedger } from '../tools/choose.js';
import { halvesIn, type JournalRow } from '../tools/lib/journal.js';
import { Canceller } from './canceller.js';
import type { RunContext } from './context.js';
import type { GuardVerdict } from './guard.js';
import { type Connections, connectTwice, type Lease, markWork, takeLease } from './lease.js';
import { settleLost } from './lost.js';
import type { CompletedStep, RunFailure, RunNotice, RunOutcome, RunStep } from './outcome.js';
import { partsOf } from './parts.js';
import { type Analyse, label, type Plan, type PlannedStep, planRun, type RunTarget } from './plan.js';
import { startOf } from './resume.js';
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
  /** Hears what the server says while statements run. */
  readonly onNotice?: ((notice: RunNotice) => void) | undefined;
  /** Whether the user accepts what an interrupted migration needs to go on: the `consent` of an earlier outcome. Not, when left out. */
  readonly accepts?: ((what: string) => boolean) | undefined;
  /** How long to try to reach the server again after a broken connection. */
  readonly patienceMs?: number | undefined;
  /** How long the server may take to obey a cancel before the connection is closed. */
  readonly cancelPatienceMs?: number | undefined;
}

/** Applies or rolls back migrations. Never rejects for what a server, a network or a file does. */
export async function runMigrations(input: RunInput): Promise<RunOutcome> {
  const notices: RunNotice[] = [];
  const outcome = await connectAndRun({
    ...input,
    onNotice: (notice) => {
      notices.push(notice);
      if (notices.length > KEPT_NOTICES) notices.shift();
      input.onNotice?.(notice);
    },
  });
  return { ...outcome, notices };
}

const KEPT_NOTICES = 100;

async function connectAndRun(input: RunInput): Promise<RunOutcome> {
  if (!input.guard.allowed) return refused(input.guard.reason);
  const opening = connectTwice(input.open);
  let connections: Connections | undefined;
  try {
    connections = await unlessAborted(opening, input.signal);
  } catch (error) {
    return refused(messageOf(error));
  }
  if (!connections) {
    opening.then((late) => late.close()).catch(() => {});
    return ended('cancelled', 'Cancelled while connecting. Nothing was run.', [], undefined);
  }
  const canceller = new Canceller(input.signal, input.cancelPatienceMs);
  try {
    return await locked(input, connections, canceller);
  } catch (error) {
    if (canceller.requested) return ended('cancelled', 'Cancelled before anything ran.', [], undefined);
    return refused(`${sentence(messageOf(error))} No migration was started.`);
  } finally {
    await connections.close();
  }
}

/** As long as the tools themselves wait for one another. */
const LEDGER_WAIT_MS = 15_000;

/** Plans under the tool's lock, so that no other run comes between the plan and its execution. */
async function locked(input: RunInput, { work, keeper }: Connections, canceller: Canceller): Promise<RunOutcome> {
  const { set, direction, target, analyse, expected } = input;
  const waitMs = input.lockTimeoutMs || LEDGER_WAIT_MS;
  // Another session may hold the table of the ledger itself.
  await keeper.simple(`SET lock_timeout = ${Math.trunc(waitMs)}`);
  const ledger = await chooseLedger(keeper, set, input.ledger);
  const read = () => canceller.guard(keeper, () => ledger.read(keeper, set));
  const first = await read();
  if (first.problem !== undefined) return refused(first.problem);
  const held = await unlessAborted(takeBoth(keeper, work, ledger, waitMs), input.signal);
  if (!held) return ended('cancelled', 'Cancelled while waiting for another run. Nothing was run.', [], undefined);
  try {
    const state = await read();
    const plan = await planRun({ set, state, keeps: ledger.keeps, direction, target, analyse });
    if (!plan.ok) return refusedPlan(plan);
    const change = changedSince(plan.steps, expected);
    if (change !== undefined) return refused(change);
    const readOnly = await readOnlyProblem(keeper, plan.steps);
    if (readOnly !== undefined) return refused(readOnly);
    if (canceller.requested) return ended('cancelled', 'Cancelled before anything ran.', [], undefined);
    await canceller.guard(keeper, () => ledger.ensure(keeper, direction));
    const rows = await currentNotes(keeper, ledger, set);
    const hearing: RunContext['hearing'] = { listener: undefined };
    work.onNotice((notice) => hearing.listener?.(notice));
    const { journal } = ledger;
    const context: RunContext = { set, ledger, journal, work, lease: held.lease, canceller, hearing };
    return await runSteps(input, context, plan.steps, rows);
  } finally {
    if (work.lost === undefined) await resetSession(work).catch(() => {});
    await held.release();
  }
}

interface Held {
  readonly lease: Lease;
  release(): Promise<void>;
}

async function takeBoth(keeper: PgSession, work: PgSession, ledger: PlacedLedger, waitMs: number): Promise<Held> {
  const lease = await takeLease(keeper, ledger, waitMs);
  try {
    const unmark = await markWork(work, ledger.place, waitMs);
    return {
      lease,
      release: async () => {
        await unmark();
        await lease.release();
      },
    };
  } catch (error) {
    await lease.release();
    throw error;
  }
}

/** What the journal notes, without what is out of date. */
async function currentNotes(
  session: PgSession,
  ledger: PlacedLedger,
  set: MigrationSet,
): Promise<readonly JournalRow[]> {
  const rows = await ledger.journal.read(session);
  if (rows.length === 0) return rows;
  const { stale } = halvesIn(rows, set, await ledger.read(session, set), ledger.abandon !== undefined);
  for (const id of stale) await ledger.journal.clear(session, id);
  return rows.filter((row) => !stale.includes(row.migration));
}

/** Who made a database read-only meant it; a migration that says otherwise means that. */
async function readOnlyProblem(session: PgSession, steps: readonly PlannedStep[]): Promise<string | undefined> {
  const { rows } = await session.query('SHOW default_transaction_read_only');
  if (rows[0]?.default_transaction_read_only !== 'on') return undefined;
  const silent = steps.find(({ context }) => !context.statements.some((s) => saysReadWrite(s.statement.node)));
  if (!silent) {
    await session.simple('SET default_transaction_read_only = off');
    return undefined;
  }
  return `This database is set to read-only (default_transaction_read_only = on), and ${label(silent.migration)} does not say otherwise. Change the setting of the database or the role, or write SET default_transaction_read_only = off into the migration.`;
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
  context: RunContext,
  steps: readonly PlannedStep[],
  rows: readonly JournalRow[],
): Promise<RunOutcome> {
  const completed: CompletedStep[] = [];
  const notes: string[] = [];
  for (const step of steps) {
    const name = label(step.migration);
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
  input.onProgress?.({ message: `${verb} ${label(step.migration)}${part}${waits}`, done, total });
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
  const message = [sentence(`${label(step.migration)}${what}`), remains, ...notes].join(' ') + before(completed, input);
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
  return { outcome, message, completed, failure, notices: [], consent: undefined };
}

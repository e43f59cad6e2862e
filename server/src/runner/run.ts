import { labelOf } from '../core/index.js';
import type { MigrationSet } from '../core/migrations/set.js';
import { saysReadWrite } from '../core/settings.js';
import { resetSession } from '../database/connect.js';
import { messageOf } from '../database/errors.js';
import type { PgSession } from '../database/session.js';
import { chooseLedger, type PlacedLedger } from '../tools/choose.js';
import { halvesIn, type JournalRow } from '../tools/lib/journal.js';
import { Canceller } from './canceller.js';
import type { RunContext } from './context.js';
import type { RunInput } from './input.js';
import { type Connections, connectTwice, type Lease, markWork, takeLease } from './lease.js';
import { ended, type RunNotice, type RunOutcome, refused, sentence } from './outcome.js';
import { type Plan, type PlannedStep, planRun } from './plan.js';
import { runSteps } from './steps.js';
import { warningsOf } from './warnings.js';

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
async function locked(
  input: RunInput,
  { work, workPid, keeper }: Connections,
  canceller: Canceller,
): Promise<RunOutcome> {
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
    if (input.refusal) {
      const warnings = await warningsOf(input.open, plan.steps);
      const refusal = warnings.length > 0 ? input.refusal(warnings) : undefined;
      if (refusal !== undefined) return refused(refusal);
    }
    if (canceller.requested) return ended('cancelled', 'Cancelled before anything ran.', [], undefined);
    await canceller.guard(keeper, () => ledger.ensure(keeper, direction));
    const rows = await currentNotes(keeper, ledger, set);
    const hearing: RunContext['hearing'] = { listener: undefined };
    work.onNotice((notice) => hearing.listener?.(notice));
    const { journal } = ledger;
    const context: RunContext = { set, ledger, journal, work, workPid, lease: held.lease, canceller, hearing };
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
  return `This database is set to read-only (default_transaction_read_only = on), and ${labelOf(silent.migration)} does not say otherwise. Change the setting of the database or the role, or write SET default_transaction_read_only = off into the migration.`;
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

function changedSince(steps: readonly PlannedStep[], expected: readonly string[] | undefined): string | undefined {
  if (expected === undefined) return undefined;
  const now = steps.map((s) => s.migration.id);
  if (now.length === expected.length && now.every((id, i) => id === expected[i])) return undefined;
  return `What would run has changed since it was confirmed: now ${now.join(', ')}. Refresh, look at it again, and confirm.`;
}

function refusedPlan(plan: Plan & { readonly ok: false }): RunOutcome {
  const failure = plan.at && { ...plan.at, message: plan.reason, detail: undefined, hint: undefined, code: undefined };
  return { ...ended('refused', plan.reason, [], failure), ...(plan.idle ? { idle: true } : {}) };
}

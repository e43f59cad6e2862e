import { setTimeout as sleep } from 'node:timers/promises';
import { labelOf } from '../core/index.js';
import type { PgSession } from '../database/session.js';
import { demandLock, note, type RunContext, recordOutside } from './context.js';
import { dirtyMark } from './failure.js';
import { lookAt } from './look.js';
import { indexOf, type Part } from './parts.js';
import type { PlannedStep } from './plan.js';
import { describeRemains } from './remains.js';
import { endOldProcess, type RenewInput, renewed } from './renew.js';
import { finishedIn, GOES_ON, type Progress, partly, type Where } from './stopped.js';

/** What is certain after a connection broke. `committed`: the migration is done and recorded. */
export interface LostVerdict {
  readonly state: 'committed' | 'rolledBack' | 'uncertain';
  /** What happened, and what to check where that is not certain. */
  readonly sentence: string;
}

export interface LostInput extends RenewInput {
  readonly step: PlannedStep;
  readonly where: Where;
  readonly progress: Progress;
  readonly ms: number;
}

/** Finds out, on new connections where that is needed, how a migration ended whose connection broke. */
export async function settleLost(input: LostInput): Promise<LostVerdict> {
  const { where } = input;
  switch (where.at) {
    case 'between':
      return notRun(input);
    case 'block':
      return rolledBack(input);
    case 'commit':
      return atCommit(input, where);
    case 'bare':
      return inStatement(input, where.part);
    case 'noted':
      return afterStatement(input, where.part);
    case 'record':
      return atRecord(input);
  }
}

/** No statement ran when the connection broke; what was done before stays. */
async function notRun(input: LostInput): Promise<LostVerdict> {
  return withoutRest(input, `No statement of ${labelOf(input.step.migration)} was running.`);
}

/** Without COMMIT the server keeps nothing; only the mark that the ledger set before may remain. */
async function rolledBack(input: LostInput): Promise<LostVerdict> {
  const name = labelOf(input.step.migration);
  return withoutRest(input, `COMMIT was not sent for ${name}, so the server rolled it back and nothing of it remains.`);
}

/** The rest did not happen. Takes the ledger's mark back, when nothing at all did. */
async function withoutRest(input: LostInput, sentence: string): Promise<LostVerdict> {
  const { step, progress, context } = input;
  const finished = finishedIn(progress);
  const isNothing = finished === 0 && !progress.begun;
  const isMarked = progress.marked && isNothing;
  // Without a mark to take back one attempt is enough: it only frees locks that a dead line would keep.
  const cleaned = await renewed({ ...input, patienceMs: isMarked ? input.patienceMs : 0 }, async (now) => {
    await endOldProcess(now.work, context.work);
    if (isNothing) await takeMarkBack(now, step);
    return true;
  });
  if (!isNothing) {
    const said = sentence.replace(' and nothing of it remains', '');
    return { state: 'uncertain', sentence: `${said} ${partly(step, finished)} ${goesOn(input)}` };
  }
  if (cleaned || !isMarked) return { state: 'rolledBack', sentence };
  const mark = `Whether the mark in the ledger was taken back is not certain: if ${dirtyMark(context.ledger)}`;
  return { state: 'rolledBack', sentence: `${sentence} ${mark}` };
}

async function atCommit(input: LostInput, where: Where & { readonly at: 'commit' }): Promise<LostVerdict> {
  const { step, context, progress, ms } = input;
  const name = labelOf(step.migration);
  const found = await renewed(input, async (now) => {
    await endOldProcess(now.work, context.work);
    const status = await transactionStatus(now.work, where.xid, input.patienceMs);
    const isLast = where.part === progress.parts.at(-1);
    if (status === 'committed' && isLast && !where.records) return recordIfDue(now, step, ms);
    if (status === 'aborted' && finishedIn(progress) === 0 && !progress.begun) await takeMarkBack(now, step);
    return status === 'committed' && !isLast ? 'partly' : status;
  });
  const lost = `The connection was lost at the COMMIT of ${name}`;
  switch (found) {
    case 'committed':
      return { state: 'committed', sentence: `${lost}; a second connection showed that it was committed.` };
    case 'aborted':
      if (finishedIn(progress) === 0)
        return { state: 'rolledBack', sentence: `${lost}; a second connection showed that it was rolled back.` };
      return {
        state: 'uncertain',
        sentence: `${lost}; a second connection showed that it was rolled back. ${partly(step, finishedIn(progress))} ${goesOn(input)}`,
      };
    case 'partly': {
      const sentence = `${lost}; a second connection showed that the transaction with statement ${indexOf(where.part) + 1} was committed. The rest was not run. ${goesOn(input)}`;
      return { state: 'uncertain', sentence };
    }
    case 'elsewhere':
      return { state: 'uncertain', sentence: `${lost}; it was committed, but ${elsewhere(input)}` };
    default:
      return {
        state: 'uncertain',
        sentence: `${lost}, and the server could not be asked. Look for ${step.migration.version} in ${context.ledger.table}: ${presence(input)}.`,
      };
  }
}

/** The statement that was running outside a transaction may have taken effect. What can be looked at is looked at. */
async function inStatement(input: LostInput, part: Part): Promise<LostVerdict> {
  const { step, context, progress } = input;
  const at = part.statements[0]!;
  const oldPid = context.work.processId;
  const seen = await renewed({ ...input, patienceMs: Math.min(input.patienceMs, 3_000) }, async (now) => {
    if (oldPid !== undefined && (await stillRuns(now.work, oldPid))) return { said: runsOn(oldPid) };
    const look = await lookAt(now.work, at).catch(() => undefined);
    // Only what leaves no doubt: the statement was begun by this run, and its result is there.
    if (look?.kind === 'there' && progress.journalled) {
      await note(now.lease.session, now, step, part, 'done');
      if (part === progress.parts.at(-1)) return { ended: await recordIfDue(now, step, input.ms) };
      return { said: `A second connection found it done: ${look.what}.` };
    }
    return { said: (await describeRemains(now.work, progress.before)) ?? UNSEEN[look?.kind ?? 'unknown'] };
  });
  const name = labelOf(step.migration);
  if (seen?.ended === 'committed')
    return {
      state: 'committed',
      sentence: `The connection was lost during statement ${at.statement.index + 1} of ${name}; a second connection found it done, and recorded it.`,
    };
  const finished = finishedIn(progress);
  const before =
    finished === 0 ? 'No statement was completed before it' : `The ${finished} before it are done and stay`;
  const total = step.context.statements.length;
  const sentences = [
    `${name} runs without a transaction of Lockstep; statement ${at.statement.index + 1} of ${total} was running and may have taken effect. ${before}.`,
    seen?.ended === 'elsewhere' ? `It is done, but ${elsewhere(input)}` : (seen?.said ?? CHECK),
    progress.journalled ? LOOKS : undefined,
    progress.marked ? `Now ${dirtyMark(context.ledger)}` : undefined,
  ];
  return { state: 'uncertain', sentence: sentences.filter((s) => s !== undefined).join(' ') };
}

const CHECK = 'Check what it makes (an index may be INVALID), clean up, and run it again.';
const LOOKS = 'When it is run again, Lockstep looks what is there before it goes on.';
const UNSEEN: Readonly<Record<string, string>> = {
  absent: 'A second connection found nothing of it.',
  repeatable: 'It does no harm to run it again.',
  there: 'A second connection found what it makes.',
  half: CHECK,
  unknown: CHECK,
};

function runsOn(pid: number): string {
  return `The server still runs it in process ${pid}: wait until pg_stat_activity no longer lists that, or end it with SELECT pg_terminate_backend(${pid}). Then check what it made, and run it again.`;
}

/** The statement has run; only the note of it may be missing. */
async function afterStatement(input: LostInput, part: Part): Promise<LostVerdict> {
  const { step, progress, ms } = input;
  const name = labelOf(step.migration);
  const ended = await renewed(input, async (now) => {
    if (progress.journalled) await note(now.lease.session, now, step, part, 'done');
    return part === progress.parts.at(-1) ? recordIfDue(now, step, ms) : 'partly';
  });
  if (ended === 'committed') return recordedSince(name);
  const number = indexOf(part) + 1;
  const rest = ended === 'elsewhere' ? `but ${elsewhere(input)}` : `and the rest was not run. ${goesOn(input)}`;
  return { state: 'uncertain', sentence: `Statement ${number} of ${name} has run and stays, ${rest}` };
}

/** The migration is done; only its row may be missing. */
async function atRecord(input: LostInput): Promise<LostVerdict> {
  const { step, context, ms } = input;
  const name = labelOf(step.migration);
  const ended = await renewed(input, async (now) => {
    await endOldProcess(now.work, context.work);
    return recordIfDue(now, step, ms);
  });
  if (ended === 'committed') return recordedSince(name);
  const what =
    ended === 'elsewhere'
      ? `but ${elsewhere(input)}`
      : `but whether ${context.ledger.table} says so is not certain. Look for ${step.migration.version} there, and record it by hand when it is missing.`;
  return { state: 'uncertain', sentence: `${name} has run and stays, ${what}` };
}

function recordedSince(name: string): LostVerdict {
  return {
    state: 'committed',
    sentence: `The connection was lost after ${name} had run; a second connection recorded it.`,
  };
}

function elsewhere({ context, step }: LostInput): string {
  return `another run has changed ${context.ledger.table} since, so nothing more was written. Look for ${step.migration.version} there.`;
}

/**
 * Records a migration that is done, if that is still due: another run may have been here since the lock was lost. A mark that
 * stands is ours, because it stops all others; notes in the journal go in the transaction of the record.
 */
async function recordIfDue(now: RunContext, step: PlannedStep, ms: number): Promise<'committed' | 'elsewhere'> {
  const { ledger, journal, set, lease } = now;
  const { migration, direction } = step;
  const { entries } = await ledger.read(lease.session, set);
  const isApplied = entries.some((e) => e.id === migration.id && !e.failed);
  const isRecorded = isApplied === (direction === 'up');
  const marked = entries.some((e) => e.failed);
  if (ledger.abandon ? !marked : isRecorded) return isRecorded ? 'committed' : 'elsewhere';
  const noted = (await journal.read(lease.session)).some((r) => r.migration === migration.id);
  if (!ledger.abandon && journal.isMade && !noted) return 'elsewhere';
  await recordOutside(now, step, ms);
  return 'committed';
}

/** Under the lock, and only where the mark stands: another run may have come in between. */
async function takeMarkBack(now: RunContext, { migration, direction }: PlannedStep): Promise<void> {
  const { ledger, lease, set } = now;
  if (!ledger.abandon) return;
  await demandLock(now, lease.session);
  const { entries } = await ledger.read(lease.session, set);
  if (entries.some((entry) => entry.failed)) await ledger.abandon(lease.session, migration, direction, set);
}

function goesOn({ progress, context }: LostInput): string {
  if (progress.journalled) return GOES_ON;
  return progress.marked ? `Now ${dirtyMark(context.ledger)}` : 'Finish or undo it by hand before the next run.';
}

function presence({ step, context: { ledger } }: LostInput): string {
  if (!ledger.finishInTransaction)
    return `its mark stands; compare the schema with the script, then ${ledger.remedy ?? 'clear the mark'}`;
  return step.direction === 'up'
    ? 'if it is there the migration is applied, else it was rolled back'
    : 'if it is gone the rollback is done, else nothing changed';
}

/** The server remembers how recent transactions ended (`txid_status`, PostgreSQL 10 and newer). */
async function transactionStatus(session: PgSession, xid: string, patienceMs: number): Promise<string | undefined> {
  for (const until = Date.now() + patienceMs; ; ) {
    const { rows } = await session.query('SELECT pg_catalog.txid_status($1::bigint) AS status', [xid]);
    const status = rows[0]?.status;
    if (status !== 'in progress') return typeof status === 'string' ? status : undefined;
    if (Date.now() > until) return undefined;
    await sleep(100);
  }
}

async function stillRuns(session: PgSession, processId: number): Promise<boolean> {
  const { rows } = await session.query(
    `SELECT 1 FROM pg_catalog.pg_stat_activity WHERE pid = $1 AND pid <> pg_catalog.pg_backend_pid() AND application_name = 'lockstep' AND state = 'active'`,
    [processId],
  );
  return rows.length > 0;
}

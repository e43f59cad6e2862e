import { setTimeout as sleep } from 'node:timers/promises';
import type { MigrationSet } from '../core/migrations/migration.js';
import type { PgSession } from '../database/session.js';
import type { Ledger } from '../tools/ledger.js';
import { dirtyMark } from './failure.js';
import { label, type PlannedStep } from './plan.js';
import { describeRemains } from './remains.js';
import type { LostPhase } from './step.js';

/** What is certain after a connection broke. `committed`: the migration is done and recorded. */
export interface LostVerdict {
  readonly state: 'committed' | 'rolledBack' | 'uncertain';
  /** What happened, and what to check where that is not certain. */
  readonly sentence: string;
}

export interface LostInput {
  readonly open: () => Promise<PgSession>;
  readonly ledger: Ledger;
  readonly set: MigrationSet;
  readonly step: PlannedStep;
  readonly phase: LostPhase;
  readonly xid: string | undefined;
  /** The server's process of the broken connection. */
  readonly processId: number | undefined;
  readonly ms: number;
  readonly lockTimeoutMs: number;
  /** How long to try to reach the server again. */
  readonly patienceMs: number;
}

const LEDGER_WAIT_MS = 15_000;

/** Finds out, on a new connection where that is needed, how a migration ended whose connection broke. */
export async function settleLost(input: LostInput): Promise<LostVerdict> {
  const name = label(input.step.migration);
  switch (input.phase.at) {
    case 'beforeCommit':
      return settleRolledBack(input, name);
    case 'commit':
      return settleCommit(input, name);
    case 'statement':
      return uncertainStatement(input, input.phase, name);
    case 'ledger':
      return settleLedger(input, name);
  }
}

/** Without COMMIT the server keeps nothing; only the mark that golang-migrate's ledger set before may remain. */
async function settleRolledBack(input: LostInput, name: string): Promise<LostVerdict> {
  const sentence = `COMMIT was not sent for ${name}, so the server rolled it back and nothing of it remains.`;
  const writes = input.ledger.abandon !== undefined;
  // Without a mark to take back one attempt is enough: it only frees locks that a dead line would keep.
  const cleaned = await onNewSession({ ...input, patienceMs: writes ? input.patienceMs : 0 }, async (session) => {
    await endOldProcess(session, input.processId);
    await takeMarkBack(input, session);
    return true;
  });
  if (cleaned || !writes) return { state: 'rolledBack', sentence };
  return {
    state: 'rolledBack',
    sentence: `${sentence} Whether the mark in the ledger was taken back is not certain: if ${dirtyMark(input.ledger)}`,
  };
}

async function settleCommit(input: LostInput, name: string): Promise<LostVerdict> {
  const found = await onNewSession(input, async (session) => {
    await endOldProcess(session, input.processId);
    const status = await transactionStatus(session, input);
    if (status === 'committed' && !input.ledger.finishInTransaction) await record(input, session);
    if (status === 'aborted') await takeMarkBack(input, session);
    return status;
  });
  if (found === 'committed') {
    return {
      state: 'committed',
      sentence: `The connection was lost at the COMMIT of ${name}; a second connection showed that it was committed.`,
    };
  }
  if (found === 'aborted') {
    return {
      state: 'rolledBack',
      sentence: `The connection was lost at the COMMIT of ${name}; a second connection showed that it was rolled back.`,
    };
  }
  const sentence = `The connection was lost at the COMMIT of ${name}, and the server could not be asked. Look for ${input.step.migration.version} in ${input.ledger.table}: ${presence(input)}.`;
  return { state: 'uncertain', sentence };
}

/**
 * After a silent network the server may still hold the old connection, its transaction and its locks. It is ended, so
 * that what is said of it stays true. PGlite serves all connections by one process: never our own.
 */
async function endOldProcess(session: PgSession, processId: number | undefined): Promise<void> {
  if (processId === undefined) return;
  const mine = `pid = $1 AND pid <> pg_catalog.pg_backend_pid() AND application_name = 'lockstep' AND usename = current_user AND datname = pg_catalog.current_database()`;
  await session.query(`SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity WHERE ${mine}`, [
    processId,
  ]);
  for (let attempt = 0; attempt < 50; attempt++) {
    const { rows } = await session.query(`SELECT 1 FROM pg_catalog.pg_stat_activity WHERE ${mine}`, [processId]);
    if (rows.length === 0) return;
    await sleep(100);
  }
}

/** Only under the lock, and only where the mark stands: another run may have come in between. */
async function takeMarkBack({ ledger, step, set, lockTimeoutMs }: LostInput, session: PgSession): Promise<void> {
  if (!ledger.abandon) return;
  const release = await ledger.lock(session, lockTimeoutMs || LEDGER_WAIT_MS);
  const { entries } = await ledger.read(session, set);
  if (entries.some((entry) => entry.failed)) await ledger.abandon(session, step.migration, step.direction, set);
  await release();
}

function presence({ step, ledger }: LostInput): string {
  if (!ledger.finishInTransaction)
    return `the row says dirty; compare the schema with the script; ${ledger.remedy ?? 'then clear the mark'}`;
  return step.direction === 'up'
    ? 'if it is there the migration is applied, else it was rolled back'
    : 'if it is gone the rollback is done, else nothing changed';
}

/** The server remembers how recent transactions ended (`txid_status`, PostgreSQL 10 and newer). */
async function transactionStatus(session: PgSession, { xid, patienceMs }: LostInput): Promise<string | undefined> {
  if (xid === undefined) return undefined;
  for (const until = Date.now() + patienceMs; ; ) {
    const { rows } = await session.query('SELECT pg_catalog.txid_status($1::bigint) AS status', [xid]);
    const status = rows[0]?.status;
    if (status !== 'in progress') return typeof status === 'string' ? status : undefined;
    if (Date.now() > until) return undefined;
    await sleep(100);
  }
}

async function uncertainStatement(
  input: LostInput,
  phase: Extract<LostPhase, { at: 'statement' }>,
  name: string,
): Promise<LostVerdict> {
  const { step, ledger } = input;
  const total = step.context.script.statements.length;
  const number = phase.statement.index + 1;
  const before =
    phase.finished === 0 ? 'No statement was completed before it' : `The ${phase.finished} before it are done and stay`;
  const seen = await onNewSession({ ...input, patienceMs: Math.min(input.patienceMs, 3_000) }, (session) =>
    lookAfter(session, input, phase),
  );
  const advice = seen ?? 'Check what it makes (an index may be INVALID), clean up, and run it again.';
  const mark = ledger.abandon ? ` Now ${dirtyMark(ledger)}` : '';
  const sentence = `${name} runs without a transaction of Lockstep; statement ${number} of ${total} was running and may have taken effect. ${before}. ${advice}${mark}`;
  return { state: 'uncertain', sentence };
}

/** What a second connection sees of the statement; undefined when it sees nothing. */
async function lookAfter(
  session: PgSession,
  { processId }: LostInput,
  { before }: Extract<LostPhase, { at: 'statement' }>,
): Promise<string | undefined> {
  if (processId !== undefined && (await stillRuns(session, processId))) {
    return `The server still runs it in process ${processId}: wait until pg_stat_activity no longer lists that, or end it with SELECT pg_terminate_backend(${processId}). Then check what it made, and run it again.`;
  }
  return describeRemains(session, before);
}

async function stillRuns(session: PgSession, processId: number): Promise<boolean> {
  const { rows } = await session.query(
    `SELECT 1 FROM pg_catalog.pg_stat_activity WHERE pid = $1 AND pid <> pg_catalog.pg_backend_pid() AND application_name = 'lockstep' AND state = 'active'`,
    [processId],
  );
  return rows.length > 0;
}

/** The migration is done; only its row may be missing. */
async function settleLedger(input: LostInput, name: string): Promise<LostVerdict> {
  const recorded = await onNewSession(input, async (session) => {
    await endOldProcess(session, input.processId);
    await record(input, session);
    return true;
  });
  if (recorded) {
    return {
      state: 'committed',
      sentence: `The connection was lost after ${name} had run; a second connection recorded it.`,
    };
  }
  return {
    state: 'uncertain',
    sentence: `${name} has run and stays, but whether ${input.ledger.table} says so is not certain. Look for ${input.step.migration.version} there, and record it by hand when it is missing.`,
  };
}

async function record({ ledger, step, set, ms, lockTimeoutMs }: LostInput, session: PgSession): Promise<void> {
  const release = await ledger.lock(session, lockTimeoutMs || LEDGER_WAIT_MS);
  const { entries } = await ledger.read(session, set);
  const entry = entries.find((e) => e.version === step.migration.version);
  const present = entry !== undefined && !entry.failed;
  if (present !== (step.direction === 'up') || !ledger.finishInTransaction) {
    await ledger.finish(session, step.migration, step.direction, ms, set);
  }
  await release();
}

/** Tries to connect until the patience ends; undefined when that or the work failed. */
async function onNewSession<T>(input: LostInput, work: (session: PgSession) => Promise<T>): Promise<T | undefined> {
  const until = Date.now() + input.patienceMs;
  for (;;) {
    const session = await input.open().catch(() => undefined);
    if (session) {
      try {
        return await work(session);
      } catch {
        if (Date.now() >= until) return undefined;
      } finally {
        await session.close();
      }
    }
    if (Date.now() >= until) return undefined;
    await sleep(250);
  }
}

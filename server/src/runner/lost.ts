import { setTimeout as sleep } from 'node:timers/promises';
import type { MigrationSet } from '../core/migrations/migration.js';
import type { PgSession } from '../database/session.js';
import type { Ledger } from '../ledger/ledger.js';
import { label, type PlannedStep } from './plan.js';
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
  readonly ms: number;
  readonly lockTimeoutMs: number;
  /** How long to try to reach the server again. */
  readonly patienceMs: number;
}

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
  if (!input.ledger.abandon) return { state: 'rolledBack', sentence };
  const { ledger, step, set } = input;
  const cleaned = await onNewSession(input, async (session) => {
    await ledger.abandon?.(session, step.migration, step.direction, set);
    return true;
  });
  if (cleaned) return { state: 'rolledBack', sentence };
  const dirty = `${ledger.table} still says dirty: run \`migrate force\` with the version that holds when the server is back.`;
  return { state: 'rolledBack', sentence: `${sentence} ${dirty}` };
}

async function settleCommit(input: LostInput, name: string): Promise<LostVerdict> {
  const found = await onNewSession(input, async (session) => {
    const status = await transactionStatus(session, input);
    if (status === 'committed' && !input.ledger.finishInTransaction) await record(input, session);
    if (status === 'aborted')
      await input.ledger.abandon?.(session, input.step.migration, input.step.direction, input.set);
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

function presence({ step, ledger }: LostInput): string {
  if (!ledger.finishInTransaction)
    return 'the row says dirty; compare the schema with the script, then run `migrate force`';
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

function uncertainStatement(
  { step }: LostInput,
  phase: Extract<LostPhase, { at: 'statement' }>,
  name: string,
): LostVerdict {
  const total = step.script.statements.length;
  const number = phase.statement.index + 1;
  const before =
    phase.finished === 0 ? 'No statement was completed before it' : `The ${phase.finished} before it are done and stay`;
  const sentence = `${name} runs without a transaction of Lockstep; statement ${number} of ${total} was running and may have taken effect. ${before}. Check what it makes (an index may be INVALID), clean up, and apply again.`;
  return { state: 'uncertain', sentence };
}

/** The migration is done; only its row may be missing. */
async function settleLedger(input: LostInput, name: string): Promise<LostVerdict> {
  const recorded = await onNewSession(input, async (session) => {
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
  const release = await ledger.lock(session, lockTimeoutMs);
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

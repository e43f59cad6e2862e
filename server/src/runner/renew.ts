import { setTimeout as sleep } from 'node:timers/promises';
import type { PgSession } from '../database/session.js';
import type { RunContext } from './context.js';
import { connectTwice, pidOf, takeLease } from './lease.js';

export interface RenewInput {
  readonly open: () => Promise<PgSession>;
  /** Of the run whose connection broke. */
  readonly context: RunContext;
  readonly lockTimeoutMs: number;
  /** How long to try to reach the server again. */
  readonly patienceMs: number;
}

const LEDGER_WAIT_MS = 15_000;

/**
 * Works with connections that stand: the one with the lock when it lives, else new ones, under the lock taken again. Tries until the
 * patience ends; undefined when that or the work failed.
 */
export async function renewed<T>(input: RenewInput, work: (now: RunContext) => Promise<T>): Promise<T | undefined> {
  const { context, open, patienceMs } = input;
  const until = Date.now() + patienceMs;
  for (;;) {
    try {
      return await (context.lease.session.lost === undefined
        ? onOneNew(open, async (session) => work({ ...context, work: session, workPid: await pidOf(session) }))
        : onTwoNew(input, work));
    } catch {
      if (Date.now() >= until) return undefined;
    }
    await sleep(250);
  }
}

async function onOneNew<T>(open: () => Promise<PgSession>, work: (session: PgSession) => Promise<T>): Promise<T> {
  const session = await open();
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

async function onTwoNew<T>(
  { context, open, lockTimeoutMs }: RenewInput,
  work: (now: RunContext) => Promise<T>,
): Promise<T> {
  const connections = await connectTwice(open);
  try {
    await endOldProcess(connections.keeper, context.lease.session);
    const lease = await takeLease(connections.keeper, context.ledger, lockTimeoutMs || LEDGER_WAIT_MS);
    const now = { ...context, work: connections.work, workPid: connections.workPid, lease };
    try {
      return await work(now);
    } finally {
      await lease.release();
    }
  } finally {
    await connections.close();
  }
}

/**
 * After a silent network the server may still hold an old connection, its transaction and its locks. It is ended, so
 * that what is said of it stays true. PGlite serves all connections by one process: never our own.
 */
export async function endOldProcess(through: PgSession, { lost, processId }: PgSession): Promise<void> {
  if (processId === undefined || lost === undefined) return;
  const mine = `pid = $1 AND pid <> pg_catalog.pg_backend_pid() AND application_name = 'lockstep' AND usename = current_user AND datname = pg_catalog.current_database()`;
  await through.query(`SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity WHERE ${mine}`, [
    processId,
  ]);
  for (let attempt = 0; attempt < 50; attempt++) {
    const { rows } = await through.query(`SELECT 1 FROM pg_catalog.pg_stat_activity WHERE ${mine}`, [processId]);
    if (rows.length === 0) return;
    await sleep(100);
  }
}

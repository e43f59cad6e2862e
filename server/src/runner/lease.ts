import type { PgSession, Session } from '../database/session.js';
import type { Ledger } from '../tools/ledger.js';
import { takeAdvisoryLock, workLockId } from '../tools/lib/lock.js';

/**
 * The two connections of a run. A script may do what it likes with its own, also give up all advisory locks; the tool's lock
 * is held, and the ledger written, by the other one.
 */
export interface Connections {
  /** Runs the scripts. */
  readonly work: PgSession;
  /** The process behind it. */
  readonly workPid: number;
  /** Holds the lock. The same as `work` where a second connection would be the same session (PGlite) or cannot be had. */
  readonly keeper: PgSession;
  close(): Promise<void>;
}

/** Opens both. Rejects when there is no connection at all. */
export async function connectTwice(open: () => Promise<PgSession>): Promise<Connections> {
  const work = await open();
  const workPid = await pidOf(work);
  const keeper = await open().catch(() => undefined);
  if (keeper && (await pidOf(keeper)) !== workPid) {
    await stayOpen(keeper);
    return { work, workPid, keeper, close: async () => void (await Promise.all([work.close(), keeper.close()])) };
  }
  await keeper?.close();
  return { work, workPid, keeper: work, close: () => work.close() };
}

/** It waits while a statement takes hours. */
async function stayOpen(session: PgSession): Promise<void> {
  await session.query(
    `SELECT pg_catalog.set_config(name, '0', false) FROM pg_catalog.pg_settings WHERE name IN ('idle_session_timeout', 'statement_timeout')`,
  );
}

/** The process behind a session, whatever a pooler told the client. */
export async function pidOf(session: Session): Promise<number> {
  const { rows } = await session.query('SELECT pg_catalog.pg_backend_pid() AS pid');
  return Number(rows[0]?.pid);
}

/** The tool's lock, held by one connection. */
export interface Lease {
  readonly session: PgSession;
  /** Asks, through any session of the database, whether the lock is still held. */
  isHeld(through: Session): Promise<boolean>;
  /** Never rejects. */
  release(): Promise<void>;
}

export async function takeLease(session: PgSession, ledger: Ledger, waitMs: number): Promise<Lease> {
  const release = await ledger.lock(session, waitMs);
  const pid = await pidOf(session);
  const count = await locksOf(session, pid);
  return {
    session,
    isHeld: async (through) => session.lost === undefined && (await locksOf(through, pid)) >= count,
    release: () => release().catch(() => {}),
  };
}

async function locksOf(through: Session, pid: number): Promise<number> {
  const { rows } = await through.query(
    `SELECT pg_catalog.count(*)::int AS n FROM pg_catalog.pg_locks
      WHERE locktype = 'advisory' AND granted AND pid = $1
        AND database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())`,
    [pid],
  );
  return Number(rows[0]?.n);
}

/**
 * A lock of Lockstep's own in the session that runs the scripts: a server that has not noticed yet that its client is gone goes
 * on with the statement, and no other run may begin meanwhile.
 */
export async function markWork(
  work: PgSession,
  { schema, name }: { readonly schema: string; readonly name: string },
  waitMs: number,
): Promise<() => Promise<void>> {
  const release = await takeAdvisoryLock(work, workLockId(schema, name), waitMs);
  return () => release().catch(() => {});
}

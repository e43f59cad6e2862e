import type { MigrationSet } from '../core/migrations/set.js';
import { OWN_ROLE } from '../database/connect.js';
import { DatabaseError } from '../database/errors.js';
import type { PgSession, ServerNotice } from '../database/session.js';
import type { Ledger } from '../tools/ledger.js';
import type { Journal, Note } from '../tools/lib/journal.js';
import type { Canceller } from './canceller.js';
import type { Lease } from './lease.js';
import { hashOf, indexOf, type Part, textOf } from './parts.js';
import type { PlannedStep } from './plan.js';

/** What one run works with. */
export interface RunContext {
  readonly set: MigrationSet;
  readonly ledger: Ledger;
  readonly journal: Journal;
  /** Runs the scripts. */
  readonly work: PgSession;
  /** The server's process behind it. */
  readonly workPid: number;
  /** Holds the lock; its session writes what is written outside a script's transaction. */
  readonly lease: Lease;
  readonly canceller: Canceller;
  /** Who hears the notices of `work` now. */
  readonly hearing: { listener: ((notice: ServerNotice) => void) | undefined };
}

/** The two are one session: what a script sets in it holds for the ledger too. */
export function isShared({ work, lease }: RunContext): boolean {
  return lease.session === work;
}

/** The session that writes the ledger outside a script's transaction, as the user who logged in. */
export async function writer(context: RunContext): Promise<PgSession> {
  const { session } = context.lease;
  if (isShared(context)) await session.simple(`${OWN_ROLE}; SET client_encoding = 'UTF8'`);
  return session;
}

/**
 * Until the end of the transaction, the script's session is that of the user who logged in: the script may have become another
 * one, and may have set in which encoding names are read.
 */
export async function becomeSelf(work: PgSession): Promise<void> {
  await work.simple(
    `SET LOCAL SESSION AUTHORIZATION DEFAULT; SET LOCAL ROLE NONE; SET LOCAL row_security = off; SET LOCAL client_encoding = 'UTF8'`,
  );
}

/** Rejects when another run could have begun: the lock is gone. */
export async function demandLock({ lease }: RunContext, through: PgSession): Promise<void> {
  if (await lease.isHeld(through)) return;
  throw new DatabaseError('The lock of this run was lost on the way, and another run may have begun');
}

/** Notes in the journal that a part was begun, or is done. */
export async function note(
  session: PgSession,
  { journal, workPid: pid }: RunContext,
  { migration, direction }: PlannedStep,
  part: Part,
  state: Note['state'],
): Promise<void> {
  const place = { migration: migration.id, direction, statement: indexOf(part) };
  await journal.note(session, { ...place, hash: hashOf(part), state, pid }, textOf(part));
}

/** Records a migration outside its own transactions, and forgets what the journal notes of it. */
export async function recordOutside(context: RunContext, step: PlannedStep, ms: number): Promise<void> {
  const { ledger, journal, set } = context;
  const session = await writer(context);
  await demandLock(context, session);
  const { migration, direction } = step;
  // A ledger with marks writes in a transaction of its own.
  if (!ledger.finishInTransaction) {
    await ledger.finish(session, migration, direction, ms, set);
    await journal.clear(session, migration.id);
    return;
  }
  await session.query('BEGIN');
  try {
    await ledger.finish(session, migration, direction, ms, set);
    await journal.clear(session, migration.id);
    await session.query('COMMIT');
  } catch (error) {
    await session.query('ROLLBACK').catch(() => {});
    throw error;
  }
}

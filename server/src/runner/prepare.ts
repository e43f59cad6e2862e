import { waitsForTransactions } from '../core/sql/concurrently.js';
import type { AnalysedStatement } from '../core/statements/analysed.js';
import { DatabaseError } from '../database/errors.js';
import type { Session } from '../database/session.js';
import type { JournalRow } from '../tools/lib/journal.js';
import type { RunContext } from './context.js';
import { lookAt } from './look.js';

/** Something has to be confirmed before a statement may run. */
export class NeedsConsent extends DatabaseError {
  /** What would be done: SQL that is sent first, or words. */
  readonly what: string;

  constructor(message: string, what: string) {
    super(message);
    this.what = what;
  }
}

export interface Prepared {
  /** Nothing is left to do for the statement. */
  readonly isDone: boolean;
  readonly notes: readonly string[];
}

/**
 * Looks, before a statement runs outside a transaction, what an interrupted run left of it: it may be done, or half of it may be in
 * the way. What clears that up is sent by `send`, when the user accepts it; rejects with `NeedsConsent` when not.
 */
export async function prepareBare(
  { work }: Pick<RunContext, 'work'>,
  at: AnalysedStatement,
  begun: JournalRow | undefined,
  accepts: (what: string) => boolean,
  send: (sql: string) => Promise<unknown>,
): Promise<Prepared> {
  if (begun) await demandEnded(work, begun);
  const look = await lookAt(work, at);
  const number = at.statement.index + 1;
  switch (look.kind) {
    case 'there':
      if (!begun) return RUN;
      return {
        isDone: true,
        notes: [`Statement ${number} had been begun by an interrupted run: ${look.what}, so it was not run again.`],
      };
    case 'half': {
      if (!begun && !waitsForTransactions(at.statement.node)) return RUN;
      if (!accepts(look.remedy))
        throw new NeedsConsent(
          `Before statement ${number}: ${look.what}, left by a run that did not finish. To go on, ${look.remedy}; has to run first`,
          look.remedy,
        );
      await send(look.remedy);
      return { isDone: look.finishes, notes: [`Before statement ${number}: ${look.what}. ${look.remedy} was run.`] };
    }
    case 'unknown': {
      if (!begun) return RUN;
      const what = `run statement ${number} again`;
      if (!accepts(what))
        throw new NeedsConsent(
          `Statement ${number} was begun on ${begun.at.slice(0, 10)} by a run that was interrupted, and whether it took effect cannot be told. Look, then confirm to run it again`,
          what,
        );
      return { isDone: false, notes: [`Statement ${number} had been begun by an interrupted run, and was run again.`] };
    }
    default:
      return RUN;
  }
}

const RUN: Prepared = { isDone: false, notes: [] };

/** The server goes on with a statement whose client is gone, until it has something to tell it. */
async function demandEnded(session: Session, { pid }: JournalRow): Promise<void> {
  const { rows } = await session.query(
    `SELECT 1 FROM pg_catalog.pg_stat_activity
      WHERE pid = $1 AND pid <> pg_catalog.pg_backend_pid() AND application_name = 'lockstep' AND state <> 'idle'`,
    [pid],
  );
  if (rows.length === 0) return;
  throw new DatabaseError(
    `The server still runs a statement of an interrupted run in process ${pid}. Wait until pg_stat_activity no longer lists it, or end it with SELECT pg_terminate_backend(${pid})`,
  );
}

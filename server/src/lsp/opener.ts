import { openSession, type SessionOptions } from '../database/connect.js';
import { DatabaseError } from '../database/errors.js';
import { identityOf, KnownDatabases, markByAddress, markedElsewhere } from '../database/sameServer.js';
import type { PgSession } from '../database/session.js';
import type { ConnectTarget, Marked } from '../database/target.js';

type Mark = Marked & { readonly label?: string };

/** Opens all connections of the language server, and remembers which databases they led to. */
export class Opener {
  readonly #known = new KnownDatabases();

  /** Connects to read. */
  async open(target: ConnectTarget, options: SessionOptions): Promise<PgSession> {
    const session = await openSession(target, options);
    const identity = await identityOf(session);
    if (identity !== undefined) this.#known.note(identity, target);
    return session;
  }

  /**
   * Connects to change something. Rejects where one of the marks is stricter than the target and means the same database: by
   * its address, or because it was found to be the same one.
   */
  async openToRun(target: ConnectTarget, marks: readonly Mark[]): Promise<PgSession> {
    const byAddress = await markByAddress(target, marks);
    if (byAddress) throw new DatabaseError(markedElsewhere(byAddress));
    const session = await openSession(target, { connectTimeoutMs: 10_000 });
    const identity = await identityOf(session);
    if (identity === undefined) return session;
    const mark = this.#known.stricter(identity, target, marks);
    if (mark) {
      await session.close();
      throw new DatabaseError(markedElsewhere(mark));
    }
    this.#known.note(identity, target);
    return session;
  }
}

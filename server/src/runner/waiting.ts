import type { PgSession } from '../database/session.js';

/** A statement that is done sooner has not waited for anybody worth a word. */
const FIRST_MS = 1_000;
const AGAIN_MS = 2_000;
const PATIENCE_MS = 2_000;

/**
 * Looks, from a second connection and as long as a statement runs, whom it waits for: for locks, and for the old transactions that
 * CREATE INDEX CONCURRENTLY waits for. `tell` hears each answer that is new; the last one is kept for an error message.
 */
export class Watch {
  readonly #keeper: PgSession;
  readonly #pid: number;
  readonly #tell: (whom: string) => void;
  #timer: NodeJS.Timeout | undefined;
  #asking: Promise<void> = Promise.resolve();
  #last: string | undefined;

  constructor(keeper: PgSession, pid: number, tell: (whom: string) => void) {
    this.#keeper = keeper;
    this.#pid = pid;
    this.#tell = tell;
    this.#timer = setTimeout(() => this.#ask(), FIRST_MS);
  }

  /** Whom it waited for when last asked; the keeper is free again. */
  async end(): Promise<string | undefined> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    // A keeper whose line is dead must not keep the run.
    await Promise.race([this.#asking, new Promise((resolve) => setTimeout(resolve, PATIENCE_MS).unref())]);
    return this.#last;
  }

  #ask(): void {
    this.#asking = blockersOf(this.#keeper, this.#pid)
      .then((whom) => {
        if (whom !== undefined && whom !== this.#last) this.#tell(whom);
        this.#last = whom ?? this.#last;
      })
      .catch(() => {})
      .finally(() => {
        if (this.#timer) this.#timer = setTimeout(() => this.#ask(), AGAIN_MS);
      });
  }
}

/** The sessions that keep a process waiting, in words; undefined when it waits for none. */
async function blockersOf(session: PgSession, pid: number): Promise<string | undefined> {
  const { rows } = await session.query(
    `SELECT a.pid, a.usename AS "user", a.application_name AS app, a.state,
            pg_catalog.date_trunc('second', pg_catalog.clock_timestamp() - a.xact_start)::text AS age,
            pg_catalog.left(pg_catalog.regexp_replace(a.query, '\\s+', ' ', 'g'), 80) AS query
       FROM pg_catalog.unnest(pg_catalog.pg_blocking_pids($1)) AS b (pid) JOIN pg_catalog.pg_stat_activity a ON a.pid = b.pid
      ORDER BY a.xact_start LIMIT 3`,
    [pid],
  );
  if (rows.length === 0) return undefined;
  return rows
    .map(({ pid: process, user, app, state, age, query }) => {
      const who = [user, app].filter(Boolean).join(', ');
      const since = age ? `, in its transaction for ${age}` : '';
      return `process ${process}${who ? ` (${who})` : ''}, ${state ?? 'working'}${since}: ${query}`;
    })
    .join('; ');
}

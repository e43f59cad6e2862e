import type { PgSession } from '../database/session.js';

/** How long the server may take to obey before its connection is given up. */
const PATIENCE_MS = 10_000;
const REPEAT_MS = 500;

/** Ties an AbortSignal to a session: asks the server to stop what runs, again until it has. */
export class Canceller {
  readonly #signal: AbortSignal | undefined;
  readonly #patienceMs: number;
  #asked: Promise<unknown> = Promise.resolve();
  #gaveUp = false;

  constructor(signal: AbortSignal | undefined, patienceMs: number = PATIENCE_MS) {
    this.#signal = signal;
    this.#patienceMs = patienceMs;
  }

  get requested(): boolean {
    return this.#signal?.aborted === true;
  }

  /** The server did not stop what it ran, so its connection was closed: PGlite, for one, ignores the request. */
  get gaveUp(): boolean {
    return this.#gaveUp;
  }

  /** Runs one command that a cancel may stop. All requests that were sent have arrived when this settles. */
  async guard<T>(session: PgSession, work: () => Promise<T>): Promise<T> {
    const signal = this.#signal;
    if (!signal) return work();
    let repeat: NodeJS.Timeout | undefined;
    const ask = () => {
      this.#asked = Promise.all([this.#asked, session.cancel()]);
    };
    const giveUp = () => {
      this.#gaveUp = true;
      session.destroy();
    };
    const onAbort = () => {
      const until = Date.now() + this.#patienceMs;
      ask();
      repeat = setInterval(() => (Date.now() < until ? ask() : giveUp()), REPEAT_MS);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      return await work();
    } finally {
      signal.removeEventListener('abort', onAbort);
      clearInterval(repeat);
      await this.#asked;
    }
  }
}

import type { PgSession } from '../database/session.js';

/** How long the server may take to obey before its connection is given up. */
const PATIENCE_MS = 10_000;
const REPEAT_MS = 500;

/** Ties an AbortSignal to a session: asks the server to stop what runs, again until it has. */
export class Canceller {
  readonly #signal: AbortSignal | undefined;
  #asked: Promise<void> = Promise.resolve();

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
  }

  get requested(): boolean {
    return this.#signal?.aborted === true;
  }

  /** Runs one command that a cancel may stop. A cancel that was sent has arrived when this settles. */
  async guard<T>(session: PgSession, work: () => Promise<T>): Promise<T> {
    const signal = this.#signal;
    if (!signal) return work();
    let repeat: NodeJS.Timeout | undefined;
    const ask = () => {
      this.#asked = session.cancel();
    };
    const onAbort = () => {
      const until = Date.now() + PATIENCE_MS;
      ask();
      repeat = setInterval(() => (Date.now() < until ? ask() : session.destroy()), REPEAT_MS);
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

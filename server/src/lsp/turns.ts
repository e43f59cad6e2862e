import type { Steps } from '../core/index.js';

/** How long one piece of work may keep others waiting: less than a frame at 60 Hz. */
const SLICE_MS = 15;
/** Then the event loop is left alone: a request and its answer take several rounds through it. */
const REST_MS = 1;

/** Goes on for a while; true when there is nothing left to do. */
type Work = () => boolean;

/**
 * Long work in slices, one after the other in turn. In between the event loop hears of edits, cancellations and other
 * requests, so that nobody waits for the analysis of a file that he did not ask about.
 */
export class Turns {
  readonly #waiting: Work[] = [];
  readonly #now: () => number;
  #timer: NodeJS.Timeout | undefined;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** The result, or undefined when it was given up because nobody wants it any more. */
  take<T>(steps: Steps<T>, isWanted: () => boolean): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      const work = () => {
        try {
          if (isWanted()) return this.#slice(steps, resolve);
          resolve(undefined);
        } catch (error) {
          reject(error);
        }
        return true;
      };
      // What is new need not stand in line: most of it is done in one turn.
      setImmediate(() => this.#turn(work));
    });
  }

  #slice<T>(steps: Steps<T>, resolve: (value: T) => void): boolean {
    const end = this.#now() + SLICE_MS;
    do {
      const step = steps.next();
      if (!step.done) continue;
      resolve(step.value);
      return true;
    } while (this.#now() < end);
    return false;
  }

  #turn(work: Work | undefined): void {
    if (work && !work()) this.#waiting.push(work);
    if (this.#waiting.length === 0) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#turn(this.#waiting.shift());
    }, REST_MS);
  }
}

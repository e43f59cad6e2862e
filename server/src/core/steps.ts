/**
 * Work cut into small pieces: each `next` does one, the last gives the result. The core knows no clock: who drives it
 * decides how long to go on at a time, and drops it when nobody wants the result any more.
 */
export type Steps<T> = Generator<undefined, T, undefined>;

/** Does all of it at once. */
export function finish<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** The answer of work that was given up. */
export const STALE = Symbol('stale');

/** Goes on as long as the result is worth something. */
export function* whilst<T>(isCurrent: () => boolean, steps: Steps<T>): Steps<T | typeof STALE> {
  while (isCurrent()) {
    const step = steps.next();
    if (step.done) return step.value;
    yield;
  }
  return STALE;
}

type Outcome<T> = { readonly value: T } | { readonly error: unknown };

/** Does one step; the outcome when it was the last. */
function advance<T>(steps: Steps<T>): Outcome<T> | undefined {
  try {
    const step = steps.next();
    return step.done ? { value: step.value } : undefined;
  } catch (error) {
    return { error };
  }
}

/** Work that several may wait for at the same time: whoever comes by takes it on, and its result is there for all. */
export class Shared<T> {
  #steps: Steps<T> | undefined;
  #outcome: Outcome<T> | undefined;

  constructor(steps: Steps<T>) {
    this.#steps = steps;
  }

  *join(): Steps<T> {
    while (this.#steps) {
      this.#outcome = advance(this.#steps);
      if (this.#outcome) this.#steps = undefined;
      else yield;
    }
    const outcome = this.#outcome!;
    if ('error' in outcome) throw outcome.error;
    return outcome.value;
  }
}

import type { Cancellation } from './context.js';

/** The answer, or undefined when the person gave it up; what was asked goes on unseen. */
export function unlessCancelled<T>(token: Cancellation, answer: Promise<T>): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const listening = token.onCancellationRequested(() => resolve(undefined));
    answer.then(resolve, reject).finally(() => listening.dispose());
  });
}

import assert from 'node:assert/strict';

/** Asks again until there is an answer, and gives it; fails after `ms`. */
export async function until<T>(
  answer: () => T | undefined | false | Promise<T | undefined | false>,
  ms = 15_000,
): Promise<T> {
  for (const end = Date.now() + ms; Date.now() < end; await new Promise((r) => setTimeout(r, 20))) {
    const value = await answer();
    if (value) return value;
  }
  assert.fail('it did not come about in time');
}

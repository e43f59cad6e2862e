import assert from 'node:assert/strict';

/** Milliseconds of processor time, which other programs on the machine do not change much; the least of a few tries. */
function costOf(work: () => void): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 3; i++) {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}

/** Below this a cost is noise. */
const SMALL_MS = 40;

/** Demands that work on four times as much costs about four times as much: sixteen times is quadratic, and refused. `prepare` is not counted. */
export function demandLinear(what: string, size: number, prepare: (size: number) => () => void): void {
  const [some, more] = [costOf(prepare(size)), costOf(prepare(size * 4))];
  const ratio = more / Math.max(some, SMALL_MS / 4);
  assert.ok(more < SMALL_MS || ratio < 9, `${what}: ${some.toFixed(0)} ms, four times as much ${more.toFixed(0)} ms`);
}

/** Demands that one piece of work costs less than a share of another. */
export function demandCheaper(what: string, share: number, cheap: () => void, dear: () => void): void {
  const [less, all] = [costOf(cheap), costOf(dear)];
  assert.ok(less < all * share, `${what}: ${less.toFixed(0)} ms, in full ${all.toFixed(0)} ms`);
}

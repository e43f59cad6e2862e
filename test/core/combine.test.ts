import assert from 'node:assert/strict';
import { test } from 'node:test';
import { safeFixes, withoutOverlap } from '../../server/src/core/fixes/combine.js';
import type { Fix } from '../../server/src/core/fixes/fix.js';

const A = 'file:///a.sql';
const B = 'file:///b.sql';
type Edit = readonly [start: number, end: number, newText: string, uri?: string];

function fix(title: string, edits: readonly Edit[], more: Partial<Fix> = {}): Fix {
  return {
    title,
    safety: 'safe',
    edits: edits.map(([start, end, newText, uri = A]) => ({ uri, edits: [{ span: { start, end }, newText }] })),
    newFiles: [],
    ...more,
  };
}

/** `title: edits` of what is kept. */
const kept = (...fixes: readonly Fix[]) =>
  withoutOverlap(fixes).map(
    ({ title, edits }) =>
      `${title}: ${edits.flatMap((e) => e.edits.map(({ span, newText }) => `${span.start}-${span.end} ${newText}`)).join(', ')}`,
  );

test('fixes that touch nothing of each other are all made', () => {
  assert.deepEqual(kept(fix('a', [[0, 5, 'x']]), fix('b', [[5, 9, 'y']]), fix('c', [[20, 20, 'z']])), [
    'a: 0-5 x',
    'b: 5-9 y',
    'c: 20-20 z',
  ]);
});

test('of fixes that touch the same text the first is made, whole; what comes after is judged by what was kept', () => {
  for (const second of [
    [4, 9, 'y'],
    [0, 5, 'y'],
    [2, 3, 'y'],
    [3, 3, 'y'],
    [-2, 1, 'y'],
  ] as const)
    assert.deepEqual(kept(fix('a', [[0, 5, 'x']]), fix('b', [second])), ['a: 0-5 x'], second.join());
  const half = fix('b', [
    [4, 9, 'y'],
    [20, 25, 'y'],
  ]);
  assert.deepEqual(kept(fix('a', [[0, 5, 'x']]), half, fix('c', [[21, 22, 'z']])), ['a: 0-5 x', 'c: 21-22 z']);
});

test('an insertion at the edge of what another fix replaces waits for the next round', () => {
  const replaces = fix('a', [[2, 5, 'x']]);
  for (const at of [2, 3, 5]) {
    const inserts = fix('b', [[at, at, 'y']]);
    assert.deepEqual(kept(replaces, inserts), ['a: 2-5 x'], `${at}`);
    assert.deepEqual(kept(inserts, replaces), [`b: ${at}-${at} y`], `${at}`);
  }
  for (const at of [1, 6]) assert.equal(kept(replaces, fix('b', [[at, at, 'y']])).length, 2, `${at}`);
});

test('the same place of another file is another place', () => {
  assert.deepEqual(kept(fix('a', [[0, 5, 'x']]), fix('b', [[0, 5, 'y', B]])), ['a: 0-5 x', 'b: 0-5 y']);
});

test('an edit that two fixes have is made once; with another text or another end it is not the same', () => {
  const set: Edit = [0, 0, 'SET x;'];
  assert.deepEqual(kept(fix('a', [set, [5, 6, 'x']]), fix('b', [set, [8, 9, 'y']])), [
    'a: 0-0 SET x;, 5-6 x',
    'b: 8-9 y',
  ]);
  assert.deepEqual(kept(fix('a', [set]), fix('b', [[0, 0, 'SET y;']])), ['a: 0-0 SET x;']);
  assert.deepEqual(kept(fix('a', [set]), fix('b', [[0, 0, 'SET x;', B]])), ['a: 0-0 SET x;', 'b: 0-0 SET x;']);
  assert.deepEqual(kept(fix('a', [[0, 4, 'x']]), fix('b', [[0, 3, 'x']])), ['a: 0-4 x']);
  assert.deepEqual(kept(fix('a', [[1, 4, 'x']]), fix('b', [[0, 4, 'x']])), ['a: 1-4 x']);
});

test('a fix that has to be made alone is made alone when it comes first, and later when not', () => {
  const alone = fix('alone', [[50, 60, 'x']], { alone: true });
  assert.deepEqual(kept(alone, fix('b', [[0, 1, 'y']])), ['alone: 50-60 x']);
  assert.deepEqual(kept(fix('a', [[0, 1, 'y']]), alone, fix('b', [[2, 3, 'z']])), ['a: 0-1 y', 'b: 2-3 z']);
  assert.deepEqual(withoutOverlap([]), []);
});

test('without asking, only the first fix of a finding is made, when it is safe and stays in the file', () => {
  const safe = fix('safe', [[0, 1, 'x']]);
  const review = fix('review', [[0, 1, 'x']], { safety: 'review' });
  const elsewhere = fix('elsewhere', [
    [0, 1, 'x'],
    [0, 1, 'x', B],
  ]);
  const making = fix('making', [[0, 1, 'x']], { newFiles: [{ uri: B, text: '' }] });
  const titles = (...fixes: readonly (readonly Fix[])[]) =>
    safeFixes(
      fixes.map((list) => ({ fixes: list })),
      A,
    ).map((f) => f.title);
  assert.deepEqual(titles([safe], [], [review], [elsewhere], [making]), ['safe']);
  assert.deepEqual(titles([review, safe]), []);
  assert.deepEqual(titles([safe, review], [safe]), ['safe', 'safe']);
});

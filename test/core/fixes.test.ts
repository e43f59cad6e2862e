import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { withoutOverlap } from '../../server/src/core/fixes/combine.js';
import type { Fix } from '../../server/src/core/fixes/fix.js';
import { demandLinear } from '../world/cost.js';

const edit = (start: number, end: number, newText = 'x') => ({ span: { start, end }, newText });
const fix = (
  title: string,
  edits: readonly ReturnType<typeof edit>[],
  more: Partial<Fix> & { uri?: string } = {},
): Fix => {
  const { uri = 'a.sql', ...rest } = more;
  return { title, safety: 'safe', edits: [{ uri, edits }], newFiles: [], ...rest };
};
const kept = (...fixes: readonly Fix[]) => withoutOverlap(fixes).map((f) => f.title);

const PAIRS: readonly (readonly [
  what: string,
  a: ReturnType<typeof edit>,
  b: ReturnType<typeof edit>,
  both: boolean,
])[] = [
  ['one inside the other', edit(0, 9), edit(3, 5), false],
  ['sharing one character', edit(0, 5), edit(4, 9), false],
  ['the same span, other texts', edit(2, 5, 'x'), edit(2, 5, 'y'), false],
  ['an insertion inside a replacement', edit(4, 4), edit(3, 5), false],
  ['touching', edit(0, 4), edit(4, 9), true],
  ['an insertion before a replacement', edit(3, 3), edit(3, 5), false],
  ['an insertion behind a replacement', edit(5, 5), edit(3, 5), false],
  ['two insertions at one place', edit(3, 3, 'x'), edit(3, 3, 'y'), false],
  ['the same insertion', edit(3, 3), edit(3, 3), true],
  ['two insertions at two places', edit(3, 3), edit(4, 4), true],
  ['the same edit', edit(2, 5), edit(2, 5), true],
];

for (const [what, a, b, both] of PAIRS) {
  test(`two fixes, ${what}: ${both ? 'both are made' : 'only the first is made'}`, () => {
    assert.deepEqual(kept(fix('a', [a]), fix('b', [b])), both ? ['a', 'b'] : ['a']);
    assert.deepEqual(kept(fix('b', [b]), fix('a', [a])), both ? ['b', 'a'] : ['b']);
    assert.deepEqual(kept(fix('a', [a]), fix('b', [b], { uri: 'b.sql' })), ['a', 'b'], 'in two files');
  });
}

test('an edit that two fixes share is made once', () => {
  const [first, second] = withoutOverlap([fix('a', [edit(0, 0), edit(5, 6)]), fix('b', [edit(0, 0), edit(8, 9)])]);
  assert.deepEqual(first?.edits[0]?.edits, [edit(0, 0), edit(5, 6)]);
  assert.deepEqual(second?.edits[0]?.edits, [edit(8, 9)]);
});

test('a fix that is left out takes no place', () => {
  assert.deepEqual(kept(fix('a', [edit(0, 5)]), fix('b', [edit(3, 9)]), fix('c', [edit(6, 8)])), ['a', 'c']);
});

test('a fix that has to be made alone is, when it comes first; else it waits', () => {
  const alone = fix('alone', [edit(0, 1)], { alone: true });
  assert.deepEqual(kept(alone, fix('b', [edit(3, 4)])), ['alone']);
  assert.deepEqual(kept(fix('b', [edit(3, 4)]), alone), ['b']);
});

test('of any fixes those are made that do not meet an earlier one that is made', () => {
  const cuts = fc.uniqueArray(fc.nat(60), { minLength: 2, maxLength: 6 }).map((all) => all.sort((a, b) => a - b));
  const edits = fc.tuple(cuts, fc.boolean(), fc.constantFrom('x', 'y')).map(([at, isInsertion, text]) =>
    // Two by two, so that no edit of a fix overlaps another of its own; they may touch.
    at.slice(1).flatMap((end, i) => {
      if (i % 2 === 1) return [];
      const own = edit(at[i]!, end, text);
      return isInsertion ? [own, edit(end, end, text)] : [own];
    }),
  );
  const overlap = (a: ReturnType<typeof edit>, b: ReturnType<typeof edit>) =>
    a.span.start === a.span.end || b.span.start === b.span.end
      ? a.span.start <= b.span.end && b.span.start <= a.span.end
      : a.span.start < b.span.end && b.span.start < a.span.end;
  fc.assert(
    fc.property(fc.array(edits, { maxLength: 12 }), (all) => {
      const taken: ReturnType<typeof edit>[] = [];
      const expected = all.flatMap((list, i) => {
        const fresh = list.filter((e) => !taken.some((t) => JSON.stringify(t) === JSON.stringify(e)));
        if (fresh.some((e) => taken.some((t) => overlap(t, e)))) return [];
        taken.push(...fresh);
        return [String(i)];
      });
      assert.deepEqual(kept(...all.map((list, i) => fix(String(i), list))), expected);
    }),
    { numRuns: 2000 },
  );
});

test('thousands of fixes in a file are put together in linear time', () => {
  const many = Array.from({ length: 50_000 }, (_, i) => fix(String(i), [edit(i * 10, i * 10 + 5)]));
  assert.equal(withoutOverlap(many).length, many.length);
  demandLinear('fixes', 12_500, (size) => {
    const some = many.slice(0, size);
    return () => withoutOverlap(some);
  });
});

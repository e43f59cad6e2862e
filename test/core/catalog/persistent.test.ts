import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { PersistentMap } from '../../../server/src/core/catalog/persistent.js';

/** Two texts with the same FNV-1a hash, found by trying. */
const COLLIDING = ['costarring', 'liquid'] as const;
const keys = fc.oneof(fc.string({ maxLength: 3 }), fc.constantFrom(...COLLIDING), fc.nat(500).map(String));
const steps = fc.array(fc.record({ key: keys, value: fc.option(fc.nat(), { nil: undefined }) }), { maxLength: 300 });

test('every version of a map holds what a Map would hold at that point', () => {
  fc.assert(
    fc.property(steps, (list) => {
      let map = PersistentMap.empty<number>();
      const reference = new Map<string, number>();
      const versions: [PersistentMap<number>, Map<string, number>][] = [];
      for (const { key, value } of list) {
        if (value === undefined) reference.delete(key);
        else reference.set(key, value);
        map = value === undefined ? map.delete(key) : map.set(key, value);
        versions.push([map, new Map(reference)]);
      }
      for (const [version, expected] of versions) {
        assert.deepEqual([...version.values()].sort(), [...expected.values()].sort());
        for (const { key } of list) assert.equal(version.get(key), expected.get(key));
      }
    }),
    { numRuns: 200 },
  );
});

test('keys with one hash live side by side', () => {
  const both = PersistentMap.empty<number>().set(COLLIDING[0], 1).set(COLLIDING[1], 2);
  assert.deepEqual([both.get(COLLIDING[0]), both.get(COLLIDING[1])], [1, 2]);
  const one = both.delete(COLLIDING[0]);
  assert.deepEqual([one.get(COLLIDING[0]), one.get(COLLIDING[1]), [...one.values()]], [undefined, 2, [2]]);
});

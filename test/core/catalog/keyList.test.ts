import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { KeyList } from '../../../server/src/core/catalog/keyList.js';

test('every version of a list keeps what it had, whichever of them grows or shrinks', () => {
  const step = fc.record({ from: fc.nat(30), key: fc.constantFrom('a', 'b', 'c', 'd'), grows: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const versions = [{ list: KeyList.empty, keys: [] as readonly string[] }];
      for (const { from, key, grows } of steps) {
        const { list, keys } = versions[from % versions.length]!;
        versions.push(
          grows
            ? { list: list.with(key), keys: [...keys, key] }
            : { list: list.without(key), keys: keys.filter((k) => k !== key) },
        );
      }
      for (const { list, keys } of versions) assert.deepEqual(list.keys, keys);
    }),
  );
});

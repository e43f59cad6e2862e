import assert from 'node:assert/strict';
import { test } from 'node:test';
import { circles, imports, layerOf } from '../../server/dev/imports.mjs';

const all = imports();
const layer = (room: string) => layerOf(room) ?? -1;

test('every room of the source has its place in the picture', () => {
  assert.ok(all.length > 1000, `only ${all.length} imports were found`);
  const rooms = new Set(all.flatMap(({ fromRoom, toRoom }) => [fromRoom, toRoom]));
  assert.deepEqual(
    [...rooms].filter((room) => layerOf(room) === undefined),
    [],
    'name it in PICTURE of server/dev/imports.mjs, below all that it needs',
  );
});

test('imports between rooms go up in the picture only', () => {
  const wrong = all.filter(({ fromRoom, toRoom }) => fromRoom !== toRoom && layer(toRoom) >= layer(fromRoom));
  assert.deepEqual(
    wrong.map(({ from, to }) => `${from} imports ${to}`),
    [],
  );
});

test('no file imports itself in a circle', () => {
  assert.deepEqual(circles(all), []);
});

test('a circle and an arrow the wrong way are seen', () => {
  const arrow = (from: string, to: string) => ({ from, to });
  assert.deepEqual(circles([arrow('a', 'b'), arrow('b', 'c'), arrow('c', 'b'), arrow('c', 'd')]), [['b', 'c']]);
  assert.ok(layer('core/sql') < layer('core/catalog'));
  assert.equal(layerOf('tools/anything'), layerOf('tools/*'));
  assert.equal(layerOf('nowhere'), undefined);
});

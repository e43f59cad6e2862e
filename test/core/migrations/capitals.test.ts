import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { loadParser } from '../../../server/src/core/index.js';
import { counterpartIn, modelOf } from '../../world/sets.js';

before(loadParser);

function setOf(...names: string[]) {
  const model = modelOf(
    'file:///w',
    { pgVersion: 14, rules: {}, migrations: [], baseline: undefined },
    () => new Date(0),
    (error) => assert.fail(error as Error),
  );
  for (const name of names) model.setFile(`file:///w/migrations/${name}`, `migrations/${name}`, 'SELECT 1;');
  return model.sets()[0]!;
}

for (const names of [
  ['001_a.SQL', '001_a.down.SQL', '002_b.sql', '002_b.DOWN.SQL'],
  ['001_a.SQL', '001_a_down.SQL', '002_b.Sql', '002_b_DOWN.Sql'],
  ['001_a.up.SQL', '001_a.down.SQL', '002_b.up.sql', '002_b.down.SQL'],
]) {
  test(`endings in capitals are endings: ${names.join(', ')}`, () => {
    const set = setOf(...names);
    assert.deepEqual(
      set.migrations.map((m) => [m.up?.path, m.down?.path]),
      [names.slice(0, 2), names.slice(2)],
    );
    assert.deepEqual(set.problems, []);
  });
}

test('the half that is missing gets its place beside one in capitals', () => {
  const set = setOf('001_a.SQL', '001_a.down.SQL', '002_b.SQL');
  const other = counterpartIn(set, 'file:///w/migrations/002_b.SQL');
  assert.equal(other?.uri, 'file:///w/migrations/002_b.down.sql');
});

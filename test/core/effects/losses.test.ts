import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { analysisSteps } from '../../../server/src/core/analysis.js';
import { loadParser, readScript } from '../../../server/src/core/sql/read.js';
import { lossesOf } from '../../../server/src/core/statements/losses.js';
import { finish } from '../../../server/src/core/steps.js';
import { catalogOf } from './kit.js';
import { CASES, given } from './lossCases.js';

before(loadParser);

/** `how schema.name` of each table that loses rows. */
function losses(sql: string): readonly string[] {
  const script = readScript(sql);
  assert.deepEqual(script.errors, [], sql);
  const statements = finish(
    analysisSteps({
      script,
      where: { uri: 'down.sql', half: 'down.sql', migration: 'x' },
      mode: 'auto',
      pg: 17,
      before: catalogOf(given),
    }),
  );
  return lossesOf(statements).map((l) => `${l.how} ${l.schema ?? '?'}.${l.name}`);
}

for (const [sql, ...expected] of CASES) {
  test(`${sql}: ${expected.join(', ') || 'no rows are lost'}`, () => assert.deepEqual(losses(sql), expected));
}

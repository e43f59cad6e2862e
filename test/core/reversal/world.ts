import { replaySteps } from '../../../server/src/core/analysis.js';
import { applyStatement } from '../../../server/src/core/catalog/apply.js';
import { emptyCatalog } from '../../../server/src/core/catalog/empty.js';
import type { TransactionMode } from '../../../server/src/core/migrations/migration.js';
import { type Derived, deriveDown } from '../../../server/src/core/reversal/derive.js';
import type { Scene } from '../../../server/src/core/reversal/stage.js';
import { readScript } from '../../../server/src/core/sql/read.js';
import { finish } from '../../../server/src/core/steps.js';

/** The derived down of an up that comes after an earlier migration. */
export function derive(up: string, before = '', mode?: TransactionMode): Derived {
  const first = readScript(before);
  const steps = scenes(up, before);
  return deriveDown(steps, { earlier: () => [...first.statements].reverse(), mode });
}

export function scenes(up: string, before = ''): readonly Scene[] {
  let catalog = finish(
    replaySteps(readScript(before), emptyCatalog(), {
      uri: 'file:///w/1.sql',
      half: 'file:///w/1.sql',
      migration: '1',
    }),
  );
  return readScript(up).statements.map((statement) => {
    const after = applyStatement(catalog, statement, {
      uri: 'file:///w/2.sql',
      half: 'file:///w/2.sql',
      migration: '2',
    });
    const scene = { statement, before: catalog, after };
    catalog = after;
    return scene;
  });
}

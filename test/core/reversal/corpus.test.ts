import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { replaySteps } from '../../../server/src/core/analysis.js';
import type { WorkspaceModel } from '../../../server/src/core/model.js';
import { deriveDown } from '../../../server/src/core/reversal/derive.js';
import { asMade, describe, needs, unmet } from '../../../server/src/core/reversal/kinds.js';
import { earlierThan } from '../../../server/src/core/reversal/sources.js';
import { loadParser, readScript } from '../../../server/src/core/sql/read.js';
import { finish } from '../../../server/src/core/steps.js';
import { modelOf as newModel } from '../../world/sets.js';
import { corpusFiles, corpusMissing } from '../sql/corpus.js';

before(loadParser);

/** Projects whose ups and downs lie in files of their own. */
const PROJECTS = ['crates.io', 'concourse', 'minder'] as const;

function modelOf(project: string, errors: unknown[]): WorkspaceModel {
  const config = { pgVersion: 14, rules: {}, migrations: [], baseline: undefined } as const;
  const model = newModel(
    'file:///corpus',
    config,
    () => new Date(0),
    (error) => errors.push(error),
  );
  for (const { path, text } of corpusFiles()) {
    if (path.startsWith(`${project}/`))
      model.setFile(`file:///corpus/${path.split('/').map(encodeURIComponent).join('/')}`, path, text);
  }
  return model;
}

for (const project of PROJECTS) {
  test(`every up of ${project} has a derived down that parses and meets its needs`, { skip: corpusMissing }, (t) => {
    const errors: unknown[] = [];
    const model = modelOf(project, errors);
    let count = 0;
    let complete = 0;
    for (const { up } of model.sets().flatMap((set) => set.migrations)) {
      const context = up && model.context(up.uri);
      if (!up || !context) continue;
      count++;
      const { text, notes } = deriveDown(context.statements, { earlier: earlierThan(context) });
      const down = readScript(text);
      assert.deepEqual(down.errors, [], `${up.path}\n${text}`);
      if (notes.length === 0) complete++;
      const afterUp = context.statements.at(-1)?.after;
      if (!afterUp) continue;
      const afterDown = finish(
        replaySteps(down, afterUp, { uri: 'file:///down.sql', half: 'file:///down.sql', migration: undefined }),
      );
      const all = asMade(needs(context.script.statements), context.statements);
      const left = unmet(all, down.statements, { afterUp, afterDown, upHalf: up.uri }).map((need) =>
        describe(need.ref),
      );
      if (notes.length === 0) assert.deepEqual(left, [], `${up.path}\n${text}`);
    }
    assert.deepEqual(errors, []);
    t.diagnostic(`${count} ups, ${complete} of them undone whole`);
    assert.ok(complete > count * 0.5, `${complete} of ${count}`);
  });

  test(`the hand-written downs of ${project} are rarely found wanting`, { skip: corpusMissing }, (t) => {
    const errors: unknown[] = [];
    const model = modelOf(project, errors);
    const downs = model.sets().flatMap((set) => set.migrations.flatMap((m) => m.down ?? []));
    const found = downs.filter(({ uri }) => model.findings(uri).some((f) => f.rule === 'down-does-not-undo'));
    assert.deepEqual(errors, []);
    t.diagnostic(`${found.length} of ${downs.length}: ${found.map((f) => f.path).join(', ')}`);
    // Each of them was looked at: these downs do leave something behind.
    assert.deepEqual(found.map((f) => f.path).sort(), WANTING[project]);
  });
}

const WANTING: Readonly<Record<(typeof PROJECTS)[number], readonly string[]>> = {
  'crates.io': [
    '20140925132254_dumped_migration_12/down.sql',
    '20140925161625_dumped_migration_17/down.sql',
    '2024-10-25-112826_make-unique-version-unique/down.sql',
  ],
  concourse: [],
  minder: [
    '000001_init.down.sql',
    '000050_artifact_projects.down.sql',
    '000090_entity_properties.down.sql',
    '000091_entity_project_fk.down.sql',
    '000093_profile_status_trigger.down.sql',
    '000111_data_sources_subscription_id.down.sql',
  ],
};

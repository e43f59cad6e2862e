import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadParser } from '../../../server/src/core/sql/read.js';
import { fixtureWorld, setupOf } from '../../world/fileContext.js';

await loadParser();

const BEFORE = 'CREATE TABLE a (id bigint PRIMARY KEY, x int); CREATE TABLE b (id bigint PRIMARY KEY, x int);';
const UP = 'ALTER TABLE a ADD CONSTRAINT x_key UNIQUE (x);\n';

/** What the fix does to the down of the migration. */
function downEdits(down: string): number {
  const world = fixtureWorld(UP, {
    ...setupOf(''),
    tool: 'golang-migrate',
    layout: 'updown',
    before: BEFORE,
    other: down,
  });
  const fixes = world.model.findings(world.uri).flatMap((f) => (f.rule === 'add-unique-builds-index' ? f.fixes : []));
  assert.equal(fixes.length, 1);
  return fixes[0]!.edits.filter((e) => e.uri !== world.uri).flatMap((e) => e.edits).length;
}

test('a statement of the down that drops a constraint of the same name on another table is left alone', () => {
  assert.equal(downEdits('ALTER TABLE a DROP CONSTRAINT x_key;\n'), 1);
  assert.equal(downEdits('ALTER TABLE b DROP CONSTRAINT x_key;\n'), 0);
  assert.equal(downEdits('ALTER TABLE a DROP CONSTRAINT x_key, DROP COLUMN x;\n'), 0);
});

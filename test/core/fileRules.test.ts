import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadParser } from '../../server/src/core/sql/read.js';
import { modelOf } from '../world/sets.js';

await loadParser();

const ROOT = 'file:///w';

/** A folder `m` of plain migrations. */
function world(files: Readonly<Record<string, string>>) {
  const errors: unknown[] = [];
  const config = { pgVersion: 14, rules: {}, migrations: [{ folder: 'm' }], baseline: undefined } as const;
  const model = modelOf(
    ROOT,
    config,
    () => new Date(0),
    (error) => errors.push(error),
  );
  const set = (path: string, text: string | undefined) => model.setFile(`${ROOT}/m/${path}`, `m/${path}`, text);
  for (const [path, text] of Object.entries(files)) set(path, text);
  const found = (path: string, rule: string) => {
    const findings = model.findings(`${ROOT}/m/${path}`).filter((f) => f.rule === rule);
    assert.deepEqual(errors, []);
    return findings;
  };
  return { model, set, found };
}

test('a missing down is a warning where others have one, and a hint in a folder that only goes forward', () => {
  const mixed = world({
    '1_a.sql': 'CREATE TABLE a (id int);',
    '1_a.down.sql': 'DROP TABLE a;',
    '2_b.sql': 'CREATE TABLE b (id int);',
  });
  assert.deepEqual(
    mixed.found('2_b.sql', 'missing-down').map((f) => f.severity),
    ['warning'],
  );
  const forward = world({ '1_a.sql': 'CREATE TABLE a (id int);', '2_b.sql': 'CREATE TABLE b (id int);' });
  assert.deepEqual(
    forward.found('2_b.sql', 'missing-down').map((f) => f.severity),
    ['hint'],
  );
  assert.deepEqual(
    world({ '1_a.sql': 'CREATE TABLE a (id int);' })
      .found('1_a.sql', 'missing-down')
      .map((f) => f.severity),
    ['warning'],
  );
});

test('the finding goes when the down is made, and comes back when it is deleted', () => {
  const { set, found } = world({
    '1_a.sql': 'CREATE TABLE a (id int);',
    '1_a.down.sql': 'DROP TABLE a;',
    '2_b.sql': 'CREATE TABLE b (id int);',
  });
  assert.equal(found('2_b.sql', 'missing-down').length, 1);
  set('2_b.down.sql', 'DROP TABLE b;');
  assert.equal(found('2_b.sql', 'missing-down').length, 0);
  set('2_b.down.sql', undefined);
  assert.equal(found('2_b.sql', 'missing-down').length, 1);
});

test('an empty migration needs no down', () => {
  assert.equal(world({ '1_a.sql': '-- nothing yet\n' }).found('1_a.sql', 'missing-down').length, 0);
});

test('a down is judged again when its up changes', () => {
  const { set, found } = world({ '1_a.sql': 'CREATE TABLE a (id int);', '1_a.down.sql': 'DROP TABLE a;' });
  assert.equal(found('1_a.down.sql', 'down-does-not-undo').length, 0);
  set('1_a.sql', 'CREATE TABLE a (id int);\nCREATE TABLE b (id int);');
  const [finding] = found('1_a.down.sql', 'down-does-not-undo');
  assert.equal(finding?.message, 'This down leaves table b of its up in place.');
  assert.deepEqual(
    finding.related.map((r) => r.uri),
    [`${ROOT}/m/1_a.sql`],
  );
});

test('a change that is none asks for no undoing: the earlier migrations say what was there', () => {
  const first = { '1_a.sql': 'CREATE TABLE a (id int PRIMARY KEY, v text);', '1_a.down.sql': 'DROP TABLE a;' };
  const second = 'ALTER TABLE a ALTER COLUMN id SET NOT NULL;\nCREATE TABLE IF NOT EXISTS a (id int);';
  const { set, found } = world({ ...first, '2_b.sql': second, '2_b.down.sql': '' });
  assert.equal(found('2_b.down.sql', 'down-does-not-undo').length, 0);
  set('1_a.sql', 'CREATE TABLE a (id int, v text);');
  assert.equal(found('2_b.down.sql', 'down-does-not-undo').length, 1);
});

test('every migration of a doubled version says which the others are', () => {
  const { found } = world({
    '1_a.sql': 'SELECT 1;',
    '1_b.sql': 'SELECT 2;',
    '1_c.sql': 'SELECT 3;',
    '2_d.sql': 'SELECT 4;',
  });
  for (const name of ['1_a.sql', '1_b.sql', '1_c.sql']) {
    const [finding] = found(name, 'duplicate-version');
    assert.equal(finding?.related.length, 2, name);
    assert.ok(finding.related.every((r) => !r.uri.endsWith(name)));
  }
  assert.equal(found('2_d.sql', 'duplicate-version').length, 0);
});

test('an edited migration is told by the ledger of the environment, and only while that says so', () => {
  const { model, found } = world({ '1_a.sql': 'CREATE TABLE a (id int);' });
  const { folder, migrations } = model.sets()[0]!;
  const tell = (state: 'applied' | 'modified') =>
    model.setLedger(folder, new Map([[migrations[0]!.id, { state, environment: 'staging' }]]));
  assert.equal(found('1_a.sql', 'edited-after-apply').length, 0);
  tell('modified');
  assert.match(found('1_a.sql', 'edited-after-apply')[0]?.message ?? '', /applied on staging/);
  tell('applied');
  assert.equal(found('1_a.sql', 'edited-after-apply').length, 0);
});

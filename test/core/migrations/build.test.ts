import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { buildSet, counterpartIn } from '../../world/sets.js';
import { listed, project, withoutCorpus } from './corpus.js';

const set = (layout: string, tool: string, ...paths: string[]) =>
  buildSet({ folder: 'file:///ws', layout, tool, files: listed(Object.fromEntries(paths.map((p) => [p, '']))) });
const shape = (s: ReturnType<typeof set>) => s.migrations.map((m) => [m.version, m.name, m.up?.path, m.down?.path]);
const kinds = (s: ReturnType<typeof set>) => s.problems.map((p) => p.kind).sort();

test('numbers are compared as numbers, whatever their size and zeros', () => {
  const s = set(
    'updown',
    'golang-migrate',
    '10_c.up.sql',
    '9_b.up.sql',
    '000001_a.up.sql',
    '20240101000000_d.up.sql',
    '1_z.up.sql',
  );
  assert.deepEqual(
    s.migrations.map((m) => m.name),
    ['a', 'z', 'b', 'c', 'd'],
  );
  assert.deepEqual(kinds(s), ['duplicateVersion', 'duplicateVersion']);
  assert.equal(new Set(s.migrations.map((m) => m.id)).size, 5);
  assert.deepEqual(
    s.migrations.slice(0, 2).map((m) => m.version),
    ['1', '1'],
  );
});

test('Diesel versions lose their dashes and are compared as text; the loose file is none of its business', () => {
  const s = set(
    'directory',
    'diesel',
    '2024-01-31-101500_b/up.sql',
    '20231231000000_a/up.sql',
    '20231231000000_a/down.sql',
    '2024-01-31-101500-0001_c/up.sql',
    'x.sql',
  );
  assert.deepEqual(shape(s), [
    ['20231231000000', 'a', '20231231000000_a/up.sql', '20231231000000_a/down.sql'],
    ['20240131101500', 'b', '2024-01-31-101500_b/up.sql', undefined],
    ['202401311015000001', 'c', '2024-01-31-101500-0001_c/up.sql', undefined],
  ]);
  assert.deepEqual(kinds(s), []);
});

test('`_down` is a down only when the migration without it is there', () => {
  const s = set(
    'suffix-underscore-down',
    'plain',
    '1_a.sql',
    '1_a_down.sql',
    '2_slow_down.sql',
    '3_tear_down.sql',
    '3_tear_down_down.sql',
  );
  assert.deepEqual(shape(s), [
    ['1', 'a', '1_a.sql', '1_a_down.sql'],
    ['2', 'slow_down', '2_slow_down.sql', undefined],
    ['3', 'tear_down', '3_tear_down.sql', '3_tear_down_down.sql'],
  ]);
});

test('names without a number and orphaned downs are problems; dumps, seeds and spaces are not', () => {
  const s = set(
    'suffix-dot-down',
    'plain',
    '001_a.sql',
    '002 add users.sql',
    'v3_x.sql',
    'schema.sql',
    '004_gone.down.sql',
    '005_x.up.sql',
  );
  assert.deepEqual(kinds(s), ['ambiguous', 'downWithoutUp', 'notANumber']);
  assert.deepEqual(
    s.migrations.map((m) => m.name),
    ['a', 'add users', 'gone'],
  );
  for (const problem of s.problems) assert.match(problem.message, /\.$/);
});

test('a version beyond bigint is left out with a reason', () => {
  const s = set('updown', 'golang-migrate', '99999999999999999999_x.up.sql', '1_a.up.sql');
  assert.deepEqual(shape(s), [['1', 'a', '1_a.up.sql', undefined]]);
  assert.match(s.problems[0]!.message, /bigint/);
});

test('a file that cannot be read keeps its place, and the folder says so', () => {
  const files = listed({ '001_a.sql': '', '001_a.down.sql': '' }).map((f) =>
    f.path === '001_a.sql' ? { ...f, unreadable: 'it is not UTF-8' } : f,
  );
  const s = buildSet({ folder: 'file:///ws', layout: 'suffix-dot-down', tool: 'plain', files });
  assert.deepEqual(shape(s), [['001', 'a', '001_a.sql', '001_a.down.sql']]);
  assert.deepEqual(s.problems, [
    { kind: 'unreadable', uri: 'file:///ws/001_a.sql', message: '001_a.sql cannot be read: it is not UTF-8.' },
  ]);
});

test('halves of one version belong together even when their names differ', () => {
  assert.deepEqual(shape(set('updown', 'golang-migrate', '1_a.up.sql', '1_b.down.sql')), [
    ['1', 'a', '1_a.up.sql', '1_b.down.sql'],
  ]);
});

test('metadata.toml takes one Diesel migration out of its transaction; the other tools have a mode of their own', () => {
  const files = listed({ '1_a/up.sql': '', '1_a/metadata.toml': 'run_in_transaction = false\n', '2_b/up.sql': '' });
  const modes = (tool: string) =>
    buildSet({ folder: 'file:///ws', layout: 'directory', tool, files }).migrations.map((m) => m.up?.transaction);
  assert.deepEqual(modes('diesel'), ['implicit', 'wrapped']);
  assert.deepEqual(modes('plain'), ['auto', 'auto']);
  assert.deepEqual(set('updown', 'golang-migrate', '1_a.up.sql').migrations[0]?.up?.transaction, 'implicit');
});

test('the counterpart is found, and known where it belongs when it is missing', () => {
  const s = set('suffix-dot-down', 'plain', '001_a b.sql', '002_x.sql', '002_x.down.sql');
  assert.deepEqual(counterpartIn(s, 'file:///ws/001_a%20b.sql'), {
    uri: 'file:///ws/001_a%20b.down.sql',
    exists: false,
    direction: 'up',
    offset: 0,
  });
  assert.deepEqual(counterpartIn(s, 'file:///ws/002_x.down.sql'), {
    uri: 'file:///ws/002_x.sql',
    exists: true,
    direction: 'down',
    offset: 0,
  });
  const d = set('directory', 'diesel', '1_a/up.sql');
  assert.equal(counterpartIn(d, 'file:///ws/1_a/up.sql')?.uri, 'file:///ws/1_a/down.sql');
});

const counts: Record<
  string,
  [layout: string, tool: string, base: string, ups: number, downs: number, duplicates: number]
> = {
  'crates.io': ['directory', 'diesel', 'migrations/', 285, 285, 0],
  concourse: ['updown', 'golang-migrate', 'atc/db/migration/migrations/', 149, 150, 2],
  minder: ['updown', 'golang-migrate', 'database/migrations/', 117, 117, 0],
};
for (const [name, [layout, tool, base, ups, downs, duplicates]] of Object.entries(counts)) {
  test(`${name} of the corpus is read whole`, { skip: withoutCorpus }, () => {
    const files = project(name)
      .filter((f) => f.path.startsWith(base))
      .map((f) => ({ ...f, path: f.path.slice(base.length) }));
    const s = buildSet({ folder: 'file:///ws', layout, tool, files });
    assert.equal(s.migrations.filter((m) => m.up).length, ups);
    assert.equal(s.migrations.filter((m) => m.down).length, downs);
    assert.equal(s.problems.filter((p) => p.kind === 'duplicateVersion').length, duplicates);
  });
}

test('whatever the names, ids are unique and no file is used twice', () => {
  const part = fc.stringMatching(/^[0-9a-z_. -]{0,6}$/);
  const path = fc
    .tuple(part, fc.constantFrom('.sql', '.up.sql', '.down.sql', '_down.sql', '/up.sql', '/down.sql'))
    .map(([a, b]) => a + b);
  fc.assert(
    fc.property(
      fc.uniqueArray(path, { maxLength: 12 }),
      fc.constantFrom('updown', 'suffix-dot-down', 'suffix-underscore-down', 'directory'),
      fc.constantFrom('plain', 'golang-migrate', 'diesel'),
      (paths, layout, tool) => {
        const s = set(layout, tool, ...paths);
        assert.equal(new Set(s.migrations.map((m) => m.id)).size, s.migrations.length);
        const used = s.migrations.flatMap((m) => [m.up?.path, m.down?.path].filter((p) => p !== undefined));
        assert.equal(new Set(used).size, used.length);
      },
    ),
  );
});

test('two files that are the halves of one migration by another way of naming are not told to take another number', () => {
  const s = set(
    'suffix-dot-down',
    'plain',
    '001-a-up.sql',
    '001-a-down.sql',
    '002-b-up.sql',
    '003_c-up.sql',
    '003_d-down.sql',
  );
  const messages = s.problems.map((p) => p.message);
  assert.equal(
    messages[0],
    '001-a-down.sql and 001-a-up.sql look like the up and the down of one migration, but here both would run as ups. Name them 001_a.sql and 001_a.down.sql.',
  );
  assert.equal(messages[1], messages[0]);
  assert.match(messages[2]!, /^Version 003 is taken twice: .* Give the newer one the next free number\.$/);
  assert.equal(messages.length, 4);
});

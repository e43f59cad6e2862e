import assert from 'node:assert/strict';
import { test } from 'node:test';
import { foldersIn } from '../../world/sets.js';
import { listed, project, withoutCorpus } from './corpus.js';

const ROOT = { root: 'file:///ws', named: [] };
const names = (...paths: string[]) => listed(Object.fromEntries(paths.map((p) => [p, 'SELECT 1;\n'])));
const found = (...paths: string[]) =>
  foldersIn(names(...paths), ROOT).map(({ folder, layout, tool }) => [folder, layout, tool]);

const expected: Record<string, unknown[]> = {
  'crates.io': [{ folder: 'file:///ws/migrations', layout: 'directory', tool: 'diesel' }],
  concourse: [{ folder: 'file:///ws/atc/db/migration/migrations', layout: 'updown', tool: 'golang-migrate' }],
  minder: [{ folder: 'file:///ws/database/migrations', layout: 'updown', tool: 'golang-migrate' }],
  hatchet: [{ folder: 'file:///ws/cmd/hatchet-migrate/migrate/migrations', layout: 'goose', tool: 'goose' }],
  marquez: [{ folder: 'file:///ws/api/src/main/resources/marquez/db/migration', layout: 'flyway', tool: 'flyway' }],
  'trigger.dev': [],
};
for (const [name, folders] of Object.entries(expected)) {
  test(`${name} of the corpus is ${folders.length ? 'detected as what it is' : 'not taken for a layout it does not have'}`, {
    skip: withoutCorpus,
  }, () => {
    assert.deepEqual(foldersIn(project(name), ROOT), folders);
  });
}

test('each layout is told by its pairs', () => {
  assert.deepEqual(found('db/a/001_x.up.sql', 'db/a/001_x.down.sql'), [
    ['file:///ws/db/a', 'updown', 'golang-migrate'],
  ]);
  assert.deepEqual(found('m/001_x.sql', 'm/001_x.down.sql'), [['file:///ws/m', 'suffix-dot-down', 'plain']]);
  assert.deepEqual(found('m/001_x.sql', 'm/001_x_down.sql'), [['file:///ws/m', 'suffix-underscore-down', 'plain']]);
  assert.deepEqual(found('m/001_x/up.sql', 'm/001_x/down.sql'), [['file:///ws/m', 'directory', 'plain']]);
});

test('numbered files without downs are migrations only in a folder that says so', () => {
  assert.deepEqual(found('migrations/1_a.sql', 'migrations/2_b.sql'), [
    ['file:///ws/migrations', 'suffix-dot-down', 'plain'],
  ]);
  assert.deepEqual(found('migrations/1_a.sql'), [['file:///ws/migrations', 'suffix-dot-down', 'plain']]);
  assert.deepEqual(found('migrations/reports/1_a.sql'), []);
  assert.deepEqual(found('reports/1_a.sql', 'reports/2_b.sql'), []);
  assert.deepEqual(found('src/1_x.sql', 'docs/schema.sql'), []);
});

test('dependencies, build results, tests, seeds and queries are left alone', () => {
  for (const folder of [
    'node_modules/x/migrations',
    'dist/migrations',
    'test/fixtures/migrations',
    'db/seeds',
    'queries',
    '.cache/migrations',
  ]) {
    assert.deepEqual(found(`${folder}/001_a.sql`, `${folder}/001_a.down.sql`, `${folder}/002_b.sql`), [], folder);
  }
});

test('marks in the files tell a tool; files of tools that are not read are not taken for plain ones', () => {
  const goose = '-- +goose Up\nSELECT 1;\n-- +goose Down\nSELECT 1;\n';
  const tool = (files: Record<string, string>) => foldersIn(listed(files), ROOT).map((f) => f.tool);
  assert.deepEqual(tool({ 'migrations/001_a.sql': goose, 'migrations/002_b.sql': goose }), ['goose']);
  assert.deepEqual(tool({ 'db/migrations/1_a.sql': '-- migrate:up\n' }), ['dbmate']);
  const cases = {
    drizzle: { 'migrations/0000_a.sql': 'SELECT 1;\n--> statement-breakpoint\nSELECT 2;', 'migrations/0001_b.sql': '' },
    supabase: { 'supabase/migrations/20240101000000_a.sql': '', 'supabase/migrations/20240102000000_b.sql': '' },
    hasura: { 'migrations/default/1620000000000_a/up.sql': '', 'migrations/default/1620000000000_a/down.sql': '' },
    prisma: {
      'prisma/migrations/20240101000000_a/migration.sql': '',
      'prisma/migrations/20240102000000_b/migration.sql': '',
    },
  };
  for (const [tool, files] of Object.entries(cases)) assert.deepEqual(foldersIn(listed(files), ROOT), [], tool);
});

test('diesel.toml makes Diesel of the folder it names', () => {
  const files = listed({
    'api/diesel.toml': '[migrations_directory]\ndir = "db/steps"\n',
    'api/db/steps/001_a/up.sql': '',
  });
  assert.deepEqual(foldersIn(files, ROOT), [
    { folder: 'file:///ws/api/db/steps', layout: 'directory', tool: 'diesel' },
  ]);
});

test('pairs beside a Cargo.toml with sqlx are its; sqlx.toml names folder and table', () => {
  const files = listed({
    'Cargo.toml': '[dependencies]\nsqlx = "0.8"\n',
    'migrations/1_a.up.sql': '',
    'migrations/1_a.down.sql': '',
  });
  const [folder] = foldersIn(files, ROOT);
  assert.equal(folder?.tool, 'sqlx');
  const named = foldersIn(
    listed({ 'sqlx.toml': '[migrate]\nmigrations-dir = "./sql"\ntable-name = "ops.done"\n', 'sql/1_a.up.sql': '' }),
    ROOT,
  );
  assert.deepEqual(
    named.map((f) => [f.folder, f.tool, f.table]),
    [['file:///ws/sql', 'sqlx', 'ops.done']],
  );
});

test('a folder named in the settings wins over detection, and one without files is told about', () => {
  const files = names('seeds/001_a.up.sql', 'migrations/001_a.sql', 'migrations/001_a.down.sql');
  const named = [
    { folder: 'seeds' },
    { folder: 'migrations', tool: 'golang-migrate' as const, layout: 'updown' as const },
    { folder: 'gone dir' },
  ];
  const result = foldersIn(files, { root: 'file:///ws', named });
  assert.deepEqual(
    result.map(({ folder, layout, tool }) => [folder, layout, tool]),
    [
      ['file:///ws/gone%20dir', 'suffix-dot-down', 'plain'],
      ['file:///ws/migrations', 'updown', 'golang-migrate'],
      ['file:///ws/seeds', 'updown', 'golang-migrate'],
    ],
  );
  assert.match(result[0]?.note ?? '', /holds no \.sql file/);
});

test('a workspace that is itself the migration folder is found', () => {
  const files = names('001_a.sql', '001_a.down.sql').map((f) => ({
    ...f,
    uri: f.uri.replace('file:///ws', 'file:///home/x/migrations'),
  }));
  assert.deepEqual(
    foldersIn(files, { root: 'file:///home/x/migrations', named: [] })[0]?.folder,
    'file:///home/x/migrations',
  );
});

test('two folders with the same name are two folders', () => {
  assert.deepEqual(
    found(
      'api/migrations/1_a.sql',
      'api/migrations/1_a.down.sql',
      'web/migrations/1_b.up.sql',
      'web/migrations/1_b.down.sql',
    ),
    [
      ['file:///ws/api/migrations', 'suffix-dot-down', 'plain'],
      ['file:///ws/web/migrations', 'updown', 'golang-migrate'],
    ],
  );
});

test('a folder in a folder of migrations is a folder of its own', () => {
  assert.deepEqual(
    found('m/1_a.sql', 'm/1_a.down.sql', 'm/tenant/1_b.sql', 'm/tenant/1_b.down.sql').map(([folder]) => folder),
    ['file:///ws/m', 'file:///ws/m/tenant'],
  );
});

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import fc from 'fast-check';
import { nextFiles, slug } from '../../../server/src/core/plans/scaffold.js';
import { loadParser } from '../../../server/src/core/sql/read.js';
import { buildSet, modelOf } from '../../world/sets.js';
import { listed, project, withoutCorpus } from '../migrations/corpus.js';

before(loadParser);

const NOW = new Date('2026-11-21T06:05:04.321Z');
function next(layout: string, tool: string, paths: string[], nth = 0, up = 'SELECT 1;\n'): string[] {
  const set = buildSet({
    folder: 'file:///ws/m',
    layout,
    tool,
    files: listed(Object.fromEntries(paths.map((p) => [p, '']))),
  });
  return nextFiles(set, 'Add users', up, '', NOW, nth).map((f) =>
    decodeURIComponent(f.uri.replace('file:///ws/m/', '')),
  );
}

test('the number goes on as it is written', () => {
  assert.deepEqual(next('suffix-dot-down', 'plain', ['001_a.sql']), ['002_add_users.sql', '002_add_users.down.sql']);
  assert.deepEqual(next('updown', 'golang-migrate', ['000009_a.up.sql']), [
    '000010_add_users.up.sql',
    '000010_add_users.down.sql',
  ]);
  assert.deepEqual(next('suffix-underscore-down', 'plain', ['9_a.sql']), ['10_add_users.sql', '10_add_users_down.sql']);
  assert.deepEqual(next('suffix-dot-down', 'plain', ['0010_a.sql', '0020_b.sql'])[0], '0030_add_users.sql');
  assert.deepEqual(next('suffix-dot-down', 'plain', ['001_a.sql'], 2)[0], '004_add_users.sql');
});

test('gaps stay gaps: the next number comes after the last one', () => {
  assert.equal(next('suffix-dot-down', 'plain', ['001_a.sql', '002_b.sql', '007_c.sql'])[0], '008_add_users.sql');
  assert.equal(next('suffix-dot-down', 'plain', ['0010_a.sql', '0020_b.sql', '0025_c.sql'])[0], '0026_add_users.sql');
  assert.equal(next('suffix-dot-down', 'plain', ['099_a.sql'])[0], '100_add_users.sql');
  assert.equal(next('suffix-dot-down', 'plain', ['999_a.sql'])[0], '1000_add_users.sql');
});

test('of two ways of numbering the later one is followed, and what has no number does not count', () => {
  assert.equal(
    next('suffix-dot-down', 'plain', ['001_a.sql', '20240131101500_b.sql'])[0],
    '20261121060504_add_users.sql',
  );
  assert.equal(next('suffix-dot-down', 'plain', ['001_a.sql', 'v9_b.sql', 'readme.sql'])[0], '002_add_users.sql');
});

test('stamps are taken from the clock in UTC, in the form in use', () => {
  assert.equal(next('updown', 'golang-migrate', ['20240131101500_a.up.sql'])[0], '20261121060504_add_users.up.sql');
  assert.equal(
    next('updown', 'golang-migrate', ['1510262030_a.up.sql'])[0],
    `${Math.floor(NOW.getTime() / 1000)}_add_users.up.sql`,
  );
  assert.equal(next('directory', 'diesel', ['2024-01-31-101500_a/up.sql'])[0], '2026-11-21-060504_add_users/up.sql');
  assert.equal(
    next('directory', 'diesel', ['2024-01-31-101500_a/up.sql', '2026-06-17-105325-0000_b/up.sql'])[0],
    '2026-11-21-060504-0000_add_users/up.sql',
  );
  assert.equal(next('directory', 'diesel', ['20240131101500_a/up.sql'])[0], '20261121060504_add_users/up.sql');
});

test('a stamp in the future is followed, not fallen behind', () => {
  assert.equal(next('updown', 'golang-migrate', ['20991231235959_a.up.sql'])[0], '21000101000000_add_users.up.sql');
  assert.equal(next('updown', 'golang-migrate', ['20991231235959_a.up.sql'], 1)[0], '21000101000001_add_users.up.sql');
});

test('an empty folder begins as its tool does', () => {
  assert.equal(next('suffix-dot-down', 'plain', [])[0], '001_add_users.sql');
  assert.equal(next('updown', 'golang-migrate', [])[0], '000001_add_users.up.sql');
  assert.equal(next('directory', 'diesel', [])[0], '2026-11-21-060504-0000_add_users/up.sql');
});

test('Diesel gets the file that takes a concurrent index or a committing block out of its transaction', () => {
  assert.ok(
    next('directory', 'diesel', ['1_a/up.sql'], 0, 'CREATE INDEX CONCURRENTLY ON t (a);')[2]?.endsWith(
      '_add_users/metadata.toml',
    ),
  );
  assert.equal(next('directory', 'diesel', ['1_a/up.sql'], 0, '-- not CONCURRENTLY\nSELECT 1;').length, 2);
  assert.equal(
    next('directory', 'diesel', ['1_a/up.sql'], 0, "SELECT 'CONCURRENTLY';\nCREATE TABLE concurrently_x ();").length,
    2,
  );
  assert.equal(
    next('directory', 'diesel', ['1_a/up.sql'], 0, 'DO $$ BEGIN UPDATE t SET a = 1; COMMIT; END $$;').length,
    3,
  );
  assert.equal(
    next('directory', 'diesel', ['1_a/up.sql'], 0, 'DO $$ BEGIN -- COMMIT;\n UPDATE t SET a = 1; END $$;').length,
    2,
  );
  assert.equal(next('suffix-dot-down', 'plain', ['1_a.sql'], 0, 'CREATE INDEX CONCURRENTLY ON t (a);').length, 2);
});

test('a slug keeps letters of every script, drops the rest, and fits a file system', () => {
  assert.equal(slug('Add Users & Orders!'), 'add_users_orders');
  assert.equal(slug('Größe ändern'), 'große_andern');
  assert.equal(slug('добавить таблицу'), 'добавить_таблицу');
  assert.equal(slug('🚀🚀'), 'migration');
  assert.equal(slug('../../etc/passwd'), 'etc_passwd');
  assert.equal(slug(''), 'migration');
});

test('any text gives a valid name, and the new migration is the last of its folder', () => {
  const layout = fc.constantFrom<[string, string]>(
    ['updown', 'golang-migrate'],
    ['suffix-dot-down', 'plain'],
    ['suffix-underscore-down', 'plain'],
    ['directory', 'diesel'],
    ['directory', 'plain'],
  );
  const version = fc.oneof(
    fc.nat().map(String),
    fc.constantFrom(
      '001',
      '000123',
      '20240131101500',
      '20991231235960',
      '1510262030',
      '2030-01-31-101500',
      '1620000000000',
    ),
  );
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 300 }),
      layout,
      fc.uniqueArray(version, { maxLength: 4 }),
      fc.nat(3),
      (name, [id, tool], versions, nth) => {
        assert.match(slug(name), /^[\p{L}\p{N}_]+$/u);
        assert.ok(Buffer.byteLength(slug(name)) <= 180);
        const suffix = {
          updown: '.up.sql',
          'suffix-dot-down': '.sql',
          'suffix-underscore-down': '.sql',
          directory: '/up.sql',
        }[id];
        const plain = id === 'directory' ? versions : versions.filter((v) => !v.includes('-'));
        const files = listed(Object.fromEntries(plain.map((v) => [`${v}_x${suffix}`, ''])));
        const earlier = buildSet({ folder: 'file:///ws', layout: id, tool, files });
        const made = nextFiles(earlier, name, '', '', NOW, nth).map((f) => ({
          ...f,
          path: decodeURIComponent(f.uri.slice('file:///ws/'.length)),
        }));
        const after = buildSet({ folder: 'file:///ws', layout: id, tool, files: [...files, ...made] });
        assert.equal(after.migrations.length, earlier.migrations.length + 1);
        assert.equal(after.problems.filter((p) => p.kind !== 'duplicateVersion').length, 0);
        const isNew = after.migrations.findIndex((m) => m.up?.uri === made[0]!.uri);
        if (tool !== 'diesel' || plain.every((v) => v.startsWith('20')))
          assert.equal(isNew, after.migrations.length - 1);
        assert.equal(after.migrations[isNew]?.down?.uri, made[1]!.uri);
        const versions_ = after.migrations.map((m) => m.version);
        assert.equal(versions_.filter((v) => v === versions_[isNew]).length, 1);
      },
    ),
    { numRuns: 300 },
  );
});

const followed: Readonly<Record<string, string>> = {
  'crates.io': 'migrations/2026-11-21-060504-0000_add_users/up.sql',
  concourse: `atc/db/migration/migrations/${Math.floor(NOW.getTime() / 1000)}_add_users.up.sql`,
  minder: 'database/migrations/000118_add_users.up.sql',
};
for (const [name, expected] of Object.entries(followed)) {
  test(`${name} of the corpus is followed in its own way`, { skip: withoutCorpus }, () => {
    const config = { pgVersion: 14, rules: {}, migrations: [], baseline: undefined } as const;
    const model = modelOf(
      'file:///ws',
      config,
      () => NOW,
      (error) => assert.fail(String(error)),
    );
    for (const file of project(name)) model.setFile(file.uri, file.path, file.text);
    const [set] = model.sets();
    assert.ok(set);
    const [up] = nextFiles(set, 'add users', 'SELECT 1;', '', NOW);
    assert.equal(decodeURIComponent(up!.uri), `file:///ws/${expected}`);
  });
}

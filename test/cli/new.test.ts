import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cli, filesIn, folder, SHOP } from './kit.js';

test('the next number is taken, both files are made, and their paths are printed', async () => {
  const root = folder(SHOP);
  const { code, out, err } = await cli(root, ['new', 'Add', 'users', 'phone']);
  assert.deepEqual([code, err], [0, '']);
  assert.equal(out, 'migrations/003_add_users_phone.sql\nmigrations/003_add_users_phone.down.sql\n');
  assert.match(filesIn(root)['migrations/003_add_users_phone.sql']!, /^-- Add users phone\n/);
});

test('a template is filled from --set, and what it makes has nothing to complain about', async () => {
  const root = folder(SHOP);
  const args = ['--template', 'add-column', '--set', 'table=users', '--set', 'column=phone', '--set', 'type=text'];
  assert.equal((await cli(root, ['new', 'phone', ...args])).code, 0);
  const files = filesIn(root);
  assert.match(
    files['migrations/003_phone.sql']!,
    /SET LOCAL lock_timeout = '5s';\nALTER TABLE users ADD COLUMN phone text;/,
  );
  assert.match(files['migrations/003_phone.down.sql']!, /ALTER TABLE users DROP COLUMN phone;/);
  assert.equal((await cli(root, ['lint'])).out, 'Nothing found in 6 files (10 statements).\n');
});

test('a template of several migrations makes them all, one number after the other', async () => {
  const root = folder(SHOP);
  const fields = ['table=users', 'column=mail', 'to=email', 'type=text'].flatMap((f) => ['--set', f]);
  const { out } = await cli(root, ['new', 'rename mail', '--template', 'rename-column', ...fields]);
  assert.deepEqual(
    out
      .trim()
      .split('\n')
      .filter((line) => !line.includes('.down.')),
    [
      'migrations/003_rename_mail_expand.sql',
      'migrations/004_rename_mail_backfill.sql',
      'migrations/005_rename_mail_contract.sql',
    ],
  );
});

test('lock_timeout of a template is the one of lockstep.json', async () => {
  const root = folder({ ...SHOP, 'lockstep.json': '{ "lockTimeout": "750ms" }' });
  await cli(root, [
    'new',
    'x',
    '--template',
    'add-column',
    '--set',
    'table=users',
    '--set',
    'column=a',
    '--set',
    'type=int',
  ]);
  assert.match(filesIn(root)['migrations/003_x.sql']!, /lock_timeout = '750ms'/);
});

test('a field that is missing or not known is told with those that the template takes', async () => {
  const root = folder(SHOP);
  const missing = await cli(root, ['new', 'x', '--template', 'add-index', '--set', 'table=users']);
  assert.equal(missing.code, 2);
  assert.match(
    missing.err,
    /Fill in: Columns\.\nThe template add-index takes:\n {2}--set table=users\n {2}--set columns="email, created_at"\n$/,
  );
  const unknown = await cli(root, ['new', 'x', '--template', 'add-index', '--set', 'tabel=users']);
  assert.match(unknown.err, /--set tabel=users does not fit: the template add-index takes table, columns\./);
  assert.match((await cli(root, ['new', 'x', '--set', 'a=b'])).err, /the template empty takes no fields/);
  assert.deepEqual(filesIn(root), filesIn(folder(SHOP)));
});

test('a project without migrations gets a folder', async () => {
  const root = folder({ 'a.txt': '' });
  assert.equal((await cli(root, ['new', 'first'])).out, 'migrations/001_first.sql\nmigrations/001_first.down.sql\n');
  const named = folder({ 'a.txt': '' });
  assert.equal(
    (await cli(named, ['new', 'first', '--folder', 'db/steps'])).out,
    'db/steps/001_first.sql\ndb/steps/001_first.down.sql\n',
  );
});

test('--folder is meant from the current folder, and of several it chooses one', async () => {
  const two = {
    'api/migrations/1_a.sql': 'SELECT 1;',
    'api/migrations/1_a.down.sql': 'SELECT 1;',
    'web/m/5_a.up.sql': 'SELECT 1;',
    'web/m/5_a.down.sql': 'SELECT 1;',
  };
  const root = folder({ ...two, 'lockstep.json': '{}' });
  assert.match(
    (await cli(root, ['new', 'x'])).err,
    /There are several migration folders: api\/migrations, web\/m\. Choose one with --folder\./,
  );
  const { out } = await cli(`${root}/web`, ['new', 'x', '--folder', 'm']);
  assert.equal(out, 'm/6_x.up.sql\nm/6_x.down.sql\n');
});

test('a folder of lockstep.json that is still empty is used as it is described there', async () => {
  const config = '{ "migrations": [{ "folder": "db/m", "tool": "golang-migrate" }] }';
  const root = folder({ 'lockstep.json': config });
  assert.equal((await cli(root, ['new', 'first'])).out, 'db/m/000001_first.up.sql\ndb/m/000001_first.down.sql\n');
});

test('Diesel gets its folder, and metadata.toml where a statement forbids a transaction', async () => {
  const root = folder({
    'diesel.toml': '',
    'migrations/2024-01-31-101500_a/up.sql': 'SELECT 1;',
    'migrations/2024-01-31-101500_a/down.sql': 'SELECT 1;',
  });
  const { out } = await cli(root, ['new', 'idx', '--template', 'add-index', '--set', 'table=t', '--set', 'columns=a']);
  assert.deepEqual(
    out.trim().split('\n'),
    ['up.sql', 'down.sql', 'metadata.toml'].map((f) => `migrations/2026-11-21-101500_idx/${f}`),
  );
});

test('a file that is there is never overwritten, and then none is made', async () => {
  const exclude = ['migrations/*'];
  const files = { 'lockstep.json': JSON.stringify({ exclude }), 'migrations/001_first.down.sql': '-- mine\n' };
  const root = folder(files);
  const { code, out, err } = await cli(root, ['new', 'first']);
  assert.deepEqual([code, out], [2, '']);
  assert.equal(err, 'lockstep: migrations/001_first.down.sql is there already. Nothing was made.\n');
  assert.deepEqual(filesIn(root), files);
});

test('no number is given twice in a folder whose files were taken for no migrations', async () => {
  const cases: readonly (readonly [files: readonly string[], args: readonly string[], made: string])[] = [
    [['migrations/001_a.sql'], [], 'migrations/002_b.sql'],
    [['sql/001_a.sql'], ['--folder', 'sql'], 'sql/002_b.sql'],
    [['sql/0007_a.sql', 'sql/seed.sql'], ['--folder', 'sql'], 'sql/0008_b.sql'],
    [['001_a.sql'], ['--folder', '.'], '002_b.sql'],
  ];
  for (const [files, args, made] of cases) {
    const root = folder(Object.fromEntries(files.map((file) => [file, 'SELECT 1;\n'])));
    const { code, out, err } = await cli(root, ['new', ...args, 'b']);
    assert.equal(code, 0, err);
    assert.equal(out.split('\n')[0], made);
  }
});

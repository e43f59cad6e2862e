import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { ModelConfig, WorkspaceModel } from '../../server/src/core/model.js';
import { loadParser } from '../../server/src/core/sql/read.js';
import { modelOf } from '../world/sets.js';

before(loadParser);

const ROOT = 'file:///work';
const CONFIG: ModelConfig = { pgVersion: 14, rules: {}, migrations: [], baseline: undefined };

function model(files: Readonly<Record<string, string>>, config: Partial<ModelConfig> = {}): WorkspaceModel {
  const made = modelOf(
    ROOT,
    { ...CONFIG, ...config },
    () => new Date('2026-11-21T10:15:00Z'),
    (error) => {
      throw error;
    },
  );
  for (const [path, text] of Object.entries(files)) put(made, path, text);
  return made;
}

const uri = (path: string) => `${ROOT}/${path}`;
const put = (m: WorkspaceModel, path: string, text: string | undefined) => m.setFile(uri(path), path, text);
const codes = (m: WorkspaceModel, path: string) => m.findings(uri(path)).map((f) => f.rule);

const SHOP = {
  'migrations/001_users.sql':
    'CREATE TABLE users (id bigint PRIMARY KEY, mail text, created_at timestamptz, updated_at timestamptz);',
  'migrations/001_users.down.sql': 'DROP TABLE users;',
  'migrations/002_mail.sql': "SET lock_timeout = '5s';\nALTER TABLE users ALTER COLUMN mail SET NOT NULL;",
  'migrations/002_mail.down.sql': 'ALTER TABLE users ALTER COLUMN mail DROP NOT NULL;',
};

test('a folder of numbered pairs is found, in order, with both halves', () => {
  const [set] = model(SHOP).sets();
  assert.equal(set?.folder, uri('migrations'));
  assert.deepEqual(
    set?.migrations.map((m) => [m.version, m.name, m.down !== undefined]),
    [
      ['001', 'users', true],
      ['002', 'mail', true],
    ],
  );
});

test('a statement meets the schema that the migrations before it made', () => {
  const [, set] = model(SHOP).statements(uri('migrations/002_mail.sql'));
  assert.equal(set?.before.relation(undefined, 'users')?.columns.get('mail')?.notNull, false);
  assert.equal(set?.after.relation(undefined, 'users')?.columns.get('mail')?.notNull, true);
});

test('a down script meets the schema that its up left behind', () => {
  const [down] = model(SHOP).statements(uri('migrations/002_mail.down.sql'));
  assert.equal(down?.before.relation(undefined, 'users')?.columns.get('mail')?.notNull, true);
});

test('a table of this migration is known to be born here; one of an earlier migration is not', () => {
  const m = model({ ...SHOP, 'migrations/003_more.sql': 'CREATE TABLE fresh (id bigint); SELECT 1;' });
  const [first, second] = m.statements(uri('migrations/003_more.sql'));
  const born = [first, second].map((at) => ['public.fresh', 'public.users'].map((key) => at?.bornHere.has(key)));
  assert.deepEqual(born, [
    [false, false],
    [true, false],
  ]);
});

test('an edit of a later file leaves the analysis of the earlier ones as it was', () => {
  const m = model(SHOP);
  const before = m.context(uri('migrations/001_users.sql'));
  put(m, 'migrations/002_mail.sql', 'SELECT 1;');
  assert.equal(m.context(uri('migrations/001_users.sql')), before);
});

test('an edit of an earlier file reaches the later ones', () => {
  const m = model(SHOP);
  assert.ok(codes(m, 'migrations/002_mail.sql').includes('set-not-null-unproved'));
  put(
    m,
    'migrations/001_users.sql',
    'CREATE TABLE users (id bigint PRIMARY KEY, mail text, CHECK (mail IS NOT NULL));',
  );
  assert.ok(!codes(m, 'migrations/002_mail.sql').includes('set-not-null-unproved'));
});

test('a removed file takes its migration with it', () => {
  const m = model(SHOP);
  put(m, 'migrations/002_mail.sql', undefined);
  put(m, 'migrations/002_mail.down.sql', undefined);
  assert.equal(m.sets()[0]?.migrations.length, 1);
  assert.equal(m.context(uri('migrations/002_mail.sql')), undefined);
});

test('migrations up to the baseline stay quiet, later ones speak', () => {
  const m = model({ ...SHOP, 'migrations/003_drop.sql': 'DROP TABLE users;' }, { baseline: '002' });
  assert.deepEqual(codes(m, 'migrations/002_mail.sql'), []);
  assert.ok(codes(m, 'migrations/003_drop.sql').includes('drop-table'));
});

test('a rule that is off is silent, and a severity can be changed', () => {
  const m = model(SHOP, { rules: { 'set-not-null-unproved': 'off' } });
  assert.ok(!codes(m, 'migrations/002_mail.sql').includes('set-not-null-unproved'));
  m.configure({ ...CONFIG, rules: { 'set-not-null-unproved': 'error' } });
  const finding = m.findings(uri('migrations/002_mail.sql')).find((f) => f.rule === 'set-not-null-unproved');
  assert.equal(finding?.severity, 'error');
});

test('what the ledger says reaches the rules', () => {
  const m = model(SHOP);
  const id = m.sets()[0]!.migrations[0]!.id;
  m.setLedger(uri('migrations'), new Map([[id, { state: 'modified', environment: 'dev' }]]));
  assert.ok(codes(m, 'migrations/001_users.sql').includes('edited-after-apply'));
});

test('a folder named in the settings is one, whatever it is called', () => {
  const files = { 'db/steps/1_a.sql': 'SELECT 1;', 'db/steps/1_a.down.sql': 'SELECT 1;' };
  const m = model(files, { migrations: [{ folder: 'db/steps', layout: 'suffix-dot-down', tool: 'plain' }] });
  assert.deepEqual(
    m.sets().map((s) => s.folder),
    [uri('db/steps')],
  );
});

test('a file that turns up and cannot be read has its place among the migrations, and no findings', () => {
  const m = model(SHOP);
  assert.equal(m.sets()[0]?.migrations.length, 2);
  m.setUnreadable(uri('migrations/003_locked.sql'), 'migrations/003_locked.sql', 'EACCES');
  assert.equal(m.sets()[0]?.migrations.at(-1)?.up?.unreadable, 'EACCES');
  assert.deepEqual(codes(m, 'migrations/003_locked.sql'), []);
});

test('a finding points at the column and at the constraint that it speaks of, not at the statement around them', () => {
  const text = `CREATE TABLE users (
  id bigint PRIMARY KEY,
  mail varchar(20) NOT NULL,
  team bigint
);
ALTER TABLE users ADD COLUMN phone text, ALTER COLUMN mail TYPE varchar(30);`;
  const m = model({
    'migrations/001_users.sql': text,
    'migrations/002_more.sql':
      'ALTER TABLE users DROP COLUMN phone;\nALTER TABLE users RENAME COLUMN team TO crew;\nALTER TABLE users ALTER mail TYPE varchar(10);',
  });
  const related = m
    .findings(uri('migrations/002_more.sql'))
    .flatMap((f) => f.related.map((r) => [f.rule, text.slice(r.span.start, r.span.end)].join(': ')));
  assert.deepEqual(related, [
    'drop-column: phone text',
    'rename-column: team bigint',
    'change-type-narrows: mail TYPE varchar(30)',
    'change-type-rewrites: mail TYPE varchar(30)',
  ]);
});

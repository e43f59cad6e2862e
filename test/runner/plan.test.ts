import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { Half } from '../../server/src/core/migrations/migration.js';
import type { MigrationSet } from '../../server/src/core/migrations/set.js';
import type { HalfRun, LedgerEntry } from '../../server/src/core/migrations/status.js';
import { labelOf as label } from '../../server/src/core/migrations/status.js';
import { loadParser } from '../../server/src/core/sql/read.js';
import { type Plan, planRun, type RunTarget } from '../../server/src/runner/plan.js';
import { plain } from '../../server/src/tools/plain/tool.js';
import { layoutOf, modelOf } from '../world/sets.js';

before(loadParser);

const FILES = {
  '001_a.sql': 'CREATE TABLE a (id int);',
  '001_a.down.sql': 'DROP TABLE a;',
  '002_b.sql': 'CREATE TABLE b (id int);',
  '003_c.sql': 'CREATE INDEX CONCURRENTLY c ON a (id);',
  '003_c.down.sql': 'DROP INDEX CONCURRENTLY c;',
};

interface Asked {
  readonly files?: Readonly<Record<string, string>>;
  readonly tool?: string;
  /** Versions that the ledger has; with another text than now, behind a colon. */
  readonly applied?: readonly string[];
  readonly failed?: string;
  readonly halfRun?: HalfRun;
  readonly problem?: string;
  readonly direction?: 'up' | 'down';
  readonly target?: RunTarget;
  /** Edits that came after the set was read. */
  readonly since?: string;
}

async function plan(asked: Asked = {}): Promise<Plan> {
  const { files = FILES, tool = 'plain', applied = [], failed, direction = 'up', problem } = asked;
  const named = { folder: 'm', layout: layoutOf(tool), tool };
  const model = modelOf(
    'file:///w',
    { pgVersion: 14, rules: {}, migrations: [named], baseline: undefined },
    () => new Date(0),
    assert.ifError,
  );
  for (const [path, text] of Object.entries(files)) model.setFile(`file:///w/m/${path}`, `m/${path}`, text);
  const [set] = model.sets() as [MigrationSet];
  const entries = [...applied, ...(failed ? [failed] : [])].map((written): LedgerEntry => {
    const [version, text] = written.split(':') as [string, string | undefined];
    const migration = set.migrations.find((m) => m.version === version);
    const checksum =
      migration?.up && plain.checksum({ ...migration, up: { ...migration.up, text: text ?? migration.up.text } });
    return {
      id: migration?.id,
      version,
      name: undefined,
      appliedAt: undefined,
      executionMs: undefined,
      checksum: tool === 'plain' ? checksum : undefined,
      failed: written === failed,
    };
  });
  if (asked.since !== undefined) model.setFile(`file:///w/m/${asked.since}`, `m/${asked.since}`, 'SELECT 1;');
  return planRun({
    set,
    state: { exists: true, entries, problem, halfRun: asked.halfRun },
    keeps: { time: true, duration: true, checksum: tool === 'plain' },
    direction,
    target: asked.target ?? (direction === 'up' ? 'all' : 'last'),
    analyse: async (half: Half) => model.half(half),
  });
}

/** Labels of what runs, or why nothing does. */
async function planned(asked?: Asked): Promise<readonly string[] | string> {
  const found = await plan(asked);
  return found.ok ? found.steps.map((s) => label(s.migration)) : found.reason;
}

test('up takes what is pending, in order: all, the next, or up to one', async () => {
  assert.deepEqual(await planned(), ['001_a', '002_b', '003_c']);
  assert.deepEqual(await planned({ target: 'next' }), ['001_a']);
  assert.deepEqual(await planned({ applied: ['001'] }), ['002_b', '003_c']);
  assert.deepEqual(await planned({ applied: ['001'], target: { upTo: '002' } }), ['002_b']);
  assert.deepEqual(await planned({ target: { upTo: '003' } }), ['001_a', '002_b', '003_c']);
});

test('what is asked for and is not there, or is applied, is said', async () => {
  assert.equal(
    await planned({ target: { upTo: '007' } }),
    'There is no migration 007 in this folder. Refresh and try again.',
  );
  const all = ['001', '002', '003'];
  const idle = await plan({ applied: all });
  assert.ok(!idle.ok && idle.idle);
  assert.equal(idle.reason, 'All migrations are applied. There is nothing to do.');
  const one = await plan({ applied: ['001'], target: { upTo: '001' } });
  assert.ok(!one.ok && one.idle);
  assert.equal(one.reason, '001_a is applied already. There is nothing to do.');
  const none = await plan({ problem: 'It cannot be read.' });
  assert.deepEqual(none, { ok: false, reason: 'It cannot be read.', at: undefined, idle: false });
});

test('each step knows its file, its direction and how it is sent', async () => {
  const up = await plan();
  assert.ok(up.ok);
  assert.equal(up.direction, 'up');
  assert.deepEqual(
    up.steps.map((s) => [s.file.path, s.direction, s.transaction, s.edited]),
    [
      ['001_a.sql', 'up', 'wrapped', undefined],
      ['002_b.sql', 'up', 'wrapped', undefined],
      ['003_c.sql', 'up', 'none', undefined],
    ],
  );
  const down = await plan({ applied: ['001'], direction: 'down' });
  assert.ok(down.ok);
  assert.deepEqual(
    down.steps.map((s) => [s.file.path, s.direction, s.transaction]),
    [['001_a.down.sql', 'down', 'wrapped']],
  );
  const own = await plan({ files: { '001_a.sql': 'BEGIN; CREATE TABLE a (id int); COMMIT;' } });
  assert.ok(own.ok && own.steps[0]!.transaction === 'own');
});

test('down takes the last one that is applied, or says why not', async () => {
  const down = (asked: Asked) => planned({ ...asked, direction: 'down' });
  assert.deepEqual(await down({ applied: ['001', '002', '003'] }), ['003_c']);
  assert.equal(await down({}), 'No migration is applied. There is nothing to roll back.');
  assert.equal(await down({ applied: ['001', '002'] }), '002_b has no down file. Create it to roll back.');
  assert.match(
    (await down({ applied: ['001', '009'] })) as string,
    /^The last applied migration, 009, has no files here\. Restore them/,
  );
});

test('a file that was edited since stops what comes after, and is told when it is rolled back itself', async () => {
  const edited = ['001:CREATE TABLE old (id int);'];
  assert.match((await planned({ applied: edited })) as string, /001_a/);
  const down = await plan({ applied: edited, direction: 'down' });
  assert.ok(down.ok);
  assert.match(down.steps[0]!.edited!, /001_a/);
});

test('a version without a file stops what comes after it', async () => {
  assert.match((await planned({ applied: ['001', '0015'] })) as string, /0015/);
});

test('a mark, or a run in the other direction that did not end, comes first', async () => {
  const files = {
    '1_a.up.sql': 'CREATE TABLE a (id int);',
    '1_a.down.sql': 'DROP TABLE a;',
    '2_b.up.sql': 'CREATE TABLE b (id int);',
  };
  const golang = { files, tool: 'golang-migrate' };
  assert.match((await planned({ ...golang, failed: '1' })) as string, /marked dirty at 1_a: .*migrate force 1/);
  assert.match((await planned({ ...golang, failed: '7' })) as string, /marked dirty at 7: /);
  assert.match((await planned({ ...golang, failed: '-1' })) as string, /dirty below the first version/);
  const half = (direction: 'up' | 'down'): HalfRun => ({ id: '001', direction, done: 1 });
  assert.deepEqual(await planned({ halfRun: half('up') }), ['001_a', '002_b', '003_c']);
  assert.equal(
    await planned({ halfRun: half('up'), direction: 'down' }),
    '001_a was interrupted while it was applied: apply it to its end first.',
  );
  assert.equal(
    await planned({ applied: ['001'], halfRun: half('down') }),
    'The rollback of 001_a was interrupted: roll it back to its end first.',
  );
});

test('a folder that is at odds with itself is not run', async () => {
  const twice = await planned({ files: { ...FILES, '002_d.sql': 'SELECT 1;' } });
  assert.match(twice as string, /Correct this first\.$/);
});

test('a text that cannot be run is refused with its place, an edit that came since without one', async () => {
  const broken = await plan({ files: { '001_a.sql': 'SELECT 1;\nSELEC 2;' } });
  assert.ok(!broken.ok);
  assert.equal(broken.reason, '001_a.sql: syntax error at or near "SELEC". Correct it first; nothing was sent.');
  assert.deepEqual(broken.at, { id: '001', uri: 'file:///w/m/001_a.sql', span: { start: 10, end: 15 } });
  const since = await plan({ since: '001_a.sql' });
  assert.ok(!since.ok);
  assert.equal(since.reason, '001_a.sql was changed just now. Look at it, and try again.');
  assert.equal(since.at, undefined);
  const later = await planned({ files: { ...FILES, '002_b.sql': '' }, target: 'next' });
  assert.deepEqual(later, ['001_a'], 'what is not run now is not judged');
  const empty = (await planned({ files: { ...FILES, '002_b.sql': '' } })) as string;
  assert.match(empty, /^002_b\.sql: it holds no statement/);
});

test('a label is version and name, or the version alone', () => {
  const migration = { id: '1', version: '001', up: undefined, down: undefined };
  assert.equal(label({ ...migration, name: 'a' }), '001_a');
  assert.equal(label({ ...migration, name: '' }), '001');
});

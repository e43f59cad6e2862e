import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectLocal } from '../../client/src/connectOnOpen.js';
import { ago, duration } from '../../client/src/labels.js';
import { sameUri, targetOf } from '../../client/src/target.js';
import { type TreeNode, treeOf } from '../../client/src/views/model.js';
import { badgeOf, contextKeys, summaryOf } from '../../client/src/views/summary.js';
import type { MigrationState, StatusParams } from '../../server/src/lsp/protocol.js';
import { folder, migration, statusWith } from './fake.js';

const NOW = new Date('2026-01-02T12:00:00Z');
const drawn = (nodes: readonly TreeNode[], depth = 0): readonly string[] =>
  nodes.flatMap((n) => [
    `${'  '.repeat(depth)}${n.label}${n.description === '' ? '' : ` | ${n.description}`}`,
    ...drawn(n.children, depth + 1),
  ]);
const all = (nodes: readonly TreeNode[]): readonly TreeNode[] => nodes.flatMap((n) => [n, ...all(n.children)]);
const STATES: readonly MigrationState[] = [
  'applied',
  'pending',
  'outOfOrder',
  'modified',
  'missing',
  'failed',
  'unknown',
];

test('one folder: attention first, pending with the next one marked, applied with the latest first', () => {
  const status = statusWith(
    folder([
      migration('0001', 'users', 'applied', { appliedAt: '2026-01-01T12:00:00Z', executionMs: 12 }),
      migration('0002', 'orders', 'modified', { note: 'The file differs from what ran.' }),
      migration('0003', 'index', 'applied', { appliedAt: '2026-01-02T10:00:00Z', executionMs: 35 }),
      migration('0004', 'email', 'pending'),
      migration('0005', 'phone', 'pending'),
    ]),
  );
  assert.deepEqual(drawn(treeOf(status, true, NOW)), [
    'Attention | 1',
    '  0002 orders | edited',
    'Pending | 2',
    '  0004 email | next',
    '  0005 phone',
    'Applied | 2',
    '  0003 index | 2 h ago · 35 ms',
    '  0001 users | 1 d ago · 12 ms',
  ]);
});

test('a migration whose last run failed says so where it is, and stays what the ledger says', () => {
  const failure = 'relation "no_such_table" does not exist';
  const status = statusWith(
    folder([
      migration('0001', 'users', 'applied', { appliedAt: '2026-01-02T10:00:00Z', failure }),
      migration('0002', 'orders', 'pending', { failure }),
      migration('0003', 'index', 'pending'),
    ]),
  );
  const tree = treeOf(status, true, NOW);
  assert.deepEqual(drawn(tree), [
    'Pending | 2',
    '  0002 orders | next · failed',
    '  0003 index',
    'Applied | 1',
    '  0001 users | 2 h ago · rollback failed',
  ]);
  const node = all(tree).find((n) => n.id === '0002')!;
  assert.equal(node.icon?.name, 'error');
  assert.match(node.context, /^migration pending\b.*\bnext\b/);
  assert.match(node.spoken, /failed when it was last run: relation/);
  assert.ok(node.tooltip.some((line) => line.includes(failure)));
});

test('every state has its own words, its own icon and a sentence for screen readers', () => {
  const nodes = STATES.map(
    (state) => all(treeOf(statusWith(folder([migration('1', 'a', state)])), true, NOW)).find((n) => n.id === '1')!,
  );
  assert.equal(new Set(nodes.map((n) => n.icon?.name)).size, STATES.length);
  assert.equal(new Set(nodes.map((n) => n.spoken)).size, STATES.length);
  for (const [i, node] of nodes.entries()) {
    assert.match(node.context, new RegExp(`^migration ${STATES[i]}\\b`));
    assert.match(node.spoken, /^1 a, \w/);
  }
});

test('the tooltip says when a migration was applied, whatever became of its file', () => {
  const appliedAt = '2026-01-02T10:00:00.123Z';
  const line = (state: MigrationState) =>
    all(treeOf(statusWith(folder([migration('1', 'a', state, { appliedAt, executionMs: 8 })])), true, NOW)).find(
      (n) => n.id === '1',
    )?.tooltip[1];
  assert.equal(line('applied'), 'Version 1: applied on 2026-01-02 10:00:00 UTC, took 8 ms');
  assert.equal(line('modified'), 'Version 1: edited after apply, applied on 2026-01-02 10:00:00 UTC, took 8 ms');
});

test('before anyone connects all files are listed, with the way to connect', () => {
  const status = statusWith(
    folder([migration('1', 'a', 'unknown')], {
      database: { state: 'notAsked', message: undefined, needsPassword: false, serverVersion: undefined },
    }),
  );
  assert.deepEqual(drawn(treeOf(status, true, NOW)), [
    'Connect to see what is applied | local/app_dev',
    'Migrations | 1',
    '  1 a',
  ]);
  const untrusted = treeOf(status, false, NOW)[0]!;
  assert.equal(untrusted.command?.id, 'workbench.trust.manage');
});

test('a database that cannot be read is said in the tree and the files stay', () => {
  const status = statusWith(
    folder([migration('1', 'a', 'unknown')], {
      database: { state: 'error', message: 'Connection refused.', needsPassword: false, serverVersion: undefined },
    }),
  );
  assert.deepEqual(drawn(treeOf(status, true, NOW)).slice(0, 2), [
    'The database cannot be read | Connection refused.',
    'Migrations | 1',
  ]);
});

test('a connection that cannot be used is said once, before everything else', () => {
  const status = { ...statusWith(folder([])), problems: ['DATABASE_URL is not a PostgreSQL URL.'] };
  const [node, ...rest] = treeOf(status, true, NOW);
  assert.deepEqual([node?.label, node?.description], ['A connection cannot be used', status.problems[0]]);
  assert.deepEqual(rest, []);
  const two = { ...status, folders: [...status.folders, folder([], { folder: 'file:///w/b', label: 'b' })] };
  assert.deepEqual(
    treeOf(two, true, NOW).map((n) => n.label),
    ['A connection cannot be used', 'migrations', 'b'],
  );
});

test('several folders are roots, with their database', () => {
  const other = folder([], {
    folder: 'file:///w/b',
    label: 'b',
    environment: undefined,
    database: { state: 'none', message: undefined, needsPassword: false, serverVersion: undefined },
  });
  assert.deepEqual(drawn(treeOf(statusWith(folder([]), other), true, NOW)), [
    'migrations | local/app_dev',
    'b | not connected',
    '  Connect to see what is applied',
  ]);
});

test('keys are unique, and the same after the next refresh', () => {
  const of = (state: MigrationState) =>
    all(
      treeOf(
        statusWith(
          folder([migration('1', 'a', 'applied'), migration('2', 'b', state)]),
          folder([migration('1', 'a', 'pending')], { folder: 'file:///w/b' }),
        ),
        true,
        NOW,
      ),
    );
  const keys = of('pending').map((n) => n.key);
  assert.equal(new Set(keys).size, keys.length);
  assert.equal(of('pending').find((n) => n.id === '2')!.key, of('applied').find((n) => n.id === '2')!.key);
});

test('only the last applied one offers rollback, also when it was edited, and only where rolling back is allowed', () => {
  const offers = (state: MigrationState, canRollBack: boolean) =>
    all(
      treeOf(
        statusWith(folder([migration('1', 'a', 'applied'), migration('2', 'b', state)], { canRollBack })),
        true,
        NOW,
      ),
    )
      .filter((n) => /^migration (applied|modified)\b.*\bcanRollBack\b/.test(n.context))
      .map((n) => n.id);
  assert.deepEqual(offers('applied', true), ['2']);
  assert.deepEqual(offers('modified', true), ['2']);
  assert.deepEqual(offers('applied', false), []);
});

test('one that is out of order and runs next says both', () => {
  const status = statusWith(
    folder([migration('1', 'a', 'outOfOrder'), migration('2', 'b', 'applied'), migration('3', 'c', 'pending')]),
  );
  const tree = treeOf(status, true, NOW);
  assert.deepEqual(drawn(tree), [
    'Attention | 1',
    '  1 a | out of order · next',
    'Pending | 1',
    '  3 c',
    'Applied | 1',
    '  2 b',
  ]);
  assert.match(all(tree).find((n) => n.id === '1')!.spoken, /out of order, next to apply/);
});

test('times and durations are short', () => {
  assert.equal(ago('2026-01-02T11:59:30Z', NOW), 'now');
  assert.equal(ago('2026-01-02T13:00:00Z', NOW), 'now');
  assert.equal(ago('2025-11-01T12:00:00Z', NOW), '2 mo ago');
  assert.equal(ago('nonsense', NOW), '');
  assert.deepEqual([12, 1500, 61_000].map(duration), ['12 ms', '1.5 s', '1 min 1 s']);
});

test('the status bar is empty without a connection, and warns only of failed and edited migrations', () => {
  assert.equal(
    summaryOf(
      statusWith(
        folder([], {
          database: { state: 'notAsked', message: undefined, needsPassword: false, serverVersion: undefined },
        }),
      ),
    ),
    undefined,
  );
  const pending = summaryOf(statusWith(folder([migration('1', 'a', 'applied'), migration('2', 'b', 'pending')])))!;
  assert.equal(pending.text, '$(database) local/app_dev · 1 · 1 pending');
  assert.match(pending.tooltip.join(), /at version 1/);
  assert.equal(pending.alarm, false);
  for (const [state, alarm] of [
    ['failed', true],
    ['modified', true],
    ['missing', false],
    ['outOfOrder', false],
  ] as const) {
    assert.equal(summaryOf(statusWith(folder([migration('1', 'a', state)])))!.alarm, alarm, state);
  }
});

test('badge and context keys follow the status', () => {
  const status = statusWith(folder([migration('1', 'a', 'pending')]));
  assert.equal(badgeOf(status), 1);
  assert.deepEqual(contextKeys(status), {
    'lockstep.ready': true,
    'lockstep.hasFolders': true,
    'lockstep.connected': true,
    'lockstep.canApply': true,
    'lockstep.canRollBack': true,
  });
  assert.equal(Object.values(contextKeys(statusWith())).filter(Boolean).length, 1);
});

test('targets come from menus, lenses, trees and files', () => {
  assert.equal(targetOf({ scheme: 'file', toString: () => 'file:///a.sql' }).uri, 'file:///a.sql');
  assert.deepEqual(targetOf({ folder: 'f', id: '1' }), { folder: 'f', id: '1', uri: undefined });
  assert.deepEqual(targetOf(undefined), { folder: undefined, id: undefined, uri: undefined });
  assert.ok(sameUri('file:///c%3A/a%20b', 'file:///c:/a%20b'));
  assert.ok(!sameUri('file:///a', 'file:///b'));
  assert.ok(sameUri('file:///%E0%A4%A', 'file:///%E0%A4%A/'));
});

test('connecting on open asks for the local databases only, and for none in an untrusted workspace', async () => {
  const asked: unknown[] = [];
  const status = statusWith();
  const store = {
    status,
    refresh: async (params: StatusParams) => {
      asked.push(params);
      return status;
    },
  };
  await connectLocal({ store, trusted: () => false });
  assert.deepEqual(asked, []);
  await connectLocal({ store, trusted: () => true });
  assert.deepEqual(asked, [{ connect: 'local' }]);
});

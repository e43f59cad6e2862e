import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type GuardInput, guardRun } from '../../server/src/runner/guard.js';
import { runMigrations } from '../../server/src/runner/run.js';
import { golangMigrateLockId } from '../../server/src/tools/golangMigrate/ledger.js';
import { newSet } from '../../server/src/tools/index.js';
import { ownLockId } from '../../server/src/tools/lib/lock.js';

const input = (
  change: Partial<GuardInput> & { host?: string; kind?: 'local' | 'shared' | 'production' },
): GuardInput => {
  const { host = 'localhost', kind = 'local', ...rest } = change;
  return {
    target: { host, port: 5432, database: 'shop', kind, label: 'dev' },
    localHosts: [],
    direction: 'up',
    allowApplyOnShared: false,
    confirmed: false,
    ...rest,
  };
};
const reason = (verdict: ReturnType<typeof guardRun>) => (verdict.allowed ? 'allowed' : verdict.reason);

test('a local database may be applied to and rolled back without asking', () => {
  for (const direction of ['up', 'down'] as const) {
    for (const host of ['localhost', '127.0.0.1', '::1', '/run/postgresql']) {
      assert.deepEqual(guardRun(input({ direction, host })), { allowed: true });
    }
  }
  assert.deepEqual(guardRun(input({ direction: 'down', host: 'db', localHosts: ['db'] })), { allowed: true });
});

test('nothing makes a rollback possible on a database that is not local', () => {
  const places = [
    { host: 'db.example.com' },
    { host: 'db', kind: 'shared' as const },
    { kind: 'shared' as const },
    { kind: 'production' as const },
  ];
  for (const place of places) {
    const verdict = guardRun(input({ ...place, direction: 'down', allowApplyOnShared: true, confirmed: true }));
    assert.equal(verdict.allowed, false, JSON.stringify(place));
  }
  assert.match(
    reason(guardRun(input({ host: 'db.example.com', direction: 'down' }))),
    /is not a local database: rolling back is offered for local ones only/,
  );
});

test('a mark is named as the reason where it is one, and no host is advised that cannot help', () => {
  const tunnel = { host: '127.0.0.1', kind: 'shared' as const };
  for (const direction of ['up', 'down'] as const) {
    const said = reason(guardRun(input({ ...tunnel, direction })));
    assert.match(said, /^127\.0\.0\.1:5432\/shop is marked as shared/);
    assert.doesNotMatch(said, /localHosts|not a local database/);
  }
  const listed = input({ host: 'db', kind: 'shared', localHosts: ['db'], direction: 'down' });
  assert.match(reason(guardRun(listed)), /change the kind of its connection/);
});

test('apply on a shared database needs the setting and the confirmation, both', () => {
  const shared = { host: 'db.example.com', kind: 'shared' as const };
  assert.match(
    reason(guardRun(input({ ...shared, confirmed: true }))),
    /Turn on the setting lockstep\.allowApplyOnShared/,
  );
  assert.match(
    reason(guardRun(input({ ...shared, allowApplyOnShared: true }))),
    /was not confirmed\. Nothing was sent/,
  );
  assert.equal(guardRun(input({ ...shared, allowApplyOnShared: true, confirmed: true })).allowed, true);
});

test('production is only read, even at home', () => {
  for (const host of ['localhost', 'db.example.com']) {
    for (const direction of ['up', 'down'] as const) {
      const verdict = guardRun(
        input({ host, direction, kind: 'production', localHosts: [host], allowApplyOnShared: true, confirmed: true }),
      );
      assert.match(reason(verdict), /is marked as production: Lockstep only reads it/);
    }
  }
});

test('a host that is not local makes a connection shared, whatever it is called', () => {
  assert.equal(guardRun(input({ host: 'db.example.com', kind: 'local', direction: 'down' })).allowed, false);
  assert.equal(guardRun(input({ host: 'db.example.com', kind: 'local' })).allowed, false);
});

test('a refused run opens no connection', async () => {
  const outcome = await runMigrations({
    guard: { allowed: false, reason: 'No.' },
    open: () => assert.fail('opened'),
    set: newSet('file:///m'),
    direction: 'down',
    target: 'last',
    expected: undefined,
    ledger: { table: undefined },
    analyse: () => assert.fail('analysed'),
    lockTimeoutMs: 0,
  });
  const { outcome: how, message, completed, failure } = outcome;
  assert.deepEqual([how, message, completed, failure], ['refused', 'No.', [], undefined]);
});

test('golang-migrate’s keys are those that its command and its library take', () => {
  // Seen in pg_locks while v4.18.3 ran: opened by a URL it hashes the path with the slash.
  assert.equal(golangMigrateLockId('public', 'schema_migrations', '/shop'), '2101699660');
  assert.equal(golangMigrateLockId('public', 'schema_migrations', 'shop'), '3689236698');
  assert.notEqual(ownLockId('public', 'a'), ownLockId('public', 'b'));
});

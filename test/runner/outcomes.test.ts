import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { loadParser } from '../../server/src/core/sql/read.js';
import { type Scenario, world } from './interrupted.js';

before(loadParser);

const up = (files: Readonly<Record<string, string>>, more: Partial<Scenario> = {}): Scenario => ({
  tool: 'plain',
  direction: 'up',
  files,
  ...more,
});
const TWO = { '1_a.sql': 'CREATE TABLE a (id int);', '2_b.sql': 'SELECT 1;\nSELECT 2;' };

test('each statement is told when it begins, with how far the run has come', async () => {
  const told: string[] = [];
  const onProgress = ({ message, done, total }: { message: string; done: number; total: number }) =>
    told.push(`${message} (${done} of ${total})`);
  await (await world(up(TWO))).run({ onProgress });
  assert.deepEqual(told.splice(0), [
    'Applying 1_a (0 of 2)',
    'Applying 2_b: statement 1 of 2 (1 of 2)',
    'Applying 2_b: statement 2 of 2 (1 of 2)',
  ]);
  const back = await world(up({ '1_a.sql': 'SELECT 1;', '1_a.down.sql': 'SELECT 2;' }, { direction: 'down' }));
  await back.run({ onProgress });
  assert.deepEqual(told, ['Rolling back 1_a (0 of 1)']);
});

test('what has run is counted, and named when it is not much', async () => {
  const files = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`${i + 1}_m.sql`, `SELECT ${i};`]));
  assert.equal((await (await world(up(files(3)))).run()).message, 'Applied 1_m, 2_m, 3_m.');
  const { message, completed } = await (await world(up(files(4)))).run();
  assert.equal(message, 'Applied 4 migrations, the last of them 4_m.');
  assert.deepEqual(
    completed.map(({ id, version, name, ms }) => [id, version, name, Number.isInteger(ms) && ms >= 0]),
    [1, 2, 3, 4].map((n) => [`${n}`, `${n}`, 'm', true]),
  );
});

test('what was confirmed is what runs, or nothing does', async () => {
  const confirmed = await world(up(TWO));
  assert.equal((await confirmed.run({ expected: ['1', '2'] })).outcome, 'done');
  for (const expected of [['1'], ['2', '1'], ['1', '2', '3'], []]) {
    const { server, run } = await world(up(TWO));
    const { outcome, message } = await run({ expected });
    assert.equal(outcome, 'refused', expected.join());
    assert.equal(
      message,
      'What would run has changed since it was confirmed: now 1, 2. Refresh, look at it again, and confirm.',
    );
    assert.deepEqual([server.contents.effects, server.locks.size], [[], 0]);
  }
});

test('nothing to do is no failure', async () => {
  const { server, run } = await world(up(TWO));
  await run();
  server.restart();
  const { outcome, idle, message } = await run();
  assert.deepEqual([outcome, idle, message], ['refused', true, 'All migrations are applied. There is nothing to do.']);
});

test('an INVALID index in the way goes only when that is accepted; until then nothing is done', async () => {
  const scenario = up({ '1_a.sql': 'CREATE INDEX CONCURRENTLY a_id ON a (id);' }, { invalid: 'a_id' });
  const { server, run } = await world(scenario);
  const asked: string[] = [];
  const refused = await run({
    accepts: (what) => {
      asked.push(what);
      return false;
    },
  });
  const drop = 'DROP INDEX CONCURRENTLY "public"."a_id"';
  assert.deepEqual([refused.outcome, refused.consent, asked], ['failed', drop, [drop]]);
  assert.match(
    refused.message,
    /^1_a failed: Before statement 1: the index "public"\."a_id" is INVALID, left by a run that did not finish\./,
  );
  assert.deepEqual([[...server.contents.indexes], server.contents.ledger.size], [[['a_id', false]], 0]);
  server.restart();
  const accepted = await run({ accepts: (what) => what === drop });
  assert.equal(accepted.outcome, 'done', accepted.message);
  assert.equal(accepted.consent, undefined);
  assert.deepEqual([...server.contents.indexes], [['a_id', true]]);
});

test('a lock that another holds stops the run, and names the time that was waited', async () => {
  const { server, run } = await world(up(TWO));
  await server.open();
  const [other] = [...server.alive];
  const first = await world(up(TWO));
  await first.run();
  const key = first.server.messages.length > 0 ? first.server.keys[0]! : '';
  server.locks.set(key, { by: other!, count: 1 });
  server.restart();
  const { outcome, message } = await run({ lockTimeoutMs: 50 });
  assert.equal(outcome, 'refused');
  assert.match(
    message,
    /^Another migration run holds the lock of this database\. Waited 0\.05 s; .* No migration was started\.$/,
  );
  assert.deepEqual(server.contents.effects, []);
});

test('who cancels before anything ran, or between two migrations, is told how far it came', async () => {
  const aborted = new AbortController();
  aborted.abort();
  const early = await (await world(up(TWO))).run({ signal: aborted.signal });
  assert.deepEqual([early.outcome, early.message], ['cancelled', 'Cancelled while connecting. Nothing was run.']);
  for (const [during, message, effects] of [
    [0, '1_a was cancelled. All of it was rolled back; the database is as it was before.', 0],
    [1, '2_b was cancelled. All of it was rolled back; the database is as it was before. Applied 1_a.', 1],
  ] as const) {
    const abort = new AbortController();
    const { server, run } = await world(up(TWO));
    const outcome = await run({
      signal: abort.signal,
      onProgress: ({ done }) => {
        if (done === during) abort.abort();
      },
    });
    assert.deepEqual([outcome.outcome, outcome.message], ['cancelled', message]);
    assert.deepEqual([server.contents.effects.length, server.contents.ledger.size], [effects, effects]);
    assert.equal(outcome.failure, undefined);
    assert.equal(server.locks.size, 0);
  }
});

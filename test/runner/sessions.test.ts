import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadParser, readScript } from '../../server/src/core/sql/read.js';
import { Canceller } from '../../server/src/runner/canceller.js';
import { locate } from '../../server/src/runner/locate.js';
import { countLosses } from '../../server/src/runner/losses.js';
import { Watch } from '../../server/src/runner/waiting.js';
import { RecordingSession, serverError } from '../world/recordingSession.js';

before(loadParser);

test('a cancel asks the server at once, again until it obeys, and not afterwards', async () => {
  const abort = new AbortController();
  const canceller = new Canceller(abort.signal);
  const session = new RecordingSession();
  assert.equal(canceller.requested, false);
  const work = canceller.guard(session, async () => {
    abort.abort();
    assert.deepEqual(session.sent, ['(cancel)']);
    await sleep(700);
    return 'done';
  });
  assert.equal(await work, 'done');
  assert.deepEqual(session.sent, ['(cancel)', '(cancel)']);
  assert.deepEqual([canceller.requested, canceller.gaveUp, session.lost], [true, false, undefined]);
  await sleep(600);
  assert.equal(session.sent.length, 2);
});

test('a server that does not obey in time loses the connection', async () => {
  const abort = new AbortController();
  const canceller = new Canceller(abort.signal, 100);
  const session = new RecordingSession();
  await assert.rejects(
    canceller.guard(session, async () => {
      abort.abort();
      for (let n = 0; n < 100 && session.lost === undefined; n++) await sleep(20);
      throw new Error('gone');
    }),
    /gone/,
  );
  assert.deepEqual([canceller.gaveUp, session.lost], [true, 'destroyed']);
});

test('without a signal nothing is asked, and an end before the work asks nothing', async () => {
  const session = new RecordingSession();
  const none = new Canceller(undefined);
  assert.equal(await none.guard(session, async () => 1), 1);
  assert.equal(none.requested, false);
  const abort = new AbortController();
  const canceller = new Canceller(abort.signal);
  await canceller.guard(session, async () => {});
  abort.abort();
  assert.deepEqual(session.sent, []);
});

test('where the server points is found in the file', () => {
  const text = '-- é 😀\nSELECT \'😀\', "a""b", x1_y FROM t;';
  const [statement] = readScript(text).statements;
  const at = (word: string) => [...statement!.text.slice(0, statement!.text.indexOf(word))].length + 1;
  const shown = (position: number | undefined) => {
    const { start, end } = locate(statement!, position);
    return text.slice(start, end);
  };
  assert.equal(shown(1), 'SELECT');
  assert.equal(shown(at("'😀'")), "'😀'");
  assert.equal(shown(at('"a""b"')), '"a""b"');
  assert.equal(shown(at('x1_y')), 'x1_y');
  assert.equal(shown(at(', x1')), ',');
  assert.equal(shown(at('t') + 0), shown(at('t')));
  for (const none of [undefined, 10_000, [...statement!.text].length + 1]) assert.equal(shown(none), statement!.text);
});

test('whom a statement waits for is told once it lasts, in words, and kept', async () => {
  const row = { pid: 7, user: 'ann', app: 'psql', state: 'idle in transaction', age: '00:01:00', query: 'SELECT 1' };
  const keeper = new RecordingSession([
    [/pg_blocking_pids/, [row, { pid: 8, user: null, app: '', state: null, age: null, query: 'VACUUM' }]],
  ]);
  const heard: string[] = [];
  const watch = new Watch(keeper, 42, (whom) => heard.push(whom));
  const said =
    'process 7 (ann, psql), idle in transaction, in its transaction for 00:01:00: SELECT 1; process 8, working: VACUUM';
  await sleep(1_200);
  assert.deepEqual(heard, [said]);
  assert.match(keeper.sent[0]!, /pg_blocking_pids\(\$1\).* <- \[42\]$/);
  await sleep(2_200);
  assert.deepEqual(heard, [said], 'the same answer is not told again');
  assert.equal(keeper.sent.length, 2);
  assert.equal(await watch.end(), said);
  await sleep(2_200);
  assert.equal(keeper.sent.length, 2, 'nobody asks after the end');
});

test('a statement that is quick, or waits for nobody, is not told of', async () => {
  const keeper = new RecordingSession();
  const heard: string[] = [];
  const quick = new Watch(keeper, 42, (whom) => heard.push(whom));
  assert.equal(await quick.end(), undefined);
  const slow = new Watch(keeper, 42, (whom) => heard.push(whom));
  await sleep(1_100);
  assert.equal(await slow.end(), undefined);
  assert.equal(keeper.sent.length, 1);
  const broken = new RecordingSession([[/pg_blocking_pids/, serverError('42501', 'no')]]);
  const watch = new Watch(broken, 42, (whom) => heard.push(whom));
  await sleep(1_100);
  assert.equal(await watch.end(), undefined);
  assert.deepEqual(heard, []);
});

test('rows that would go are counted where they are, and estimated where they are many', async () => {
  const counts: Record<string, number> = { '"few"': 3, '"app"."many"': 10_001, '"none"': 0, '"fresh"': 10_001 };
  const estimates: Record<string, number> = { '"app"."many"': 123_456, '"fresh"': 0 };
  const session = new RecordingSession([
    [/AS there/, ([name]) => [{ there: name !== '"gone"' }]],
    [/RECURSIVE family/, ([name]) => [{ n: estimates[String(name)] }]],
    [/FROM "locked"/, serverError('55P03', 'locked')],
    ...Object.entries(counts).map(
      ([name, n]) => [new RegExp(`FROM ${name.replaceAll('.', '\\.')} LIMIT 10001`), [{ n }]] as const,
    ),
  ]);
  const loss = (name: string, schema?: string) => ({ schema, name, display: name, how: 'dropped' as const });
  const losses = [loss('few'), loss('many', 'app'), loss('none'), loss('gone'), loss('fresh'), loss('locked')];
  assert.deepEqual(await countLosses(session, losses as never), [
    { display: 'few', how: 'dropped', rows: 3, isEstimate: false },
    { display: 'many', how: 'dropped', rows: 123_456, isEstimate: true },
    { display: 'fresh', how: 'dropped', rows: 10_000, isEstimate: true },
    { display: 'locked', how: 'dropped', rows: undefined, isEstimate: false },
  ]);
  assert.equal(session.sent[0], 'SET row_security = off');
});

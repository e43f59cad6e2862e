import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { CancellationToken, CancellationTokenSource } from 'vscode-languageserver-protocol/node';
import { Turns } from '../../server/src/lsp/turns.js';
import { LspClient } from '../world/lspClient.js';

const BIG = 'migrations/002_big.sql';
const SMALL = 'migrations/001_users.sql';
/** More than fits into many turns: what is asked meanwhile is asked while it is under way. */
const TABLES = Array.from(
  { length: 3000 },
  (_, i) =>
    `CREATE TABLE t${i} (id bigint PRIMARY KEY, mail varchar(40) DEFAULT 'm${i}', parent bigint REFERENCES users);\n`,
).join('');
const FILES = {
  [SMALL]: 'CREATE TABLE users (\n  id bigint PRIMARY KEY\n);\n',
  [BIG]: TABLES,
};

let client: LspClient | undefined;
afterEach(async () => {
  await client?.stop();
  client = undefined;
});

const hover = (uri: string) =>
  client!.connection.sendRequest('textDocument/hover', { textDocument: { uri }, position: { line: 0, character: 3 } });
const pull = (uri: string, token = CancellationToken.None) =>
  client!.connection.sendRequest<{ items: unknown[] }>('textDocument/diagnostic', { textDocument: { uri } }, token);

async function start(): Promise<{ big: string; small: string }> {
  client = await LspClient.start(FILES);
  const small = await client.open(SMALL, FILES[SMALL]);
  const big = await client.open(BIG, FILES[BIG]);
  await pull(small);
  return { big, small };
}

test('a small file is answered for while a large one is analysed', async () => {
  const { big, small } = await start();
  const order: string[] = [];
  const large = pull(big).then((report) => {
    order.push('large');
    assert.ok(report.items.length > 1000, `${report.items.length} findings`);
  });
  for (let n = 1; n <= 3; n++) {
    await hover(small);
    order.push(`small ${n}`);
  }
  await large;
  assert.deepEqual(order, ['small 1', 'small 2', 'small 3', 'large']);
});

test('who asks again after an edit is answered about the new text, and nothing waits for the old one', async () => {
  const { big } = await start();
  const order: string[] = [];
  const old = pull(big).then((report) => order.push(`asked before the edit: ${report.items.length}`));
  await hover(client!.uri(SMALL));
  await client!.change(big, 'DROP TABLE users;\n');
  const fresh = pull(big).then((report) => order.push(`asked after the edit: ${report.items.length}`));
  await Promise.all([old, fresh]);
  const { items } = await pull(big);
  assert.ok(items.length > 0 && items.length < 10, `${items.length} findings`);
  assert.deepEqual([...order].sort(), [
    `asked after the edit: ${items.length}`,
    `asked before the edit: ${items.length}`,
  ]);
});

test('a request that is cancelled half-way ends at once, and the next one gets its answer', async () => {
  const { big, small } = await start();
  const source = new CancellationTokenSource();
  let isOver = false;
  const cancelled = pull(big, source.token).then(
    () => assert.fail('it was answered'),
    (error) => {
      isOver = true;
      assert.match(String(error), /Cancelled/);
    },
  );
  await hover(small);
  assert.equal(isOver, false);
  source.cancel();
  await cancelled;
  assert.ok((await pull(big)).items.length > 1000);
});

test('work that nobody wants any more is not gone on with', async () => {
  let clock = 0;
  const turns = new Turns(() => clock);
  let steps = 0;
  let isWanted = true;
  const work = turns.take(
    (function* () {
      for (;;) {
        steps++;
        clock += 20;
        if (steps === 10) isWanted = false;
        yield undefined;
      }
    })(),
    () => isWanted,
  );
  assert.equal(await work, undefined);
  assert.equal(steps, 10);
});

test('work takes turns, and an error ends only its own', async () => {
  let clock = 0;
  const turns = new Turns(() => clock);
  const order: string[] = [];
  function* work(name: string, length: number, fails = false): Generator<undefined, string, undefined> {
    for (let i = 0; i < length; i++) {
      order.push(name);
      clock += 20;
      yield;
    }
    if (fails) throw new Error(`${name} failed`);
    return name;
  }
  const always = () => true;
  const [long, bad, short] = await Promise.allSettled([
    turns.take(work('long', 4), always),
    turns.take(work('bad', 1, true), always),
    turns.take(work('short', 1), always),
  ]);
  assert.deepEqual(order, ['long', 'bad', 'short', 'long', 'long', 'long']);
  assert.equal(long.status === 'fulfilled' && long.value, 'long');
  assert.match(String(bad.status === 'rejected' && bad.reason), /bad failed/);
  assert.equal(short.status === 'fulfilled' && short.value, 'short');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StatusStore } from '../../client/src/store.js';
import type { StatusResult } from '../../server/src/lsp/protocol.js';
import { folder } from './fake.js';

/** A server whose answers come when the test says so, and a store that notes what it showed. */
function slow() {
  const asked: ((revision: number, database: 'ok' | 'notAsked') => void)[] = [];
  const shown: string[] = [];
  const state = (revision: number, database: 'ok' | 'notAsked'): StatusResult => ({
    revision,
    folders: [
      folder([], { database: { state: database, message: undefined, needsPassword: false, serverVersion: undefined } }),
    ],
    environments: [],
    obvious: undefined,
    problems: [],
  });
  const store = new StatusStore(
    { status: () => new Promise((resolve) => asked.push((revision, database) => resolve(state(revision, database)))) },
    ({ folders }) => shown.push(folders[0]!.database.state),
    (error) => shown.push(String(error)),
  );
  return { store, asked, shown };
}

test('a question that connects is answered late, and holds although a later one was answered before it', async () => {
  const { store, asked, shown } = slow();
  const connecting = store.refresh({ connect: true });
  const quick = store.refresh({ connect: false });
  asked[1]!(1, 'notAsked');
  await quick;
  asked[0]!(2, 'ok');
  await connecting;
  assert.deepEqual(shown, ['notAsked', 'ok']);
  assert.equal(store.status?.revision, 2);
});

test('an older state that arrives late is dropped', async () => {
  const { store, asked, shown } = slow();
  const first = store.refresh({ connect: false });
  const second = store.refresh({ connect: true });
  asked[1]!(2, 'ok');
  await second;
  asked[0]!(1, 'notAsked');
  await first;
  assert.deepEqual(shown, ['ok']);
});

test('a server that was started anew counts anew, and the answers of the one before it are dropped', async () => {
  const { store, asked, shown } = slow();
  const before = store.refresh({ connect: true });
  asked[0]!(7, 'ok');
  await before;
  const late = store.refresh({ connect: false });
  store.restarted();
  const after = store.refresh({ connect: false });
  asked[2]!(1, 'notAsked');
  await after;
  asked[1]!(8, 'ok');
  await late;
  assert.deepEqual(shown, ['ok', 'notAsked']);
});

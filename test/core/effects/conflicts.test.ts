import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import {
  blocks,
  compareModes,
  describeEffect,
  strongerMode,
  strongest,
} from '../../../server/src/core/effects/conflicts.js';
import { LOCK_MODES } from '../../../server/src/core/effects/effect.js';
import { loadParser } from '../../../server/src/core/sql/read.js';
import { effect } from './kit.js';

before(loadParser);

test('SELECT waits for ACCESS EXCLUSIVE only, writers for SHARE and stronger', () => {
  assert.deepEqual(
    LOCK_MODES.filter((mode) => blocks(mode).reads),
    ['ACCESS EXCLUSIVE'],
  );
  assert.deepEqual(
    LOCK_MODES.filter((mode) => blocks(mode).writes),
    ['SHARE', 'SHARE ROW EXCLUSIVE', 'EXCLUSIVE', 'ACCESS EXCLUSIVE'],
  );
  assert.equal(blocks('SHARE UPDATE EXCLUSIVE').ddl, true);
  assert.equal(blocks('ROW EXCLUSIVE').ddl, false);
});

test('modes are ordered from the weakest to the strongest', () => {
  assert.ok(compareModes('ACCESS SHARE', 'SHARE') < 0);
  assert.equal(strongerMode('SHARE', 'ROW EXCLUSIVE'), 'SHARE');
});

const given = `CREATE TABLE logs (at date) PARTITION BY RANGE (at);
  ${[1, 2, 3, 4, 5].map((n) => `CREATE TABLE logs_${n} PARTITION OF logs FOR VALUES FROM ('202${n}-01-01') TO ('202${n}-12-31');`).join('\n')}
  CREATE TABLE users (id int PRIMARY KEY, email text);
  CREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users (id));`;

test('a lock on what others can see counts more than a stronger one on what was made here', () => {
  const { locks } = effect('ALTER TABLE orders DROP CONSTRAINT orders_user_id_fkey', {
    given,
    born: ['public.orders'],
  });
  assert.equal(strongest(locks)?.display, 'users');
});

/** What hover shows. */
const SENTENCES: readonly (readonly [string, readonly string[]])[] = [
  ['ALTER TABLE users ADD COLUMN age int', ['ACCESS EXCLUSIVE on users: blocks reads and writes']],
  [
    'ALTER TABLE users ADD COLUMN key uuid DEFAULT gen_random_uuid()',
    [
      'ACCESS EXCLUSIVE on users: blocks reads and writes',
      'rewrites all of users: the default of key is evaluated for every row: gen_random_uuid() is volatile',
    ],
  ],
  [
    'CREATE INDEX CONCURRENTLY i ON users (email)',
    [
      'SHARE UPDATE EXCLUSIVE on users: reads and writes go on; blocks other schema changes',
      'builds an index on users: reads and writes go on, the table is read twice',
      'cannot run inside a transaction block',
    ],
  ],
  [
    'CREATE INDEX i ON users (email)',
    ['SHARE on users: blocks writes, reads go on', 'builds an index on users: writes wait until it is built'],
  ],
  [
    'ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users NOT VALID',
    [
      'SHARE ROW EXCLUSIVE on orders: blocks writes, reads go on',
      'SHARE ROW EXCLUSIVE on users: blocks writes, reads go on',
    ],
  ],
  [
    'REINDEX INDEX users_pkey',
    [
      'ACCESS EXCLUSIVE on users_pkey: blocks every query that is planned on its table',
      'SHARE on users: blocks writes, reads go on',
      'builds an index on users: users_pkey is built anew',
    ],
  ],
  [
    'ALTER TABLE logs ADD CHECK (at IS NOT NULL)',
    [
      'ACCESS EXCLUSIVE on logs: blocks reads and writes',
      'ACCESS EXCLUSIVE on logs_1, logs_2, logs_3 and 2 more: blocks reads and writes',
      'reads all of logs_1, logs_2, logs_3 and 2 more: every row is checked against the CHECK',
    ],
  ],
  [
    'DELETE FROM users WHERE id = 1',
    [
      'ROW EXCLUSIVE on users: reads and writes go on, except on the rows that it changes',
      'ROW SHARE on orders: reads and writes go on',
      'reads all of orders: once for each changed row, because no index begins with the columns of orders_user_id_fkey',
      'changes rows of users: the rows that WHERE finds are deleted',
    ],
  ],
  ['CREATE TABLE plain (id int)', ['locks no table']],
  [
    'LOCK TABLE users IN SHARE MODE',
    ['SHARE on users: blocks writes, reads go on', 'only makes sense inside a transaction block'],
  ],
  ['REASSIGN OWNED BY a TO b', ['its locks are not known: nothing is claimed']],
];

for (const [sql, sentences] of SENTENCES) {
  test(`in plain words: ${sql}`, () => assert.deepEqual(describeEffect(effect(sql, { given })), sentences));
}

test('a table made in the same migration is said to be nobody else’s', () => {
  const [first] = describeEffect(effect('ALTER TABLE users ADD COLUMN age int', { given, born: ['public.users'] }));
  assert.equal(
    first,
    'ACCESS EXCLUSIVE on users: blocks reads and writes (made in this migration: nobody else sees it)',
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KnownDatabases, markByAddress } from '../../server/src/database/sameServer.js';
import type { ConnectTarget } from '../../server/src/database/target.js';

const target = (host: string, kind: ConnectTarget['kind'] = 'local'): ConnectTarget => ({
  label: host,
  source: 'setting',
  kind,
  host,
  port: 5432,
  database: 'shop',
  user: 'ada',
  password: undefined,
  ssl: 'prefer',
});

test('a second name of a marked server is marked', async () => {
  const production = target('127.0.0.1', 'production');
  assert.equal(await markByAddress(target('localhost'), [production]), production);
  assert.equal(await markByAddress(target('10.0.0.1'), [target('10.0.0.2', 'production')]), undefined);
  assert.equal(await markByAddress(target('localhost'), [{ ...production, port: 5433 }]), undefined);
  assert.equal(await markByAddress(target('localhost'), [{ ...production, database: 'other' }]), undefined);
  // A mark only makes it stricter.
  assert.equal(await markByAddress(target('localhost', 'production'), [target('127.0.0.1', 'local')]), undefined);
  assert.equal(await markByAddress(target('localhost'), [target('no-such-host.invalid', 'production')]), undefined);
});

test('a database that was reached as production is known as that by every other way, as long as it is marked', () => {
  const known = new KnownDatabases();
  const tunnel = { ...target('localhost'), port: 6000 };
  const production = target('db.example.com', 'production');
  known.note('1/2', tunnel);
  assert.equal(known.stricter('1/2', tunnel, [production]), undefined, 'nobody was there yet');
  known.note('1/2', production);
  assert.equal(known.stricter('1/2', tunnel, [production]), production);
  assert.equal(known.stricter('1/3', tunnel, [production]), undefined, 'another database');
  assert.equal(known.stricter('1/2', tunnel, [{ ...production, kind: 'local' }]), undefined, 'the mark was corrected');
  assert.equal(known.stricter('1/2', { ...tunnel, kind: 'production' }, [production]), undefined);
  // The name leads elsewhere since.
  known.note('7/7', production);
  assert.equal(known.stricter('1/2', tunnel, [production]), undefined);
});

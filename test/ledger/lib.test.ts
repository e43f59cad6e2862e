import assert from 'node:assert/strict';
import { test } from 'node:test';
import { golangMigrateLockId } from '../../server/src/tools/golangMigrate/ledger.js';
import type { LedgerState } from '../../server/src/tools/ledger.js';
import { crc32, ownLockId, takeAdvisoryLock } from '../../server/src/tools/lib/lock.js';
import { idsByVersion, unreadable, versionIn } from '../../server/src/tools/lib/state.js';
import { foreignShape, isText, parseTableName, quote, shapeOf } from '../../server/src/tools/lib/table.js';
import { RecordingSession, serverError, tableAnswers } from '../world/recordingSession.js';
import { listed } from './kit.js';

test('check sums and keys are those of the tools', () => {
  // The check value of CRC-32/ISO-HDLC in the catalogue of CRC algorithms.
  assert.equal(crc32('123456789'), 0xcbf43926);
  assert.equal(crc32(''), 0);
  // Bytes of UTF-8, not UTF-16 units.
  assert.equal(crc32('é'), 0x0e048d3e);
  assert.equal(BigInt(ownLockId('a', 'b')) >> 32n, 0x4c4f434bn);
  assert.notEqual(ownLockId('a', 'b'), ownLockId('ab', ''));
  // As Go computes it: uint32 arithmetic that wraps.
  assert.equal(golangMigrateLockId('public', 'schema_migrations', 'shop'), '3689236698');
});

test('a lock that is held is asked for again until it is free, never waited for inside the server', async () => {
  let asked = 0;
  const session = new RecordingSession([[/pg_try_advisory_lock/, () => [{ taken: ++asked === 3 }]]]);
  await takeAdvisoryLock(session, '7', 5000);
  assert.deepEqual(
    new Set(session.sent),
    new Set(['SELECT pg_catalog.pg_try_advisory_lock($1::bigint) AS taken <- ["7"]']),
  );
  assert.equal(asked, 3);
});

test('who holds the lock is told when the time is over', async () => {
  const patient = new RecordingSession([[/pg_try_advisory_lock/, [{ taken: false }]]]);
  const began = Date.now();
  await assert.rejects(takeAdvisoryLock(patient, '7', 250), /Waited 0\.25 s/);
  const waited = Date.now() - began;
  // Asked again after a tenth of a second at the most, and a last time when the time is over.
  assert.ok(waited >= 250, `${waited} ms`);
  const asked = patient.sent.filter((line) => line.includes('try_advisory')).length;
  assert.ok(asked >= 2 && asked <= 8, `asked ${asked} times`);
  for (const [holder, said] of [
    [[{ pid: 42, name: 'migrate' }], / \(process 42, migrate\)\. Waited 0 s; try again/],
    [[{ pid: 42, name: '' }], / \(process 42\)\. Waited/],
    [[], /holds the lock of this database\. Waited/],
  ] as const) {
    const session = new RecordingSession([
      [/pg_try_advisory_lock/, [{ taken: false }]],
      [/pg_locks/, holder],
    ]);
    await assert.rejects(takeAdvisoryLock(session, '7', 0), said);
    assert.match(session.sent.at(-1)!, /<- \["7"\]$/);
  }
});

test('names of tables are read as SQL reads them', () => {
  assert.deepEqual(parseTableName(' done '), { schema: undefined, name: 'done' });
  assert.deepEqual(parseTableName('app.done'), { schema: 'app', name: 'done' });
  assert.deepEqual(parseTableName('"My.App"."a""b"'), { schema: 'My.App', name: 'a"b' });
  assert.deepEqual(parseTableName('with space'), { schema: undefined, name: 'with space' });
  for (const bad of ['', 'a.b.c', '.a', 'a.', '"open', 'a"b', 'a\0b', '"a"b'])
    assert.throws(() => parseTableName(bad), /which is no name of a table/, JSON.stringify(bad));
  for (const bad of ['pg_temp.x', 'pg_catalog.x', 'information_schema.x'])
    assert.throws(() => parseTableName(bad), /nothing stays there/, bad);
  assert.deepEqual(parseTableName('my_pg_x.x'), { schema: 'my_pg_x', name: 'x' });
  assert.deepEqual(parseTableName('information_schemas.x'), { schema: 'information_schemas', name: 'x' });
  assert.equal(quote('a"b'), '"a""b"');
});

test('a table is looked for where its name says, and will be made there', async () => {
  const missing = new RecordingSession(tableAnswers());
  assert.deepEqual(await shapeOf(missing, { schema: undefined, name: 'x' }), {
    schema: 'public',
    name: 'x',
    sql: '"public"."x"',
    exists: false,
    isTable: true,
    columns: [],
  });
  assert.match(missing.sent[0]!, / <- \["\\"x\\""\]$/);
  const named = new RecordingSession(tableAnswers());
  assert.equal((await shapeOf(named, { schema: 'App', name: 'x' })).sql, '"App"."x"');
  assert.match(named.sent[0]!, / <- \["\\"App\\"\.\\"x\\""\]$/);
  assert.equal(named.sent.length, 1);
  const nowhere = new RecordingSession([[/current_schema/, [{ schema: null }]]]);
  await assert.rejects(shapeOf(nowhere, { schema: undefined, name: 'x' }), /names no schema that exists/);
  const found = await shapeOf(new RecordingSession(tableAnswers('version text!', 'b integer')), {
    schema: undefined,
    name: 'x',
  });
  const of = new RecordingSession(tableAnswers('version text!'));
  await shapeOf(of, { schema: undefined, name: 'x' });
  assert.match(of.sent.at(-1)!, /attrelid = \$1::oid .* <- \["16400"\]$/);
  assert.deepEqual(
    [found.exists, found.isTable, found.columns],
    [
      true,
      true,
      [
        { name: 'version', type: 'text', demanded: true },
        { name: 'b', type: 'integer', demanded: false },
      ],
    ],
  );
});

test('a table without columns is described as that', async () => {
  const shape = await shapeOf(new RecordingSession([[/attrelid/, []], ...tableAnswers('x text')]), {
    schema: undefined,
    name: 'x',
  });
  assert.match(foreignShape(shape, 'A', 'b'), /^public\.x has the columns \(no columns\), but A keeps \(b\)\. It may/);
});

test('text is text of any length', () => {
  const column = (type: string) => ({ name: 'version', type, demanded: true });
  for (const type of ['text', 'character varying', 'character varying(50)']) assert.ok(isText(column(type)), type);
  for (const type of ['bigint', 'character(5)', 'text[]', 'my text']) assert.ok(!isText(column(type)), type);
  assert.ok(!isText(undefined));
});

test('a refusal to read becomes a sentence; other errors stay errors', async () => {
  const failing = (error: Error) => unreadable('app.done', () => Promise.reject(error));
  const problem = async (error: Error): Promise<LedgerState['problem']> => {
    const { exists, entries, problem } = await failing(error);
    assert.deepEqual([exists, entries], [true, []]);
    return problem;
  };
  assert.match((await problem(serverError('42501', 'no')))!, /^This user may not read all of app\.done\./);
  assert.match(
    (await problem(serverError('55P03', 'no')))!,
    /^app\.done could not be read: another session holds a lock/,
  );
  const wrapped = Object.assign(new Error('no'), { fields: { code: '42501' } });
  assert.match((await problem(wrapped))!, /^This user may not read/);
  await assert.rejects(failing(serverError('42P01', 'gone')), /gone/);
  await assert.rejects(failing(new Error('without a code')), /without a code/);
  for (const strange of [undefined, null, 'text'])
    await assert.rejects(failing(strange as never), (error) => error === strange);
  const nullRow = await unreadable('app.done', async () => {
    versionIn({ version: null });
    return assert.fail('it has a version');
  });
  assert.deepEqual([nullRow.exists, nullRow.entries], [true, []]);
  assert.match(nullRow.problem!, /^app\.done has a row without a version \(NULL\)/);
  assert.equal(versionIn({ version: 7 }), '7');
  assert.equal(versionIn({ version: '' }), '');
});

test('of two files with one version the first is meant', () => {
  const set = listed('plain', ['001_a.sql', '001_b.sql', '002_c.sql']);
  const ids = idsByVersion(set);
  assert.deepEqual([...ids.keys()], ['001', '002']);
  assert.equal(ids.get('001'), set.migrations.find((m) => m.name === 'a')?.id);
});

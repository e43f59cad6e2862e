import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wholeHalf } from '../../../server/src/core/migrations/halves.js';
import { statusOf } from '../../../server/src/core/migrations/status.js';
import { demandLinear } from '../../world/cost.js';
import { buildSet, toolNamed } from '../../world/sets.js';
import { listed } from './corpus.js';

const ALL = { time: true, duration: true, checksum: true };
const TEXT = 'CREATE TABLE t ();\n';
const files = (...paths: string[]) => listed(Object.fromEntries(paths.map((p) => [p, TEXT])));
const file = (text: string) => ({ uri: 'file:///ws/a.sql', path: 'a.sql', text });
const checksum = (text: string) =>
  toolNamed('plain').checksum({
    id: '1',
    version: '1',
    name: '',
    up: wholeHalf(file(text), 'auto'),
    down: undefined,
  })!;
const row = (version: string, more: object = {}) => ({
  version,
  name: undefined,
  appliedAt: '2026-01-02T03:04:05Z',
  executionMs: 3,
  checksum: undefined,
  failed: false,
  ...more,
});
const status = (paths: string[], rows: ReturnType<typeof row>[], tool: string = 'plain') => {
  const layout = tool === 'golang-migrate' ? 'updown' : 'suffix-dot-down';
  const set = buildSet({ folder: 'file:///ws', layout, tool, files: files(...paths) });
  const idOf = (r: ReturnType<typeof row>) => {
    const same = set.migrations.filter((m) => m.version === r.version);
    return (same.find((m) => m.name === r.name) ?? same[0])?.id;
  };
  return statusOf(set, { exists: true, entries: rows.map((r) => ({ ...r, id: idOf(r) })) }, ALL);
};
const states = (s: ReturnType<typeof status>) => s.map((m) => `${m.version} ${m.state}`);

test('line endings and a byte order mark do not change the checksum, a blank does', () => {
  assert.equal(checksum('\uFEFFa\r\nb\r'), checksum('a\nb\n'));
  assert.notEqual(checksum('a \n'), checksum('a\n'));
});

test('applied, pending and missing stand in the order of their versions', () => {
  const s = status(
    ['001_a.sql', '003_c.sql', '004_d.sql'],
    [row('001'), row('002', { name: 'gone' }), row('003', { checksum: checksum(TEXT).toUpperCase() })],
  );
  assert.deepEqual(states(s), ['001 applied', '002 missing', '003 applied', '004 pending']);
  assert.match(s[1]!.note!, /not in this folder.*branch/);
  assert.equal(s[1]!.name, 'gone');
  assert.equal(s[3]!.note, undefined);
});

test('files that came and went since the ledger was read are judged as what they are now', () => {
  const set = buildSet({
    folder: 'file:///ws',
    layout: 'suffix-dot-down',
    tool: 'plain',
    files: files('001_a.sql', '003_c.sql'),
  });
  const entries = [
    { ...row('001'), id: '001' },
    // Its file has gone, and the file of the other has come.
    { ...row('002'), id: '002' },
    { ...row('003'), id: undefined },
  ];
  assert.deepEqual(states(statusOf(set, { exists: true, entries }, ALL)), [
    '001 applied',
    '002 missing',
    '003 applied',
  ]);
});

test('a text that differs from the ledger is modified, with what to do', () => {
  const s = status(['001_a.sql'], [row('001', { checksum: checksum('other') })]);
  assert.deepEqual(states(s), ['001 modified']);
  assert.match(s[0]!.note!, /2026-01-02.*new migration/);
});

test('a file below the last applied one is out of order, and a dirty row is failed', () => {
  assert.deepEqual(states(status(['001_a.sql', '002_b.sql', '003_c.sql'], [row('001'), row('003')])), [
    '001 applied',
    '002 outOfOrder',
    '003 applied',
  ]);
  const dirty = status(['1_a.up.sql'], [row('1', { failed: true })], 'golang-migrate');
  assert.deepEqual(states(dirty), ['1 failed']);
  assert.match(dirty[0]!.note!, /migrate force 1/);
});

test('of two migrations with one version the ledger means the one it names', () => {
  const s = status(['001_a.sql', '001_b.sql'], [row('001', { name: 'b' })]);
  assert.deepEqual(
    s.map((m) => [m.name, m.state]),
    [
      ['a', 'outOfOrder'],
      ['b', 'applied'],
    ],
  );
});

test('without a ledger everything is pending', () => {
  assert.deepEqual(states(status(['001_a.sql', '002_b.sql'], [])), ['001 pending', '002 pending']);
});

test('a ledger with very many rows that no file is left of is read in linear time, in order', () => {
  const rows = Array.from({ length: 100_000 }, (_, i) => row(String(100_000 - i)));
  const files = ['50000_a.sql', '50001_b.sql', '200000_c.sql'];
  demandLinear('rows', 25_000, (size) => () => void status(files, rows.slice(0, size)));
  const s = status(files, rows);
  assert.deepEqual(states(s).slice(49_998, 50_002), [
    '49999 missing',
    '50000 applied',
    '50001 applied',
    '50002 missing',
  ]);
  assert.equal(s.at(-1)?.state, 'pending');
  assert.equal(s.length, 100_001);
});

test('a half-run migration is failed, pending or applied as before, and its mark stands for nothing else', () => {
  const paths = ['1_a.up.sql', '1_a.down.sql', '2_b.up.sql', '2_b.down.sql', '3_c.up.sql'];
  const set = buildSet({ folder: 'file:///ws', layout: 'updown', tool: 'golang-migrate', files: files(...paths) });
  const at = (halfRun: { id: string; direction: 'up' | 'down'; done: number }, ...rows: ReturnType<typeof row>[]) =>
    statusOf(set, { exists: true, entries: rows.map((r) => ({ ...r, id: r.version })), halfRun }, ALL).map(
      (s) => `${s.version} ${s.state}${s.entry ? ' recorded' : ''}${s.halfRun ? ` half ${s.halfRun}` : ''}`,
    );
  assert.deepEqual(at({ id: '2', direction: 'up', done: 1 }, row('1'), row('2', { failed: true })), [
    '1 applied recorded',
    '2 failed half up',
    '3 pending',
  ]);
  // The mark of a rollback stands at the version before it.
  assert.deepEqual(at({ id: '2', direction: 'down', done: 0 }, row('1', { failed: true })), [
    '1 applied recorded',
    '2 failed recorded half down',
    '3 pending',
  ]);
  assert.deepEqual(
    at({ id: '1', direction: 'down', done: 0 }, { ...row('-1', { failed: true }), id: undefined } as never),
    ['1 failed recorded half down', '2 pending', '3 pending'],
  );
});

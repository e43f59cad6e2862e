import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sqlxLockId } from '../../server/src/tools/sqlx/ledger.js';
import { buildSet, toolNamed } from '../world/sets.js';

const sqlx = toolNamed('sqlx');

const checksum = (text: string) => {
  const file = { uri: 'file:///w/m/1_a.up.sql', path: '1_a.up.sql', text };
  const set = buildSet({ folder: 'file:///w/m', layout: 'updown', tool: 'sqlx', files: [file] });
  return sqlx.checksum(set.migrations[0]!);
};

test('every byte of the up file counts: line ends and a byte order mark too', () => {
  // printf 'CREATE TABLE t (id int);\n' | sha384sum
  const sum = 'e1cc0b49a7d453bb345d9fc52670c0bfd4a694b2befb7061a9bad55916701e1ef4ddd22ee7cb1c80b4317a1b5780422c';
  assert.equal(checksum('CREATE TABLE t (id int);\n'), sum);
  const others = ['CREATE TABLE t (id int);\r\n', '\uFEFFCREATE TABLE t (id int);\n', 'CREATE TABLE t (id int);'];
  for (const text of others) assert.notEqual(checksum(text), sum, JSON.stringify(text));
});

// zlib.crc32(b'postgres') * 0x3d32ad9e in Python.
test('its lock is the one of sqlx for a database of that name', () => {
  assert.equal(sqlxLockId('postgres'), '368907709894077238');
});

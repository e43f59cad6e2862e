import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { classifyTypeChange, type TypeChangeOptions } from '../../../server/src/core/effects/typeChange.js';
import { loadParser, readScript } from '../../../server/src/core/sql/read.js';
import { typeRef } from '../../../server/src/core/sql/types.js';
import { catalogOf } from './kit.js';

before(loadParser);

const TYPES = `CREATE DOMAIN plainint AS integer; CREATE DOMAIN posint AS integer CHECK (VALUE > 0);
  CREATE DOMAIN code AS varchar(10); CREATE TYPE mood AS ENUM ('sad', 'ok');`;

function type(sql: string) {
  const node = readScript(`SELECT NULL::${sql}`).statements[0]?.node as never as {
    SelectStmt: { targetList: { ResTarget: { val: { TypeCast: { typeName: unknown } } } }[] };
  };
  return typeRef(node.SelectStmt.targetList[0]?.ResTarget.val.TypeCast.typeName);
}

function change(from: string, to: string, options: TypeChangeOptions = {}) {
  const catalog = catalogOf(TYPES);
  return classifyTypeChange(type(from), type(to), { type: (t) => catalog.type(t.schema, t.name), ...options });
}

function verdict(from: string, to: string, options?: TypeChangeOptions): string {
  const { rewrite, rebuildsIndexes } = change(from, to, options);
  return rewrite ? 'rewrite' : rebuildsIndexes ? 'indexes' : 'free';
}

const FREE: readonly (readonly [string, string])[] = [
  ['varchar(10)', 'varchar(20)'],
  ['varchar(10)', 'varchar'],
  ['varchar(10)', 'text'],
  ['text', 'varchar'],
  ['char(10)', 'bpchar'],
  ['numeric(10,2)', 'numeric(12,2)'],
  ['numeric(10)', 'numeric(12,0)'],
  ['numeric(10,2)', 'numeric'],
  ['timestamp(3)', 'timestamp(6)'],
  ['timestamp', 'timestamp(6)'],
  ['interval(3)', 'interval'],
  ['interval year to month', 'interval'],
  ['interval year to month', 'interval(3)'],
  ['cidr', 'inet'],
  ['oid', 'regclass'],
  ['varbit(10)', 'varbit(20)'],
  ['varchar(10)[]', 'varchar[]'],
  ['int', 'plainint'],
  ['posint', 'int'],
  ['varchar(10)', 'code'],
  ['code', 'text'],
];

for (const [from, to] of FREE) {
  test(`${from} to ${to} changes the catalog only`, () => assert.equal(verdict(from, to), 'free'));
}

const REWRITES: readonly (readonly [string, string])[] = [
  ['varchar(20)', 'varchar(10)'],
  ['varchar', 'varchar(100)'],
  ['text', 'varchar(20)'],
  ['char(10)', 'char(20)'],
  ['char(10)', 'text'],
  ['int', 'bigint'],
  ['bigint', 'int'],
  ['int', 'numeric'],
  ['numeric(10,2)', 'numeric(12,4)'],
  ['numeric(10,2)', 'numeric(8,2)'],
  ['numeric', 'numeric(10,2)'],
  ['timestamp', 'timestamptz'],
  ['timestamp', 'timestamp(3)'],
  ['interval', 'interval(3)'],
  ['interval', 'interval year to month'],
  ['interval(2)', 'interval month'],
  ['inet', 'cidr'],
  ['json', 'jsonb'],
  ['text', 'mood'],
  ['mood', 'text'],
  ['int', 'posint'],
  ['plainint', 'posint'],
  ['varchar(10)[]', 'varchar(20)[]'],
  ['varchar[]', 'text[]'],
  ['bit(10)', 'varbit(20)'],
  ['code', 'varchar(10)'],
];

for (const [from, to] of REWRITES) {
  test(`${from} to ${to} rewrites the table`, () => assert.equal(verdict(from, to), 'rewrite'));
}

test('timestamp to timestamptz keeps the rows while TimeZone is UTC, but not the order of indexes', () => {
  for (const timeZone of ['UTC', 'Etc/UTC', 'GMT'])
    assert.equal(verdict('timestamp', 'timestamptz', { timeZone }), 'indexes');
  for (const timeZone of ['Europe/London', 'America/New_York']) {
    assert.equal(verdict('timestamp', 'timestamptz', { timeZone }), 'rewrite');
  }
  assert.equal(verdict('timestamp', 'timestamptz(3)', { timeZone: 'UTC' }), 'rewrite');
});

test('a relabelling to another operator class rebuilds the indexes on the column', () => {
  assert.equal(verdict('text', 'citext'), 'indexes');
  assert.equal(verdict('int', 'oid'), 'indexes');
  assert.equal(verdict('text', 'text', { newCollation: true }), 'indexes');
});

test('USING with an expression rewrites even when the type stays', () => {
  assert.equal(verdict('text', 'text', { using: 'other' }), 'rewrite');
  assert.equal(verdict('varchar(10)', 'varchar(20)', { using: 'cast' }), 'free');
});

test('it says what can happen to the values', () => {
  const loses = (from: string, to: string, options?: TypeChangeOptions) => change(from, to, options).mayLose;
  assert.equal(loses('int', 'bigint'), undefined);
  assert.equal(loses('bigint', 'int'), 'fails');
  assert.equal(loses('text', 'varchar(20)'), 'fails');
  assert.equal(loses('text', 'varchar(20)', { using: 'cast' }), 'data');
  assert.equal(loses('varchar(10)', 'text'), undefined);
  assert.equal(loses('char(5)', 'varchar(10)'), undefined);
  assert.equal(loses('numeric(10,4)', 'numeric(10,2)'), 'precision');
  assert.equal(loses('numeric(10,2)', 'numeric(8,2)'), 'fails');
  assert.equal(loses('numeric(10,2)', 'int'), 'precision');
  assert.equal(loses('double precision', 'real'), 'precision');
  assert.equal(loses('int', 'double precision'), undefined);
  assert.equal(loses('bigint', 'double precision'), 'precision');
  assert.equal(loses('timestamptz', 'date'), 'data');
  assert.equal(loses('text', 'int'), 'fails');
  assert.equal(loses('text', 'mood'), 'fails');
  assert.equal(loses('uuid', 'text'), undefined);
});

test('the reason names the types as one writes them', () => {
  assert.equal(change('int', 'bigint').reason, 'integer and bigint are stored in different ways');
  assert.equal(change('text', 'varchar(20)').reason, 'every value has to be fitted into varchar(20)');
});

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { ColumnDef } from '@pgsql/types';
import fc from 'fast-check';
import { loadParser, parsesCleanly, readScript } from '../../../server/src/core/sql/read.js';
import { nameList, qualifiedName, rangeVar } from '../../../server/src/core/sql/tree.js';
import { isSerial, typeName, typeRef } from '../../../server/src/core/sql/types.js';
import * as write from '../../../server/src/core/sql/write.js';

before(loadParser);

/** Names that break a careless writer. PostgreSQL allows all but the empty one and the zero byte. */
const nasty = fc.oneof(
  fc.constantFrom(
    'order',
    'user',
    'select',
    'notnull',
    'Order',
    'a b',
    'a"b',
    '"',
    "'",
    'a.b',
    'é',
    '1a',
    '$a',
    'a$',
    ';',
    '--',
    '/*',
    '\\',
    '${x}',
    ':v',
    'lockstep_part_0_',
  ),
  fc.string({ minLength: 1, maxLength: 20 }).filter((name) => !name.includes('\0')),
);
const object = fc.record({ schema: fc.option(nasty, { nil: undefined }), name: nasty });

const only = (sql: string) => {
  assert.ok(parsesCleanly(sql), sql);
  const [statement, more] = readScript(sql).statements;
  assert.ok(statement && !more, sql);
  return statement;
};

test('any name survives quoting', () => {
  fc.assert(
    fc.property(object, (name) => {
      const { node } = only(`DROP TABLE ${write.qualified(name.schema, name.name)}`);
      assert.ok('DropStmt' in node);
      const [found] = node.DropStmt.objects!;
      assert.ok(found && 'List' in found);
      assert.deepEqual(nameList(found.List.items), name.schema === undefined ? [name.name] : [name.schema, name.name]);
    }),
  );
});

test('any text survives as a literal', () => {
  fc.assert(
    fc.property(
      fc.string().filter((text) => !text.includes('\0')),
      (text) => {
        const json = JSON.stringify(only(`SELECT ${write.quoteLiteral(text)}`).node);
        assert.ok(json.includes(JSON.stringify({ sval: text }).slice(1, -1)) || text === '', json);
      },
    ),
  );
});

test('plain names stay bare, reserved words and capitals are quoted', () => {
  assert.deepEqual(['users', 'name', 'user', 'Users', 'order', 'a1$'].map(write.quoteIdent), [
    'users',
    'name',
    '"user"',
    '"Users"',
    '"order"',
    'a1$',
  ]);
});

test('every builder writes SQL that PostgreSQL reads, whatever the names', () => {
  fc.assert(
    fc.property(object, nasty, nasty, (table, a, b) => {
      const kinds = [
        [write.drop('table', table, { ifExists: true }), 'DropStmt'],
        [write.drop('index', table, { concurrently: true, ifExists: true }), 'DropStmt'],
        [write.addColumn(table, { name: a, type: 'varchar(10)[]' }), 'AlterTableStmt'],
        [write.dropColumn(table, a), 'AlterTableStmt'],
        [write.dropConstraint(table, a), 'AlterTableStmt'],
        [write.setNotNull(table, a), 'AlterTableStmt'],
        [write.dropNotNull(table, a), 'AlterTableStmt'],
        [write.setDefault(table, a, "now() AT TIME ZONE 'utc'"), 'AlterTableStmt'],
        [write.dropDefault(table, a), 'AlterTableStmt'],
        [write.addCheckNotValid(table, a, `${write.quoteIdent(b)} IS NOT NULL`), 'AlterTableStmt'],
        [write.validateConstraint(table, a), 'AlterTableStmt'],
        [write.addConstraintUsingIndex(table, a, 'PRIMARY KEY', b), 'AlterTableStmt'],
        [write.createIndex({ name: a, table, keys: [a, b], unique: true, concurrently: true }), 'IndexStmt'],
      ] as const;
      for (const [sql, kind] of kinds) assert.equal(only(sql).kind, kind, sql);
    }),
    { numRuns: 60 },
  );
});

test('generated statements read well', () => {
  const t = { schema: 'app', name: 'users' };
  assert.equal(
    write.addColumn(t, { name: 'age', type: 'numeric(3, 0)' }),
    'ALTER TABLE app.users ADD COLUMN age numeric(3, 0)',
  );
  assert.equal(
    write.drop('index', { name: 'i' }, { concurrently: true, ifExists: true }),
    'DROP INDEX CONCURRENTLY IF EXISTS i',
  );
  assert.equal(
    write.createIndex({ name: 'i', table: t, keys: ['a'], concurrently: true }),
    'CREATE INDEX CONCURRENTLY i ON app.users (a)',
  );
});

function columnsOf(sql: string) {
  const statement = only(sql);
  assert.ok('CreateStmt' in statement.node);
  const columns = statement.node.CreateStmt.tableElts!.map(
    (element) => (element as { ColumnDef: ColumnDef }).ColumnDef,
  );
  return { statement, columns };
}

test('types are normalised and written again in readable form', () => {
  const cases = [
    ['int', 'integer'],
    ['INTEGER', 'integer'],
    ['int8[]', 'bigint[]'],
    ['pg_catalog.int4', 'integer'],
    ['character varying(10)', 'varchar(10)'],
    ['char(3)', 'char(3)'],
    ['decimal(10, 2)', 'numeric(10, 2)'],
    ['numeric(10, 0)', 'numeric(10, 0)'],
    ['timestamp(3) with time zone', 'timestamptz(3)'],
    ['timestamp', 'timestamp'],
    ['double precision', 'double precision'],
    ['interval day to second(3)', 'interval day to second(3)'],
    ['"char"', '"char"'],
    ['app."Mood"[][]', 'app."Mood"[][]'],
    ['bigserial', 'bigint'],
    ['bit(4)', 'bit(4)'],
  ] as const;
  for (const [written, expected] of cases) {
    const type = typeRef(columnsOf(`CREATE TABLE t (c ${written})`).columns[0]!.typeName);
    assert.equal(typeName(type), expected, written);
    assert.deepEqual(typeRef(columnsOf(`CREATE TABLE t (c ${typeName(type)})`).columns[0]!.typeName), type, written);
  }
  const [serial, integer] = columnsOf('CREATE TABLE t (a serial, b int)').columns;
  assert.deepEqual([isSerial(serial!.typeName), isSerial(integer!.typeName)], [true, false]);
});

test('relations and dotted names are taken apart', () => {
  assert.deepEqual(rangeVar({ RangeVar: { schemaname: 'a', relname: 'b' } }), { schema: 'a', name: 'b' });
  assert.deepEqual(rangeVar({ relname: 'b' }), { name: 'b' });
  assert.deepEqual(qualifiedName(nameList([{ String: { sval: 'a' } }, { String: { sval: 'b' } }])), {
    schema: 'a',
    name: 'b',
  });
});

test('expressions and types are given as they were written', () => {
  const expressions = [
    '(1 + 2) * 3',
    "'é' || 'x'",
    'now()',
    'b IS NOT NULL AND (length(b[1]) > 3)',
    'f IN (1, 2)',
    'CASE WHEN true THEN 1 ELSE 2 END',
    '-1::text',
    "interval '1 day'",
    "array['a',$$b$$]",
    'NOT a',
  ];
  for (const expression of expressions) {
    const { statement, columns } = columnsOf(`CREATE TABLE t (b varchar(10)[] CHECK (${expression}), é int)`);
    const [check] = columns[0]!.constraints!;
    assert.ok(check && 'Constraint' in check);
    const found = write.sqlOf(statement, check.Constraint.raw_expr);
    // Parentheses around all of it belong to the CHECK.
    assert.equal(found, expression);
    assert.equal(write.sqlOf(statement, columns[0]!.typeName), 'varchar(10)[]');
  }
});

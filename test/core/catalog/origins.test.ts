import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import fc from 'fast-check';
import { replaySteps } from '../../../server/src/core/analysis.js';
import type { Origin, Relation } from '../../../server/src/core/catalog/catalog.js';
import { emptyCatalog } from '../../../server/src/core/catalog/empty.js';
import { loadParser, readScript } from '../../../server/src/core/sql/read.js';
import { endOfElement } from '../../../server/src/core/sql/skip.js';
import { finish } from '../../../server/src/core/steps.js';

before(loadParser);

const WHERE = { uri: 'file:///a.sql', half: 'file:///a.sql', migration: '1' };

/** The text that an origin points at. */
function world(sql: string): { table: (name: string) => Relation; text: (origin: Origin | undefined) => string } {
  const catalog = finish(replaySteps(readScript(sql), emptyCatalog(), WHERE));
  return {
    table: (name) => catalog.relation(undefined, name)!,
    text: (origin) => sql.slice(origin!.span.start, origin!.span.end),
  };
}

const columnsOf = (sql: string, name = 't') => {
  const { table, text } = world(sql);
  return Object.fromEntries([...table(name).columns.values()].map((c) => [c.name, text(c.origin)]));
};

test('a column of CREATE TABLE comes from its definition, the table from the statement', () => {
  const sql = `-- größer
CREATE TABLE t (
  id bigserial PRIMARY KEY, -- the key, of course
  mail varchar(40) DEFAULT 'a,b)', /* , */
  "groß, klein" numeric(10, 2) DEFAULT (1 + 2) NOT NULL
  -- the last
);
`;
  assert.deepEqual(columnsOf(sql), {
    id: 'id bigserial PRIMARY KEY',
    mail: "mail varchar(40) DEFAULT 'a,b)'",
    'groß, klein': '"groß, klein" numeric(10, 2) DEFAULT (1 + 2) NOT NULL',
  });
  const { table, text } = world(sql);
  assert.match(text(table('t').origin), /^CREATE TABLE t [\s\S]*\)$/);
});

test('a column of ADD COLUMN comes from its part of the statement', () => {
  const sql = "CREATE TABLE t ();\nALTER TABLE t ADD COLUMN a text DEFAULT E'it\\'s, so', ADD b int[] NOT NULL;\n";
  assert.deepEqual(columnsOf(sql), { a: "a text DEFAULT E'it\\'s, so'", b: 'b int[] NOT NULL' });
});

test('a constraint comes from where it is written: on a column, in the table, added later', () => {
  const { table, text } = world(`CREATE TABLE t (
  id int CONSTRAINT key PRIMARY KEY CHECK (id > 0) NOT NULL,
  parent int REFERENCES t (id) ON DELETE CASCADE DEFERRABLE DEFAULT 1,
  CONSTRAINT pair UNIQUE (id, parent),
  CHECK (parent <> id)
);
ALTER TABLE t ADD CONSTRAINT later CHECK (parent > 0) NOT VALID, ALTER id DROP DEFAULT;
`);
  const places = Object.fromEntries([...table('t').constraints.values()].map((c) => [c.name, text(c.origin)]));
  assert.deepEqual(places, {
    key: 'CONSTRAINT key PRIMARY KEY',
    pair: 'CONSTRAINT pair UNIQUE (id, parent)',
    t_id_check: 'CHECK (id > 0)',
    t_parent_fkey: 'REFERENCES t (id) ON DELETE CASCADE',
    t_check: 'CHECK (parent <> id)',
    later: 'CONSTRAINT later CHECK (parent > 0) NOT VALID',
  });
});

test('a type that was changed comes from there, the column still from where it was added', () => {
  const { table, text } = world(`CREATE TABLE t (mail varchar(10));
ALTER TABLE t ALTER mail TYPE varchar(20) USING mail::text, ADD x int;
CREATE TABLE copy (LIKE t);
`);
  const mail = table('t').columns.get('mail');
  assert.equal(text(mail?.typeOrigin), 'mail TYPE varchar(20) USING mail::text');
  assert.equal(text(mail?.origin), 'mail varchar(10)');
  assert.equal(table('copy').columns.get('mail')?.typeOrigin, undefined);
});

test('inside DO the whole block is the place', () => {
  const sql = 'CREATE TABLE t ();\nDO $$ BEGIN ALTER TABLE t ADD COLUMN a int, ADD b int; END $$;\n';
  for (const place of Object.values(columnsOf(sql))) assert.match(place, /^DO \$\$.*\$\$$/);
});

test('an element ends before its comma or parenthesis, whatever stands in it', () => {
  const piece = fc.constantFrom(
    'int',
    "'a,)'",
    "E'\\','",
    '"x,y"',
    '(1, (2))',
    '$$,)$$',
    'a[1, 2]',
    '-- ,)\n',
    '/* ) */',
    '::',
  );
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1 }), fc.constantFrom(', x int)', ')', ''), (pieces, rest) => {
      const text = `x ${pieces.join(' ')} end`;
      assert.equal(endOfElement(`${text} /* , */ ${rest}`, 0), text.length);
    }),
  );
});

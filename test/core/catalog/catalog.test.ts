import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { emptyCatalog } from '../../../server/src/core/catalog/empty.js';
import { loadParser } from '../../../server/src/core/sql/read.js';
import { after, column, columns, keys, relation } from './replay.js';

before(loadParser);

test('a table has its columns in order, with type, nullability and default as written', () => {
  const c = after(
    `CREATE TABLE t (id bigint PRIMARY KEY, name varchar(10) NOT NULL DEFAULT 'a, b', tags text[] DEFAULT '{}'::text[] , n numeric(8,2) DEFAULT round(1.5, 1) CHECK (n > 0))`,
  );
  assert.deepEqual(columns(c, 't'), [
    'id bigint not null',
    "name varchar(10) not null default 'a, b'",
    "tags text[] default '{}'::text[]",
    'n numeric(8, 2) default round(1.5, 1)',
  ]);
});

test('what no migration made is unknown', () => {
  const c = after('ALTER TABLE elsewhere ADD x int; DROP TABLE other; CREATE INDEX ON elsewhere (x);');
  assert.equal(c.relation(undefined, 'elsewhere'), undefined);
  assert.deepEqual([...c.relations()], []);
});

test('origins name the file and the clause', () => {
  const sql = 'CREATE TABLE t (id int);\nALTER TABLE t ADD late text;';
  const { origin } = column(after(sql), 't', 'late');
  assert.equal(origin.uri, 'file:///1.sql');
  assert.equal(sql.slice(origin.span.start, origin.span.end), 'late text');
});

test('a dropped table is gone, with what hangs on it, and where it went is known', () => {
  const made = after('CREATE TABLE t (id serial PRIMARY KEY); CREATE INDEX i ON t (id);');
  assert.deepEqual(keys(made.ownedSequences('public.t')), ['public.t_id_seq']);
  const c = after('DROP TABLE t', made, 'file:///2.sql');
  assert.deepEqual(
    [c.relation(undefined, 't'), c.relation(undefined, 't_id_seq'), c.index(undefined, 'i')],
    [undefined, undefined, undefined],
  );
  assert.equal(c.dropped('public.t')?.uri, 'file:///2.sql');
  assert.equal(after('CREATE TABLE t ()', c).dropped('public.t'), undefined);
});

test('foreign keys know their target, and the target knows them', () => {
  const c = after(
    'CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (a_id int, CONSTRAINT fk FOREIGN KEY (a_id) REFERENCES a ON DELETE CASCADE NOT VALID);',
  );
  const fk = relation(c, 'b').constraints.get('fk');
  assert.deepEqual(fk?.references, { relation: 'public.a', columns: ['id'] });
  assert.deepEqual([fk?.onDelete, fk?.validated], ['cascade', false]);
  assert.deepEqual(
    c.referencing('public.a').map((r) => [r.relation.key, r.constraint.name]),
    [['public.b', 'fk']],
  );
  assert.equal(after('ALTER TABLE b VALIDATE CONSTRAINT fk', c).referencing('public.a')[0]?.constraint.validated, true);
});

test('a check tells which columns it proves NOT NULL, alone or joined by AND', () => {
  const c = after(
    'CREATE TABLE t (a int, b int, c int, CONSTRAINT k CHECK (a IS NOT NULL AND (b IS NOT NULL AND c > 0)), CONSTRAINT o CHECK (a IS NOT NULL OR b IS NOT NULL))',
  );
  assert.deepEqual(relation(c, 't').constraints.get('k')?.provesNotNull, ['a', 'b']);
  assert.deepEqual(relation(c, 't').constraints.get('o')?.provesNotNull, []);
  assert.equal(relation(c, 't').constraints.get('k')?.expressionSql, 'a IS NOT NULL AND (b IS NOT NULL AND c > 0)');
});

test('an index knows its columns and everything that it depends on', () => {
  const c = after(
    'CREATE TABLE t (a int, b text, c int, d int); CREATE UNIQUE INDEX i ON t (a, lower(b)) INCLUDE (c) WHERE d > 0;',
  );
  const index = c.index(undefined, 'i');
  assert.deepEqual(index?.columns, ['a', undefined]);
  assert.deepEqual([...(index?.dependsOn ?? [])].sort(), ['a', 'b', 'c', 'd']);
  assert.deepEqual([index?.unique, index?.partial, index?.expression, index?.valid], [true, true, true, true]);
  assert.equal(after('ALTER TABLE t DROP COLUMN d', c).index(undefined, 'i'), undefined);
});

test('a view knows the columns that it reads, and is found from what it reads', () => {
  const c = after(
    'CREATE TABLE t (a int, b int, c int); CREATE VIEW v AS SELECT a FROM t WHERE b > 0; CREATE VIEW w AS SELECT * FROM v;',
  );
  assert.deepEqual([...relation(c, 'v').reads], [['public.t', new Set(['a', 'b'])]]);
  assert.deepEqual(keys(c.viewsOn('public.t')), ['public.v']);
  assert.deepEqual(keys(c.viewsOn('public.v')), ['public.w']);
  assert.equal(after('DROP TABLE t CASCADE', c).relation(undefined, 'w'), undefined);
});

test('IF EXISTS and IF NOT EXISTS change nothing when there is nothing to change', () => {
  const c = after("CREATE TABLE t (a int); CREATE TYPE e AS ENUM ('x');");
  const same = after(
    "CREATE TABLE IF NOT EXISTS t (b int); ALTER TABLE t ADD COLUMN IF NOT EXISTS a text; ALTER TABLE t DROP COLUMN IF EXISTS z; DROP TABLE IF EXISTS nothing; ALTER TYPE e ADD VALUE IF NOT EXISTS 'x';",
    c,
  );
  assert.deepEqual(columns(same, 't'), ['a integer']);
  assert.deepEqual(same.type(undefined, 'e')?.values, ['x']);
});

test('search_path decides where a name is made and found, until its file ends', () => {
  const c = after('CREATE SCHEMA app; SET search_path TO app, public; CREATE TABLE t (id int);');
  assert.equal(c.relation(undefined, 't')?.key, 'app.t');
  const next = after('CREATE TABLE t (id int)', c, 'file:///2.sql');
  assert.equal(next.relation(undefined, 't')?.key, 'public.t');
  assert.equal(next.relation('app', 't')?.key, 'app.t');
});

test('a temporary table hides one of the same name', () => {
  const c = after('CREATE TABLE t (a int); CREATE TEMP TABLE t (b int);');
  assert.deepEqual(columns(c, 't'), ['b integer']);
  assert.deepEqual(columns(after('DROP TABLE t', c), 't'), ['a integer']);
});

test('renames carry foreign keys, views, indexes and owned sequences along', () => {
  const c = after(
    'CREATE TABLE a (id serial PRIMARY KEY); CREATE TABLE b (a_id int REFERENCES a); CREATE VIEW v AS SELECT id FROM a; ALTER TABLE a RENAME TO z; ALTER TABLE z RENAME COLUMN id TO key;',
  );
  assert.deepEqual(relation(c, 'b').constraints.get('b_a_id_fkey')?.references, {
    relation: 'public.z',
    columns: ['key'],
  });
  assert.deepEqual([...relation(c, 'v').reads], [['public.z', new Set(['key'])]]);
  assert.deepEqual(
    c.indexesOn('public.z').map((i) => [i.name, i.columns]),
    [['a_pkey', ['key']]],
  );
  assert.deepEqual(relation(c, 'a_id_seq').ownedBy, ['public.z', 'key']);
});

test('children and partitions get what their parents get', () => {
  const c = after(
    'CREATE TABLE p (id int NOT NULL, at date NOT NULL) PARTITION BY RANGE (at); CREATE TABLE p1 PARTITION OF p DEFAULT; ALTER TABLE p ADD PRIMARY KEY (id, at); ALTER TABLE p ADD note text;',
  );
  assert.deepEqual(columns(c, 'p1'), ['id integer not null', 'at date not null', 'note text']);
  assert.equal(relation(c, 'p1').isDefaultPartition, true);
  assert.deepEqual(
    c.indexesOn('public.p1').map((i) => [i.name, i.parent]),
    [['p1_pkey', 'public.p_pkey']],
  );
  assert.deepEqual(keys(c.children('public.p')), ['public.p1']);
  assert.equal(after('DROP TABLE p', c).relation(undefined, 'p1'), undefined);
});

test('a DO block does what it does for certain, or unless it is done', () => {
  const c = after(`CREATE TABLE t (a int);
    DO $$ BEGIN ALTER TABLE t ADD b int; EXCEPTION WHEN duplicate_column THEN ALTER TABLE t ADD never int; END $$;
    DO $$ BEGIN IF NOT EXISTS (SELECT) THEN ALTER TABLE t ADD c int; ELSE ALTER TABLE t ADD no int; END IF; END $$;
    DO $$ BEGIN IF random() > 0.5 THEN ALTER TABLE t ADD perhaps int; END IF; FOR i IN 1..0 LOOP ALTER TABLE t ADD looped int; END LOOP; END $$;`);
  assert.deepEqual([...relation(c, 't').columns.keys()], ['a', 'b', 'c']);
});

test('ROLLBACK takes back what its transaction made, and COMMIT keeps it', () => {
  const c = after(
    'BEGIN; CREATE TABLE gone (); ROLLBACK; BEGIN; CREATE TABLE kept (); SAVEPOINT s; CREATE TABLE half (); ROLLBACK TO s; COMMIT; ROLLBACK;',
  );
  assert.deepEqual(keys([...c.relations()]), ['public.kept']);
});

test('a new catalog leaves the old one as it was', () => {
  const old = after(
    'CREATE TABLE t (id serial PRIMARY KEY, a int); CREATE VIEW v AS SELECT a FROM t; CREATE INDEX i ON t (a);',
  );
  const seen = () =>
    JSON.stringify(
      [...old.relations()].map((r) => [
        r,
        [...r.columns],
        [...r.constraints],
        [...r.reads.keys()],
        old.indexesOn(r.key),
      ]),
    );
  const before = seen();
  const now = after(
    'ALTER TABLE t RENAME a TO b; ALTER TABLE t RENAME TO z; DROP INDEX i; ALTER TABLE z ADD UNIQUE (b); DROP VIEW v; CREATE TABLE q (x int REFERENCES z);',
    old,
  );
  assert.equal(seen(), before);
  assert.notEqual(now, old);
  assert.equal(now.relation(undefined, 't'), undefined);
});

test('a statement that changes nothing gives the very same catalog', () => {
  const c = after('CREATE TABLE t (a int)');
  assert.equal(
    after('INSERT INTO t VALUES (1); UPDATE t SET a = 2; SELECT 1; COMMENT ON TABLE t IS NULL; ANALYZE t;', c),
    c,
  );
});

test("TimeZone and a timeout are the session's: only the first is the catalog's", () => {
  const c = after("SET TimeZone = 'UTC'; SET lock_timeout = '1s';");
  assert.equal(c.timeZone, 'UTC');
  assert.equal(after('SELECT 1', c, 'file:///2.sql').timeZone, undefined);
  assert.equal(emptyCatalog().timeZone, undefined);
});

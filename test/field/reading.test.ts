import assert from 'node:assert/strict';
import { before } from 'node:test';
import { loadParser, readScript } from '../../server/src/core/sql/read.js';
import { scriptProblem } from '../../server/src/runner/check.js';
import { fixed, migration, report, texts } from './kit.js';

before(loadParser);

/** What makes the runner refuse the file before anything is sent; `undefined` when it runs. */
const refused = (m: ReturnType<typeof migration>) => scriptProblem(m.context)?.message;

report(1, 'a blank line inside a statement is not its end', () => {
  const { script } = migration('SELECT d.code\nFROM depots d\n\nLEFT JOIN crates c ON c.depot_id = d.id;');
  assert.deepEqual([script.errors, script.statements.length], [[], 1]);
});

report(2, 'dollar quotes inside dollar quotes end where PostgreSQL ends them', () => {
  const sql =
    'DO $outer$ BEGIN EXECUTE $in$ ANALYZE depots; $in$; PERFORM 1; END $outer$;\nALTER TABLE depots ADD COLUMN tag text;';
  const m = migration(sql);
  assert.deepEqual(texts(m)[1], 'ALTER TABLE depots ADD COLUMN tag text');
  assert.equal(m.script.statements[1]!.span.start, sql.indexOf('ALTER'));
});

report(3, 'a name that holds a keyword is a name', () => {
  const m = migration('CREATE TABLE atomic_counts (id bigint PRIMARY KEY);\nSELECT 1;');
  assert.deepEqual(texts(m), ['CREATE TABLE atomic_counts (id bigint PRIMARY KEY)', 'SELECT 1']);
});

report(4, 'BEGIN ATOMIC … END with a CASE inside is one statement', () => {
  const m = migration(
    "CREATE PROCEDURE touch() LANGUAGE sql BEGIN ATOMIC\n  UPDATE depots SET note = 'x' WHERE id = 1;\n  SELECT CASE WHEN true THEN 1 ELSE 2 END;\nEND;\nALTER TABLE depots ADD COLUMN tag text;",
  );
  assert.deepEqual(m.script.errors, []);
  assert.deepEqual(
    m.script.statements.map((s) => s.kind),
    ['CreateFunctionStmt', 'AlterTableStmt'],
  );
});

report(5, 'semicolons and quotes in comments, nested ones too, split nothing', () => {
  const m = migration(
    "-- first; don't split\n/* a ; /* nested ; */ b; */\nALTER TABLE depots ADD COLUMN tag text -- end; 'quote\n;",
  );
  assert.deepEqual([m.script.errors, m.script.statements.length], [[], 1]);
});

report(6, 'all kinds of statements are read', () => {
  const m = migration(
    'DO $$ DECLARE t int; BEGIN SELECT 1 INTO t; END $$; CREATE TEMP TABLE tt (id int); CREATE TABLE q AS SELECT 1 AS one; CREATE EXTENSION IF NOT EXISTS pgcrypto; MERGE INTO depots d USING crates c ON c.depot_id = d.id WHEN MATCHED THEN UPDATE SET note = c.label;',
    { pg: 18 },
  );
  assert.deepEqual(m.script.errors, []);
  assert.deepEqual(
    m.script.statements.map((s) => s.kind),
    ['DoStmt', 'CreateStmt', 'CreateTableAsStmt', 'CreateExtensionStmt', 'MergeStmt'],
  );
});

report(7, 'clauses are read in any order, and judged', () => {
  for (const order of ['on update cascade on delete cascade', 'on delete cascade on update cascade']) {
    const sql = `alter table crates add constraint cd foreign key (depot_id) references depots (id) ${order};`;
    const m = migration(sql);
    assert.deepEqual(m.script.errors, []);
    assert.deepEqual(m.found, ['add-foreign-key-validated @ foreign key']);
  }
  const more = migration(
    'ALTER TABLE crates ALTER CONSTRAINT cd DEFERRABLE; CREATE TABLE p (id int) PARTITION BY LIST (id); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);',
  );
  assert.deepEqual(more.script.errors, []);
});

report(8, 'new syntax is read at every setting, and said to fail before its version', () => {
  const sql = 'ALTER TABLE crates ADD COLUMN w2 integer GENERATED ALWAYS AS (w * 2);';
  const old = migration(sql, { pg: 14 });
  assert.deepEqual(old.script.errors, []);
  assert.deepEqual(old.found, ['needs-newer-postgresql @ GENERATED']);
  assert.match(
    old.findings.find((f) => f.rule === 'needs-newer-postgresql')!.message,
    /^Fails before PostgreSQL 18,.*setting pgVersion says 14/,
  );
  assert.deepEqual(migration(sql, { pg: 18 }).found, []);
});

report(9, 'data lines of COPY are no SQL, and lint says at the COPY what apply would say', () => {
  const m = migration(
    'COPY depots (code, note) FROM stdin;\na;b\tDROP TABLE depots;\n\\.\nCREATE TABLE t2 (id bigint);',
  );
  assert.deepEqual(m.script.errors, []);
  assert.deepEqual(
    m.script.statements.map((s) => s.kind),
    ['CopyStmt', 'CreateStmt'],
  );
  assert.deepEqual(m.found, ['client-only-text @ COPY depots (code, note) FROM stdin']);
  assert.match(refused(m)!, /needs data from the client/);
});

report(10, 'the commands of a dump are read over; where nothing sends them, that is a finding with a fix', () => {
  const sql = '\\restrict aB3xYz\nCREATE TABLE public.bins (id bigint PRIMARY KEY);\n\\unrestrict aB3xYz\n';
  for (const tool of ['plain', 'golang-migrate', 'diesel']) {
    const m = migration(sql, { tool });
    assert.deepEqual(texts(m), ['CREATE TABLE public.bins (id bigint PRIMARY KEY)']);
    assert.deepEqual(m.found, ['client-only-text @ \\restrict aB3xYz', 'client-only-text @ \\unrestrict aB3xYz']);
    assert.match(refused(m)!, /\\restrict is a command of psql/);
    assert.equal(fixed(m, 'client-only-text').text, 'CREATE TABLE public.bins (id bigint PRIMARY KEY);\n');
  }
});

report(11, 'placeholders are read as a name or a value, and hide nothing else', () => {
  const m = migration(
    "GRANT CONNECT ON DATABASE :DATABASE_NAME TO :DATABASE_OWNER;\nUPDATE depots SET note = :'who' WHERE id = :num;\nDROP TABLE crates;",
  );
  assert.deepEqual([m.script.errors, m.script.statements.length], [[], 3]);
  assert.deepEqual(m.found, ['drop-table @ crates']);
  assert.match(refused(m)!, /the placeholder :DATABASE_NAME has no value here/);
});

report(12, 'what looks like a placeholder in a string or a comment is text', () => {
  const m = migration("INSERT INTO tpl VALUES (1, 'Dear ${user.name}, {{ x }} :who %s $1');\n-- ${nothing}\n");
  assert.deepEqual(m.script.errors, []);
  assert.deepEqual(m.found, []);
  assert.equal(refused(m), undefined);
  assert.equal(m.script.statements[0]!.text, "INSERT INTO tpl VALUES (1, 'Dear ${user.name}, {{ x }} :who %s $1')");
});

report(13, 'a byte order mark is read over; where the tool sends it along that is an error, with a fix', () => {
  const sql = '\uFEFFCREATE TABLE bx (id bigint PRIMARY KEY);';
  for (const tool of ['golang-migrate', 'diesel']) {
    const m = migration(sql, { tool });
    assert.deepEqual(m.script.errors, []);
    assert.deepEqual(m.found, ['client-only-text @ \uFEFF']);
    assert.equal(m.findings.find((f) => f.rule === 'client-only-text')!.severity, 'error');
    assert.equal(fixed(m, 'client-only-text').text, sql.slice(1));
  }
  assert.deepEqual(migration(sql).found, []);
});

report(14, 'every place is right behind characters of two, three and four bytes', () => {
  const sql = "COMMENT ON TABLE depots IS 'é → 📦'; CREATE INDEX i ON depots (qty);";
  const m = migration(sql);
  assert.deepEqual(m.found, ['create-index-blocking @ CREATE INDEX']);
  assert.match(fixed(m, 'create-index-blocking').files[0]!, /CREATE INDEX CONCURRENTLY i ON depots \(qty\);/);
  const body = "DO $$ BEGIN RAISE NOTICE '→ 📦 é'; CREATE INDEX i ON depots (qty); END $$;";
  assert.deepEqual(migration(body).found, ['create-index-blocking @ CREATE INDEX']);
});

report(15, 'BEGIN without COMMIT is an error at its BEGIN, with a fix, and is refused before anything is sent', () => {
  for (const tool of ['plain', 'golang-migrate']) {
    const m = migration('BEGIN;\nALTER TABLE depots ADD COLUMN tag text;', { tool });
    const finding = m.findings.find((f) => f.rule === 'transaction-not-ended')!;
    assert.equal(finding.severity, 'error');
    assert.equal(m.script.text.slice(finding.span.start, finding.span.end), 'BEGIN');
    const { text } = fixed(m, 'transaction-not-ended');
    assert.match(text, /ADD COLUMN tag text;\s+COMMIT;\s*$/);
    assert.ok(!migration(text, { tool }).found.some((f) => f.startsWith('transaction-not-ended')));
    assert.match(refused(m)!, /never committed.*nothing was sent/);
  }
});

report(16, 'a file with a syntax error is refused before the ledger is touched', () => {
  const m = migration('CREATE TABLE t2 (\n  id bigint PRIMARY KEY,\n);', { tool: 'golang-migrate' });
  assert.deepEqual(
    m.script.errors.map((e) => e.message),
    ['syntax error at or near ")"'],
  );
  assert.match(refused(m)!, /Correct it first; nothing was sent/);
});

report(69, 'no text ends the reading, and a statement that cannot be read hides no other', () => {
  for (const sql of ['', ';;;', '\0', '\ud83d', '('.repeat(20_000), `SELECT ${'('.repeat(20_000)}1`, 'SELECT 1;\udc00'])
    assert.ok(readScript(sql).statements.length >= 0);
  const m = migration(`SELECT ${'('.repeat(5_000)};\nDROP TABLE crates;`);
  assert.deepEqual(m.found, ['drop-table @ crates']);
});

for (const open of [
  'SELECT 1',
  "SELECT 'open",
  'CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$',
  'BEGIN',
  'ALTER TABLE d',
]) {
  report(70, `what stands below stays found while this is typed: ${open}`, () => {
    const { found, script } = migration(`${open}\n\nCREATE INDEX i ON depots (qty);`);
    assert.ok(script.errors.length > 0);
    assert.deepEqual(found, ['create-index-blocking @ CREATE INDEX']);
  });
}

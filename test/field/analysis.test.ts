import assert from 'node:assert/strict';
import { before } from 'node:test';
import { loadParser } from '../../server/src/core/sql/read.js';
import { findingsOfDown, fixed, migration, report } from './kit.js';

before(loadParser);

const messages = (m: ReturnType<typeof migration>, rule: string) =>
  m.findings.filter((f) => f.rule === rule).map((f) => f.message);

report(17, 'START TRANSACTION is BEGIN', () => {
  const m = migration('START TRANSACTION;\nALTER TABLE depots ADD COLUMN a text;\nCOMMIT;');
  assert.deepEqual(m.found, []);
  assert.deepEqual(
    m.context.statements.map((s) => s.inTransaction),
    [false, true, true],
  );
  assert.deepEqual(migration('START TRANSACTION;\nCREATE INDEX CONCURRENTLY i ON depots (qty);\nCOMMIT;').found, [
    'concurrently-in-transaction @ CONCURRENTLY',
  ]);
});

report(18, 'nothing is said of an index on a table that the file itself makes', () => {
  assert.deepEqual(
    migration('CREATE TABLE buyers (mail text);\nCREATE UNIQUE INDEX buyers_mail ON buyers (mail);').found,
    [],
  );
});

report(19, 'a new column with UNIQUE or CHECK reads the whole table under ACCESS EXCLUSIVE', () => {
  const m = migration(
    'ALTER TABLE depots ADD COLUMN enrol text UNIQUE;\nALTER TABLE depots ADD COLUMN lvl integer CHECK (lvl >= 0);',
  );
  assert.deepEqual(m.found, ['add-unique-builds-index @ UNIQUE', 'add-check-validated @ CHECK']);
  for (const { effect } of m.context.statements) {
    assert.deepEqual(
      effect.locks.filter((l) => l.role === 'target').map((l) => l.mode),
      ['ACCESS EXCLUSIVE'],
    );
    assert.equal(effect.work.length, 1);
  }
});

report(20, 'a new nullable column with REFERENCES reads nothing, and locks both tables', () => {
  const m = migration('ALTER TABLE crates ADD COLUMN removed_by bigint REFERENCES depots (id);');
  assert.deepEqual(m.found, []);
  const { effect } = m.context.statements[0]!;
  assert.deepEqual(effect.work, []);
  assert.deepEqual(effect.locks.map((l) => `${l.mode} on ${l.display}`).sort(), [
    'ACCESS EXCLUSIVE on crates',
    'SHARE ROW EXCLUSIVE on depots',
  ]);
});

report(21, 'a primary key that takes an index over NOT NULL columns is no scan', () => {
  const before = 'CREATE TABLE nopk (k bigint NOT NULL); CREATE UNIQUE INDEX nopk_k ON nopk (k);';
  const m = migration('ALTER TABLE nopk ADD CONSTRAINT nopk_pk PRIMARY KEY USING INDEX nopk_k;', { before });
  assert.deepEqual(m.found, []);
  assert.deepEqual(m.context.statements[0]!.effect.work, []);
});

report(22, 'with a nullable column it reads all rows, and the effect says so', () => {
  const before = 'CREATE TABLE nopk (k bigint); CREATE UNIQUE INDEX nopk_k ON nopk (k);';
  const m = migration('ALTER TABLE nopk ADD CONSTRAINT nopk_pk PRIMARY KEY USING INDEX nopk_k;', { before });
  assert.deepEqual(
    m.context.statements[0]!.effect.work.map((w) => `${w.kind} ${w.display}`),
    ['scan nopk'],
  );
});

report(23, 'a proof from an earlier file counts', () => {
  const before = 'ALTER TABLE crates ADD CONSTRAINT nn CHECK (label IS NOT NULL) NOT VALID;';
  const sql =
    'ALTER TABLE crates VALIDATE CONSTRAINT nn;\nALTER TABLE crates ALTER COLUMN label SET NOT NULL;\nALTER TABLE crates DROP CONSTRAINT nn;';
  assert.deepEqual(migration(sql, { before }).found, []);
  assert.deepEqual(migration('ALTER TABLE crates ALTER COLUMN label SET NOT NULL;', { before }).found, [
    'set-not-null-unproved @ ALTER COLUMN label SET NOT NULL',
  ]);
});

report(24, 'constant and stable defaults are not volatile', () => {
  for (const column of [
    'text[] NOT NULL DEFAULT ARRAY[]::text[]',
    'timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP',
    "timestamptz DEFAULT now() - interval '100 years'",
    'boolean DEFAULT true',
    "jsonb DEFAULT '{}'::jsonb",
  ])
    assert.deepEqual(migration(`ALTER TABLE depots ADD COLUMN a ${column};`).found, [], column);
  for (const column of [
    'uuid DEFAULT gen_random_uuid()',
    'timestamptz DEFAULT clock_timestamp()',
    'int DEFAULT random()::int',
  ])
    assert.match(
      migration(`ALTER TABLE depots ADD COLUMN a ${column};`).found.join(),
      /^add-column-volatile-default/,
      column,
    );
});

report(25, 'a generated column rewrites, and lacks no default', () => {
  const clause = 'ADD COLUMN area numeric GENERATED ALWAYS AS (w * h) STORED NOT NULL';
  assert.deepEqual(migration(`ALTER TABLE crates ${clause};`).found, [`rewrite-table @ ${clause}`]);
});

report(29, 'CONCURRENTLY is not recommended where it fails', () => {
  const before =
    "CREATE TABLE ev (id bigint, at date) PARTITION BY RANGE (at); CREATE TABLE ev_1 PARTITION OF ev FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');";
  const m = migration('CREATE INDEX ev_id ON ev (id);', { before });
  assert.deepEqual(m.found, ['create-index-blocking @ CREATE INDEX']);
  const [finding] = m.findings.filter((f) => f.rule === 'create-index-blocking');
  assert.match(finding!.message, /ev and its partitions/);
  assert.match(finding!.detail, /^CONCURRENTLY is refused on a partitioned table\..*ON ONLY.*ATTACH PARTITION/);
  assert.deepEqual(finding!.fixes, []);
});

report(32, 'widening a varchar or a numeric, and varchar to text, is quiet', () => {
  for (const change of ['mail TYPE varchar(200)', 'mail TYPE text', 'price TYPE numeric(12, 2)']) {
    const m = migration(`ALTER TABLE depots ALTER COLUMN ${change};`);
    assert.deepEqual(m.found, [], change);
    assert.deepEqual(m.context.statements[0]!.effect.work, [], change);
  }
});

report(37, 'what fails because of how the tool sends a file is an error, though no transaction is written', () => {
  const vacuum = migration("UPDATE crates SET label = '' WHERE id < 5;\nVACUUM FULL crates;", {
    tool: 'golang-migrate',
  });
  assert.deepEqual(messages(vacuum, 'concurrently-in-transaction'), [
    'VACUUM FULL fails here with 25001: golang-migrate sends several statements as one transaction.',
  ]);
  const two = 'CREATE INDEX CONCURRENTLY a ON crates (w);\nCREATE INDEX CONCURRENTLY b ON crates (h);\n';
  const both = migration(two, { tool: 'golang-migrate' });
  assert.equal(messages(both, 'concurrently-in-transaction').length, 2);
  const { text, files } = fixed(both, 'concurrently-in-transaction');
  assert.equal(text.trim(), 'CREATE INDEX CONCURRENTLY b ON crates (h);');
  assert.match(files[0]!, /^0003_\w+\.up\.sql: CREATE INDEX CONCURRENTLY a ON crates \(w\);/);
  assert.deepEqual(migration(two).found, []);
});

report(39, 'a down with only a comment gives nothing back, and is never run as if it did', () => {
  const m = migration('ALTER TABLE depots ADD COLUMN x int;', { down: '-- TODO: cannot restore dropped column\n' });
  assert.match(findingsOfDown(m).join(), /down-does-not-undo: .*column x on depots/);
});

report(41, 'a comment behind a column silences that column, one above the statement all of it', () => {
  const ignore = '-- lockstep:ignore timestamp-without-time-zone -- x';
  const table = 'CREATE TABLE s (a timestamp,\n  b timestamp);';
  const behind = migration(`CREATE TABLE s (a timestamp, ${ignore}\n  b timestamp);`);
  assert.match(messages(behind, 'timestamp-without-time-zone').join(), /^b drops the time zone/);
  assert.deepEqual(migration(`${ignore}\n${table}`).found, []);
});

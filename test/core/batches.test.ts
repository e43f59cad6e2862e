import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadParser } from '../../server/src/core/sql/read.js';
import { applyEdits } from '../../server/src/core/text/edits.js';
import { fixtureWorld } from '../world/fileContext.js';

await loadParser();

const TABLES = `-- before: CREATE TABLE t (id bigint PRIMARY KEY, v text, n int);
-- before: CREATE TABLE u (id bigint PRIMARY KEY, t_id bigint, w text);
-- before: CREATE TABLE pair (a bigint, b bigint, v text, PRIMARY KEY (a, b));
-- before: CREATE TABLE bare (v text);
-- before: CREATE TABLE alt (v text, code text NOT NULL UNIQUE);
`;

function fixesOf(sql: string): readonly string[] {
  const world = fixtureWorld(TABLES + sql);
  const whole = /^(update|delete|insert-select)-/;
  const findings = world.model.findings(world.uri).filter((f) => whole.test(f.rule));
  assert.ok(findings.length > 0, `no finding for ${sql}`);
  return findings.flatMap((f) => f.fixes.map((x) => x.title));
}

for (const sql of [
  'UPDATE t SET v = lower(v);',
  'UPDATE ONLY t AS x SET v = lower(x.v), n = 1 WHERE true;',
  'UPDATE t SET v = (SELECT w FROM u WHERE u.t_id = t.id);',
  'DELETE FROM t;',
  'UPDATE alt SET v = 1;',
  'INSERT INTO u (id, w) SELECT id, v FROM t;',
]) {
  test(`${sql} has a fix that works in batches`, () => assert.equal(fixesOf(sql).length, 1));
}

const NONE: readonly (readonly [string, string])[] = [
  ['a key of two columns', 'UPDATE pair SET v = lower(v);'],
  ['no key', 'DELETE FROM bare;'],
  ['a table that no migration made', 'DELETE FROM unheard_of;'],
  ['WITH', 'WITH x AS (SELECT 1) UPDATE t SET v = (SELECT 1::text FROM x);'],
  ['RETURNING', 'DELETE FROM t RETURNING id;'],
  ['a row that gets another key', 'UPDATE t SET id = id + 1000000;'],
  ['what depends on other rows', 'UPDATE t SET n = (SELECT max(n) FROM t) + 1;'],
  ['a copy into the table itself', 'INSERT INTO t (id, v) SELECT id + 1000000, v FROM t;'],
  ['window functions', 'INSERT INTO u (id, t_id) SELECT row_number() OVER (ORDER BY v), id FROM t;'],
  ['an order', 'INSERT INTO u (t_id) SELECT id FROM t ORDER BY v;'],
  [
    'later statements that need the rows of a table made here',
    'CREATE TABLE w (id bigint PRIMARY KEY); INSERT INTO w SELECT id FROM t; CREATE INDEX ON w (id);',
  ],
];

for (const [why, sql] of NONE) {
  test(`there is no batched fix with ${why}`, () => assert.deepEqual(fixesOf(sql), [], sql));
}

const ADD = 'ALTER TABLE t ADD COLUMN c text';
/** [statements, what the fix with a default makes of them; undefined: there is none]. */
const CONSTANTS: readonly (readonly [string, string | undefined])[] = [
  [`${ADD};\nUPDATE t SET c = 'x';`, `${ADD} DEFAULT 'x';\nALTER TABLE t ALTER COLUMN c DROP DEFAULT;`],
  [
    `${ADD} COLLATE "C", ADD COLUMN d int;\nUPDATE public.t AS u SET c = 'x'::text WHERE c IS NULL;`,
    `${ADD} COLLATE "C" DEFAULT 'x'::text, ADD COLUMN d int;\nALTER TABLE public.t ALTER COLUMN c DROP DEFAULT;`,
  ],
  [
    `${ADD};\nCREATE INDEX i ON t (c);\nUPDATE t SET c = 'x';`,
    `${ADD} DEFAULT 'x';\nCREATE INDEX i ON t (c);\nALTER TABLE t ALTER COLUMN c DROP DEFAULT;`,
  ],
  [`${ADD} DEFAULT 'y';\nUPDATE t SET c = 'x';`, undefined],
  [`${ADD};\nINSERT INTO t (id, c) VALUES (1, 'z');\nUPDATE t SET c = 'x';`, undefined],
  [`${ADD};\nUPDATE t SET c = v;`, undefined],
  [`${ADD};\nUPDATE t SET c = 'x', v = 'y';`, undefined],
  [`UPDATE t SET v = 'x';`, undefined],
];

for (const [sql, fixed] of CONSTANTS) {
  test(`the default ${fixed ? 'takes the place' : 'cannot take the place'} of the UPDATE in ${sql}`, () => {
    const { model, uri } = fixtureWorld(TABLES + sql);
    const fixes = model
      .findings(uri)
      .filter((f) => f.rule === 'update-whole-table')
      .flatMap((f) => f.fixes);
    const fix = fixes.find((f) => f.title.includes('as a default'));
    assert.equal(fix && applyEdits(model.text(uri)!, fix.edits[0]!.edits).slice(TABLES.length), fixed);
  });
}

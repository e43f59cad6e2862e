import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { applyEdits } from '../../server/src/core/text/edits.js';
import { fixtureWorld, setupOf } from '../world/fileContext.js';
import { layoutOf } from '../world/sets.js';
import { loadParser, readScript } from './kit.js';
import { type Major, serverUnavailable, startServer, type TestServer } from './server.js';

const ROWS = 12_345;

interface Case {
  readonly name: string;
  readonly rule: string;
  readonly tables: string;
  readonly sql: string;
  /** What to compare. */
  readonly result: string;
  /** Part of the fix's title, where there are several. */
  readonly fix?: string;
}

const CASES: readonly Case[] = [
  {
    name: 'an UPDATE of a table with gaps in its key',
    rule: 'update-whole-table',
    tables: `CREATE TABLE t (id bigint PRIMARY KEY, v text); INSERT INTO t SELECT i * 7 - 300, 'V' || i FROM generate_series(1, ${ROWS}) AS i;`,
    sql: 'UPDATE t SET v = lower(v);',
    result: 'SELECT id::text, v FROM t ORDER BY id',
  },
  {
    name: 'an UPDATE along a uuid, with quoted names and a comment in its condition',
    rule: 'update-whole-table',
    tables: `CREATE SCHEMA "S p"; CREATE TABLE "S p"."T" ("Id" uuid PRIMARY KEY, batch_start text NOT NULL); INSERT INTO "S p"."T" SELECT md5(i::text)::uuid, 'x' FROM generate_series(1, ${ROWS}) AS i;`,
    sql: 'UPDATE "S p"."T" AS u SET batch_start = upper(u.batch_start) -- all of them\nWHERE u.batch_start IS NOT NULL -- really\n;',
    result: 'SELECT "Id"::text, batch_start FROM "S p"."T" ORDER BY 1',
  },
  {
    name: 'an UPDATE whose rows the next statement needs',
    rule: 'update-whole-table',
    tables: `CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t SELECT i FROM generate_series(1, ${ROWS}) AS i;`,
    sql: "ALTER TABLE t ADD COLUMN v text; UPDATE t SET v = 'v' || id; ALTER TABLE t ALTER COLUMN v SET NOT NULL;",
    result:
      "SELECT id::text, v, (SELECT attnotnull::text FROM pg_attribute WHERE attrelid = 't'::regclass AND attname = 'v') FROM t ORDER BY id",
  },
  {
    name: 'a constant for a new column',
    rule: 'update-whole-table',
    tables: `CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t SELECT i FROM generate_series(1, ${ROWS}) AS i;`,
    sql: "ALTER TABLE t ADD COLUMN v text, ADD COLUMN w int; UPDATE t SET v = 'x' WHERE v IS NULL; INSERT INTO t (id) VALUES (0);",
    result: 'SELECT id::text, v, w FROM t ORDER BY id',
    fix: 'as a default',
  },
  {
    name: 'a DELETE of all rows',
    rule: 'delete-whole-table',
    tables: `CREATE TABLE t (code text PRIMARY KEY); INSERT INTO t SELECT 'c' || i FROM generate_series(1, ${ROWS}) AS i;`,
    sql: 'DELETE FROM t;',
    result: 'SELECT count(*)::text FROM t',
  },
  {
    name: 'a copy into a new table',
    rule: 'insert-select-whole-table',
    tables: `CREATE TABLE t (id bigint PRIMARY KEY, v text); INSERT INTO t SELECT i, 'v' || i FROM generate_series(1, ${ROWS}) AS i;`,
    sql: 'CREATE TABLE u (t_id bigint PRIMARY KEY, w text); INSERT INTO u (t_id, w) SELECT id, upper(v) FROM t AS x WHERE true;',
    result: 'SELECT t_id::text, w FROM u ORDER BY t_id',
  },
  {
    name: 'an OFFSET loop that would skip rows',
    rule: 'batch-loop-offset',
    tables: `CREATE TABLE t (id bigint PRIMARY KEY, v text); INSERT INTO t SELECT i, NULL FROM generate_series(1, ${ROWS}) AS i;`,
    sql: `DO $$
DECLARE
  n integer := 0;
BEGIN
  LOOP
    UPDATE t SET v = 'done' WHERE id IN (SELECT id FROM t WHERE v IS NULL ORDER BY id LIMIT 1000 OFFSET n);
    EXIT WHEN NOT FOUND;
    n := n + 1000;
  END LOOP;
END
$$;`,
    result: 'SELECT count(*)::text FROM t WHERE v IS NULL',
  },
];

for (const major of [14, 18] as readonly Major[]) {
  describe(`fixes that work in batches on PostgreSQL ${major}`, { skip: serverUnavailable(major) ?? false }, () => {
    let server: TestServer;
    before(async () => {
      await loadParser();
      server = await startServer({ major });
    });
    after(() => server?.stop());

    for (const one of CASES) {
      let plain: Promise<unknown> | undefined;
      for (const tool of ['plain', 'golang-migrate', 'diesel'] as const) {
        test(`${one.name} ends as the statement would (${tool})`, async () => {
          plain ??= resultOf(one, [one.sql]);
          const wanted = await plain;
          const fixed = await resultOf(one, fixedScripts(one, tool));
          if (one.rule === 'batch-loop-offset') {
            assert.notDeepEqual(wanted, [{ count: '0' }], 'the loop skips nothing: the case says nothing');
            assert.deepEqual(fixed, [{ count: '0' }]);
          } else assert.deepEqual(fixed, wanted);
        });
      }
    }

    async function resultOf(one: Case, scripts: readonly string[]): Promise<unknown> {
      const database = await server.createDatabase();
      await server.query(one.tables, database);
      for (const script of scripts) {
        // One message a file, as the tools send it; what the parser does not see as a statement does not go out.
        if (readScript(script).statements.length > 0) await server.query(script, database);
      }
      return server.query(one.result, database);
    }
  });
}

/** The files of the migration and of those that the fix makes, in the order in which they run. */
function fixedScripts(one: Case, tool: string): readonly string[] {
  const { tables, sql, rule } = one;
  const world = fixtureWorld(sql, { ...setupOf(''), tool, layout: layoutOf(tool), before: tables });
  const { model, uri } = world;
  const fixes = model
    .findings(uri)
    .filter((f) => f.rule === rule)
    .flatMap((f) => f.fixes)
    .filter((f) => one.fix === undefined || f.title.includes(one.fix));
  assert.equal(fixes.length, 1, `${fixes.length} fixes`);
  const [fix] = fixes;
  for (const edit of fix!.edits) world.setFile(edit.uri, applyEdits(model.text(edit.uri)!, edit.edits));
  for (const file of fix!.newFiles) world.setFile(file.uri, file.text);
  const set = model.sets()[0]!;
  return set.migrations.slice(1).flatMap((m) => (m.up ? [model.text(m.up.uri)!] : []));
}

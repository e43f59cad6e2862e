import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { MigrationSet } from '../../server/src/core/migrations/set.js';
import { applyEdits } from '../../server/src/core/text/edits.js';
import { fixtureWorld, setupOf } from '../world/fileContext.js';
import { layoutOf } from '../world/sets.js';
import { loadParser, run, setIn } from './kit.js';
import { type Major, serverUnavailable, startServer, type TestServer } from './server.js';

/** A fix that works in several migrations, run by Lockstep's runner as each tool runs them. */
interface Case {
  readonly name: string;
  readonly rule: string;
  /** Part of the fix's title, where there are several. */
  readonly fix?: string;
  /** The migration before, with rows. */
  readonly tables: string;
  readonly sql: string;
  readonly down: string;
  /** What the old and the new version of the application write after the first step. */
  readonly meanwhile?: string;
  readonly result: string;
  readonly expected: readonly string[];
}

const ROWS = 'generate_series(1, 2500) AS i';
/** Columns with type, NOT NULL and default, constraints and indexes of a table, one a line. */
const SHAPE = (table: string) => `SELECT x FROM (
  SELECT format('%s %s%s%s', attname, format_type(atttypid, atttypmod), CASE WHEN attnotnull THEN ' NOT NULL' END,
    ' DEFAULT ' || pg_get_expr(adbin, adrelid)) AS x
  FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
  WHERE attrelid = '${table}'::regclass AND attnum > 0 AND NOT attisdropped
  UNION ALL SELECT conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = '${table}'::regclass AND contype <> 'n'
  UNION ALL SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = '${table}'::regclass
  UNION ALL SELECT tgname FROM pg_trigger WHERE tgrelid = '${table}'::regclass AND NOT tgisinternal
) AS all_of_it ORDER BY x COLLATE "C"`;

const CASES: readonly Case[] = [
  {
    name: 'a column is renamed while old and new code write',
    rule: 'rename-column',
    tables: `CREATE TABLE users (id bigint PRIMARY KEY, mail text NOT NULL DEFAULT 'none'); INSERT INTO users SELECT i, 'm' || i FROM ${ROWS};`,
    sql: 'ALTER TABLE users RENAME COLUMN mail TO email;',
    down: 'ALTER TABLE users RENAME COLUMN email TO mail;',
    meanwhile: `INSERT INTO users (id, mail) VALUES (-1, 'old'); INSERT INTO users (id, email) VALUES (-2, 'new'); INSERT INTO users (id) VALUES (-3);
      UPDATE users SET mail = 'old' WHERE id = 1; UPDATE users SET email = 'new' WHERE id = 2; UPDATE users SET mail = 'both' WHERE id = -2;`,
    result: `SELECT email FROM users WHERE id < 4 ORDER BY id`,
    expected: ['none', 'both', 'old', 'old', 'new', 'm3'],
  },
  {
    name: 'what hangs on a renamed column goes over to the new one',
    rule: 'rename-column',
    tables: `CREATE TABLE teams (id bigint PRIMARY KEY); INSERT INTO teams SELECT i FROM ${ROWS};
      CREATE TABLE users (id bigint PRIMARY KEY, team bigint DEFAULT 1 CONSTRAINT users_team_fk REFERENCES teams (id) ON DELETE SET NULL,
        mail text, CONSTRAINT team_mail UNIQUE (team, mail), CONSTRAINT team_pos CHECK (team > 0));
      CREATE INDEX users_team_idx ON users (team DESC);
      CREATE INDEX mailed ON users (lower(mail)) WHERE team > 3;
      INSERT INTO users SELECT i, i, 'm' FROM ${ROWS};`,
    sql: 'ALTER TABLE users RENAME COLUMN team TO team_id;',
    down: 'ALTER TABLE users RENAME COLUMN team_id TO team;',
    result: SHAPE('users'),
    expected: [
      'CREATE INDEX mailed_team_id_idx ON public.users USING btree (lower(mail)) WHERE (team_id > 3)',
      'CREATE INDEX users_team_id_idx ON public.users USING btree (team_id DESC)',
      'CREATE UNIQUE INDEX team_id_mail ON public.users USING btree (team_id, mail)',
      'CREATE UNIQUE INDEX users_pkey ON public.users USING btree (id)',
      'id bigint NOT NULL',
      'mail text',
      'team_id bigint DEFAULT 1',
      'team_id_mail UNIQUE (team_id, mail)',
      'team_id_pos CHECK ((team_id > 0))',
      'users_pkey PRIMARY KEY (id)',
      'users_team_id_fk FOREIGN KEY (team_id) REFERENCES teams(id) ON DELETE SET NULL',
    ],
  },
  {
    name: 'a column gets another type while old and new code write',
    rule: 'change-type-rewrites',
    fix: 'expand and contract',
    tables: `CREATE TABLE "Orders" (id uuid PRIMARY KEY, "Amount" integer NOT NULL DEFAULT 7); INSERT INTO "Orders" SELECT md5(i::text)::uuid, i FROM ${ROWS};`,
    sql: 'ALTER TABLE "Orders" ALTER COLUMN "Amount" TYPE bigint;',
    down: 'ALTER TABLE "Orders" ALTER COLUMN "Amount" TYPE integer;',
    meanwhile: `UPDATE "Orders" SET "Amount" = 100 WHERE "Amount" = 1; UPDATE "Orders" SET "Amount_new" = 200 WHERE "Amount" = 2;`,
    result: `SELECT concat(min("Amount_new"), ' ', max("Amount_new"), ' ', count(*) FILTER (WHERE "Amount_new" IN (100, 200)), ' ', pg_typeof(max("Amount_new"))) FROM "Orders"`,
    expected: ['3 2500 4 bigint'],
  },
  {
    name: 'a column is made NOT NULL',
    rule: 'set-not-null-unproved',
    tables: `CREATE TABLE users (id bigint PRIMARY KEY, mail text); INSERT INTO users SELECT i, 'm' FROM ${ROWS};`,
    sql: 'ALTER TABLE users ALTER COLUMN mail SET NOT NULL;',
    down: 'ALTER TABLE users ALTER COLUMN mail DROP NOT NULL;',
    result: SHAPE('users'),
    expected: [
      'CREATE UNIQUE INDEX users_pkey ON public.users USING btree (id)',
      'id bigint NOT NULL',
      'mail text NOT NULL',
      'users_pkey PRIMARY KEY (id)',
    ],
  },
  {
    name: 'a column with a default of its own for each row is added',
    rule: 'add-column-volatile-default',
    tables: `CREATE TABLE users (id bigint PRIMARY KEY); INSERT INTO users SELECT i FROM ${ROWS};`,
    sql: 'ALTER TABLE users ADD COLUMN token double precision NOT NULL DEFAULT random(), ADD COLUMN a int;',
    down: 'ALTER TABLE users DROP COLUMN token, DROP COLUMN a;',
    meanwhile: 'INSERT INTO users (id) VALUES (-1);',
    result: `SELECT concat(count(DISTINCT token) > 2490, ' ', (SELECT attnotnull FROM pg_attribute WHERE attrelid = 'users'::regclass AND attname = 'token')) FROM users`,
    expected: ['t t'],
  },
  {
    name: 'a table is renamed behind a view',
    rule: 'rename-table',
    tables: `CREATE TABLE users (id bigint PRIMARY KEY, mail text); INSERT INTO users SELECT i, 'm' FROM ${ROWS};`,
    sql: 'ALTER TABLE users RENAME TO people;',
    down: 'ALTER TABLE people RENAME TO users;',
    meanwhile: `INSERT INTO users VALUES (-1, 'old'); UPDATE users SET mail = 'new' WHERE id = 1; DELETE FROM users WHERE id = 2; INSERT INTO users VALUES (3, 'again') ON CONFLICT (id) DO UPDATE SET mail = 'again';`,
    result: 'SELECT mail FROM people WHERE id < 4 ORDER BY id',
    expected: ['old', 'new', 'again'],
  },
  {
    name: 'a length is limited by a CHECK',
    rule: 'change-type-narrows',
    tables: `CREATE TABLE users (id bigint PRIMARY KEY, name text); INSERT INTO users SELECT i, 'n' FROM ${ROWS};`,
    sql: 'ALTER TABLE users ALTER COLUMN name TYPE varchar(20);',
    down: 'ALTER TABLE users ALTER COLUMN name TYPE text;',
    result: SHAPE('users'),
    expected: [
      'CREATE UNIQUE INDEX users_pkey ON public.users USING btree (id)',
      'id bigint NOT NULL',
      'name text',
      'users_name_length CHECK ((char_length(name) <= 20))',
      'users_pkey PRIMARY KEY (id)',
    ],
  },
  {
    name: 'a required column is dropped in a later release',
    rule: 'drop-column',
    tables: `CREATE TABLE users (id bigint PRIMARY KEY, mail text NOT NULL); INSERT INTO users SELECT i, 'n' FROM ${ROWS};`,
    sql: 'ALTER TABLE users ADD COLUMN a int, DROP COLUMN mail;',
    down: 'ALTER TABLE users ADD COLUMN mail text; ALTER TABLE users DROP COLUMN a;',
    meanwhile: 'INSERT INTO users (id) VALUES (-1);',
    result: SHAPE('users'),
    expected: [
      'CREATE UNIQUE INDEX users_pkey ON public.users USING btree (id)',
      'a integer',
      'id bigint NOT NULL',
      'users_pkey PRIMARY KEY (id)',
    ],
  },
];

const TOOLS: Readonly<Record<Major, readonly string[]>> = { 14: ['plain', 'golang-migrate', 'diesel'], 18: ['plain'] };

for (const major of [14, 18] as const) {
  describe(`fixes in several migrations on PostgreSQL ${major}`, { skip: serverUnavailable(major) ?? false }, () => {
    let server: TestServer;
    before(async () => {
      await loadParser();
      server = await startServer({ major });
    });
    after(() => server?.stop());

    for (const tool of TOOLS[major]) {
      for (const one of CASES) {
        test(`${tool}: ${one.name}, and all of it is rolled back`, async () => {
          const database = await server.createDatabase();
          const set = fixed(one, tool);
          const [first, expand] = set.migrations;
          assert.ok(set.migrations.length > 2, 'a second step');
          await up(database, set, first!.id);
          const atFirst = await tablesOf(database);
          await up(database, set, expand!.id);
          if (one.meanwhile) await server.query(one.meanwhile, database);
          await up(database, set, set.migrations.at(-1)!.id);
          const rows = await server.query(one.result, database);
          assert.deepEqual(
            rows.map((row) => String(Object.values(row)[0])),
            one.expected,
          );
          for (let n = 1; n < set.migrations.length; n++) {
            const outcome = await run(server, database, set, { direction: 'down' });
            assert.equal(outcome.outcome, 'done', outcome.message);
          }
          assert.deepEqual(await tablesOf(database), atFirst);
        });
      }
    }

    async function up(database: string, set: MigrationSet, upTo: string): Promise<void> {
      const outcome = await run(server, database, set, { target: { upTo } });
      assert.equal(outcome.outcome, 'done', outcome.message);
    }

    /** Names and types of all columns: a way back that loses values cannot promise more. */
    async function tablesOf(database: string): Promise<readonly string[]> {
      const rows = await server.query(
        `SELECT format('%s.%s %s', table_name, column_name, data_type) AS x FROM information_schema.columns
         WHERE table_schema = 'public' AND table_name NOT LIKE '%migrations' AND table_name <> 'lockstep_journal' ORDER BY 1`,
        database,
      );
      return rows.map((row) => String(row.x));
    }
  });
}

/** The folder after the fix was applied. */
function fixed(one: Case, tool: string): MigrationSet {
  const layout = layoutOf(tool);
  const world = fixtureWorld(one.sql, { ...setupOf(''), tool, layout, before: one.tables, other: one.down });
  const { model, uri } = world;
  const findings = model.findings(uri).filter((f) => f.rule === one.rule);
  const fixes = findings.flatMap((f) => f.fixes).filter((f) => f.title.includes(one.fix ?? ''));
  assert.equal(fixes.length, 1, fixes.map((f) => f.title).join('\n'));
  const [fix] = fixes;
  for (const edit of fix!.edits) world.setFile(edit.uri, applyEdits(model.text(edit.uri)!, edit.edits));
  for (const file of fix!.newFiles) world.setFile(file.uri, file.text);
  return setIn(model);
}

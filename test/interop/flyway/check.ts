import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { statusOf } from '../../../server/src/core/migrations/status.js';
import { chooseLedger } from '../../../server/src/tools/choose.js';
import { loadParser, run, setOf, withSession } from '../../postgres/kit.js';
import { type Major, startServer } from '../../postgres/server.js';

// Flyway itself and Lockstep, by turns on one database: `npx tsx test/interop/flyway/check.ts`. Needs Java 17 and Maven.
type Files = Record<string, string>;

const here = path.dirname(fileURLToPath(import.meta.url));
const home = mkdtempSync(path.join(os.tmpdir(), 'flyway-'));
const classpath = `${home}/classpath`;
execFileSync('mvn', ['-q', '-B', 'dependency:build-classpath', `-Dmdep.outputFile=${classpath}`], { cwd: here });
const jars = readFileSync(classpath, 'utf8').trim();
execFileSync('javac', ['-cp', jars, '-d', home, `${here}/Run.java`]);
await loadParser();

let agreed = 0;
for (const major of [14, 18] as readonly Major[]) {
  const server = await startServer({ major });
  const flyway = (database: string, files: Files, ...args: readonly string[]): string => {
    const folder = `${home}/sql`;
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(`${folder}/${name}`), { recursive: true });
      writeFileSync(`${folder}/${name}`, text);
    }
    const url = `jdbc:postgresql://127.0.0.1:${server.port}/${database}`;
    const settings = [`flyway.locations=filesystem:${folder}`, 'flyway.postgresql.transactional.lock=false'];
    const all = ['-cp', `${home}:${jars}`, 'Run', url, 'postgres', server.password, ...settings, ...args];
    return execFileSync('java', all, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  };
  const states = (database: string, files: Files) =>
    withSession(server, database, async (session) => {
      const set = setOf('flyway', files);
      const ledger = await chooseLedger(session, set, { table: undefined });
      const state = await ledger.read(session, set);
      assert.equal(state.problem, undefined);
      return statusOf(set, state, ledger.keeps).map((s) => `${s.version} ${s.state}`);
    });
  const rows = async (database: string) =>
    (
      await server.query(
        'SELECT installed_rank, version, description, type, script, checksum, installed_by, success FROM flyway_schema_history ORDER BY 1',
        database,
      )
    ).map((row) => JSON.stringify(row));
  const same = (what: string, check: () => void) => {
    check();
    agreed++;
    console.log(`PostgreSQL ${major}: ${what}`);
  };

  const files: Files = {
    'V1__users.sql': 'CREATE TABLE users (id int);\r\nINSERT INTO users VALUES (1);\r\n',
    'V1_2__add_mail.sql': '\uFEFFALTER TABLE users ADD mail text; -- é',
    'V1.9__nine.sql': 'CREATE TABLE nine (id int);\n',
    'V1.10__index.sql': 'CREATE INDEX CONCURRENTLY users_mail ON users (mail);\n',
    'U1.10__index.sql': 'DROP INDEX CONCURRENTLY users_mail;\n',
    'sub/V002__Sub_folder.sql': 'CREATE TABLE sub (id int);\n',
    'U002__Sub_folder.sql': 'DROP TABLE sub;\n',
    'R__b_view.sql': 'CREATE OR REPLACE VIEW b AS SELECT 1 AS one;\n',
    'R__a_view.sql': 'CREATE OR REPLACE VIEW a AS SELECT 1 AS one;\n',
    'afterMigrate.sql': 'SELECT 1;\n',
  };
  const ours = await server.createDatabase();
  const theirs = await server.createDatabase();
  const up = await run(server, ours, setOf('flyway', files));
  assert.equal(up.outcome, 'done', up.message);
  const told = flyway(theirs, files, 'migrate');
  const [a, b] = [await rows(ours), await rows(theirs)];
  same('both leave the same rows', () => assert.deepEqual(a, b, told));
  const validated = flyway(ours, files, 'validate', 'migrate');
  same('Lockstep applies, Flyway validates and has nothing to do', () => {
    assert.match(validated, /validate ok/);
    assert.match(validated, /migrate ok 0/);
  });
  const seen = await states(theirs, files);
  same('Flyway applies, Lockstep sees all applied', () =>
    assert.ok(
      seen.every((s) => s.endsWith(' applied')),
      String(seen),
    ),
  );
  const shape = (database: string) =>
    server.query(
      `SELECT attname, format_type(atttypid, atttypmod) AS type, attnotnull, pg_get_expr(adbin, adrelid) AS value, (SELECT string_agg(pg_get_indexdef(indexrelid), ' ' ORDER BY 1) FROM pg_index WHERE indrelid = attrelid) AS indexes
         FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
        WHERE attrelid = 'flyway_schema_history'::regclass AND attnum > 0 ORDER BY attnum`,
      database,
    );
  const [x, y] = [await shape(ours), await shape(theirs)];
  same('the table is the same', () => assert.deepEqual(x, y));

  for (const version of ['002', '1.10']) {
    const down = await run(server, theirs, setOf('flyway', files), { direction: 'down' });
    assert.equal(down.outcome, 'done', down.message);
    const info = flyway(theirs, files, 'info');
    same(`rolled back ${version}: pending for both`, () =>
      assert.match(info, new RegExp(`info ${version.replace('.', '\\.')} \\| .* \\| Pending`)),
    );
  }
  const again = flyway(theirs, files, 'migrate', 'validate');
  same('Flyway applies again what Lockstep took back', () => assert.match(again, /migrate ok 2\n[\s\S]*validate ok/));

  const edited = { ...files, 'V1__users.sql': 'CREATE TABLE users (id bigint);\n' };
  const mismatch = flyway(ours, edited, 'validate');
  const modified = await states(ours, edited);
  const refused = await run(server, ours, setOf('flyway', edited));
  same('an edited file is flagged by both', () => {
    assert.match(mismatch, /checksum mismatch for migration version 1 /);
    assert.ok(modified.includes('1 modified'), String(modified));
    assert.equal(refused.outcome, 'refused');
  });

  const changed = { ...files, 'R__a_view.sql': 'CREATE OR REPLACE VIEW a AS SELECT 1 AS one; -- again\n' };
  const outdated = flyway(ours, changed, 'info');
  const waiting = await states(ours, changed);
  const once = await run(server, ours, setOf('flyway', changed));
  const quiet = flyway(ours, changed, 'validate', 'migrate');
  same('a changed repeatable runs again, once', () => {
    assert.match(outdated, /a view \| SQL \| Pending/);
    assert.ok(waiting.includes('R__a_view pending'), String(waiting));
    assert.deepEqual(
      once.completed.map((c) => c.id),
      ['R__a_view'],
    );
    assert.match(quiet, /validate ok\n[\s\S]*migrate ok 0/);
  });

  const gone = Object.fromEntries(Object.entries(changed).filter(([name]) => name !== 'V1.9__nine.sql'));
  const missing = flyway(ours, gone, 'info');
  const lost = await states(ours, gone);
  flyway(ours, gone, 'repair');
  const repaired = await states(ours, gone);
  same('a file that is gone is missing for both, and no more after repair', () => {
    assert.match(missing, /info 1\.9 .* \| Missing/);
    assert.ok(lost.includes('1.9 missing'), String(lost));
    assert.ok(!repaired.some((s) => s.startsWith('1.9')), String(repaired));
  });

  const late = { ...gone, 'V1.5__late.sql': 'CREATE TABLE late (id int);\n' };
  const ignored = flyway(ours, late, 'info', 'migrate');
  const outOfOrder = await states(ours, late);
  same('out of order: refused by both', () => {
    assert.match(ignored, /info 1\.5 .* \| Ignored/);
    assert.match(ignored, /migrate FAILED/);
    assert.ok(outOfOrder.includes('1.5 outOfOrder'), String(outOfOrder));
  });

  const bad: Files = {
    'V1__a.sql': 'CREATE TABLE a (id int);\nINSERT INTO a VALUES (0);\n',
    'V2__bad.sql': 'CREATE TABLE b (id int);\nSELECT nothing;\n',
  };
  const [f, g] = [await server.createDatabase(), await server.createDatabase()];
  const failed = await run(server, f, setOf('flyway', bad));
  const fails = flyway(g, bad, 'migrate');
  const [p, q] = [await rows(f), await rows(g)];
  same('a failure in the middle leaves the same rows', () => {
    assert.equal(failed.outcome, 'failed');
    assert.match(fails, /migrate FAILED/);
    assert.deepEqual(p, q);
  });
  const unique: Files = {
    'V1__a.sql': bad['V1__a.sql']!,
    'V2__bad.sql': 'CREATE UNIQUE INDEX CONCURRENTLY i ON a ((1 / id));\n',
  };
  const broken = await run(server, f, setOf('flyway', unique));
  const breaks = flyway(g, unique, 'migrate');
  const [r, s] = [await rows(f), await rows(g)];
  const stopped = flyway(f, unique, 'migrate');
  const unfinished = await states(g, unique);
  same('a failure outside a transaction leaves a failed row for both', () => {
    assert.equal(broken.outcome, 'failed');
    assert.match(breaks, /migrate FAILED/);
    assert.deepEqual(r, s);
    assert.match(stopped, /migrate FAILED .*failed migration/);
    assert.ok(unfinished.includes('2 failed'), String(unfinished));
  });

  const mixed: Files = {
    'V1__a.sql': bad['V1__a.sql']!,
    'V3__mix.sql': 'INSERT INTO a VALUES (1);\nCREATE INDEX CONCURRENTLY j ON a (id);\n',
  };
  const m = await server.createDatabase();
  const mine = await run(server, m, setOf('flyway', mixed));
  const its = flyway(m, mixed, 'migrate');
  const alone = { ...mixed, 'V3__mix.sql.conf': 'executeInTransaction=false\n' };
  const runs = await run(server, m, setOf('flyway', alone));
  const agrees = flyway(m, alone, 'validate', 'migrate');
  same('mixed statements are refused by both, and run where executeInTransaction=false', () => {
    assert.equal(mine.outcome, 'refused', mine.message);
    assert.match(its, /migrate FAILED .*transactional and non-transactional/i);
    assert.equal(runs.outcome, 'done', runs.message);
    assert.match(agrees, /validate ok\n[\s\S]*migrate ok 0/);
  });

  const based: Files = {
    'V1__a.sql': 'CREATE TABLE a (id int);\n',
    'V2__b.sql': 'CREATE TABLE b (id int);\n',
    'B2__base.sql': 'CREATE TABLE a (id int);\nCREATE TABLE b (id int);\n',
    'V3__c.sql': 'CREATE TABLE c (id int);\n',
  };
  const [d, e] = [await server.createDatabase(), await server.createDatabase()];
  const begun = await run(server, d, setOf('flyway', based));
  const begins = flyway(e, based, 'migrate');
  const [t, u] = [await rows(d), await rows(e)];
  const after = flyway(d, based, 'validate', 'migrate');
  same('a baseline migration stands for those below it', () => {
    assert.equal(begun.outcome, 'done', begun.message);
    assert.deepEqual(t, u, begins);
    assert.match(after, /migrate ok 0/);
  });
  const old = await server.createDatabase();
  await server.query('CREATE TABLE old (id int)', old);
  const plainFiles: Files = {
    'V1__a.sql': based['V1__a.sql']!,
    'V2__b.sql': based['V2__b.sql']!,
    'V3__c.sql': based['V3__c.sql']!,
  };
  const full = await run(server, old, setOf('flyway', plainFiles));
  const fullToo = flyway(old, plainFiles, 'migrate', 'flyway.baselineVersion=2', 'baseline');
  const rest = await run(server, old, setOf('flyway', plainFiles));
  const fine = flyway(old, plainFiles, 'flyway.baselineVersion=2', 'validate', 'migrate');
  same('a schema that is not empty: refused by both; behind a baseline both go on', () => {
    assert.equal(full.outcome, 'refused', full.message);
    assert.match(fullToo, /migrate FAILED .*non-empty/);
    assert.deepEqual(
      rest.completed.map((c) => c.id),
      ['3'],
      rest.message,
    );
    assert.match(fine, /validate ok\n[\s\S]*migrate ok 0/);
  });
  await server.stop();
}
console.log(`${agreed} passed, 0 failed`);

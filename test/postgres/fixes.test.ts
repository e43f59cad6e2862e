import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import type { Fix } from '../../server/src/core/fixes/fix.js';
import { loadParser } from '../../server/src/core/sql/read.js';
import { applyEdits } from '../../server/src/core/text/edits.js';
import { fixturesOf, fixtureText } from '../rules/findings.js';
import { type FixtureWorld, fixtureWorld, setupOf } from '../world/fileContext.js';
import { type Major, serverUnavailable, startServer, type TestServer } from './server.js';

/** Rules whose fixes are applied to their fixtures and run as the tool would run them. */
const RULES = [
  'add-check-validated',
  'add-foreign-key-validated',
  'add-unique-builds-index',
  'concurrently-in-transaction',
  'create-index-blocking',
  'drop-index-blocking',
  'enum-value-used-in-same-transaction',
  'missing-lock-timeout',
  'not-rerunnable',
  'refresh-materialized-view-blocking',
  'validate-in-same-transaction',
];
/** What the server says to a fixture of a rule about failures. */
const FAILS: Readonly<Record<string, readonly string[]>> = {
  'concurrently-in-transaction': ['25001', '0A000'],
  'enum-value-used-in-same-transaction': ['55P04'],
};

const servers = new Map<Major, TestServer>();

before(loadParser);
after(() => Promise.all([...servers.values()].map((server) => server.stop())));

/** The server that is nearest to the version a fixture is for. */
async function serverFor(sql: string): Promise<TestServer> {
  const major: Major = setupOf(sql).pg > 14 ? 18 : 14;
  const server = servers.get(major) ?? (await startServer({ major }));
  servers.set(major, server);
  return server;
}

for (const rule of RULES) {
  test(`what the fixes of ${rule} write runs, leads to the same schema, and goes back`, async (t) => {
    const reason = serverUnavailable(14) ?? serverUnavailable(18);
    if (reason) return t.skip(reason);
    let ran = 0;
    for (const name of fixturesOf(rule)) {
      const sql = fixtureText(rule, name);
      if (setupOf(sql).direction === 'down') continue;
      ran += await checkFixture(rule, name, sql);
    }
    t.diagnostic(`${ran} fixes were run`);
    assert.ok(ran > 0, 'no fix was run');
  });
}

async function checkFixture(rule: string, name: string, sql: string): Promise<number> {
  const own = (world: FixtureWorld) => world.model.findings(world.uri).filter((f) => f.rule === rule);
  const findings = own(fixtureWorld(sql));
  const server = await serverFor(sql);
  const original = await outcome(server, fixtureWorld(sql), []);
  if (rule in FAILS && findings.length > 0)
    assert.ok(FAILS[rule]?.includes(original.error ?? ''), `${name} was expected to fail on the server`);
  // A fixture with names that exist nowhere shows the text of its fix only.
  else if (original.error) {
    console.log(`${rule}/${name} does not run: ${original.message}`);
    return 0;
  }
  let ran = 0;
  for (const [i, finding] of findings.entries()) {
    for (const j of finding.fixes.keys()) {
      const world = fixtureWorld(sql);
      const fix = own(world)[i]!.fixes[j]!;
      const made = apply(world, fix);
      const fixed = await outcome(server, world, made);
      const text = `${name}: ${fix.title}\n${[...made, world.uri].map((u) => `>> ${u}\n${world.model.text(u)}`).join('\n')}`;
      // Where several statements fail, one fix leaves the others.
      if (fixed.error && FAILS[rule]?.includes(fixed.error) && findings.length > 1) continue;
      assert.equal(fixed.error, undefined, `${text}\n${fixed.message}`);
      if (!original.error) assert.deepEqual(fixed.schema, original.schema, text);
      ran++;
    }
  }
  return ran;
}

function apply(world: FixtureWorld, fix: Fix): readonly string[] {
  for (const { uri, edits } of fix.edits) world.setFile(uri, applyEdits(world.model.text(uri)!, edits));
  for (const { uri, text } of fix.newFiles) world.setFile(uri, text);
  return fix.newFiles.map((f) => f.uri);
}

interface Outcome {
  readonly error: string | undefined;
  readonly message: string;
  readonly schema: readonly string[];
}

/** Runs the fixture's migration and all later ones up, looks at the schema, and runs the new ones down again. */
async function outcome(server: TestServer, world: FixtureWorld, made: readonly string[]): Promise<Outcome> {
  const client = new pg.Client({ connectionString: server.url('postgres') });
  await client.connect();
  try {
    // Quicker than a database for each.
    await client.query(
      'SET client_min_messages = error; DROP SCHEMA IF EXISTS app CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public; CREATE SCHEMA app',
    );
    const migrations = world.model.sets()[0]!.migrations;
    for (const { up } of migrations) if (up) await runFile(client, world, up.uri);
    const schema = await schemaOf(client);
    for (const { down } of [...migrations].reverse()) {
      // The fixture's own down is an excerpt; those that a fix makes are whole.
      if (down && (made.includes(down.uri) || (made.length > 0 && down.path.startsWith('0002'))))
        await runFile(client, world, down.uri);
    }
    return { error: undefined, message: '', schema };
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error;
    return { error: error.code, message: error.message, schema: [] };
  } finally {
    await client.end();
  }
}

/** As the tool does: one message; one statement at a time; in a transaction where there is one. */
async function runFile(client: pg.Client, world: FixtureWorld, uri: string): Promise<void> {
  const place = world.model.locate(uri)!;
  const statements = world.model.statements(uri);
  const mode = place.half.transaction;
  const texts = mode === 'auto' ? statements.map((s) => s.statement.text) : [world.model.text(uri)!];
  const wraps = mode === 'wrapped' || (mode === 'auto' && statements[0]?.inTransaction === true);
  if (wraps) await client.query('BEGIN');
  for (const text of texts) await client.query(text);
  if (wraps) await client.query('COMMIT');
}

async function schemaOf(client: pg.Client): Promise<readonly string[]> {
  const { rows } = await client.query<{ line: string }>(`
    SELECT format('%s %s %s valid=%s', conrelid::regclass, conname, pg_get_constraintdef(oid), convalidated) AS line
      FROM pg_constraint WHERE conrelid <> 0 AND connamespace IN ('public'::regnamespace, 'app'::regnamespace)
    UNION ALL
    SELECT format('%s valid=%s', pg_get_indexdef(indexrelid), indisvalid) FROM pg_index JOIN pg_class c ON c.oid = indexrelid
      WHERE relnamespace IN ('public'::regnamespace, 'app'::regnamespace)
    UNION ALL
    SELECT format('%s.%s %s %s', attrelid::regclass, attname, format_type(atttypid, atttypmod), attnotnull) FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
      WHERE relnamespace IN ('public'::regnamespace, 'app'::regnamespace) AND relkind IN ('r', 'p', 'm') AND attnum > 0 AND NOT attisdropped
    ORDER BY 1`);
  return rows.map((row) => row.line);
}

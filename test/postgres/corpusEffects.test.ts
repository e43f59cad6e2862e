import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import { analysisSteps } from '../../server/src/core/analysis.js';
import type { Catalog } from '../../server/src/core/catalog/catalog.js';
import { emptyCatalog } from '../../server/src/core/catalog/empty.js';
import type { MigrationSet } from '../../server/src/core/migrations/set.js';
import type { AnalysedStatement } from '../../server/src/core/statements/analysed.js';
import { finish } from '../../server/src/core/steps.js';
import { project, withoutCorpus } from '../core/migrations/corpus.js';
import { buildSet, foldersIn } from '../world/sets.js';
import { loadParser, readScript } from './kit.js';
import { observe, type Seen } from './observe.js';
import { serverUnavailable, startServer, type TestServer } from './server.js';

/*
 * The migrations of real projects, run on a real server one statement after the other, each compared with its effect:
 * what the catalog knows from replaying the files must be enough to tell the locks.
 */

const MAJOR = 18;
const PROJECTS = ['concourse', 'crates.io', 'minder'];
/** What the rest is: IF EXISTS on what is not there, rows that are not there, and what triggers do. */
const ENOUGH = 0.99;

describe('effects of real migrations', { skip: serverUnavailable(MAJOR) ?? withoutCorpus }, () => {
  let server: TestServer;
  before(async () => {
    await loadParser();
    server = await startServer({ major: MAJOR });
  });
  after(() => server?.stop());

  for (const name of PROJECTS) {
    test(`${name}: locks and rewrites are what was claimed`, async (t) => {
      const client = new pg.Client({ connectionString: server.url(await server.createDatabase()) });
      await client.connect();
      // Not UTC: there, timestamp to timestamptz would not rewrite, which no script can count on.
      await client.query("SET TimeZone = 'America/New_York'");
      const { compared, different } = await replay(client, setOf(name));
      await client.end();
      t.diagnostic(`${compared} statements, ${different.length} different`);
      for (const line of different) t.diagnostic(line);
      assert.ok(compared > 300);
      assert.ok(different.length / compared < 1 - ENOUGH, different.join('\n'));
    });
  }
});

function setOf(name: string): MigrationSet {
  const files = project(name);
  const [folder] = foldersIn(files, { root: 'file:///ws', named: [] });
  assert.ok(folder, name);
  const inFolder = files.filter((f) => f.uri.startsWith(`${folder.folder}/`));
  const relative = inFolder.map((f) => ({ ...f, path: f.uri.slice(folder.folder.length + 1) }));
  return buildSet({ ...folder, files: relative });
}

async function replay(client: pg.Client, set: MigrationSet) {
  let catalog: Catalog = emptyCatalog();
  let compared = 0;
  const different: string[] = [];
  for (const { id, up } of set.migrations) {
    if (!up) continue;
    const script = readScript(up.text);
    const statements = finish(
      analysisSteps({
        script,
        where: { uri: up.uri, half: up.key, migration: id },
        mode: 'implicit',
        pg: MAJOR,
        before: catalog,
      }),
    );
    for (const at of statements) {
      const seen = await run(client, at);
      if (!seen || !at.effect.known) continue;
      compared++;
      const found = differences(at, seen);
      if (found.length > 0) different.push(`${id}: ${at.statement.text.slice(0, 80)}: ${found.join('; ')}`);
    }
    catalog = statements.at(-1)?.after ?? catalog;
  }
  return { compared, different };
}

/** Each statement in a transaction of its own; what cannot be looked at is only run. */
async function run(client: pg.Client, { statement, effect, before }: AnalysedStatement): Promise<Seen | undefined> {
  if (statement.kind === 'TransactionStmt') return undefined;
  try {
    if (effect.transaction === 'any' && statement.kind !== 'VariableSetStmt') {
      return await observe(client, statement.text, before, 'COMMIT');
    }
    await client.query(statement.text);
  } catch {
    // Some files count on data or on roles that are not there.
  }
  return undefined;
}

const CHANGES_ROWS = /^(Insert|Update|Delete)Stmt$/;

function differences({ statement, effect, before }: AnalysedStatement, seen: Seen): readonly string[] {
  const claimed = new Map(effect.locks.map((lock) => [lock.relation, lock.mode]));
  // The tables are empty: foreign keys of rows are not looked up.
  const rows = CHANGES_ROWS.test(statement.kind);
  const found: string[] = [];
  for (const [name, mode] of seen.locks) {
    const claim = claimed.get(name);
    if (claim !== mode && !(rows && claim)) found.push(`${name}: claimed ${claim ?? 'nothing'}, seen ${mode}`);
  }
  for (const [name, mode] of claimed) {
    const temporary = before.relationByKey(name)?.temporary === true;
    if (!seen.locks.has(name) && !rows && !temporary) found.push(`${name}: claimed ${mode}, not seen`);
  }
  if (statement.kind === 'TruncateStmt') return found;
  const rewritten = new Set(effect.work.filter((w) => w.kind === 'rewrite').map((w) => w.relation));
  for (const name of seen.rewritten) if (!rewritten.has(name)) found.push(`${name}: rewritten, not claimed`);
  for (const name of rewritten) if (!seen.rewritten.has(name)) found.push(`${name}: claimed rewritten, not seen`);
  return found;
}

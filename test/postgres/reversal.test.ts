import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { replaySteps } from '../../server/src/core/analysis.js';
import { applyStatement } from '../../server/src/core/catalog/apply.js';
import { emptyCatalog } from '../../server/src/core/catalog/empty.js';
import { deriveDown } from '../../server/src/core/reversal/derive.js';
import type { Scene } from '../../server/src/core/reversal/stage.js';
import { finish } from '../../server/src/core/steps.js';
import { openSession } from '../../server/src/database/connect.js';
import type { PgSession } from '../../server/src/database/session.js';
import { loadParser, readScript, type Script, targetOf } from './kit.js';
import { CASES } from './reversalCases.js';
import { type Major, serverUnavailable, startServer, type TestServer } from './server.js';
import { snapshot } from './snapshot.js';

for (const major of [14, 18] as readonly Major[]) {
  describe(`derived downs on PostgreSQL ${major}`, { skip: serverUnavailable(major) ?? false }, () => {
    let server: TestServer;
    let session: PgSession;
    before(async () => {
      await loadParser();
      server = await startServer({ major });
      session = await openSession(targetOf(server, await server.createDatabase()));
    });
    after(async () => {
      await session?.close();
      await server?.stop();
    });

    for (const { name, before: earlier, up } of CASES) {
      test(`${name}: up and the derived down leave the schema as it was`, async () => {
        await session.simple(RESET);
        const first = readScript(earlier);
        const script = readScript(up);
        assert.deepEqual([...first.errors, ...script.errors], []);
        const down = deriveDown(stepsOf(first, script), { earlier: () => [...first.statements].reverse() });
        if (earlier !== '') await session.simple(earlier);
        const was = await snapshot(session);
        await runAll(up);
        assert.notDeepEqual(await snapshot(session), was, 'the up changes nothing: the case says nothing');
        await runAll(down.text);
        assert.deepEqual(await snapshot(session), was, down.text);
        // And the up runs again: nothing is in its way.
        await runAll(up);
      });
    }

    /** In one message, or one by one for CONCURRENTLY. */
    async function runAll(sql: string): Promise<void> {
      const { statements } = readScript(sql);
      const texts = sql.includes('CONCURRENTLY') ? statements.map((s) => s.text) : [sql];
      for (const text of statements.length > 0 ? texts : []) {
        try {
          await session.simple(text);
        } catch (error) {
          throw new Error(`${(error as Error).message}\nin: ${text}\nof:\n${sql}`);
        }
      }
    }
  });
}

const EARLIER = 'file:///w/1.sql';

function stepsOf(first: Script, script: Script): readonly Scene[] {
  let catalog = finish(replaySteps(first, emptyCatalog(), { uri: EARLIER, half: EARLIER, migration: '1' }));
  return script.statements.map((statement) => {
    const after = applyStatement(catalog, statement, {
      uri: 'file:///w/2.sql',
      half: 'file:///w/2.sql',
      migration: '2',
    });
    const step = { statement, before: catalog, after };
    catalog = after;
    return step;
  });
}

const RESET = `DO $$
DECLARE name text;
BEGIN
  FOR name IN SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' LOOP
    EXECUTE format('DROP SCHEMA %I CASCADE', name);
  END LOOP;
  CREATE SCHEMA public;
END $$`;

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { survey } from '../faults/harness.js';
import { STATE, STEPS, scenario, TOOLS } from '../faults/scenarios.js';
import { expectNothingUnhandled, loadParser, run } from './kit.js';
import { type Major, serverUnavailable, startServer, type TestServer } from './server.js';

expectNothingUnhandled();

for (const major of [14, 18] as readonly Major[]) {
  describe(`several runs at once on PostgreSQL ${major}`, { skip: serverUnavailable(major) ?? false }, () => {
    let server: TestServer;
    before(async () => {
      await loadParser();
      server = await startServer({ major });
    });
    after(() => server?.stop());

    for (const tool of TOOLS) {
      test(`${tool}: 2, 4 and 8 runs apply everything exactly once`, async () => {
        const { states } = await survey(server, tool);
        for (const count of [2, 4, 8]) {
          const database = await server.createDatabase();
          const set = scenario(tool);
          const outcomes = await Promise.all(
            Array.from({ length: count }, () => run(server, database, set, { lockTimeoutMs: 60_000 })),
          );
          const messages = outcomes.map((o) => o.message).join('\n');
          const applied = outcomes.flatMap((o) => o.completed.map((c) => c.id));
          assert.deepEqual(
            [...applied].sort(),
            set.migrations.map((m) => m.id),
            messages,
          );
          assert.equal(outcomes.filter((o) => o.outcome === 'done').length, 1, messages);
          assert.equal(outcomes.filter((o) => o.idle).length, count - 1, messages);
          assert.equal((await server.query(STATE, database))[0]?.state, states[STEPS]);
        }
      });
    }
  });
}

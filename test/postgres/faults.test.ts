import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { attempt, survey } from '../faults/harness.js';
import { attemptsOf, sample } from '../faults/plan.js';
import { TOOLS } from '../faults/scenarios.js';
import { expectNothingUnhandled, loadParser } from './kit.js';
import { serverUnavailable, startServer, type TestServer } from './server.js';

expectNothingUnhandled();

/** `npm run faults` makes all of them, and prints what came of each. */
const COUNT = 25;

describe('interrupted runs', { skip: serverUnavailable(14) ?? false, concurrency: 3 }, () => {
  let server: TestServer;
  before(async () => {
    await loadParser();
    server = await startServer();
  });
  after(() => server?.stop());

  for (const [i, tool] of TOOLS.entries()) {
    test(`${tool}: no ledger is untrue, nothing is done twice, and all of it can be finished`, async () => {
      const surveyed = await survey(server, tool);
      const count = Math.floor((COUNT + i) / TOOLS.length);
      for (const what of sample(attemptsOf(tool, surveyed), count)) {
        const verdict = await attempt(server, surveyed.states, what);
        assert.deepEqual(verdict.wrong, [], JSON.stringify(what));
        assert.notEqual(verdict.ended, 'untouched');
      }
    });
  }
});

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { CHECKS, compare } from '../interop/compare.js';
import { install } from '../interop/install.js';
import { program as dbmate } from '../interop/programs/dbmate.js';
import { program as nodePgMigrate } from '../interop/programs/nodePgMigrate.js';
import { loadParser } from './kit.js';
import { serverUnavailable, startServer, type TestServer } from './server.js';

// The programs that npm brings in seconds; `npm run test:interop` compares with all of them.
describe('beside the tools’ own programs', { skip: serverUnavailable(18) ?? false, concurrency: 2 }, () => {
  let server: TestServer;
  before(async () => {
    await loadParser();
    server = await startServer({ major: 18 });
  });
  after(() => server?.stop());

  for (const program of [dbmate, nodePgMigrate]) {
    test(`${program.id} and Lockstep agree on the same databases`, async (t) => {
      const installed = await install(program);
      if ('skip' in installed) {
        t.skip(installed.skip);
        return;
      }
      const found = await compare(program, installed.binary, server);
      assert.deepEqual(found, Object.fromEntries(CHECKS.map((check) => [check, undefined])));
    });
  }
});

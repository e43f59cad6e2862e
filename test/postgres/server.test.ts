import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Major, serverUnavailable, startServer } from './server.js';

for (const major of [14, 18] as readonly Major[]) {
  test(`the harness starts PostgreSQL ${major} and makes databases`, {
    skip: serverUnavailable(major) ?? false,
  }, async () => {
    const server = await startServer({ major });
    try {
      const database = await server.createDatabase();
      const [row] = await server.query('SHOW server_version_num', database);
      assert.equal(Math.floor(Number(row?.server_version_num) / 10_000), major);
    } finally {
      await server.stop();
    }
    await assert.rejects(server.query('SELECT 1'), /ECONNREFUSED/);
  });
}

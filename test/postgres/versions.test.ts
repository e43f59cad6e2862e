import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import { loadParser, readScript } from '../../server/src/core/sql/read.js';
import { featuresOf } from '../../server/src/core/statements/versions.js';
import { type Major, serverUnavailable, startServer, type TestServer } from './server.js';

await loadParser();

const fixture = (name: string) =>
  readScript(readFileSync(new URL(`../rules/needs-newer-postgresql/${name}.sql`, import.meta.url), 'utf8')).statements;
const NEWER = [...fixture('bad'), ...fixture('detach')];
const OLD = fixture('good');

/** The statement is not understood: syntax_error, and invalid_parameter_value for a storage parameter. */
const REFUSED = new Set(['42601', '22023']);

for (const major of [14, 18] as const) {
  describe(`what PostgreSQL ${major} understands`, { skip: serverUnavailable(major) ?? false }, () => {
    const { understands } = onServer(major);
    for (const statement of NEWER) {
      const since = Math.max(...featuresOf(statement.node).map((f) => f.since));
      test(`${statement.text} is since ${since}`, async () => {
        assert.equal(await understands(statement.text), since <= major);
      });
    }
    for (const statement of OLD) {
      test(`${statement.text} is known to all`, async () => {
        assert.deepEqual(featuresOf(statement.node), []);
        assert.equal(await understands(statement.text), true);
      });
    }
  });
}

/** Runs one statement in an empty database and takes it back; only whether it was understood counts. */
function onServer(major: Major): { understands(sql: string): Promise<boolean> } {
  let server: TestServer;
  let client: pg.Client;
  before(async () => {
    server = await startServer({ major });
    client = new pg.Client(server.url(await server.createDatabase()));
    await client.connect();
    await client.query('CREATE TABLE orders (id bigint PRIMARY KEY, total int, note text)');
    await client.query('CREATE TABLE events (id bigint) PARTITION BY RANGE (id)');
    await client.query('CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (0) TO (9)');
    await client.query('CREATE TABLE lines (a int PRIMARY KEY)');
  });
  after(async () => {
    await client.end();
    await server.stop();
  });
  return {
    async understands(sql) {
      await client.query('BEGIN');
      try {
        await client.query(sql);
        return true;
      } catch (error) {
        return !REFUSED.has((error as { code?: string }).code ?? '');
      } finally {
        await client.query('ROLLBACK');
      }
    },
  };
}

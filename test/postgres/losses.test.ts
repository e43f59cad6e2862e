import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openSession } from '../../server/src/database/connect.js';
import type { PgSession } from '../../server/src/database/session.js';
import { countLosses } from '../../server/src/runner/losses.js';
import { CASES, given } from '../core/effects/lossCases.js';
import { targetOf } from './kit.js';
import { serverUnavailable, startServer, type TestServer } from './server.js';

/* Which tables lose rows on a real server by the statements whose losses the effects tell, and how their rows are counted. */

const ROWS = `
  INSERT INTO users SELECT generate_series(1, 5);
  INSERT INTO orders SELECT i, i FROM generate_series(1, 5) i;
  INSERT INTO items SELECT i FROM generate_series(1, 5) i;
  INSERT INTO audits SELECT i FROM generate_series(1, 5) i;
  INSERT INTO logs SELECT '2024-01-01' FROM generate_series(1, 5);
  INSERT INTO old.one VALUES (1);
  INSERT INTO old."two.parts" VALUES (1);
`;
const TABLES = `SELECT n.nspname AS schema, c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname IN ('public', 'old')`;

describe('rows that a down takes away', { skip: serverUnavailable() }, () => {
  let server: TestServer;
  let session: PgSession;
  before(async () => {
    // MERGE came with PostgreSQL 15.
    server = await startServer({ major: 18 });
    session = await openSession(targetOf(server, await server.createDatabase()));
    await session.simple(given + ROWS);
  });
  after(async () => {
    await session.close();
    await server.stop();
  });
  const counts = async (): Promise<Map<string, number>> => {
    const found = new Map<string, number>();
    for (const { schema, name } of (await session.query(TABLES)).rows) {
      const { rows } = await session.query(`SELECT count(*)::int AS n FROM "${schema}"."${name}"`);
      found.set(`${schema}.${name}`, Number(rows[0]?.n));
    }
    return found;
  };

  for (const [sql, ...expected] of CASES) {
    // The schema is not there; a partition counts as its parent.
    if (/elsewhere|logs_1/.test(sql)) continue;
    const named = expected.filter((e) => !e.includes('nowhere')).map((e) => e.replace(/^\w+ /, ''));
    test(`${sql}: ${named.join(', ') || 'nothing'} loses rows`, async () => {
      const full = await counts();
      await session.simple('BEGIN');
      try {
        await session.simple(sql);
        const left = await counts();
        const lost = [...full].filter(([name, n]) => (left.get(name) ?? 0) < n).map(([name]) => name);
        assert.deepEqual(new Set(lost), new Set(named));
      } finally {
        await session.simple('ROLLBACK');
      }
    });
  }

  test('rows are counted up to a bound, and estimated beyond it', async () => {
    await session.simple(`
      CREATE TABLE few AS SELECT generate_series(1, 1000) AS id;
      CREATE TABLE none (id int);
      CREATE TABLE many (id int) PARTITION BY HASH (id);
      CREATE TABLE many_0 PARTITION OF many FOR VALUES WITH (MODULUS 2, REMAINDER 0);
      CREATE TABLE many_1 PARTITION OF many FOR VALUES WITH (MODULUS 2, REMAINDER 1);
      CREATE TABLE fresh (id int) WITH (autovacuum_enabled = off);
      INSERT INTO many SELECT generate_series(1, 20000);
      INSERT INTO fresh SELECT generate_series(1, 20000);
      ANALYZE many;`);
    const loss = (name: string) => ({ schema: undefined, name, display: name, how: 'dropped' as const });
    const counted = await countLosses(session, ['few', 'none', 'many', 'fresh', 'absent'].map(loss));
    assert.deepEqual(
      counted.map(({ display, rows, isEstimate }) => [display, rows, isEstimate]),
      [
        ['few', 1000, false],
        ['many', 20_000, true],
        ['fresh', 10_000, true],
      ],
    );
  });

  test('rows that cannot be counted are not taken for none', async () => {
    const other = await openSession(
      targetOf(server, (await session.query('SELECT current_database() AS d')).rows[0]?.d as string),
    );
    await session.simple('CREATE TABLE held (id int); INSERT INTO held VALUES (1)');
    await session.simple('BEGIN; LOCK TABLE held');
    try {
      await other.simple("SET lock_timeout = '50ms'");
      const [held] = await countLosses(other, [{ schema: 'public', name: 'held', display: 'held', how: 'dropped' }]);
      assert.deepEqual(held, { display: 'held', how: 'dropped', rows: undefined, isEstimate: false });
    } finally {
      await session.simple('ROLLBACK');
      await other.close();
    }
  });

  test('rows that a policy hides are not taken for none', async () => {
    await session.simple(`
      CREATE ROLE somebody;
      CREATE TABLE hidden (id int); INSERT INTO hidden VALUES (1);
      ALTER TABLE hidden ENABLE ROW LEVEL SECURITY; GRANT SELECT ON hidden TO somebody; SET ROLE somebody`);
    try {
      const [hidden] = await countLosses(session, [
        { schema: undefined, name: 'hidden', display: 'hidden', how: 'emptied' },
      ]);
      assert.deepEqual(hidden, { display: 'hidden', how: 'emptied', rows: undefined, isEstimate: false });
    } finally {
      await session.simple('RESET ROLE; RESET row_security');
    }
  });
});

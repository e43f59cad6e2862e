import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import { emptyCatalog } from '../../server/src/core/catalog/empty.js';
import { effectOf } from '../../server/src/core/effects/effectOf.js';
import type { TransactionMode } from '../../server/src/core/migrations/migration.js';
import { opensTransaction, unitsOf } from '../../server/src/core/transactions.js';
import { loadParser, readScript } from './kit.js';
import { type Major, serverUnavailable, startServer, type TestServer } from './server.js';

/** `?` stands for a question for the number of the transaction. */
const SCRIPTS = [
  '?; ?',
  '?',
  '?; BEGIN; ?; ?; COMMIT; ?; ?',
  'BEGIN; ?; COMMIT; BEGIN; ?; ROLLBACK; ?',
  'BEGIN; ?; COMMIT AND CHAIN; ?; COMMIT; ?',
  'BEGIN; ?; ROLLBACK AND CHAIN; ?; ?; COMMIT',
  '?; COMMIT; ?; ?',
  'START TRANSACTION; ?; SAVEPOINT a; ?; ROLLBACK TO a; ?; RELEASE a; END; ?',
  '?; VACUUM pg_class; ?',
];

const MODES: readonly TransactionMode[] = ['wrapped', 'implicit', 'stepwise', 'bare', 'auto'];

for (const major of [14, 18] as readonly Major[]) {
  describe(`units as PostgreSQL ${major} has them`, { skip: serverUnavailable(major) ?? false }, () => {
    let server: TestServer;
    before(async () => {
      await loadParser();
      server = await startServer({ major });
    });
    after(() => server?.stop());

    test('statements of one unit share a transaction, those of two do not', async () => {
      let compared = 0;
      for (const mode of MODES) {
        for (const text of SCRIPTS) {
          const sql = text.replaceAll('?', 'SELECT txid_current() AS x');
          const seen = await transactionsOf(server, mode, sql);
          // What the server refuses there (VACUUM in a transaction, CHAIN in a message) says nothing about what follows.
          if (!seen) continue;
          compared++;
          const { statements } = readScript(sql);
          const effects = statements.map((s) => effectOf(s, emptyCatalog(), { pg: major, bornHere: new Set() }));
          const units = unitsOf(mode, statements, effects);
          const unitOf = (index: number) => units.findIndex((u) => u.first <= index && index < u.end);
          const asked = statements.filter((s) => s.kind === 'SelectStmt').map((s) => unitOf(s.index));
          const pattern = (ids: readonly unknown[]) => ids.map((id) => ids.indexOf(id)).join(' ');
          assert.equal(pattern(asked), pattern(seen), `${mode}: ${text}`);
        }
      }
      assert.ok(compared >= 35, `${compared} compared`);
    });
  });
}

/** The transaction of each question, when the script is sent as the tool does; undefined when it fails. */
async function transactionsOf(
  server: TestServer,
  mode: TransactionMode,
  sql: string,
): Promise<readonly string[] | undefined> {
  const { host, port, user, password } = server;
  const client = new pg.Client({ host, port, user, password, database: 'postgres' });
  await client.connect();
  const seen: string[] = [];
  const send = async (text: string) => {
    const answers: unknown = await client.query(text);
    for (const answer of Array.isArray(answers) ? answers : [answers]) {
      for (const row of (answer as pg.QueryResult).rows ?? []) if (row.x !== undefined) seen.push(String(row.x));
    }
  };
  const isFile = mode === 'wrapped' || mode === 'implicit';
  const { statements } = readScript(sql);
  const effects = statements.map((s) => effectOf(s, emptyCatalog(), { pg: 14, bornHere: new Set() }));
  const [first] = unitsOf(mode, statements, effects);
  const wraps = opensTransaction(mode) || (mode === 'auto' && first?.kind === 'transaction' && first.by === 'tool');
  try {
    if (wraps) await send('BEGIN');
    for (const text of isFile ? [sql] : statements.map((s) => s.text)) await send(text);
    if (wraps) await send('COMMIT');
    return seen;
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error;
    return undefined;
  } finally {
    await client.end();
  }
}

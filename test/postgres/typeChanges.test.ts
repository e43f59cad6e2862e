import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import type { TypeRef } from '../../server/src/core/catalog/catalog.js';
import { classifyTypeChange } from '../../server/src/core/effects/typeChange.js';
import { typeRef } from '../../server/src/core/sql/names.js';
import { catalogOf } from '../core/effects/kit.js';
import { loadParser, readScript } from './kit.js';
import { type Major, serverUnavailable, startServer, type TestServer } from './server.js';

/* Every type of a list changed to every other on a real server: does the table get a new file, does its index? */

const USER_TYPES = `
CREATE DOMAIN plainint AS integer;
CREATE DOMAIN posint AS integer CHECK (VALUE > 0);
CREATE DOMAIN code AS varchar(10);
CREATE TYPE mood AS ENUM ('sad', 'ok');
`;

const TYPES: readonly string[] = [
  ...['smallint', 'int', 'bigint', 'numeric', 'numeric(10,2)', 'numeric(12,2)', 'numeric(12,4)', 'numeric(8)', 'real'],
  ...['double precision', 'money', 'oid', 'regclass', 'boolean', 'text', 'varchar', 'varchar(10)', 'varchar(20)'],
  ...['char(10)', 'char(20)', 'bpchar', 'name', '"char"', 'bytea', 'uuid', 'json', 'jsonb', 'xml', 'date', 'time'],
  ...['time(3)', 'timetz', 'timestamp', 'timestamp(3)', 'timestamptz', 'timestamptz(3)', 'interval', 'interval(3)'],
  ...['interval day', 'interval year to month', 'interval second(2)', 'inet', 'cidr', 'macaddr', 'macaddr8', 'bit(4)'],
  ...['bit(8)', 'varbit', 'varbit(4)', 'varbit(8)', 'int[]', 'bigint[]', 'text[]', 'varchar[]', 'varchar(10)[]'],
  ...['plainint', 'posint', 'code', 'mood', 'int4range', 'int8range', 'tsvector', 'point'],
];

for (const major of [14, 18] as readonly Major[]) {
  describe(`type changes on PostgreSQL ${major}`, { skip: serverUnavailable(major) ?? false }, () => {
    let server: TestServer;
    let client: pg.Client;
    before(async () => {
      await loadParser();
      server = await startServer({ major });
      client = new pg.Client({ connectionString: server.url(await server.createDatabase()) });
      await client.connect();
      await client.query(USER_TYPES);
    });
    after(async () => {
      await client?.end();
      await server?.stop();
    });

    for (const timeZone of ['UTC', 'Europe/Berlin']) {
      test(`what is rewritten and what is rebuilt with TimeZone ${timeZone}`, async (t) => {
        const catalog = catalogOf(USER_TYPES);
        const options = { timeZone, type: (type: TypeRef) => catalog.type(type.schema, type.name) };
        await client.query(`SET TimeZone = '${timeZone}'`);
        const wrong: string[] = [];
        let compared = 0;
        for (const from of TYPES) {
          await makeTable(client, from);
          for (const to of TYPES) {
            const seen = await change(client, to);
            if (!seen) continue;
            compared++;
            const { rewrite, rebuildsIndexes } = classifyTypeChange(typeOf(from), typeOf(to), {
              ...options,
              using: seen.using ? 'cast' : undefined,
            });
            const claimed = verdict(rewrite, rebuildsIndexes && seen.indexed);
            if (claimed !== seen.verdict) wrong.push(`${from} → ${to}: claimed ${claimed}, seen ${seen.verdict}`);
          }
          await client.query('DROP TABLE t');
        }
        t.diagnostic(`${compared} changes compared`);
        assert.ok(compared > 1000);
        assert.deepEqual(wrong, []);
      });
    }
  });
}

function typeOf(sql: string): TypeRef {
  const node = readScript(`ALTER TABLE t ALTER c TYPE ${sql}`).statements[0]?.node as never as {
    AlterTableStmt: { cmds: { AlterTableCmd: { def: { ColumnDef: { typeName: unknown } } } }[] };
  };
  return typeRef(node.AlterTableStmt.cmds[0]?.AlterTableCmd.def.ColumnDef.typeName);
}

function verdict(rewrite: boolean, rebuilds: boolean): string {
  if (rewrite) return 'rewrite';
  return rebuilds ? 'index rebuilt' : 'free';
}

/** A table with one row, NULL, which every cast takes; and an index where the type has a B-tree. */
async function makeTable(client: pg.Client, type: string): Promise<void> {
  await client.query(`CREATE TABLE t (c ${type}); INSERT INTO t VALUES (NULL)`);
  await client.query('CREATE INDEX i ON t (c)').catch(() => {});
}

interface Change {
  readonly verdict: string;
  readonly indexed: boolean;
  /** The change needed USING c::type. */
  readonly using: boolean;
}

/** Undefined where there is no cast at all. */
async function change(client: pg.Client, to: string): Promise<Change | undefined> {
  for (const using of ['', ` USING c::${to}`]) {
    await client.query('BEGIN');
    try {
      const before = await files(client);
      await client.query(`ALTER TABLE t ALTER c TYPE ${to}${using}`);
      const now = await files(client);
      const indexed = before.index !== null;
      return {
        verdict: verdict(before.table !== now.table, indexed && before.index !== now.index),
        indexed,
        using: using !== '',
      };
    } catch (error) {
      const { code } = error as { code?: string };
      // 42704: the new type has no B-tree for the index. 42804, 42846: no such cast.
      if (code !== '42804' && code !== '42846' && code !== '42704') throw error;
    } finally {
      await client.query('ROLLBACK');
    }
  }
  return undefined;
}

async function files(client: pg.Client): Promise<{ table: number; index: number | null }> {
  const sql = "SELECT pg_relation_filenode('t') AS table, pg_relation_filenode(to_regclass('i')) AS index";
  return (await client.query(sql)).rows[0];
}

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import { classifyTypeChange } from '../../server/src/core/effects/typeChange.js';
import { type TypeRef, typeRef } from '../../server/src/core/sql/types.js';
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

    test('values survive where nothing is said to be lost', async (t) => {
      const catalog = catalogOf(USER_TYPES);
      const type = (ref: TypeRef) => catalog.type(ref.schema, ref.name);
      const lost: string[] = [];
      let compared = 0;
      for (const [from, values] of Object.entries(SAMPLES)) {
        await client.query(`CREATE TABLE t (c ${from})`);
        for (const value of values) await client.query(`INSERT INTO t VALUES ('${value}')`);
        for (const to of Object.keys(SAMPLES)) {
          if (classifyTypeChange(typeOf(from), typeOf(to), { type, timeZone: 'UTC' }).mayLose) continue;
          const same = await survives(client, from, to);
          if (same !== undefined) compared++;
          if (same === false) lost.push(`${from} → ${to}`);
        }
        await client.query('DROP TABLE t');
      }
      t.diagnostic(`${compared} changes compared`);
      assert.ok(compared > 150);
      assert.deepEqual(lost, []);
    });

    for (const timeZone of major === 18 ? ['UTC', 'Europe/Berlin'] : ['UTC']) {
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

/** Values at the limits of their type. */
const SAMPLES: Readonly<Record<string, readonly string[]>> = {
  smallint: ['-32768', '32767'],
  int: ['-2147483648', '2147483647'],
  bigint: ['9223372036854775807', '-9223372036854775807'],
  numeric: ['123456789012345678901234567890.123456789', '0.1'],
  'numeric(10,2)': ['99999999.99', '0.01'],
  'numeric(12,4)': ['99999999.9999'],
  'numeric(8)': ['99999999', '-99999999'],
  real: ['3.14159', '1e30'],
  'double precision': ['3.141592653589793', '1e300'],
  boolean: ['true', 'false'],
  text: ['a much longer text than any of the limits here'],
  'varchar(10)': ['abcdefghij'],
  'varchar(20)': ['abcdefghijklmnopqrst'],
  'char(10)': ['abcdefghij'],
  uuid: ['00000000-0000-0000-0000-000000000001'],
  jsonb: ['{"a": 2}'],
  date: ['2024-02-29', '200000-12-31'],
  time: ['12:34:56.789123'],
  'time(3)': ['12:34:56.789'],
  timestamp: ['2024-02-29 12:34:56.789123'],
  'timestamp(3)': ['2024-02-29 12:34:56.789'],
  timestamptz: ['2024-02-29 12:34:56.789123+03'],
  interval: ['1 year 2 mons 3 days 04:05:06.789123'],
  'interval day': ['3 days'],
  'interval year to month': ['1 year 2 mons'],
  inet: ['10.1.2.3/8'],
  cidr: ['10.0.0.0/8'],
  'bit(4)': ['1010'],
  'bit(8)': ['10101010'],
  varbit: ['1010101010101'],
  'varbit(4)': ['1010'],
  'int[]': ['{1,2147483647}'],
  'text[]': ['{a long text that is longer}'],
  'varchar(10)[]': ['{abcdefghij}'],
  plainint: ['2147483647', '-1'],
  posint: ['2147483647'],
  code: ['abcdefghij'],
  mood: ['sad'],
};

/** Whether the values come through a change and back as they were; undefined where there is no cast. */
async function survives(client: pg.Client, from: string, to: string): Promise<boolean | undefined> {
  const texts = async (sql: string) =>
    (await client.query(`SELECT ${sql} AS v FROM t`)).rows.map((row) => row.v).join();
  await client.query('BEGIN');
  try {
    const before = await texts('c::text');
    await client.query(`ALTER TABLE t ALTER c TYPE ${to}`);
    await client.query('SAVEPOINT changed');
    const back = await texts(`c::${from}::text`).catch(async () => {
      await client.query('ROLLBACK TO changed');
      return texts(`c::text::${from}::text`);
    });
    return back === before;
  } catch (error) {
    const { code } = error as { code?: string };
    return code === '42804' ? undefined : false;
  } finally {
    await client.query('ROLLBACK');
  }
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

import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { openSession } from '../../server/src/database/connect.js';
import { connectionProblem } from '../../server/src/database/errors.js';
import { findPassword, passwordIn } from '../../server/src/database/passwordFile.js';
import { type ConnectTarget, targetFromPgVariables, targetFromUrl } from '../../server/src/database/target.js';
import { runMigrations } from '../../server/src/runner/run.js';
import { newSet } from '../../server/src/tools/index.js';
import { freePort } from '../world/freePort.js';
import { type FakeOptions, startFakeServer } from './fakeServer.js';

const BASE: ConnectTarget = {
  label: 'dev',
  source: 'setting',
  kind: 'local',
  host: '127.0.0.1',
  port: 1,
  database: 'app',
  user: 'ada',
  password: undefined,
  ssl: 'disable',
};

async function failure(target: Partial<ConnectTarget>): Promise<string> {
  const opened = openSession({ ...BASE, ...target }, { connectTimeoutMs: 1_000 });
  const error = await opened.then(
    (session) => session.close().then(() => assert.fail('connected')),
    (e: unknown) => e,
  );
  assert.ok(error instanceof Error);
  assert.equal(error.name, 'DatabaseError');
  return error.message;
}

async function withFake<T>(options: FakeOptions, work: (port: number) => Promise<T>): Promise<T> {
  const fake = await startFakeServer(options);
  try {
    return await work(fake.port);
  } finally {
    await fake.close();
  }
}

test('a server that is too old is named with its version and what is needed', async () => {
  await withFake({ version: '11.22', versionNum: '110022' }, async (port) => {
    const message = await failure({ port });
    assert.equal(
      message,
      `127.0.0.1:${port}/app runs PostgreSQL 11.22; Lockstep needs 12 or newer. Upgrade the server, or use the tool's own command.`,
    );
  });
  await withFake({ version: '9.6.24', versionNum: '90624' }, async (port) => {
    assert.match(await failure({ port }), /runs PostgreSQL 9\.6\.24; Lockstep needs 12/);
  });
});

test('a server that is newer than known works and carries a warning', async () => {
  await withFake({ version: '19devel', versionNum: '190000' }, async (port) => {
    const session = await openSession({ ...BASE, port });
    assert.match(session.warning ?? '', /runs PostgreSQL 19devel, newer than Lockstep knows \(18\)/);
    await session.close();
  });
});

test('the oldest and the newest known version connect without a warning', async () => {
  for (const versionNum of ['120000', '180004']) {
    await withFake({ versionNum }, async (port) => {
      const session = await openSession({ ...BASE, port });
      assert.equal(session.warning, undefined);
      await session.close();
    });
  }
});

test('each refusal of a server has its sentence', async () => {
  const cases: readonly (readonly [string, string, RegExp])[] = [
    ['28P01', 'password authentication failed for user "ada"', /The password for user ada at .* is wrong/],
    ['28000', 'no pg_hba.conf entry for host', /does not let user ada in: no pg_hba\.conf entry/],
    ['28000', 'no pg_hba.conf entry for host, no encryption', /refuses this connection without other SSL settings/],
    ['3D000', 'database "app" does not exist', /There is no database app/],
    ['42501', 'permission denied for database "app"', /User ada may not connect to .*Grant it CONNECT/],
    ['53300', 'sorry, too many clients already', /has no connection left/],
    ['57P03', 'the database system is starting up', /is starting up or shutting down/],
    ['XX000', 'something else', /Could not work with .*: something else\./],
  ];
  for (const [code, message, expected] of cases) {
    await withFake({ refuse: () => ({ code, message }) }, async (port) => {
      assert.match(await failure({ port }), expected, code);
    });
  }
});

test('hosts that do not answer, do not exist or do not listen are told apart', async () => {
  const closed = await freePort();
  assert.match(await failure({ port: closed }), new RegExp(`No server listens at 127\\.0\\.0\\.1:${closed}`));
  assert.match(await failure({ host: 'no-such-host.invalid' }), /host name no-such-host\.invalid is not known/);
  assert.match(
    await failure({ host: '/no/such/folder', port: 5432 }),
    /no PostgreSQL socket for port 5432 in \/no\/such\/folder/,
  );
  await withFake({ silent: true }, async (port) => {
    // The connection stands, but the first command is never answered: the caller's own patience applies.
    const opened = openSession({ ...BASE, port }, { connectTimeoutMs: 500 });
    await assert.rejects(opened, /did not answer in time/);
  });
});

test('a run that is cancelled while it connects ends at once, and the late connection is closed', async () => {
  await withFake({ silent: true }, async (port) => {
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 100);
    const asked = performance.now();
    const outcome = await runMigrations({
      guard: { allowed: true },
      open: () => openSession({ ...BASE, port }, { connectTimeoutMs: 1_000 }),
      set: newSet('file:///m'),
      direction: 'up',
      target: 'all',
      expected: undefined,
      ledger: { table: undefined },
      analyse: () => assert.fail('analysed'),
      lockTimeoutMs: 0,
      signal: abort.signal,
    });
    assert.ok(performance.now() - asked < 900);
    assert.equal(outcome.outcome, 'cancelled');
    assert.match(outcome.message, /Cancelled while connecting\. Nothing was run/);
  });
});

test('a port that speaks another protocol is an error, not a crash', async () => {
  for (const garbage of [
    Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'),
    Buffer.from([0xff, 0, 0, 0, 1]),
    Buffer.alloc(0),
  ]) {
    await withFake({ garbage }, async (port) => {
      assert.match(await failure({ port }), /127\.0\.0\.1:\d+/);
    });
  }
});

test('a server that wants a password when none is at hand is told what to add', async () => {
  const file = process.env.PGPASSFILE;
  process.env.PGPASSFILE = path.join(os.tmpdir(), 'no-such-password-file');
  try {
    await withFake({ askPassword: true }, async (port) => {
      assert.match(await failure({ port }), /wants a password for user ada, and none is at hand/);
    });
  } finally {
    restore('PGPASSFILE', file);
  }
});

test('the password file is asked when the connection has no password', {
  skip: process.platform === 'win32',
}, async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'lockstep-pgpass-'));
  const file = path.join(folder, 'pgpass');
  const before = process.env.PGPASSFILE;
  process.env.PGPASSFILE = file;
  try {
    let heard = '';
    const refuse = (said: string) => {
      heard = said.replace('\0', '');
      return { code: '28P01', message: 'no' };
    };
    await withFake({ askPassword: true, refuse }, async (port) => {
      await writeFile(file, `127.0.0.1:${port}:app:ada:from-file\n`);
      await chmod(file, 0o600);
      const message = await failure({ port });
      assert.equal(heard, 'from-file');
      assert.ok(!message.includes('from-file'));
    });
  } finally {
    restore('PGPASSFILE', before);
    await rm(folder, { recursive: true, force: true });
  }
});

test('lines of the password file fit as libpq says', () => {
  const target = { ...BASE, port: 5432 };
  const find = (text: string, change: Partial<ConnectTarget> = {}) => passwordIn(text, { ...target, ...change });
  assert.equal(find('# comment\n127.0.0.1:5432:app:ada:one\n127.0.0.1:5432:app:ada:two\n'), 'one');
  assert.equal(find('*:*:*:*:any\r\n'), 'any');
  assert.equal(find('127.0.0.1:5433:app:ada:no\n*:5432:*:ada:yes'), 'yes');
  assert.equal(find('127.0.0.1:5432:app:ada:with\\:colon\\\\slash'), 'with:colon\\slash');
  assert.equal(find('\\:\\:1:5432:app:ada:six', { host: '::1' }), 'six');
  assert.equal(find('localhost:5432:app:ada:socket', { host: '/run/postgresql' }), 'socket');
  assert.equal(find('127.0.0.1:5432:app:ada:'), undefined);
  assert.equal(find('nonsense\n:::\n'), undefined);
});

test('a password file that others may read is ignored, and the reason is given', {
  skip: process.platform === 'win32',
}, async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'lockstep-pgpass-'));
  const file = path.join(folder, 'pgpass');
  await writeFile(file, '*:*:*:*:secret\n');
  const from = { env: { PGPASSFILE: file }, home: folder, platform: process.platform };
  await chmod(file, 0o644);
  assert.match((await findPassword(BASE, from)).problem ?? '', /is ignored, because others may read it: chmod 600/);
  await chmod(file, 0o600);
  assert.equal((await findPassword(BASE, from)).password, 'secret');
  assert.equal((await findPassword(BASE, { ...from, env: { ...from.env, PGPASSWORD: 'first' } })).password, 'first');
  await rm(folder, { recursive: true, force: true });
  assert.deepEqual(await findPassword(BASE, from), { password: undefined, problem: undefined });
});

test('a host that a file of the workspace names gets no password that is meant for any host', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'lockstep-pgpass-'));
  const file = path.join(folder, 'pgpass');
  await writeFile(file, '*:*:*:*:for-all\ndb.example:*:*:*:for-this\n', { mode: 0o600 });
  const env = { PGPASSFILE: path.join(folder, 'none'), PGPASSWORD: 'secret' };
  const from = { env, home: folder, platform: process.platform };
  for (const source of ['setting', 'dotenv'] as const) {
    const remote = { ...BASE, source, host: 'db.example' };
    const found = await findPassword(remote, from);
    assert.equal(found.password, undefined);
    assert.match(found.problem ?? '', /^PGPASSWORD is not sent to db\.example, .*set PGHOST to it as well/);
    assert.equal((await findPassword({ ...BASE, source }, from)).password, 'secret');
    assert.equal((await findPassword(remote, { ...from, env: { ...env, PGHOST: 'db.example' } })).password, 'secret');
    assert.equal((await findPassword(remote, { ...from, env: { ...env, PGHOST: 'other' } })).password, undefined);
    const withFile = { ...from, env: { PGPASSFILE: file } };
    assert.equal((await findPassword(remote, withFile)).password, 'for-this');
    assert.equal((await findPassword({ ...remote, host: 'evil.example' }, withFile)).password, undefined);
  }
  assert.equal((await findPassword({ ...BASE, source: 'env', host: 'db.example' }, from)).password, 'secret');
  await rm(folder, { recursive: true, force: true });
});

test('an empty password is none: the library does not take PGPASSWORD for it behind our back', async () => {
  const before = process.env.PGPASSWORD;
  process.env.PGPASSWORD = 'from-the-environment';
  try {
    // 127.0.0.1 is reached, but by a name that is not this machine's.
    await withFake({ askPassword: true }, async (port) => {
      const opened = openSession({ ...BASE, host: '0.0.0.0', port, password: '' }, { connectTimeoutMs: 1_000 });
      await assert.rejects(opened, /PGPASSWORD is not sent to 0\.0\.0\.0/);
    });
  } finally {
    if (before === undefined) delete process.env.PGPASSWORD;
    else process.env.PGPASSWORD = before;
  }
});

test('no password appears in a message, whatever the server or the system says', async () => {
  const password = fc.oneof(
    fc.string({ minLength: 8, unit: 'binary' }),
    fc.string({ minLength: 8, unit: 'grapheme' }),
    fc.string({ minLength: 8, maxLength: 20 }).map((s) => `${s}%40:/@?#`),
    fc.constant('half a pair \ud83d and more'),
  );
  const code = fc.constantFrom(
    '28P01',
    '28000',
    '3D000',
    '42501',
    '53300',
    '57P01',
    '57P03',
    '08006',
    'XX000',
    'ECONNREFUSED',
    '',
  );
  const origin = { label: 'DATABASE_URL', source: 'env', osUser: 'ada' } as const;
  fc.assert(
    fc.property(password, code, fc.string(), (secret, sqlstate, text) => {
      fc.pre(![BASE.host, BASE.user, BASE.database].includes(secret));
      const target = { ...BASE, password: secret };
      const said = Object.assign(new Error(`${text} ${secret} ${text}`), { code: sqlstate });
      const bare = connectionProblem(Object.assign(new Error(text), { code: sqlstate }), target).message;
      fc.pre(!bare.includes(secret));
      assert.ok(!connectionProblem(said, target).message.includes(secret));
      assert.ok(!connectionProblem(new AggregateError([said]), target).message.includes(secret));
      for (const url of [
        `postgres://ada:${secret}@/x:y`,
        `postgres://ada:${secret}@h:99999/d`,
        `mysql://ada:${secret}@h/d`,
        secret,
      ]) {
        const result = targetFromUrl(url, origin);
        if (!result.ok) assert.ok(!result.problem.includes(secret));
      }
      const result = targetFromPgVariables({ PGHOST: 'h', PGPORT: secret, PGPASSWORD: secret }, origin);
      if (result && !result.ok) assert.ok(!result.problem.includes(secret));
    }),
    { numRuns: 300 },
  );
});

test('no password appears in a message of a server that repeats it', async () => {
  const words = fc.sample(
    fc.string({ minLength: 10, maxLength: 30 }).filter((s) => s.trim().length >= 10),
    12,
  );
  for (const secret of words) {
    const refuse = (said: string) => ({ code: '28000', message: `rejected ${said.replaceAll('\0', '')}` });
    await withFake({ askPassword: true, refuse }, async (port) => {
      const message = await failure({ port, password: secret });
      assert.match(message, /rejected \*\*\*/);
      assert.ok(!message.includes(secret));
    });
  }
});

test('a password that equals the user’s name does not blot out the name', () => {
  const target = { ...BASE, user: 'postgres', password: 'postgres' };
  const said = Object.assign(new Error('role "postgres" is not permitted to log in'), { code: '28000' });
  assert.match(connectionProblem(said, target).message, /does not let user postgres in: role "postgres"/);
});

function restore(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}

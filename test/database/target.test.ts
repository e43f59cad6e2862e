import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { discoverTargets } from '../../server/src/database/discover.js';
import { parseDotenv } from '../../server/src/database/dotenv.js';
import { isLocalHost } from '../../server/src/database/local.js';
import {
  type ConnectTarget,
  displayTarget,
  isLocal,
  type TargetResult,
  targetFromPgVariables,
  targetFromUrl,
  withMarks,
} from '../../server/src/database/target.js';
import { demandLinear } from '../world/cost.js';

const ORIGIN = { label: 'DATABASE_URL', source: 'env', osUser: 'os-user' } as const;

function good(result: TargetResult | undefined): ConnectTarget {
  assert.ok(result?.ok, JSON.stringify(result));
  return result.target;
}
const fromUrl = (url: string, localHosts: readonly string[] = []) =>
  good(targetFromUrl(url, { ...ORIGIN, localHosts }));
const brief = ({ host, port, database, user, password }: ConnectTarget) => [host, port, database, user, password];

test('a URL is read as libpq reads it', () => {
  const cases: readonly (readonly [string, readonly unknown[]])[] = [
    ['postgres://ada:pw@db.example.com:6543/shop', ['db.example.com', 6543, 'shop', 'ada', 'pw']],
    ['postgresql://ada@localhost/shop', ['localhost', 5432, 'shop', 'ada', undefined]],
    ['postgres://', ['localhost', 5432, 'os-user', 'os-user', undefined]],
    ['postgres://ada@/shop', ['localhost', 5432, 'shop', 'ada', undefined]],
    ['postgres://localhost', ['localhost', 5432, 'os-user', 'os-user', undefined]],
    ['postgres://ada:p%40ss%3A%2F@h/d', ['h', 5432, 'd', 'ada', 'p@ss:/']],
    ['postgres://ada:100%@h/d', ['h', 5432, 'd', 'ada', '100%']],
    ['postgres://[::1]:5433/d', ['::1', 5433, 'd', 'os-user', undefined]],
    ['postgres:///shop?host=/run/postgresql&user=ada', ['/run/postgresql', 5432, 'shop', 'ada', undefined]],
    ['postgres://%2Frun%2Fpostgresql/shop', ['/run/postgresql', 5432, 'shop', 'os-user', undefined]],
    ['POSTGRES://ada@HOST/d', ['host', 5432, 'd', 'ada', undefined]],
    ['  postgres://h/caf%C3%A9 ', ['h', 5432, 'café', 'os-user', undefined]],
  ];
  for (const [url, expected] of cases) {
    const target = fromUrl(url);
    const host = target.host.toLowerCase();
    assert.deepEqual(brief({ ...target, host }), expected, url);
  }
});

test('SSL modes, options and the search path of a URL are kept', () => {
  assert.equal(fromUrl('postgres://h/d').ssl, 'prefer');
  assert.equal(fromUrl('postgres://h/d?sslmode=disable').ssl, 'disable');
  assert.equal(fromUrl('postgres://h/d?sslmode=require').ssl, 'require');
  assert.equal(fromUrl('postgres://h/d?sslmode=verify-ca').ssl, 'verify-full');
  assert.equal(fromUrl('postgres://h/d').options, undefined);
  assert.equal(fromUrl('postgres://h/d?search_path=app,public').options, '-c search_path=app,public');
  assert.equal(
    fromUrl('postgres://h/d?options=-c%20work_mem%3D1MB&search_path=a%20b').options,
    '-c work_mem=1MB -c search_path=a\\ b',
  );
});

test('what cannot be a target is a sentence with what to do', () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['mysql://h/d', /DATABASE_URL is not a PostgreSQL URL\. Write it as postgres:\/\//],
    ['host=h dbname=d', /is not a PostgreSQL URL/],
    ['postgres://h1,h2/d', /names several hosts/],
    ['postgres://h1:5432,h2:5433/d', /names several hosts/],
    ['postgres:///d?host=a,b', /names several hosts/],
    ['postgres://h:99999/d', /cannot be read as a URL|port that is not a number/],
    ['postgres:///d?port=0', /port that is not a number from 1 to 65535/],
  ];
  for (const [url, message] of cases) {
    const result = targetFromUrl(url, ORIGIN);
    assert.ok(!result.ok, url);
    assert.match(result.problem, message, url);
  }
});

test('PG variables are read when they name a host or a database', () => {
  const read = (env: Record<string, string>) => targetFromPgVariables(env, ORIGIN);
  assert.equal(read({}), undefined);
  assert.equal(read({ PGUSER: 'ada', PGPASSWORD: 'pw', PGPORT: '1' }), undefined);
  assert.deepEqual(brief(good(read({ PGDATABASE: 'shop' }))), ['localhost', 5432, 'shop', 'os-user', undefined]);
  assert.deepEqual(brief(good(read({ PGHOST: '/tmp', PGUSER: 'ada', PGPASSWORD: 'pw', PGPORT: '5433' }))), [
    '/tmp',
    5433,
    'ada',
    'ada',
    'pw',
  ]);
  assert.equal(good(read({ PGHOST: 'h', PGSSLMODE: 'require', PGOPTIONS: '-c x=y' })).options, '-c x=y');
  const service = read({ PGSERVICE: 'prod', PGDATABASE: 'shop' });
  assert.ok(service && !service.ok);
  assert.match(service.problem, /service of a service file, which Lockstep does not read/);
});

test('only loopback, sockets and names that the settings list are local', () => {
  const local = [
    'localhost',
    'LOCALHOST',
    '127.0.0.1',
    '127.9.9.9',
    '::1',
    '[::1]',
    '0:0:0:0:0:0:0:1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '/run/postgresql',
    '/tmp',
  ];
  const remote = [
    '0.0.0.0',
    '::',
    '10.0.0.1',
    '192.168.1.2',
    '172.17.0.1',
    '128.0.0.1',
    '127.1',
    '2130706433',
    '0x7f000001',
    '127.0.0.1.nip.io',
    'localhost.',
    'localhost.example.com',
    'xlocalhost',
    'db.localhost',
    'host.docker.internal',
    'db',
    '::ffff:10.0.0.1',
    '::1%eth0',
    'fe80::1',
    '',
    ' localhost',
    '127.0.0.1 ',
    '@abstract',
    'localhost\u0000',
  ];
  for (const host of local) assert.equal(isLocalHost(host), true, host);
  for (const host of remote) assert.equal(isLocalHost(host), false, JSON.stringify(host));
  assert.equal(isLocalHost('db', ['db']), true);
  assert.equal(isLocalHost('Host.Docker.Internal', ['host.docker.internal']), true);
  assert.equal(isLocalHost('db.example.com', ['db']), false);
  assert.equal(isLocalHost('', ['']), false);
});

test('an address is local just when it lies in 127.0.0.0/8', () => {
  fc.assert(
    fc.property(fc.ipV4(), (address) => {
      assert.equal(isLocalHost(address), address.startsWith('127.'));
    }),
  );
  fc.assert(
    fc.property(fc.ipV6(), (address) => {
      if (!isLocalHost(address)) return;
      assert.match(new URL(`http://[${address}]`).hostname, /^\[(::1|::ffff:7f[0-9a-f]{2}:.*)\]$/);
    }),
  );
});

test('a connection that somebody marks as shared or production is not local, wherever it is', () => {
  for (const kind of ['shared', 'production'] as const) assert.equal(isLocal({ host: '127.0.0.1', kind }), false);
  assert.equal(isLocal({ host: '127.0.0.1', kind: 'local' }), true);
  assert.equal(isLocal({ host: 'db.example.com', kind: 'local' }), false);
});

test('what is shown holds neither user nor password', () => {
  assert.equal(displayTarget(fromUrl('postgres://ada:pw@[::1]:5433/shop')), '[::1]:5433/shop');
  assert.equal(displayTarget(fromUrl('postgres:///shop?host=/run/pg')), '/run/pg:5432/shop');
});

test('connections are found in order: DATABASE_URL, that of .env, PG variables, those of .env', () => {
  const found = discoverTargets({
    env: { DATABASE_URL: 'postgres://one/a', PGHOST: 'three' },
    dotenv: 'DATABASE_URL=postgres://two/b\nPGHOST=four\n',
    osUser: 'ada',
    localHosts: ['two'],
  });
  assert.deepEqual(
    found.map((r) => good(r).host),
    ['one', 'two', 'three', 'four'],
  );
  assert.deepEqual(
    found.map((r) => good(r).kind),
    ['shared', 'local', 'shared', 'shared'],
  );
  assert.deepEqual(discoverTargets({ env: {}, dotenv: undefined, osUser: 'ada', localHosts: [] }), []);
});

test('.env files are read with quotes, comments, CRLF and a byte order mark', () => {
  const text =
    '\uFEFF# note\r\nexport A=1\r\nB = two words # rest\r\nC="x#y\\n" # c\r\nD=\'$HOME\'\r\nE=`q`\r\nF=\r\nG=a#b\r\nnot a line\r\nH="a\r\nb"\r\n';
  const values = Object.fromEntries(parseDotenv(text));
  assert.deepEqual(values, { A: '1', B: 'two words', C: 'x#y\n', D: '$HOME', E: 'q', F: '', G: 'a#b', H: 'a\nb' });
});

test('a value of .env that wants another variable is left out, not half filled', () => {
  assert.equal(parseDotenv('DATABASE_URL=postgres://ada:\x24{PASSWORD}@h/d\n').get('DATABASE_URL'), undefined);
  assert.equal(
    parseDotenv("DATABASE_URL='postgres://ada:pa$$word@h/d'\n").get('DATABASE_URL'),
    'postgres://ada:pa$$word@h/d',
  );
});

test('no text of a .env file makes the reader fail or hang', () => {
  fc.assert(
    fc.property(
      fc.string({
        unit: fc.constantFrom('A', '=', '"', "'", '`', '\\', '\n', ' ', '#', '$', '{', 'é'),
        maxLength: 200,
      }),
      (text) => void parseDotenv(text),
    ),
    { numRuns: 500 },
  );
  const long: readonly ((size: number) => string)[] = [
    (size) => `${'A='.repeat(size)}"`,
    (size) => `A="${'\\'.repeat(size)}`,
    (size) => ' '.repeat(size),
    (size) => `A=${' '.repeat(size)}"`,
  ];
  for (const [i, text] of long.entries())
    demandLinear(`text ${i}`, 12_500, (size) => {
      const given = text(size);
      return () => void parseDotenv(given);
    });
});

test('a password that is not encoded is refused before its rest is taken for a host or a database', () => {
  const origin = { label: 'DATABASE_URL', source: 'env', osUser: 'ada' } as const;
  for (const secret of ['p@ss/word', '12/ss', '12?ss', '12#ss', 'a/b@c', '1/2?3', '5432/x', 'p@h?x=1', '1#@', '?/#']) {
    for (const url of [
      `postgres://u:${secret}@db.example/shop`,
      `postgres://u:${secret}@db.example:5432/shop?sslmode=require`,
    ]) {
      const result = targetFromUrl(url, origin);
      assert.ok(!result.ok, `${url}: ${JSON.stringify(result)}`);
      assert.equal(
        result.problem,
        'DATABASE_URL cannot be read as a URL. Percent-encode special characters in user and password.',
      );
    }
  }
  for (const url of [
    'postgres://u@db.example/shop?user=a@b',
    'postgres:///shop?user=a@b',
    'postgres://u:p%40%2F@h/d%20e',
  ]) {
    assert.ok(targetFromUrl(url, origin).ok, url);
  }
});

test('what one way to a database marks as production is so by every way', () => {
  const origin = { label: 'DATABASE_URL', source: 'dotenv', osUser: 'ada' } as const;
  const target = good(targetFromUrl('postgres://u@127.0.0.1:5433/shop', origin));
  const mark = { host: 'localhost', port: 5433, database: 'shop', kind: 'production' } as const;
  assert.equal(target.kind, 'local');
  assert.equal(withMarks(target, [{ ...mark, kind: 'shared' }, mark]).kind, 'production');
  assert.equal(
    withMarks(target, [
      { ...mark, port: 5432 },
      { ...mark, database: 'other' },
      { ...mark, host: 'h' },
    ]).kind,
    'local',
  );
  const remote = good(targetFromUrl('postgres://u@db.example/shop', origin));
  assert.equal(withMarks(remote, [{ host: 'DB.example', port: 5432, database: 'shop', kind: 'local' }]).kind, 'shared');
});

test('what a URL leaves out comes from where libpq takes it, and never from this machine when something else is named', () => {
  const read = (url: string, env: Record<string, string>) => targetFromUrl(url, { ...ORIGIN, env });
  const place = (url: string, env: Record<string, string> = {}) => {
    const target = good(read(url, env));
    return [target.host, target.address, target.port, target.database, target.kind];
  };
  assert.deepEqual(place('postgres://u@/d', { PGHOST: 'db.example.com', PGPORT: '6000' }), [
    'db.example.com',
    undefined,
    6000,
    'd',
    'shared',
  ]);
  assert.deepEqual(place('postgres:///', { PGDATABASE: 'shop' }), ['localhost', undefined, 5432, 'shop', 'local']);
  // hostaddr is where the connection goes, whatever the host is called.
  assert.deepEqual(place('postgres://localhost/d?hostaddr=10.0.0.5'), ['localhost', '10.0.0.5', 5432, 'd', 'shared']);
  assert.deepEqual(place('postgres://localhost/d', { PGHOSTADDR: '10.0.0.5' }), [
    'localhost',
    '10.0.0.5',
    5432,
    'd',
    'shared',
  ]);
  assert.deepEqual(place('postgres://db.example.com/d?hostaddr=127.0.0.1').slice(4), ['local']);
  assert.equal(displayTarget(good(read('postgres://localhost/d?hostaddr=10.0.0.5', {}))), '10.0.0.5:5432/d');
  for (const [url, env] of [
    ['postgres://localhost/d?service=prod', {}],
    ['postgres:///d', { PGSERVICE: 'prod' }],
    ['postgres://u@/d', { PGSERVICE: 'prod', PGSERVICEFILE: '/x' }],
    // psql 15 goes to the hostaddr of the service here.
    ['postgres://localhost/d', { PGSERVICE: 'prod' }],
  ] as const) {
    const result = read(url, env);
    assert.ok(!result.ok && /service of a service file/.test(result.problem), url);
  }
  assert.deepEqual(targetFromPgVariables({ PGHOST: 'localhost', PGHOSTADDR: '10.1.2.3', PGDATABASE: 'd' }, ORIGIN), {
    ok: true,
    target: { ...good(read('postgres://localhost/d?hostaddr=10.1.2.3', {})), database: 'd' },
  });
});

test('an sslmode that is none is refused, wherever it stands', () => {
  for (const result of [
    targetFromUrl('postgres://h/d?sslmode=verify-ful', ORIGIN),
    targetFromUrl('postgres://h/d', { ...ORIGIN, env: { PGSSLMODE: 'yes' } }),
    targetFromPgVariables({ PGHOST: 'h', PGDATABASE: 'd', PGSSLMODE: 'yes' }, ORIGIN),
  ]) {
    assert.ok(result && !result.ok);
    assert.match(result.problem, /as sslmode cannot be one\. Known are disable, allow, .*verify-full/);
  }
});

test('a secret in a wrong field is refused by the name of the field, and not repeated', () => {
  const secret = 'hunter2-secret';
  const values = [
    `postgres://u:${secret}@h/d`,
    `u:${secret}@h`,
    `host=h password=${secret}`,
    `//${secret}@h`,
    `password = ${secret}`,
  ];
  for (const value of values) {
    for (const [field, env] of [
      ['host', { PGHOST: value }],
      ['database', { PGDATABASE: value, PGHOST: 'h' }],
      ['database', { PGDATABASE: value }],
      ['hostaddr', { PGHOSTADDR: value, PGHOST: 'h' }],
    ] as const) {
      const result = targetFromPgVariables(env, ORIGIN);
      assert.ok(result && !result.ok, `${field} ${value}`);
      assert.ok(result.problem.includes(`gives as ${field}`), result.problem);
      assert.ok(!result.problem.includes(secret), result.problem);
    }
    for (const url of [
      `postgres://h/${encodeURIComponent(value)}`,
      `postgres:///d?host=${encodeURIComponent(value)}`,
    ]) {
      const result = targetFromUrl(url, ORIGIN);
      assert.ok(!result.ok && !result.problem.includes(secret), url);
    }
  }
});

test('what a URL says beyond the connection is kept for the tool', () => {
  const { parameters } = fromUrl('postgres://h/d?sslmode=disable&x-migrations-table=mine&schema=app');
  assert.deepEqual(
    [...(parameters ?? [])],
    [
      ['x-migrations-table', 'mine'],
      ['schema', 'app'],
    ],
  );
});

test('a parameter wins over what stands before it, and the last one over the first, as in libpq', () => {
  const { host, database, user } = fromUrl(
    'postgres://a@localhost/one?user=b&dbname=two&host=x.example&host=y.example',
  );
  assert.deepEqual([host, database, user], ['y.example', 'two', 'b']);
});

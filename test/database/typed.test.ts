import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { hostProblem, nameProblem } from '../../server/src/database/names.js';
import { readPlace, type TypedPlace } from '../../server/src/database/typed.js';

const AROUND = { osUser: 'os-user', localHosts: ['devdb'] };
const read = (text: string): TypedPlace => readPlace(text, AROUND);

test('a URL is taken apart, as it is copied from where it stands', () => {
  const expected = {
    ok: true,
    host: 'db.example.com',
    isLocal: false,
    url: { port: 6543, database: 'shop', user: 'ada', password: 'p@ss', ssl: undefined },
  };
  for (const text of [
    'postgres://ada:p%40ss@db.example.com:6543/shop',
    '  postgresql://ada:p%40ss@db.example.com:6543/shop\n',
    'DATABASE_URL=postgres://ada:p%40ss@db.example.com:6543/shop',
    'export DATABASE_URL="postgres://ada:p%40ss@db.example.com:6543/shop"',
    "'postgres://ada:p%40ss@db.example.com:6543/shop'",
    'jdbc:postgresql://db.example.com:6543/shop?user=ada&password=p%40ss',
  ])
    assert.deepEqual(read(text), expected, text);
});

test('what a URL leaves out is left open, or has the default of PostgreSQL', () => {
  assert.deepEqual(read('postgres://localhost'), {
    ok: true,
    host: 'localhost',
    isLocal: true,
    url: { port: 5432, database: 'os-user', user: 'os-user', password: undefined, ssl: undefined },
  });
  const ssl = (text: string) => {
    const place = read(text);
    return place.ok ? place.url?.ssl : place.problem;
  };
  assert.equal(ssl('postgres://h/d?sslmode=require'), 'require');
  assert.equal(ssl('postgres://h/d?application_name=x&ssl=true'), 'require');
  assert.equal(ssl('postgres://h/d?sslmode=prefer'), 'prefer');
});

test('a host is a name, an address or the folder of a socket', () => {
  for (const [host, isLocal] of [
    ['localhost', true],
    ['127.0.0.1', true],
    ['::1', true],
    ['[::1]', true],
    ['fe80::1%eth0', false],
    ['/var/run/postgresql', true],
    ['devdb', true],
    ['db', false],
    ['db_1.example.com', false],
    ['db.example.com.', false],
    ['müller.example', false],
    ['host.docker.internal', false],
  ] as const) {
    const place = read(host);
    assert.deepEqual(place, { ok: true, host: host.replace(/[[\]]/g, ''), isLocal, url: undefined }, host);
  }
});

test('what no host is called is refused, and not repeated', () => {
  for (const text of [
    'ada:sentinel@db.example.com',
    'ada@db',
    'db.example.com/shop',
    'db?sslmode=require',
    'host=db password=sentinel',
    'password=sentinel',
    'two words',
    'a,b',
    '-x',
    'x-',
    '.',
    '',
    'db#1',
    'a\u202eb',
    '/run/sentinel@db',
    '/run/\u0007',
    'mysql://root:sentinel@db/shop',
    'postgres//ada:sentinel@db/shop',
    'postgres://ada:sen/tinel@db/shop',
    'postgres://ada:sentinel@a,b/shop',
    'postgres://ada:sentinel@d%20b/shop',
    'postgres://ada:sentinel@db/shop?options=-csearch_path%3Dsentinel',
    'postgres://ada:sentinel@db/postgres%3A%2F%2Fx',
  ]) {
    const place = read(text);
    assert.equal(place.ok, false, text);
    if (!place.ok) assert.doesNotMatch(place.problem, /sentinel/, text);
  }
  assert.match(hostProblem('db:5433') ?? '', /port has a box of its own/);
});

test('names of databases and users hold nearly everything', () => {
  for (const name of ['shop', 'a b', 'a:b', 'x/y', '日本'])
    for (const what of ['database', 'user'] as const) assert.equal(nameProblem(what, name), undefined);
  assert.equal(nameProblem('user', 'ada@server'), undefined);
  for (const what of ['database', 'user'] as const)
    for (const name of ['postgres://ada:sentinel@db/x', 'ada:sentinel@db', 'dbname=x password=sentinel']) {
      assert.match(nameProblem(what, name) ?? '', new RegExp(`^This is a place, not the name of a ${what}`));
    }
  assert.ok(nameProblem('database', 'ada@db'));
  assert.match(nameProblem('user', ' ') ?? '', /Enter the name of a user/);
  assert.ok(nameProblem('user', 'a\nb'));
});

test('whatever is typed, what is accepted as a host holds neither a URL nor a password', () => {
  const piece = fc.constantFrom('postgres', '://', ':', '@', '/', 'ada', 'pw', 'db', '.', '?', '=', ' ', '[', ']', '#');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const place = read(pieces.join(''));
      // The folder of a socket may be called nearly anything.
      if (place.ok)
        assert.doesNotMatch(place.host, place.host.startsWith('/') ? /:\/\/|@/ : /:\/\/|@|=|\s|^[^:]*:[^:]*$/);
    }),
  );
});

test('an address beside the host is refused: a saved connection would go to the host instead', () => {
  const place = read('postgres://localhost/d?hostaddr=10.0.0.5');
  assert.ok(!place.ok && place.problem.includes('hostaddr'));
});

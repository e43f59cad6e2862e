import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type ResolvedConfig, resolveConfig } from '../../server/src/config/resolve.js';
import { settings } from '../../server/src/config/schema.js';
import { demandLinear } from '../world/cost.js';

const resolve = (file: unknown, editor?: unknown) =>
  resolveConfig(editor, file === undefined ? undefined : typeof file === 'string' ? file : JSON.stringify(file));
/** The only problem of a `lockstep.json`, without its prefix. */
function problem(file: unknown): string {
  const { problems } = resolve(file);
  assert.equal(problems.length, 1, JSON.stringify(problems));
  assert.equal(problems[0]!.source, 'lockstep.json');
  return problems[0]!.message.replace(/^lockstep\.json: /, '');
}

test('without settings and file the defaults of the schema hold', () => {
  const { config, problems } = resolve(undefined);
  assert.deepEqual(problems, []);
  assert.equal(config.pgVersion, 14);
  assert.deepEqual(config.rules, {});
  assert.equal(config.lockTimeout, '5s');
  assert.equal(config.baseline, undefined);
  assert.equal(config.ledgerTable, undefined);
  assert.equal(config.connectOnOpen, false);
  assert.equal(config.allowApplyOnShared, false);
  assert.equal(config.isExcluded('migrations/1_a.sql'), false);
});

test('lockstep.json wins over the editor, the editor over the defaults', () => {
  const { config, problems } = resolve({ pgVersion: 17 }, { pgVersion: 15, lockTimeout: '2s' });
  assert.deepEqual(problems, []);
  assert.equal(config.pgVersion, 17);
  assert.equal(config.lockTimeout, '2s');
  assert.equal(config.statementTimeout, '0');
});

test('rules are merged one by one', () => {
  const { config } = resolve(
    { rules: { 'missing-down': 'off' } },
    { rules: { 'missing-down': 'error', 'duplicate-version': 'hint' } },
  );
  assert.deepEqual(config.rules, { 'missing-down': 'off', 'duplicate-version': 'hint' });
});

test('an invalid value leaves the one below it in force, and says where it is and what it must be', () => {
  const { config, problems } = resolve({ pgVersion: 11 }, { pgVersion: 16 });
  assert.equal(config.pgVersion, 16);
  assert.deepEqual(
    problems.map((p) => p.message),
    ['lockstep.json: pgVersion must be one of 12, 13, 14, 15, 16, 17, 18, but is 11; it is ignored.'],
  );
  const editor = resolve(undefined, { lockTimeout: 5 });
  assert.equal(editor.config.lockTimeout, '5s');
  assert.deepEqual(editor.problems, [
    { source: 'settings', message: 'Setting lockstep.lockTimeout must be a text, but is 5; it is ignored.' },
  ]);
});

const wrong: readonly (readonly [what: string, file: object, message: RegExp])[] = [
  ['a version as text', { pgVersion: '16' }, /^pgVersion must be one of 12, .*, but is "16"/],
  ['a time without a number', { lockTimeout: 'soon' }, /^lockTimeout must be a number and a unit, such as 500ms/],
  [
    'a severity',
    { rules: { 'missing-down': 'loud' } },
    /^rules\.missing-down must be one of error, .*off, but is "loud"/,
  ],
  ['a rule', { rules: { 'no-such-rule': 'off' } }, /^rules\.no-such-rule is not a rule; it is ignored/],
  ['a glob', { exclude: ['a', 3] }, /^exclude\[1\] must be a text, but is 3/],
  ['a folder', { migrations: [{ layout: 'updown' }] }, /^migrations\[0\] lacks folder; it is ignored/],
  [
    'a layout',
    { migrations: [{ folder: 'a', layout: 'no-such-layout' }] },
    /^migrations\[0\]\.layout must be one of \w[^"]*\bupdown\b/,
  ],
  ['a folder outside', { migrations: [{ folder: '../x' }] }, /^migrations\[0\]\.folder must lie below the workspace/],
  [
    'an absolute folder',
    { migrations: [{ folder: 'C:\\x' }] },
    /^migrations\[0\]\.folder must lie below the workspace/,
  ],
  [
    'a port',
    { connections: [{ id: 'a', host: 'h', database: 'd', user: 'u', port: 0 }] },
    /^connections\[0\]\.port must be a whole number from 1 to 65535, but is 0/,
  ],
  ['a misspelled key', { pgversion: 16 }, /^pgversion is not known; it is ignored\. Known are pgVersion, rules/],
  ['a switch', { codeLens: 'yes' }, /^codeLens must be true or false, but is "yes"/],
];
for (const [what, file, message] of wrong) {
  test(`${what} that does not fit is told with its place`, () => assert.match(problem(file), message));
}

test('of a list or an object the valid members stay', () => {
  const { config } = resolve({ rules: { 'missing-down': 'loud', 'duplicate-version': 'off' }, exclude: [1, 'old'] });
  assert.deepEqual(config.rules, { 'duplicate-version': 'off' });
  assert.equal(config.isExcluded('old/1.sql'), true);
});

test('a file that is no JSON is told with the line, and nothing of it holds', () => {
  const { config, problems } = resolve('{\n  "pgVersion": 16,\n}', { pgVersion: 15 });
  assert.equal(config.pgVersion, 15);
  assert.match(
    problems[0]!.message,
    /^lockstep\.json is not valid JSON and is ignored: .*(line 3|position).*trailing commas/s,
  );
  assert.match(resolve('[1]').problems[0]!.message, /must hold an object/);
});

test('an empty file and a byte order mark are no mistake', () => {
  assert.deepEqual(resolve('  \n').problems, []);
  assert.equal(resolve('\uFEFF{"pgVersion": 13}').config.pgVersion, 13);
  assert.deepEqual(resolve({ $schema: './x.json' }).problems, []);
});

test('a file of the repository cannot loosen a safeguard; a person can', () => {
  for (const [key, value] of Object.entries({ localHosts: ['db'], allowApplyOnShared: true, connectOnOpen: true })) {
    assert.match(problem({ [key]: value }), new RegExp(`^${key} loosens a safeguard.*Set lockstep\\.${key}`));
  }
  const { config } = resolve({ localHosts: ['evil'] }, { localHosts: ['db'], allowApplyOnShared: true });
  assert.deepEqual(config.localHosts, ['db']);
  assert.equal(config.allowApplyOnShared, true);
});

test('a password in a connection is refused with the place where it belongs, and is not repeated', () => {
  const { config, problems } = resolve({
    connections: [{ id: 'dev', host: 'h', database: 'd', user: 'u', password: 'sentinel-secret' }],
  });
  assert.match(problems[0]!.message, /connections\[0\]\.password is ignored: passwords belong in/);
  assert.doesNotMatch(JSON.stringify({ config, problems }), /sentinel/);
  assert.deepEqual(config.connections, [
    { id: 'dev', label: 'dev', kind: 'shared', host: 'h', port: 5432, database: 'd', user: 'u', ssl: 'prefer' },
  ]);
});

test('of two connections with one id the first is used', () => {
  const one = { id: 'dev', host: 'a', database: 'd', user: 'u' };
  const { config, problems } = resolve({ connections: [one, { ...one, host: 'b' }] });
  assert.deepEqual(
    config.connections.map((c) => c.host),
    ['a'],
  );
  assert.match(problems[0]!.message, /Two connections have the id "dev"/);
});

test('a folder may be written with dots, backslashes and slashes at the ends', () => {
  const { config, problems } = resolve({
    migrations: ['./db/migrations/', 'db\\migrations', '.'].map((folder) => ({ folder })),
  });
  assert.deepEqual(problems, []);
  assert.deepEqual(
    config.migrations.map((m) => m.folder),
    ['db/migrations', 'db/migrations', ''],
  );
});

test('excluded are files, folders with all in them, and names at every depth', () => {
  const excluded = (...exclude: string[]): ResolvedConfig['isExcluded'] => resolve({ exclude }).config.isExcluded;
  assert.equal(excluded('old')('a/old/x.sql'), true);
  assert.equal(excluded('old')('a/older/x.sql'), false);
  assert.equal(excluded('a/*.sql')('a/x.sql'), true);
  assert.equal(excluded('a/*.sql')('a/b/x.sql'), false);
  assert.equal(excluded('a/**/x.sql')('a/x.sql'), true);
  assert.equal(excluded('**/*.{up,down}.sql')('m/1.down.sql'), true);
  assert.equal(excluded('./a/')('a/b.sql'), true);
  assert.equal(excluded('a+(b).sql')('a+(b).sql'), true);
  assert.equal(excluded('{a,b')('b'), true);
  assert.equal(excluded('m/{x{1,2},y}.sql')('m/x2.sql'), true);
  assert.equal(excluded('m/{x{1,2},y}.sql')('m/y.sql'), true);
  assert.equal(excluded('m/{x{1,2},y}.sql')('m/x.sql'), false);
  assert.equal(excluded('a,b}')('a,b}'), true);
  assert.equal(excluded('a?c/**')('aüc/d/e'), true);
  assert.equal(excluded('a?c')('a/c'), false);
  assert.equal(excluded('**/x')('ax'), false);
  assert.equal(excluded()('a'), false);
});

test('a URL where a connection belongs is not repeated in the message: it may hold a password', () => {
  const url = 'postgres://app:s3cret@db/shop';
  const editor = {
    connections: [url, { id: 'a', host: 'h', database: 'd', user: 'u', port: url, ssl: url }],
    ledgerTable: { url },
  };
  const { problems } = resolveConfig(editor, JSON.stringify({ connections: url, baseline: [url] }));
  assert.equal(problems.length, 6);
  assert.ok(!JSON.stringify(problems).includes('s3cret'));
});

test('a pattern with many stars costs what the path is long', () => {
  const { isExcluded } = resolve({ exclude: [`${'*a'.repeat(30)}b`, `${'**/'.repeat(30)}x`, '{'.repeat(50)] }).config;
  demandLinear('many stars', 100, (size) => {
    const path = `${'a/'.repeat(size)}${'a'.repeat(size)}`;
    return () => assert.equal(isExcluded(path), false);
  });
});

test('whatever the file and the settings hold, there is a configuration, and every problem is a sentence', () => {
  const key = fc.oneof(fc.constantFrom(...Object.keys(settings), '__proto__', 'constructor'), fc.string());
  const value = fc.oneof(
    fc.jsonValue(),
    fc.array(fc.dictionary(fc.constantFrom('folder', 'id', 'host', 'port'), fc.jsonValue())),
  );
  const any = fc.oneof(
    fc.string(),
    fc.array(fc.tuple(key, value)).map((pairs) => JSON.stringify(Object.fromEntries(pairs))),
  );
  fc.assert(
    fc.property(any, fc.anything(), (file, editor) => {
      const { config, problems } = resolveConfig(editor, file);
      assert.ok(config.pgVersion >= 12 && config.pgVersion <= 18);
      assert.equal(typeof config.isExcluded('a/b.sql'), 'boolean');
      for (const { message } of problems) assert.match(message, /\.$/);
    }),
  );
});

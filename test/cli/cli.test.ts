import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import esbuild from 'esbuild';
import { templates } from '../../server/src/core/plans/templates.js';
import { VERSION } from '../../server/src/version.js';
import { startFakeServer } from '../database/fakeServer.js';
import { cli, folder, SHOP } from './kit.js';

const repository = path.resolve(import.meta.dirname, '../..');
// Below the repository, where its packages are found.
mkdirSync(path.join(repository, '.build'), { recursive: true });
const bundled = mkdtempSync(path.join(repository, '.build/cli-'));
after(() => rmSync(bundled, { recursive: true, force: true }));
/** The command as a process: bundled once, because to read it module by module takes longer than what it does. */
const main = [path.join(bundled, 'cli.mjs')];
await esbuild.build({
  entryPoints: [path.join(repository, 'server/src/cli/main.ts')],
  outfile: main[0]!,
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  logLevel: 'warning',
});
const { PATH, HOME } = process.env;
const spawned = (cwd: string, args: readonly string[], input = '') =>
  spawnSync(process.execPath, [...main, ...args], { cwd, input, encoding: 'utf8', env: { PATH, HOME } });

test('as a process it lints, prints, and ends with its exit code', () => {
  const quiet = spawned(folder(SHOP), ['lint']);
  assert.deepEqual([quiet.status, quiet.stdout, quiet.stderr], [0, 'Nothing found in 4 files (6 statements).\n', '']);
  const broken = spawned(folder({ 'migrations/1_a.up.sql': 'SELEC 1;' }), ['lint']);
  assert.equal(broken.status, 1);
  assert.match(broken.stdout, /1:1 {2}error {2}syntax error at or near "SELEC"/);
});

test('as a process it reads standard input', () => {
  const { status, stdout } = spawned(folder({}), ['lint', '-'], 'SELECT 1; SELEC 2;');
  assert.equal(status, 1);
  assert.match(stdout, /<stdin>\n {2}1:11 {2}error/);
});

test('a reader that closes early is no error', async () => {
  const child = spawn(process.execPath, [...main, 'lint', '--format', 'json'], {
    cwd: folder(SHOP),
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH, HOME },
  });
  child.stdout.destroy();
  let err = '';
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  assert.deepEqual([code, err], [0, '']);
});

test('server --stdio speaks the language server protocol and ends with its client', async () => {
  const child = spawn(process.execPath, [...main, 'server', '--stdio'], { env: { PATH, HOME } });
  const message = (body: object) => {
    const text = JSON.stringify({ jsonrpc: '2.0', ...body });
    child.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  };
  let out = '';
  const answered = new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      if (out.includes('"capabilities"')) resolve();
    });
  });
  message({ id: 1, method: 'initialize', params: { processId: null, rootUri: null, capabilities: {} } });
  await answered;
  message({ id: 2, method: 'shutdown' });
  message({ method: 'exit' });
  assert.equal(await new Promise((resolve) => child.once('close', resolve)), 0);
  assert.match(out, /"codeActionProvider"/);
});

test('without a command the help goes to standard error and ends with 2; asked for, to standard output with 0', async () => {
  const bare = await cli('/', []);
  assert.deepEqual([bare.code, bare.out], [2, '']);
  assert.match(bare.err, /lockstep lint/);
  for (const args of [['--help'], ['-h'], ['help'], ['lint', '--help'], ['apply', '-h']]) {
    const { code, out, err } = await cli('/', args);
    assert.deepEqual([code, err], [0, ''], args.join(' '));
    assert.equal(out, bare.err);
  }
});

test('the help names all commands and templates, in lines of at most 100 characters', async () => {
  const { out } = await cli('/', ['--help']);
  for (const command of ['lint', 'status', 'apply', 'rollback', 'new', 'server'])
    assert.ok(out.includes(`\n  lockstep ${command} `), command);
  for (const { id } of templates) assert.ok(out.includes(id), id);
  for (const line of out.split('\n')) assert.ok(line.length <= 100, line);
});

test('the version is that of the package', async () => {
  for (const flag of ['--version', '-V'])
    assert.deepEqual(await cli('/', [flag]), { code: 0, out: `${VERSION}\n`, err: '' });
  assert.equal(VERSION, JSON.parse(readFileSync(path.join(repository, 'package.json'), 'utf8')).version);
});

const wrong: readonly (readonly [args: readonly string[], message: RegExp])[] = [
  [['lnt'], /there is no command "lnt"\. Known are lint, status, apply, rollback, new, server/],
  [['toString'], /there is no command "toString"/],
  [['lint', '--formt', 'json'], /Unknown option '--formt'\. See lockstep --help\./],
  [['lint', '--format', 'xml'], /--format must be one of text, json, github, sarif, but is "xml"\./],
  [['lint', '--severity', 'bad'], /--severity must be one of error, warning, information, hint, but is "bad"\./],
  [['lint', '--fail-on', 'x'], /--fail-on must be one of error, warning, information, hint, never, but is "x"\./],
  [['lint', '--format'], /--format <value>' argument missing\. See lockstep --help\./],
  [['status', 'x'], /status takes no "x"/],
  [['apply', '003'], /apply takes no "003"\. To stop at a version, write --to VERSION\./],
  [['apply', '--next', '--to', '3'], /--next, --all and --to exclude each other/],
  [['apply', '--next', '--all'], /--next, --all and --to exclude each other/],
  [['rollback', '2'], /rollback takes back the last migration only/],
  [['rollback', '--confirm', 'x'], /Unknown option '--confirm'/],
  [['server'], /Write lockstep server --stdio/],
  [['new'], /Give the migration a name/],
  [['new', 'x', '--template', 'nope'], /--template must be one of empty, create-table, .*, but is "nope"\./],
];
for (const [args, message] of wrong) {
  test(`lockstep ${args.join(' ')} is wrong usage: 2, one clear sentence, nothing on standard output`, async () => {
    const { code, out, err } = await cli(folder(SHOP), args);
    assert.deepEqual([code, out], [2, '']);
    assert.match(err, message);
    assert.match(err, /^lockstep: /);
    assert.doesNotMatch(err, /internal error|\n\s+at /);
  });
}

const SECRET = 'sentinel-secret';
const noDatabase: readonly (readonly [
  what: string,
  env: Readonly<Record<string, string>>,
  files: Readonly<Record<string, string>>,
  args: readonly string[],
  message: RegExp,
])[] = [
  [
    'none is known',
    {},
    {},
    [],
    /No database is known\. Set DATABASE_URL, or PGHOST and PGDATABASE, in the environment or in \.env\./,
  ],
  [
    'the URL is of another kind',
    { DATABASE_URL: `mysql://u:${SECRET}@h/d` },
    {},
    [],
    /DATABASE_URL is not a PostgreSQL URL/,
  ],
  [
    '.env has a broken URL',
    {},
    { '.env': `DATABASE_URL=postgres://u:${SECRET}@h:99999/d\n` },
    [],
    /DATABASE_URL in \.env cannot be read as a URL|has a port/,
  ],
  [
    'the connection is not in lockstep.json',
    {},
    {},
    ['--connection', 'dev'],
    /There is no connection "dev" in lockstep\.json \(known: none\)\./,
  ],
  [
    'lockstep.json has one and none was chosen',
    { PGPASSWORD: SECRET },
    { 'lockstep.json': '{ "connections": [{ "id": "dev", "host": "db.example", "database": "d", "user": "u" }] }' },
    [],
    /choose a connection of lockstep\.json with --connection: dev\./,
  ],
];
for (const [what, env, files, args, message] of noDatabase) {
  test(`where ${what}, every command that needs a database says so, and no password`, async () => {
    const root = folder({ ...SHOP, ...files });
    for (const command of ['status', 'apply', 'rollback']) {
      const { code, out, err } = await cli(root, [command, ...args], { env });
      assert.deepEqual([code, out], [2, '']);
      assert.match(err, message);
      assert.doesNotMatch(err, new RegExp(SECRET));
    }
  });
}

test('the environment does not give its password to a host that lockstep.json or .env names', async () => {
  const { port, heard, close } = await startFakeServer({ askPassword: true });
  const before = process.env.PGPASSWORD;
  process.env.PGPASSWORD = SECRET;
  try {
    const env = { PGPASSWORD: SECRET };
    const connection = { id: 'dev', kind: 'local', host: '0.0.0.0', port, database: 'd', user: 'u', ssl: 'disable' };
    const inFile = folder({ ...SHOP, 'lockstep.json': JSON.stringify({ connections: [connection] }) });
    const inDotenv = folder({ ...SHOP, '.env': `DATABASE_URL=postgres://u@0.0.0.0:${port}/d?sslmode=disable\n` });
    for (const [root, args] of [
      [inFile, ['status', '--connection', 'dev']],
      [inDotenv, ['status']],
    ] as const) {
      const { code, err } = await cli(root, args, { env });
      assert.equal(code, 2);
      assert.match(err, /PGPASSWORD is not sent to 0\.0\.0\.0/);
      assert.doesNotMatch(err, new RegExp(SECRET));
    }
    assert.ok(!heard.join().includes(SECRET));
  } finally {
    if (before === undefined) delete process.env.PGPASSWORD;
    else process.env.PGPASSWORD = before;
    await close();
  }
});

test('a mistake in lockstep.json stops what would change a database', async () => {
  const root = folder({ ...SHOP, 'lockstep.json': '{ "ledgerTabel": "x" }' });
  for (const command of ['apply', 'rollback']) {
    const { code, err } = await cli(root, [command], { env: { DATABASE_URL: 'postgres://u@127.0.0.1:1/d' } });
    assert.equal(code, 2);
    assert.match(err, /ledgerTabel is not known.*\nNothing was run\. Correct lockstep\.json first\.\n$/);
  }
});

test('with several folders, the one to run is to be named', async () => {
  const root = folder({ ...SHOP, 'other/001_x.up.sql': 'SELECT 1;', 'other/001_x.down.sql': 'SELECT 1;' });
  const env = { DATABASE_URL: 'postgres://u@127.0.0.1:1/d' };
  const several = await cli(root, ['apply'], { env });
  assert.match(several.err, /There are several migration folders: migrations, other\. Choose one with --folder\./);
  const none = await cli(root, ['apply', '--folder', 'nope'], { env });
  assert.match(none.err, /There are no migrations in nope\. Found: migrations, other\./);
  const version = await cli(root, ['apply', '--folder', 'migrations', '--to', '9'], { env });
  assert.match(version.err, /There is no migration with the version 9; the last one is 002\./);
  assert.deepEqual([several.code, none.code, version.code], [2, 2, 2]);
});

const remote = 'postgres://u:sentinel-secret@db.example:5432/shop';
const refused: readonly (readonly [args: readonly string[], message: RegExp])[] = [
  [['apply'], /db\.example:5432\/shop is not a local database\. To apply there all the same, add --confirm shop\./],
  [['apply', '--confirm', 'shp'], /add --confirm shop\./],
  [
    ['rollback'],
    /db\.example:5432\/shop is not a local database, and only those are rolled back\. When that host is this machine, add --local-host db\.example/,
  ],
  [['rollback', '--local-host', 'other'], /only those are rolled back/],
];
for (const [args, message] of refused) {
  test(`lockstep ${args.join(' ')} on a database that is not local is refused before anything is sent`, async () => {
    const { code, out, err } = await cli(folder(SHOP), args, { env: { DATABASE_URL: remote } });
    assert.deepEqual([code, out], [2, '']);
    assert.match(err, message);
    assert.doesNotMatch(err, /sentinel/);
  });
}

test('a database marked production is only read, whatever is confirmed', async () => {
  const connection = { id: 'live', kind: 'production', host: '127.0.0.1', port: 1, database: 'd', user: 'u' };
  const root = folder({ ...SHOP, 'lockstep.json': JSON.stringify({ connections: [connection] }) });
  for (const args of [
    ['apply', '--confirm', 'd'],
    ['rollback', '--local-host', '127.0.0.1'],
  ]) {
    const { code, err } = await cli(root, [...args, '--connection', 'live']);
    assert.equal(code, 2);
    assert.match(err, /marked as production: Lockstep only reads it/);
  }
});

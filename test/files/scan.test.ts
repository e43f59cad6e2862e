import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { readDotenv } from '../../server/src/files/dotenv.js';
import { isScanned, readText, reasonOf, scanFiles } from '../../server/src/files/scan.js';
import { folder } from '../cli/kit.js';

async function scan(
  root: string,
  isExcluded: (relative: string) => boolean = () => false,
  named: readonly string[] = [],
) {
  const unreadable: string[] = [];
  const leaveOut = (file: string, error: unknown) =>
    void unreadable.push(`${path.relative(root, file)}: ${reasonOf(error)}`);
  const files = await scanFiles(root, isExcluded, leaveOut, named);
  return { paths: files.map((file) => file.path).sort(), files, unreadable: unreadable.sort() };
}

test('SQL and the files that tell the tool are read; hidden, dependency and build folders are not', async () => {
  const names = ['m/1_a.sql', 'Cargo.toml', 'x/diesel.toml', 'lockstep.json', 'go.mod'];
  const others = ['node_modules/a/1.sql', '.git/1.sql', 'dist/1.sql', 'a/vendor/1.sql', 'readme.md', 'a/1.SQL.bak'];
  const root = folder(Object.fromEntries([...names, ...others].map((name) => [name, ''])));
  assert.deepEqual((await scan(root)).paths, [...names].sort());
  for (const name of names) assert.ok(isScanned(name), name);
  for (const name of others) assert.ok(!isScanned(name), name);
});

test('the ending of an SQL file may be written in capitals', async () => {
  const root = folder({ 'm/1_a.SQL': 'SELECT 1;', 'm/2_b.Sql': 'SELECT 2;' });
  assert.deepEqual((await scan(root)).paths, ['m/1_a.SQL', 'm/2_b.Sql']);
});

test('what never ends is not read: a link to a device, a pipe', { skip: process.platform === 'win32' }, async () => {
  const root = folder({ 'm/1_a.sql': '' });
  symlinkSync('/dev/zero', path.join(root, 'm/2_zero.sql'));
  spawnSync('mkfifo', [path.join(root, 'pipe')]);
  symlinkSync('../pipe', path.join(root, 'm/3_pipe.sql'));
  const { paths, unreadable } = await scan(root);
  assert.deepEqual(paths, ['m/1_a.sql']);
  assert.deepEqual(unreadable, [
    'm/2_zero.sql: it is not an ordinary file',
    'm/3_pipe.sql: it is not an ordinary file',
  ]);
  symlinkSync('pipe', path.join(root, '.env'));
  assert.equal(await readDotenv(root), undefined);
});

test('a folder that the settings name is entered whatever it is called, and nothing beside it', async () => {
  const inside = ['.db/m/1.sql', 'vendor/shop/migrations/1.sql', 'vendor/shop/migrations/build/2.sql'];
  const beside = ['.db/x.sql', '.db/n/1.sql', 'vendor/1.sql', 'vendor/other/1.sql', 'vendor/shop/migrations2/1.sql'];
  const root = folder(Object.fromEntries([...inside, ...beside].map((name) => [name, ''])));
  const named = ['.db/m', 'vendor/shop/migrations', ''];
  assert.deepEqual((await scan(root, undefined, named)).paths, inside);
  for (const name of inside) assert.ok(isScanned(name, named), name);
  for (const name of beside) assert.ok(!isScanned(name, named), name);
  assert.deepEqual((await scan(root, (relative) => relative === 'vendor', named)).paths, ['.db/m/1.sql']);
});

test('an excluded folder is not entered', async () => {
  const asked: string[] = [];
  const root = folder({ 'old/deep/1.sql': '', 'new/1.sql': '' });
  const { paths } = await scan(root, (relative) => {
    asked.push(relative);
    return relative === 'old';
  });
  assert.deepEqual(paths, ['new/1.sql']);
  assert.ok(!asked.some((name) => name.startsWith('old/')));
});

test('a byte order mark and line ends stay as they are', async () => {
  const root = folder({ '1.sql': '\uFEFFSELECT 1;\r\n' });
  assert.equal((await scan(root)).files[0]?.text, '\uFEFFSELECT 1;\r\n');
});

test('what cannot be read is told with a reason, and the rest is read', async () => {
  const root = folder({
    'good.sql': 'SELECT 1;',
    'latin.sql': Buffer.from([0xe9, 0x0a]),
    'wide.sql': Buffer.from('\uFEFFSELECT 1;', 'utf16le'),
  });
  symlinkSync('nowhere.sql', path.join(root, 'dangling.sql'));
  symlinkSync('loop.sql', path.join(root, 'loop.sql'));
  writeFileSync(path.join(root, 'huge.sql'), '');
  truncateSync(path.join(root, 'huge.sql'), 21 * 1024 * 1024);
  const { paths, unreadable } = await scan(root);
  assert.deepEqual(paths, ['good.sql']);
  assert.deepEqual(unreadable, [
    'dangling.sql: it does not exist',
    'huge.sql: it is larger than 20 MB',
    'latin.sql: it is not UTF-8; save it as UTF-8',
    'loop.sql: its symbolic links go round in a circle',
    'wide.sql: it is not UTF-8; save it as UTF-8',
  ]);
});

test('a symbolic link to a file is that file; a folder with the name of a file is a folder', async () => {
  const root = folder({ 'real/1_a.sql': 'SELECT 1;' });
  mkdirSync(path.join(root, 'migrations/odd.sql'), { recursive: true });
  symlinkSync('../real/1_a.sql', path.join(root, 'migrations/1_a.sql'));
  const { paths, unreadable } = await scan(root);
  assert.deepEqual([paths, unreadable], [['migrations/1_a.sql', 'real/1_a.sql'], []]);
});

test('a folder that is not there is one reason, and no file', async () => {
  const { paths, unreadable } = await scan(path.join(folder({}), 'gone'));
  assert.deepEqual([paths, unreadable], [[], [': it does not exist']]);
  await assert.rejects(readText('/nowhere/x.sql'), /^Error: it does not exist$/);
});

import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { cli, filesIn, folder, SHOP } from './kit.js';

const skip = process.platform === 'win32' && 'Windows lets only administrators make symbolic links';
const FIXABLE = 'ALTER TABLE orders ADD COLUMN note text;\n';
const outside = () => folder({ '003_c.sql': FIXABLE, 'deep/003_c.sql': FIXABLE });
const fix = (root: string, file: string) => cli(root, ['lint', '--fix', file]);

test('--fix does not write through a symbolic link that leads out of the project', { skip }, async () => {
  const other = outside();
  const root = folder(SHOP);
  symlinkSync(path.join(other, '003_c.sql'), path.join(root, 'migrations/003_c.sql'));
  symlinkSync(path.join(other, 'deep'), path.join(root, 'linked'));
  for (const file of ['migrations/003_c.sql', 'linked/003_c.sql']) {
    const { code, err } = await fix(root, file);
    assert.equal(code, 2);
    assert.match(
      err,
      new RegExp(
        `^lockstep: ${file} is not fixed: a symbolic link on its way leads out of .*, to .*003_c.sql\\. `,
        'm',
      ),
    );
    assert.doesNotMatch(err, /^Fixed/m);
  }
  assert.deepEqual(filesIn(other), { '003_c.sql': FIXABLE, 'deep/003_c.sql': FIXABLE });
});

test('--fix writes through one that stays in the project, in a project that is reached by one, and a file named outside', {
  skip,
}, async () => {
  const inside = folder({ ...SHOP, 'shared/003_c.sql': FIXABLE });
  symlinkSync('../shared/003_c.sql', path.join(inside, 'migrations/003_c.sql'));
  const real = folder({ ...SHOP, 'migrations/003_c.sql': FIXABLE });
  const reached = path.join(folder({}), 'project');
  symlinkSync(real, reached);
  const named = outside();
  for (const [cwd, file, changed] of [
    [inside, 'migrations/003_c.sql', path.join(inside, 'shared')],
    [reached, 'migrations/003_c.sql', path.join(real, 'migrations')],
    [folder(SHOP), path.join(named, '003_c.sql'), named],
  ] as const) {
    const { err } = await fix(cwd, file);
    assert.match(err, /^Fixed .*003_c\.sql: /m);
    assert.notEqual(filesIn(changed)['003_c.sql'], FIXABLE);
  }
});

test('new makes nothing through a symbolic link that leads out of the project, or nowhere', { skip }, async () => {
  const other = folder({});
  for (const target of [other, path.join(other, 'gone')]) {
    const root = folder({});
    symlinkSync(target, path.join(root, 'migrations'));
    const { code, out, err } = await cli(root, ['new', 'a']);
    assert.deepEqual([code, out], [2, '']);
    assert.match(err, /is not made: .*symbolic link.*leads (out of|nowhere).* Nothing was made\.\n$/);
    assert.deepEqual(filesIn(other), {});
  }
  const root = folder({});
  mkdirSync(path.join(root, 'db'));
  symlinkSync('db', path.join(root, 'migrations'));
  assert.equal((await cli(root, ['new', 'a'])).code, 0);
});

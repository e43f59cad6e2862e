import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundleTests } from './bundle.mjs';

const REPORTER = pathToFileURL(fileURLToPath(new URL('reporter.mjs', import.meta.url))).href;

/** What the reporter prints and counts for one test file. */
function reported(t: { after(fn: () => void): void }, source: string) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'lockstep-reporter-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(path.join(folder, 'some.test.mjs'), `import { describe, test } from 'node:test';\n${source}`);
  return run(folder, ['some.test.mjs']);
}

/** Runs Node's tests in a folder, with the reporter. */
function run(cwd: string, args: readonly string[], more: Readonly<Record<string, string>> = {}) {
  const counts = path.join(cwd, 'counts.json');
  // With NODE_TEST_CONTEXT the inner run would report to this one and use no reporter.
  const { NODE_TEST_CONTEXT: _, LOCKSTEP_BUNDLES: __, ...env } = process.env;
  const flags = ['--test', `--test-reporter=${REPORTER}`, '--test-reporter-destination=stdout'];
  const ran = spawnSync(process.execPath, [...flags, ...args], {
    cwd,
    encoding: 'utf8',
    env: { ...env, ...more, LOCKSTEP_COUNTS: counts },
  });
  return { status: ran.status, output: ran.stdout, counts: JSON.parse(readFileSync(counts, 'utf8')) as unknown };
}

test('a suite that is skipped as a whole counts as one skipped test and says why', (t) => {
  const { status, output, counts } = reported(
    t,
    `describe('needs a tool', { skip: 'the tool is not here' }, () => { test('a', () => {}); test('b', () => {}); });
     describe('runs', () => { test('c', () => {}); test('d', { skip: 'not today' }, () => {}); });`,
  );
  assert.deepEqual(counts, { passed: 1, failed: 0, skipped: 2 });
  assert.equal(output, 'SKIPPED needs a tool: the tool is not here\nSKIPPED d: not today\n');
  assert.equal(status, 0);
});

test('a failure is told once, by the test itself and not by its parents', (t) => {
  const { status, output, counts } = reported(
    t,
    `describe('outer', () => { test('inner', () => { throw new Error('broken'); }); test('fine', () => {}); });`,
  );
  assert.deepEqual(counts, { passed: 1, failed: 1, skipped: 0 });
  assert.match(output, /^FAILED inner .*some\.test\.mjs:\d+\)\n {4}Error: broken/);
  assert.equal(output.match(/FAILED/g)?.length, 1);
  assert.equal(status, 1);
});

test('a failure in a bundle is told with the line of the source, and a bundle knows where its source lies', async (t) => {
  const root = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'lockstep-bundle-')));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  mkdirSync(path.join(root, 'test'));
  writeFileSync(
    path.join(root, 'test/part.ts'),
    "export function broken(): never {\n  throw new Error('broken');\n}\n",
  );
  writeFileSync(
    path.join(root, 'test/some.test.ts'),
    `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { broken } from './part.js';

interface Nothing {}
test('it is here', () => assert.deepEqual([import.meta.url, import.meta.dirname], ${JSON.stringify([
      pathToFileURL(path.join(root, 'test/some.test.ts')).href,
      path.join(root, 'test'),
    ])}));
test('it breaks', (_: Nothing) => broken());
`,
  );
  const [bundle] = await bundleTests(root, ['test/some.test.ts'], path.join(root, 'out'));
  const { output, counts } = run(root, ['--enable-source-maps', bundle!], { LOCKSTEP_BUNDLES: path.join(root, 'out') });
  assert.deepEqual(counts, { passed: 1, failed: 1, skipped: 0 });
  assert.match(
    output,
    /^FAILED it breaks \(test\/some\.test\.ts:7\)\n {4}Error: broken\n {8}at broken \(.*part\.ts:2:9\)/,
  );
});

test('a file that fails before its tests is told by its name', async (t) => {
  const { output, counts } = reported(t, `throw new Error('at once');`);
  assert.deepEqual(counts, { passed: 0, failed: 1, skipped: 0 });
  assert.match(output, /^FAILED some\.test\.mjs(:1)?$/m);
});

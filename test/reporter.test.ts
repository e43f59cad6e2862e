import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';

const REPORTER = pathToFileURL(fileURLToPath(new URL('reporter.mjs', import.meta.url))).href;

/** What the reporter prints and counts for one test file. */
function reported(t: { after(fn: () => void): void }, source: string) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'lockstep-reporter-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const [file, counts] = [path.join(folder, 'some.test.mjs'), path.join(folder, 'counts.json')];
  writeFileSync(file, `import { describe, test } from 'node:test';\n${source}`);
  // With NODE_TEST_CONTEXT the inner run would report to this one and use no reporter.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const flags = ['--test', `--test-reporter=${REPORTER}`, '--test-reporter-destination=stdout'];
  const ran = spawnSync(process.execPath, [...flags, file], {
    encoding: 'utf8',
    env: { ...env, LOCKSTEP_COUNTS: counts },
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

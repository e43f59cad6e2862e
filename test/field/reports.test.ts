import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { REPORTS } from './reports.js';

const COUNT = 70;
const tests = path.resolve(import.meta.dirname, '..');
const own = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith('.test.ts'))
  .flatMap((name) => [...readFileSync(path.join(import.meta.dirname, name), 'utf8').matchAll(/^ *report\((\d+),/gm)])
  .map(([, number]) => Number(number));

test('every report is held by a test, or says what it waits for', () => {
  const missing = Array.from({ length: COUNT }, (_, i) => i + 1).filter((n) => !own.includes(n) && !REPORTS[n]);
  assert.deepEqual(missing, []);
  for (const number of [...own, ...Object.keys(REPORTS).map(Number)]) assert.ok(number >= 1 && number <= COUNT);
});

test('the tests that are named hold the reports', () => {
  for (const [number, { held = [], waits }] of Object.entries(REPORTS)) {
    assert.ok(held.length > 0 || waits, number);
    for (const [file, title] of held)
      assert.ok(readFileSync(path.join(tests, file), 'utf8').includes(title), `#${number}: ${file}: ${title}`);
  }
});

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import fc from 'fast-check';
import type { ModelConfig, WorkspaceModel } from '../../server/src/core/model.js';
import { loadParser } from '../../server/src/core/sql/read.js';
import { finish, Shared, STALE, type Steps, whilst } from '../../server/src/core/steps.js';
import { modelOf } from '../world/sets.js';

before(loadParser);

const ROOT = 'file:///work';
const CONFIG: ModelConfig = { pgVersion: 14, rules: {}, migrations: [], baseline: undefined };
const uri = (path: string) => `${ROOT}/${path}`;
const put = (m: WorkspaceModel, path: string, text: string | undefined) => m.setFile(uri(path), path, text);

function model(files: Readonly<Record<string, string>>): WorkspaceModel {
  const made = modelOf(
    ROOT,
    CONFIG,
    () => new Date('2026-11-21T10:15:00Z'),
    (error) => {
      throw error;
    },
  );
  for (const [path, text] of Object.entries(files)) put(made, path, text);
  return made;
}

/** Goes on to the end and counts. */
function count(steps: Steps<unknown>): number {
  for (let n = 0; ; n++) if (steps.next().done) return n;
}

/** Some steps; true when that was the end. */
function go(steps: Steps<unknown>, n: number): boolean {
  for (let i = 0; i < n; i++) if (steps.next().done) return true;
  return false;
}

function* countTo(n: number, seen: number[] = []): Steps<number> {
  for (let i = 0; i < n; i++) {
    seen.push(i);
    yield;
  }
  return n;
}

const tables = (n: number, prefix = 't') =>
  Array.from({ length: n }, (_, i) => `CREATE TABLE ${prefix}${i} (id int PRIMARY KEY, mail text);\n`).join('');
const BIG = 'migrations/001_big.sql';
const SMALL = 'migrations/002_small.sql';
const FILES = { [BIG]: tables(300), [SMALL]: 'CREATE INDEX ON t7 (mail);\n' };

test('work that is shared is done once, whoever takes it on', () => {
  const seen: number[] = [];
  const shared = new Shared(countTo(10, seen));
  const [one, other] = [shared.join(), shared.join()];
  go(one, 3);
  go(other, 3);
  assert.equal(finish(one), 10);
  assert.equal(finish(other), 10);
  assert.deepEqual(
    seen,
    Array.from({ length: 10 }, (_, i) => i),
  );
});

test('an error in shared work reaches all who wait for it', () => {
  function* broken(): Steps<number> {
    yield;
    throw new Error('broken');
  }
  const shared = new Shared(broken());
  assert.throws(() => finish(shared.join()), /broken/);
  assert.throws(() => finish(shared.join()), /broken/);
});

test('work is given up as soon as its result is worth nothing', () => {
  const seen: number[] = [];
  const steps = whilst(() => seen.length < 4, countTo(100, seen));
  assert.equal(finish(steps), STALE);
  assert.equal(seen.length, 4);
});

test('a text that comes in half-way is what the findings are about', () => {
  const m = model(FILES);
  const steps = m.findingSteps(uri(BIG));
  go(steps, 400);
  put(m, BIG, 'CREATE TABLE t7 (id int);\nDROP TABLE t7;\nSELECT 1;\n');
  const found = finish(steps);
  assert.deepEqual(
    found.map((f) => f.rule),
    model({ ...FILES, [BIG]: m.text(uri(BIG))! })
      .findings(uri(BIG))
      .map((f) => f.rule),
  );
});

test('what an edit makes stale is not finished', () => {
  const whole = count(model(FILES).findingSteps(uri(BIG)));
  for (const at of [5, 200, 500, whole - 5]) {
    const m = model(FILES);
    const steps = m.findingSteps(uri(BIG));
    assert.equal(go(steps, at), false);
    put(m, BIG, 'SELECT 1;\n');
    const rest = count(steps);
    assert.ok(rest < 100, `${rest} steps of ${whole} after an edit at step ${at}`);
  }
});

test('an edit of a later file does not start an analysis over', () => {
  const whole = count(model(FILES).findingSteps(uri(BIG)));
  const m = model(FILES);
  const steps = m.findingSteps(uri(BIG));
  go(steps, whole - 50);
  put(m, SMALL, 'CREATE INDEX CONCURRENTLY ON t7 (mail);\n');
  const rest = count(steps);
  assert.ok(rest < 100, `${rest} of ${whole} steps`);
});

test('several who ask at the same time, and one who cannot wait, share one analysis', () => {
  const whole = count(model(FILES).findingSteps(uri(BIG)));
  const m = model(FILES);
  const all = [m.findingSteps(uri(BIG)), m.contextSteps(uri(BIG)), m.findingSteps(uri(BIG))];
  let steps = 0;
  for (let i = 0; i < whole / 2; i++) for (const one of all) if (!one.next().done) steps++;
  const found = m.findings(uri(BIG));
  for (const one of all) steps += count(one);
  assert.ok(steps < whole + 10, `${steps} steps, ${whole} for one`);
  assert.equal(m.findings(uri(BIG)), found);
});

test('the analysis of an early file that a later one waits for is given up with an edit of the early one', () => {
  const whole = count(model(FILES).findingSteps(uri(SMALL)));
  const m = model(FILES);
  const steps = m.findingSteps(uri(SMALL));
  go(steps, 450);
  put(m, BIG, 'CREATE TABLE t7 (mail text);\n');
  const rest = count(steps);
  assert.ok(rest < 100, `${rest} of ${whole} steps`);
  assert.ok(m.findings(uri(SMALL)).some((f) => f.rule === 'create-index-blocking'));
});

test('a file that goes away half-way has no findings', () => {
  const m = model(FILES);
  const steps = m.findingSteps(uri(BIG));
  go(steps, 400);
  put(m, BIG, undefined);
  assert.deepEqual(finish(steps), []);
});

test('in small steps or at once, with edits in between: the same findings', () => {
  const lines = fc.constantFrom(
    'CREATE TABLE a (id int, mail text);',
    'CREATE INDEX ON a (mail);',
    'ALTER TABLE a ADD c int NOT NULL;',
    'DROP TABLE a;',
    'ALTER TABLE a ALTER mail SET NOT NULL;',
    'SELECT FROM WHERE;',
    '-- lockstep:ignore drop-table -- gone',
  );
  const text = fc.array(lines, { maxLength: 6 }).map((l) => l.join('\n'));
  const names = ['migrations/001_a.sql', 'migrations/001_a.down.sql', 'migrations/002_b.sql'] as const;
  const edit = fc.record({ name: fc.constantFrom(...names), text: fc.option(text), after: fc.nat(60) });
  const told = (m: WorkspaceModel) =>
    names.map((name) => m.findings(uri(name)).map((f) => [f.rule, f.span, f.message, f.related]));
  fc.assert(
    fc.property(fc.array(text, { minLength: 3, maxLength: 3 }), fc.array(edit, { maxLength: 5 }), (texts, edits) => {
      const files: Record<string, string> = Object.fromEntries(names.map((name, i) => [name, texts[i]!]));
      const m = model(files);
      const running = names.map((name) => m.findingSteps(uri(name)));
      for (const { name, text: changed, after } of edits) {
        for (const steps of running) go(steps, after);
        put(m, name, changed ?? undefined);
        if (changed === null) delete files[name];
        else files[name] = changed;
      }
      for (const steps of running) finish(steps);
      assert.deepEqual(told(m), told(model(files)));
    }),
    { numRuns: 120 },
  );
});

import assert from 'node:assert/strict';
import path from 'node:path';
import { after, test } from 'node:test';
import { Mutator } from './mutants.mjs';

const root = path.resolve(import.meta.dirname, '../..');
const mutator = new Mutator(root);
after(() => mutator.close());

/** `kind: before → after` of every change to a source. */
function changes(file: string): readonly string[] {
  const { text, mutants } = mutator.mutants(path.join(root, file));
  return mutants.map(({ kind, start, end, to }) => `${kind}: ${text.slice(start, end)} → ${to}`);
}

test('the changes to a source are those that its code allows', () => {
  const found = changes('server/src/core/text/edits.ts');
  for (const one of [
    'operator: - → +',
    'operator: || → &&',
    "text: '' → '?'",
    'constant: 0 → 1',
    'condition: start < done || end < start || end > text.length → false',
    'operator: < → <=',
    'statement: done = end; → ;',
    'property: edit, → ',
  ])
    assert.ok(found.includes(one), `${one}\n${found.join('\n')}`);
});

test('imports, types and names are left alone', () => {
  const found = changes('server/src/core/rules/rule.ts');
  // Types only.
  assert.deepEqual(found, []);
  assert.ok(!changes('server/src/core/text/edits.ts').some((one) => one.includes('./span.js')));
});

test('a change that the type check finds is none to run tests for', () => {
  const file = path.join(root, 'server/src/core/text/edits.ts');
  const { text } = mutator.mutants(file);
  assert.equal(mutator.isTyped(file, text), true);
  assert.equal(mutator.isTyped(file, text.replace('done = end;', "done = '';")), false);
  assert.equal(mutator.isTyped(file, text.replace('done = end;', 'done = ;')), false);
  assert.equal(mutator.isTyped(file, text.replace('done = end;', '')), true);
});

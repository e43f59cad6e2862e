import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fix } from '../../../server/src/core/fixes/fix.js';
import { ruleSteps } from '../../../server/src/core/rules/engine.js';
import type { Report, Rule } from '../../../server/src/core/rules/rule.js';
import { loadParser } from '../../../server/src/core/sql/read.js';
import { finish } from '../../../server/src/core/steps.js';
import { fixtureWorld } from '../../world/fileContext.js';

await loadParser();

const FIX: Fix = { title: 'Do it', safety: 'review', edits: [], newFiles: [] };

function ruleWith(fixes: NonNullable<Report['fixes']>): Rule {
  return {
    id: 'a-rule',
    title: 'A rule',
    danger: 'style',
    severity: 'warning',
    statements: ['SelectStmt'],
    directions: ['up'],
    sources: ['here'],
    *check(at) {
      yield { span: at.statement.span, message: 'Found.', fixes };
    },
  };
}

function findingWith(fixes: NonNullable<Report['fixes']>, errors: unknown[] = []) {
  const { model, uri } = fixtureWorld('SELECT 1;');
  const onError = (error: unknown) => errors.push(error);
  const [finding] = finish(ruleSteps(model.context(uri)!, { severity: {}, onError }, [ruleWith(fixes)]));
  return finding!;
}

test('fixes are made when somebody asks for them, and once', () => {
  let made = 0;
  const finding = findingWith(() => {
    made++;
    return [FIX];
  });
  assert.equal(made, 0);
  assert.deepEqual(finding.fixes, [FIX]);
  assert.deepEqual(finding.fixes, [FIX]);
  assert.equal(made, 1);
  assert.deepEqual(findingWith([FIX]).fixes, [FIX]);
});

test('a fix that cannot be made leaves the finding, and is heard of', () => {
  const errors: unknown[] = [];
  const finding = findingWith(() => {
    throw new Error('no');
  }, errors);
  assert.equal(finding.message, 'Found.');
  assert.deepEqual(finding.fixes, []);
  assert.match(String(errors[0]), /The rule a-rule failed: Error: no/);
});

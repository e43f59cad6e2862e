import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { piecesOf, withRule } from '../../server/dev/newRule.mjs';
import { ruleIndex } from '../../server/dev/ruleTable.mjs';
import { rules } from '../../server/src/core/rules/index.js';
import { loadParser, readScript } from '../../server/src/core/sql/read.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const ids = rules.map((rule) => rule.id);
/** Modules of core/rules that are not a rule. */
const NOT_RULES = new Set(['covering', 'engine', 'index', 'rule', 'suppress']);

await loadParser();

test('rule ids are kebab-case, unique and sorted in the index', () => {
  for (const id of ids) assert.match(id, /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
  assert.deepEqual(ids, [...new Set(ids)].sort());
});

test('every module in core/rules is in the index, and every rule has its own module', () => {
  const modules = readdirSync(`${root}/server/src/core/rules`)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.slice(0, -3))
    .filter((name) => !NOT_RULES.has(name));
  assert.deepEqual(modules.sort(), [...ids].sort());
});

for (const rule of rules) {
  test(`${rule.id} has a documentation page with bad and good SQL that parses`, () => {
    const page = `${root}/docs/rules/${rule.id}.md`;
    assert.ok(existsSync(page), `missing ${page}`);
    const text = readFileSync(page, 'utf8');
    assert.ok(text.startsWith(`# ${rule.id}\n`), 'the page begins with the id');
    for (const heading of ['## Bad', '## Good', '## When to ignore', '## Sources'])
      assert.ok(text.includes(heading), `no ${heading}`);
    const fences = [...text.matchAll(/```sql\n([\s\S]*?)```/g)].map((match) => match[1]!);
    assert.ok(fences.length >= 2, 'bad and good SQL');
    for (const sql of fences)
      assert.deepEqual(
        readScript(sql).errors.map((e) => e.message),
        [],
        sql,
      );
  });
  test(`${rule.id} has a bad.sql and a good.sql`, () => {
    for (const name of ['bad.sql', 'good.sql']) assert.ok(existsSync(`${root}/test/rules/${rule.id}/${name}`), name);
  });
  test(`${rule.id} says what it is and where that comes from`, () => {
    assert.ok(rule.title.length > 0 && rule.title.length <= 80 && !rule.title.endsWith('.'), rule.title);
    assert.ok(rule.sources.length > 0);
    assert.ok(rule.check || rule.checkFile || rule.id === 'unused-suppression', 'it checks nothing');
    if (rule.check) assert.ok(rule.statements.length > 0, 'check() is never called without statement kinds');
  });
}

test('the index of docs/rules lists every rule with its severity and title (npm run readme)', () => {
  assert.equal(readFileSync(`${root}/docs/rules/README.md`, 'utf8'), ruleIndex(rules));
});

test('every page of docs/rules belongs to a rule', () => {
  const pages = readdirSync(`${root}/docs/rules`).map((file) => file.replace(/\.md$/, ''));
  assert.deepEqual(pages.filter((page) => page !== 'README').sort(), ids);
});

test('npm run new-rule makes every piece that these tests ask for, and puts the rule where it belongs', () => {
  const index = readFileSync(`${root}/server/src/core/rules/index.ts`, 'utf8');
  const pieces = piecesOf('aaa-new-rule', 'DropStmt', 'Something', index);
  assert.deepEqual(Object.keys(pieces).sort(), [
    'docs/rules/aaa-new-rule.md',
    'server/src/core/rules/aaa-new-rule.ts',
    'server/src/core/rules/index.ts',
    'test/rules/aaa-new-rule/bad.sql',
    'test/rules/aaa-new-rule/good.sql',
  ]);
  const page = pieces['docs/rules/aaa-new-rule.md']!;
  for (const heading of ['# aaa-new-rule\n', '## Bad', '## Good', '## When to ignore', '## Sources'])
    assert.ok(page.includes(heading), heading);
  const next = withRule(index, 'zzz-last-rule');
  assert.deepEqual([...next.matchAll(/^ {2}(\w+),$/gm)].map((m) => m[1]).length, rules.length + 1);
  assert.ok(next.includes("import { zzzLastRule } from './zzz-last-rule.js';"));
  assert.equal(withRule(next, 'zzz-last-rule'), next, 'a second time changes nothing');
});

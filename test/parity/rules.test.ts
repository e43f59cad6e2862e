import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { rules } from '../../server/src/core/rules/index.js';
import { loadParser, readScript } from '../../server/src/core/sql/read.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const ids = rules.map((rule) => rule.id);
/** Modules of core/rules that are not a rule. */
const NOT_RULES = new Set(['engine', 'index', 'rule', 'suppress']);

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
    for (const heading of ['## Bad', '## Good', '## When to ignore', '## Sources']) assert.ok(text.includes(heading), `no ${heading}`);
    const fences = [...text.matchAll(/```sql\n([\s\S]*?)```/g)].map((match) => match[1]!);
    assert.ok(fences.length >= 2, 'bad and good SQL');
    for (const sql of fences) assert.deepEqual(readScript(sql).errors.map((e) => e.message), [], sql);
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

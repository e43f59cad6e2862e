import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Fix } from '../../server/src/core/fixes/fix.js';
import type { Finding } from '../../server/src/core/rules/rule.js';
import { loadParser } from '../../server/src/core/sql/read.js';
import { applyEdits } from '../../server/src/core/text/edits.js';
import { type FixtureWorld, fixtureWorld } from '../world/fileContext.js';
import { findingsAbout, findingsText, fixtureRules, fixturesOf, fixtureText, recorded } from './findings.js';
import { differences, expectationsIn } from './fixtures.js';

await loadParser();

const only = process.env.LOCKSTEP_RULE;
const folders = fixtureRules.filter((rule) => !only || only.split(',').includes(rule));

for (const rule of folders) {
  test(`what the fixtures of ${rule} give is as it is written down`, () => {
    assert.equal(findingsText(rule), recorded(rule), 'read what is different, then: npm run fixtures');
  });
  for (const name of fixturesOf(rule)) {
    const sql = fixtureText(rule, name);
    test(`${rule}/${name} gives exactly the findings that it marks`, () => {
      const world = fixtureWorld(sql);
      const context = world.model.context(world.uri)!;
      assert.deepEqual(context.script.errors, []);
      const { expected, quiet, wrong } = expectationsIn(context);
      assert.deepEqual(wrong, []);
      // The example of what to write is silent whatever the rule.
      const findings = name === 'good.sql' ? world.model.findings(world.uri) : findingsAbout(world, rule);
      if (name === 'good.sql') assert.deepEqual(expected, [], 'good.sql expects a finding');
      else
        assert.ok(expected.length > 0 || quiet, 'the fixture marks nothing: write `-- expect: none` when it is quiet');
      assert.deepEqual(world.errors, []);
      assert.deepEqual(differences(context, findings, expected), []);
      for (const f of findings) checkShape(f);
    });
    test(`the fixes for ${rule}/${name} parse, silence the rule and raise nothing as bad`, () => {
      const world = fixtureWorld(sql);
      const counts = findingsOf(world, rule).map((f) => f.fixes.length);
      assert.deepEqual(world.errors, []);
      for (const [i, count] of counts.entries()) {
        for (let j = 0; j < count; j++) checkFix(fixtureWorld(sql), rule, i, j);
      }
    });
  }
}

test('a rule whose documentation promises a fix for bad.sql offers one there', () => {
  for (const rule of folders) {
    const page = fileURLToPath(new URL(`../../docs/rules/${rule}.md`, import.meta.url));
    if (!existsSync(page) || !/^Fixable: yes/m.test(readFileSync(page, 'utf8'))) continue;
    const world = fixtureWorld(fixtureText(rule, 'bad.sql'));
    assert.ok(
      findingsOf(world, rule).some((f) => f.fixes.length > 0),
      rule,
    );
  }
});

function findingsOf(world: FixtureWorld, rule: string): readonly Finding[] {
  return world.model.findings(world.uri).filter((f) => f.rule === rule);
}

/** Names of people's objects may be long; the fixtures' are short, so the limit holds for them. */
function checkShape(f: Finding): void {
  assert.ok(f.message.endsWith('.'), `no full stop: ${f.message}`);
  assert.ok(!f.message.includes('\n'), `two lines: ${f.message}`);
  assert.ok(f.message.length <= 120, `${f.message.length} characters: ${f.message}`);
  assert.ok(f.span.end > f.span.start || f.statement === undefined, `empty span: ${f.message}`);
  for (const fix of f.fixes) {
    if (fix.newFiles.length > 0) assert.equal(fix.safety, 'review', `makes files, so it is not safe: ${fix.title}`);
  }
}

const RANK = { error: 3, warning: 2, information: 1, hint: 0 } as const;

function checkFix(world: FixtureWorld, rule: string, nth: number, which: number): void {
  const { model, uri } = world;
  const own = findingsOf(world, rule);
  const finding = own[nth]!;
  const fix = finding.fixes[which]!;
  const before = tally(model.findings(uri));
  const touched = applyFix(world, fix);
  for (const at of touched.filter((u) => u.endsWith('.sql'))) {
    assert.deepEqual(model.scripts(at)[0]!.errors, [], `${fix.title}: ${model.text(at)}`);
  }
  const text = `${fix.title}\n${touched.map((u) => `>> ${u}\n${model.text(u)}`).join('\n')}`;
  assert.ok(findingsOf(world, rule).length < own.length, `the rule is not silenced by: ${text}`);
  assert.ok(
    !findingsOf(world, rule).some((f) => f.message === finding.message && f.fixes.some((x) => sameEdits(x, fix))),
    `the fix is offered again: ${text}`,
  );
  const after = new Set([uri, ...touched.filter((u) => u.endsWith('.sql'))]);
  const now = tally([...after].flatMap((u) => model.findings(u)));
  for (const [key, { count, severity, message }] of now) {
    const more = count > (before.get(key)?.count ?? 0);
    assert.ok(!more || RANK[severity] < RANK[finding.severity], `raises ${key}: ${message}\n${text}`);
  }
}

function sameEdits(a: Fix, b: Fix): boolean {
  return JSON.stringify(a.edits) === JSON.stringify(b.edits);
}

/** Applies a fix to the world; gives the URIs it touched. */
function applyFix(world: FixtureWorld, fix: Fix): string[] {
  const { model } = world;
  const texts = new Map(fix.edits.map(({ uri, edits }) => [uri, applyEdits(model.text(uri)!, edits)] as const));
  for (const { uri, text } of fix.newFiles) {
    assert.ok(!model.has(uri), `the new file is there already: ${uri}`);
    texts.set(uri, text);
  }
  assert.ok(texts.size > 0, `the fix does nothing: ${fix.title}`);
  for (const [uri, text] of texts) world.setFile(uri, text);
  return [...texts.keys()];
}

function tally(
  findings: readonly Finding[],
): Map<string, { count: number; severity: Finding['severity']; message: string }> {
  const out = new Map<string, { count: number; severity: Finding['severity']; message: string }>();
  for (const f of findings) {
    const known = out.get(f.rule);
    out.set(f.rule, { count: (known?.count ?? 0) + 1, severity: f.severity, message: f.message });
  }
  return out;
}

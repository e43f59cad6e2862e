import assert from 'node:assert/strict';
import { test } from 'node:test';
import { safeFixes, withoutOverlap } from '../../../server/src/core/fixes/combine.js';
import { loadParser } from '../../../server/src/core/sql/read.js';
import { applyEdits } from '../../../server/src/core/text/edits.js';
import { fixtureRules, fixturesOf, fixtureText } from '../../rules/findings.js';
import { fixtureWorld, setupOf } from '../../world/fileContext.js';

await loadParser();

const fixtures = fixtureRules.flatMap((id) => fixturesOf(id).map((name) => ({ id, name, sql: fixtureText(id, name) })));

/** Every fix of every fixture, applied to the file it is for. */
function* fixed(change: (sql: string) => string) {
  for (const { id, name, sql } of fixtures) {
    const text = change(sql);
    const world = fixtureWorld(text, setupOf(sql));
    for (const finding of world.model.findings(world.uri)) {
      if (finding.rule !== id) continue;
      for (const fix of finding.fixes) {
        for (const { uri, edits } of fix.edits) {
          if (uri === world.uri) yield { label: `${id}/${name}: ${fix.title}`, text, next: applyEdits(text, edits) };
        }
      }
    }
  }
}

test('fixes keep the line endings of a file with CRLF', () => {
  let count = 0;
  for (const { label, next } of fixed((sql) => sql.replaceAll('\n', '\r\n'))) {
    assert.doesNotMatch(next, /(?<!\r)\n/, `${label}\n${JSON.stringify(next)}`);
    count++;
  }
  assert.ok(count > 50, `${count} fixes`);
});

test('fixes find their place behind characters of two, three and four bytes, and leave the byte order mark first', () => {
  const head = "\uFEFF-- Größe, 価格, 🦄\n/* é */ SELECT '🦄 ü';\n";
  const kept = ({ label }: { readonly label: string }) => !label.includes('Remove the byte order mark');
  const plain = [...fixed((sql) => `-- a\n/* e */ SELECT 'u';\n${sql}`)].filter(kept);
  const wide = [...fixed((sql) => head + sql)].filter(kept);
  assert.equal(wide.length, plain.length);
  for (const [i, { label, text, next }] of wide.entries()) {
    assert.ok(next.startsWith('\uFEFF'), label);
    // What is left of the fixture is the same in both.
    assert.equal(next.length - text.length, plain[i]!.next.length - plain[i]!.text.length, label);
  }
});

test('all safe fixes of a file together, round after round, come to an end, parse and bring no new error', () => {
  for (const { id, name, sql } of fixtures) {
    const world = fixtureWorld(sql);
    const { model, uri } = world;
    const errors = () =>
      model
        .findings(uri)
        .filter((f) => f.severity === 'error')
        .map((f) => f.rule);
    const before = errors();
    let rounds = 0;
    for (; rounds < 10; rounds++) {
      const fixes = withoutOverlap(safeFixes(model.findings(uri), uri));
      const edits = fixes.flatMap((fix) => fix.edits.flatMap((e) => e.edits));
      if (edits.length === 0) break;
      world.setFile(uri, applyEdits(model.text(uri)!, edits));
      assert.deepEqual(model.scripts(uri)[0]!.errors, [], `${id}/${name}\n${model.text(uri)}`);
      const now = errors().filter((rule) => !before.includes(rule));
      assert.deepEqual(now, [], `${id}/${name}: ${fixes.map((f) => f.title).join('; ')}\n${model.text(uri)}`);
    }
    assert.ok(rounds < 10, `${id}/${name} goes in circles:\n${model.text(uri)}`);
  }
});

test('where a fix would lose something, or cannot be put into a block of code, none is offered', () => {
  const fixesOf = (path: string) => {
    const [rule, name] = path.split('/') as [string, string];
    const world = fixtureWorld(fixtureText(rule, name));
    const own = world.model.findings(world.uri).filter((f) => f.rule === rule);
    return own.map((f) => f.fixes.length);
  };
  assert.deepEqual(fixesOf('rename-column/generated.sql'), [0], 'the generated column would go with the old one');
  assert.deepEqual(fixesOf('add-check-validated/do-block.sql'), [0]);
  assert.deepEqual(fixesOf('change-type-rewrites/view.sql'), [0]);
  assert.deepEqual(fixesOf('set-not-null-unproved/becomes-key.sql'), [0, 0]);
});

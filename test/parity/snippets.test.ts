import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { loadParser, parsesCleanly } from '../../server/src/core/sql/read.js';
import { fixtureWorld, setupOf } from '../world/fileContext.js';

interface Snippet {
  readonly prefix: string;
  readonly description: string;
  readonly body: readonly string[];
}

const file = new URL('../../snippets/sql.json', import.meta.url);
const snippets: Readonly<Record<string, Snippet>> = JSON.parse(readFileSync(file, 'utf8'));

await loadParser();

/** What stands in the editor when nobody replaces anything: `${1:users}` is users, there and at its `$1`. */
function inserted({ body }: Snippet): string {
  let text = body.join('\n');
  const values = new Map<string, string>();
  const stop = /(?<!\\)\$\{(\d+):((?:[^${}\\]|\\.)*)\}/g;
  while (stop.test(text)) {
    text = text.replace(stop, (_, n: string, value: string) => {
      values.set(n, value);
      return value;
    });
  }
  text = text.replace(/(?<!\\)\$\{?(\d+)\}?/g, (_, n: string) => {
    assert.ok(n === '0' || values.has(n), `$${n} has no default`);
    return values.get(n) ?? '';
  });
  return text.replace(/\\([$}\\])/g, '$1');
}

/** The tables that the snippets work on as they come, older than the migration. */
const BEFORE = [
  'CREATE TABLE users (id bigint PRIMARY KEY, email text, active boolean);',
  'CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint, total bigint);',
].join(' ');

for (const [name, snippet] of Object.entries(snippets)) {
  test(`the snippet "${name}" is SQL as it comes, and so is what it says about later migrations`, () => {
    const text = inserted(snippet);
    assert.ok(parsesCleanly(text), text);
    const later = text.replace(/^-- (?=(ALTER|CREATE|DROP) )/gm, '');
    assert.ok(parsesCleanly(later), later);
    assert.ok(snippet.prefix.startsWith('lock-') && snippet.description.endsWith('.'), name);
  });

  test(`the snippet "${name}" raises nothing`, () => {
    const text = inserted(snippet);
    const world = fixtureWorld(text, { ...setupOf(''), before: BEFORE });
    // How the way back looks, and how long to wait for a lock, is not for a snippet to say.
    const others = new Set(['missing-down', 'missing-lock-timeout']);
    const found = world.model.findings(world.uri).filter((f) => !others.has(f.rule));
    assert.deepEqual(
      found.map((f) => `${f.rule}: ${f.message}`),
      [],
      text,
    );
    assert.deepEqual(world.errors, []);
    assert.deepEqual(world.model.scripts(world.uri)[0]!.errors, []);
  });
}

test('prefixes are unique', () => {
  const prefixes = Object.values(snippets).map((s) => s.prefix);
  assert.equal(new Set(prefixes).size, prefixes.length);
});

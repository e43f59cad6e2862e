import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { tools } from '../../server/src/tools/index.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Names that are words of their own too, or say what a rule's knowledge comes from, are no tool's when they stand alone. */
const WORDS = ['plain'];
const names = [...tools.known, ...tools.foreign].map((tool) => tool.id).filter((id) => !WORDS.includes(id));
const pattern = new RegExp(`\\b(${names.flatMap((id) => [id, camel(id)]).join('|')})\\b`, 'i');

function camel(id: string): string {
  return id.replace(/-(\w)/g, (_, c: string) => c.toUpperCase());
}

function sources(folder: string): readonly string[] {
  return readdirSync(`${root}/${folder}`, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(root.length).replace(/^\//, ''))
    .filter((file) => !file.startsWith('server/src/tools/'));
}

/** The code without comments, and without the `sources` of a rule, which cite what others know. */
function code(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, (found) => found.replace(/[^\n]/g, ''))
    .replace(/^\s*sources: \[[\s\S]*?\],$/gm, (found) => found.replace(/[^\n]/g, ''));
}

test('no tool is named outside its folder: what depends on one is asked of it', () => {
  const found = [...sources('server/src'), ...sources('client/src')].flatMap((file) =>
    code(readFileSync(`${root}/${file}`, 'utf8'))
      .split('\n')
      .flatMap((line, i) => (pattern.test(line) ? [`${file}:${i + 1}: ${line.trim()}`] : [])),
  );
  assert.deepEqual(found, []);
});

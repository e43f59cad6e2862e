import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { HELP } from '../../server/src/cli/help.js';
import { type JsonSchema, settings } from '../../server/src/config/schema.js';
import { templates } from '../../server/src/core/plans/templates.js';
import { LAYOUT_IDS, TOOL_IDS } from '../../server/src/tools/index.js';

const read = (file: string) => readFileSync(new URL(`../../docs/${file}`, import.meta.url), 'utf8');
const page = read('settings.md');
/** Sections of the settings page by their heading. */
const sections = new Map(
  page
    .split(/^### /m)
    .slice(1)
    .map((text) => [text.split('\n', 1)[0]!, text.split(/^## /m, 1)[0]!] as const),
);

test('every setting has a section, and every section is a setting', () => {
  assert.deepEqual([...sections.keys()].sort(), Object.keys(settings).sort());
});

for (const [key, { schema, inFile }] of Object.entries(settings)) {
  test(`the section on ${key} has its default, its values and its description`, () => {
    const section = sections.get(key)!;
    assert.ok(section.includes(`\nDefault \`${JSON.stringify(schema.default)}\`.`), 'default');
    assert.ok(section.includes(schema.description), schema.description);
    assert.equal(section.includes('Not in `lockstep.json`.'), !inFile);
    for (const value of valuesOf(schema)) assert.ok(section.includes(`\`${value}\``), value);
    for (const [name, member] of Object.entries((schema as JsonSchema).items?.properties ?? {})) {
      assert.ok(section.includes(`\`${name}\`: ${member.description}`), name);
      for (const value of valuesOf(member)) assert.ok(section.includes(`\`${value}\``), value);
    }
  });
}

function valuesOf(schema: JsonSchema): readonly string[] {
  const more = typeof schema.additionalProperties === 'object' ? schema.additionalProperties.enum : undefined;
  return (schema.enum ?? more ?? []).map(String);
}

test('the settings of the example on the page are valid', () => {
  const { settings: _, ...example } = JSON.parse(/```json\n([\s\S]*?)```/.exec(page)![1]!);
  for (const key of Object.keys(example)) assert.ok(key in settings, key);
});

test('the page on the command line names every option and template of the help, and the help every one of the page', () => {
  const text = read('cli.md');
  const options = (of: string) =>
    [...new Set(of.replaceAll(/^git .*$/gm, '').match(/(?<=[\s`])--[a-z][a-z-]*/g))].sort();
  assert.deepEqual(
    options(text).filter((option) => option !== '--'),
    options(HELP),
  );
  for (const { id, fields } of templates) {
    const row = fields.map((f) => `\`${f.id}\`${f.required ? '' : ' (optional)'}`).join(', ');
    assert.ok(text.includes(`| \`${id}\` | ${row}${row && ' '}|`), `${id}: ${row}`);
  }
  for (const name of ['lint', 'status', 'apply', 'rollback', 'new', 'server'])
    assert.ok(text.includes(`\n## lockstep ${name}\n`), name);
});

test('the pages that are made from the code are current: npm run readme', () => {
  const made = spawnSync(process.execPath, ['--import', 'tsx', 'server/dev/readme.mjs', '--check'], {
    encoding: 'utf8',
  });
  assert.equal(made.stderr, '');
  const text = read('layouts.md');
  for (const id of [...LAYOUT_IDS, ...TOOL_IDS]) assert.ok(text.includes(`\`${id}\``), id);
});

test('links between the pages lead to a page and a heading that exist', () => {
  for (const file of ['settings.md', 'cli.md', 'layouts.md', 'databases.md', 'editors.md']) {
    for (const [, target, anchor] of read(file).matchAll(/\]\(((?:\.\.\/)?[\w./]+)(?:#([\w-]+))?\)/g)) {
      const text = read(target!);
      const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, words]) => words!.toLowerCase().replaceAll(' ', '-'));
      if (anchor) assert.ok(headings.includes(anchor), `${file}: ${target}#${anchor}`);
    }
  }
});

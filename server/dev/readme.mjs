// Writes what is made from the code: the lists of rules and tools in README.md and docs, the settings' values and the
// activation events in package.json, server/config.schema.json. `npm run readme`; with `--check`, only says whether they are current.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { fileSchema, settings } from '../src/config/schema.ts';
import { rules } from '../src/core/rules/index.ts';
import { ACTIVATION, tools } from '../src/tools/index.ts';
import { ruleIndex, ruleTable } from './ruleTable.mjs';
import { layoutTables, toolTable } from './toolTable.mjs';

const path = (name) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const between = (text, name, content) =>
  text.replace(new RegExp(`<!-- ${name} -->[^]*<!-- /${name} -->`), () =>
    [`<!-- ${name} -->`, '', content, '', `<!-- /${name} -->`].join('\n'),
  );

/** Reasons to start that are no file of a tool. */
const LANGUAGES = ['sql', 'postgres', 'pgsql', 'plpgsql'];

function manifest(text) {
  const value = JSON.parse(text);
  value.activationEvents = [
    ...ACTIVATION.map((glob) => `workspaceContains:${glob}`),
    'workspaceContains:lockstep.json',
    ...LANGUAGES.map((language) => `onLanguage:${language}`),
  ];
  const own = settings.migrations.schema.items.properties;
  const sections = [value.contributes.configuration].flat();
  const { properties } = sections.find((section) => section.properties['lockstep.migrations']).properties[
    'lockstep.migrations'
  ].items;
  properties.layout.enum = own.layout.enum;
  properties.tool.enum = own.tool.enum;
  return `${JSON.stringify(value, null, 2)}\n`;
}

const files = {
  'README.md': (text) =>
    between(
      between(
        text,
        'rules',
        ruleTable(rules, (id) => `docs/rules/${id}.md`),
      ),
      'tools',
      toolTable(tools.known),
    ),
  'docs/rules/README.md': () => ruleIndex(rules),
  'docs/layouts.md': (text) => between(text, 'tools', layoutTables(tools.known)),
  'docs/settings.md': (text) => {
    const { layout, tool } = settings.migrations.schema.items.properties;
    const list = (values) => `One of ${values.map((value) => `\`${value}\``).join(', ')}.`;
    return text
      .replace(/^(- `layout`: .*?)One of .*$/m, (_, head) => head + list(layout.enum))
      .replace(/^(- `tool`: .*?)One of .*$/m, (_, head) => head + list(tool.enum));
  },
  'package.json': manifest,
  'server/config.schema.json': () => `${JSON.stringify(fileSchema(), null, 2)}\n`,
};

for (const [name, write] of Object.entries(files)) {
  const text = existsSync(path(name)) ? readFileSync(path(name), 'utf8') : '';
  const next = write(text);
  if (next === text) continue;
  if (process.argv.includes('--check')) {
    console.error(`${name} is not current: npm run readme`);
    process.exitCode = 1;
  } else writeFileSync(path(name), next);
}

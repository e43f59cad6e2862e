// Writes the lists of rules: the table in README.md, between its markers, and docs/rules/README.md. `npm run readme`; with `--check`, only says whether they are current.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rules } from '../src/core/rules/index.ts';
import { ruleIndex, ruleTable } from './ruleTable.mjs';

const path = (name) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const BEGIN = '<!-- rules -->';
const END = '<!-- /rules -->';
const table = [BEGIN, '', ruleTable(rules, (id) => `docs/rules/${id}.md`), '', END].join('\n');

const files = {
  'README.md': (text) => text.replace(new RegExp(`${BEGIN}[^]*${END}`), () => table),
  'docs/rules/README.md': () => ruleIndex(rules),
};

for (const [name, write] of Object.entries(files)) {
  const text = existsSync(path(name)) ? readFileSync(path(name), 'utf8') : '';
  const next = write(text);
  if (next === text) continue;
  if (process.argv.includes('--check')) {
    console.error(`The list of rules in ${name} is not current: npm run readme`);
    process.exitCode = 1;
  } else writeFileSync(path(name), next);
}

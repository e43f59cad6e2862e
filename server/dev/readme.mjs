// Writes the table of rules into README.md, between its markers: `npm run readme`. With `--check`, only says whether it is current.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rules } from '../src/core/rules/index.ts';

const file = fileURLToPath(new URL('../../README.md', import.meta.url));
const BEGIN = '<!-- rules -->';
const END = '<!-- /rules -->';

const rows = [...rules]
  .sort((a, b) => a.id.localeCompare(b.id))
  .map((rule) => `| [${rule.id}](docs/rules/${rule.id}.md) | ${rule.severity} | ${rule.title.replaceAll('|', '\\|')} |`);
const table = [BEGIN, '', '| rule | default | what it finds |', '| --- | --- | --- |', ...rows, '', END].join('\n');

const text = readFileSync(file, 'utf8');
const next = text.replace(new RegExp(`${BEGIN}[^]*${END}`), () => table);
if (process.argv.includes('--check')) {
  if (next !== text) console.error('The table of rules in README.md is not current: npm run readme');
  process.exitCode = next === text ? 0 : 1;
} else writeFileSync(file, next);

// Writes down what the fixtures of all rules (or of those named) give: `npm run fixtures`.
import { writeFileSync } from 'node:fs';
import { loadParser } from '../../server/src/core/sql/read.js';
import { findingsText, fixtureRules, recorded, recordOf } from './findings.js';

await loadParser();
const named = process.argv.slice(2);
for (const rule of named.length > 0 ? named : fixtureRules) {
  const text = findingsText(rule);
  if (text === recorded(rule)) continue;
  writeFileSync(recordOf(rule), text);
  console.log(`changed test/rules/${rule}/findings.txt`);
}

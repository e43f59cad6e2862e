// Writes down what fixtures give: `npm run fixtures`, or of some rules alone: `npm run fixtures -- drop-table`.
import { writeFileSync } from 'node:fs';
import { loadParser } from '../server/src/core/sql/read.js';
import { findingsText, fixtureRules, recorded, recordOf } from './rules/findings.js';
import { interruptedText, RECORD, recordedInterruptions } from './runner/interrupted.js';

await loadParser();
const named = process.argv.slice(2);

function write(file: string, text: string, before: string): void {
  if (text === before) return;
  writeFileSync(file, text);
  console.log(`changed ${file}`);
}

for (const rule of named.length > 0 ? named : fixtureRules) write(recordOf(rule), findingsText(rule), recorded(rule));
if (named.length === 0) write(RECORD, await interruptedText(), recordedInterruptions());

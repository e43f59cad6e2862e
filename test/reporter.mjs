// A reporter for node:test: failures in full, skips with their reason, and the counts as JSON for test/run.mjs.
import { writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { inspect } from 'node:util';

/** Totals that node:test reports at the end as `pass 12`, `fail 0`, … */
const TOTAL = /^(pass|fail|cancelled|skipped|todo) (\d+)$/;

function* failure({ name, file, line, details }) {
  // A failed subtest fails its parents too: only the innermost says something new.
  if (details.error?.failureType === 'subtestsFailed') return;
  const where = file ? ` (${path.relative(process.cwd(), file)}${line ? `:${line}` : ''})` : '';
  const cause = details.error?.cause ?? details.error;
  const text = cause instanceof Error ? (cause.stack ?? cause.message) : inspect(cause);
  yield `FAILED ${name}${where}\n${text.replace(/^/gm, '    ')}\n`;
}

export default async function* report(events) {
  const total = { pass: 0, fail: 0, cancelled: 0, skipped: 0, todo: 0 };
  // The totals of node:test leave out a suite that is skipped as a whole: its tests never come to be.
  let skippedSuites = 0;
  for await (const { type, data } of events) {
    if (type === 'test:fail') yield* failure(data);
    else if (type === 'test:pass' && data.skip !== undefined) {
      yield `SKIPPED ${data.name}: ${typeof data.skip === 'string' ? data.skip : 'no reason given'}\n`;
      if (data.details.type === 'suite') skippedSuites++;
    } else if (type === 'test:stderr') yield data.message;
    else if (type === 'test:diagnostic' && data.nesting === 0) {
      const found = TOTAL.exec(data.message);
      if (found) total[found[1]] = Number(found[2]);
    }
  }
  const counts = {
    passed: total.pass,
    failed: total.fail + total.cancelled,
    skipped: total.skipped + total.todo + skippedSuites,
  };
  if (process.env.LOCKSTEP_COUNTS) writeFileSync(process.env.LOCKSTEP_COUNTS, JSON.stringify(counts));
}

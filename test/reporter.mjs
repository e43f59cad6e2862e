// A reporter for node:test: failures in full, skips with their reason, and the counts as JSON for test/run.mjs.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import * as path from 'node:path';
import { inspect } from 'node:util';

/** Totals that node:test reports at the end as `pass 12`, `fail 0`, … */
const TOTAL = /^(pass|fail|cancelled|skipped|todo) (\d+)$/;

/** Where a line of a bundled test was written; the line itself where it is in no bundle. */
function written(file, line, column) {
  const bundles = process.env.LOCKSTEP_BUNDLES;
  if (!bundles || !file.startsWith(bundles) || !existsSync(`${file}.map`)) return { file, line };
  const entry = new SourceMap(JSON.parse(readFileSync(`${file}.map`, 'utf8'))).findEntry(line - 1, column - 1);
  if (entry.originalSource) {
    return { file: path.resolve(path.dirname(file), entry.originalSource), line: entry.originalLine + 1 };
  }
  // Of the file as a whole.
  return { file: path.relative(bundles, file).replace(/\.mjs$/, '.ts'), line: undefined };
}

/** `test/a.test.ts:12`; empty where nobody knows. */
function place({ file, line, column }) {
  if (!file) return '';
  const source = written(file, line ?? 1, column ?? 1);
  return `${path.relative(process.cwd(), source.file)}${source.line ? `:${source.line}` : ''}`;
}

/** An error with what caused it: a property says what failed in its cause only. */
function told(error) {
  if (!(error instanceof Error)) return inspect(error);
  const text = error.stack ?? error.message;
  return error.cause === undefined ? text : `${text}\nbecause: ${told(error.cause)}`;
}

function* failure({ name, details, ...at }) {
  // A failed subtest fails its parents too: only the innermost says something new.
  if (details.error?.failureType === 'subtestsFailed') return;
  const where = place(at);
  const cause = details.error?.cause ?? details.error;
  const text = told(cause);
  const title = name === at.file ? where : `${name}${where && ` (${where})`}`;
  yield `FAILED ${title}\n${text.replace(/^/gm, '    ')}\n`;
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

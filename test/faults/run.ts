// Interrupts runs at every message, and counts what holds: `npm run faults`, `npm run faults -- 200`, `npm run faults -- plain`.
import { loadParser } from '../postgres/kit.js';
import { serverUnavailable, startServer } from '../postgres/server.js';
import { type Attempt, attempt, FAULTS, survey, type Verdict } from './harness.js';
import { attemptsOf, sample } from './plan.js';
import { TOOLS } from './scenarios.js';

const words = process.argv.slice(2);
const limit = Number(words.find((word) => /^\d+$/.test(word)) ?? Number.POSITIVE_INFINITY);
const tools = TOOLS.filter((tool) => words.every((word) => /^\d+$/.test(word) || word === tool));
const missing = serverUnavailable(14);
if (missing !== undefined) {
  console.error(missing);
  process.exit(2);
}

await loadParser();
const server = await startServer();
let wrong = 0;
try {
  console.log(`tool            direction  fault             tried  done failed uncert. killed forced  WRONG`);
  for (const tool of tools) {
    const surveyed = await survey(server, tool);
    const all = attemptsOf(tool, surveyed);
    const chosen = sample(all, Number.isFinite(limit) ? Math.ceil(limit / tools.length) : all.length);
    const verdicts: { readonly what: Attempt; readonly verdict: Verdict }[] = [];
    for (const what of chosen) {
      const verdict = await attempt(server, surveyed.states, what);
      verdicts.push({ what, verdict });
      for (const text of verdict.wrong) console.log(`  WRONG ${JSON.stringify(what)}: ${text}`);
    }
    for (const direction of ['up', 'down'] as const) {
      for (const fault of FAULTS) wrong += line(tool, direction, fault, verdicts);
    }
  }
} finally {
  await server.stop();
}
console.log(wrong === 0 ? 'All of it held.' : `${wrong} did not hold.`);
process.exitCode = wrong === 0 ? 0 : 1;

function line(
  tool: string,
  direction: string,
  fault: string,
  verdicts: readonly { readonly what: Attempt; readonly verdict: Verdict }[],
): number {
  const these = verdicts
    .filter(
      ({ what, verdict }) => what.direction === direction && what.fault === fault && verdict.ended !== 'untouched',
    )
    .map(({ verdict }) => verdict);
  const count = (test: (verdict: Verdict) => boolean) => String(these.filter(test).length).padStart(6);
  const ended = (how: Verdict['ended']) => count((v) => v.ended === how);
  const bad = these.filter((v) => v.wrong.length > 0).length;
  const failed = count((v) => v.ended === 'failed' || v.ended === 'refused');
  console.log(
    `${tool.padEnd(16)}${direction.padEnd(11)}${fault.padEnd(17)}${count(() => true)}${ended('done')}${failed}${ended('uncertain')}${ended('killed')} ${count((v) => v.forced)} ${String(bad).padStart(6)}`,
  );
  return bad;
}

import { readdirSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import Mocha from 'mocha';

/** Promises that nobody waited for; of the extensions in this host only ours is under test. */
const unhandled: unknown[] = [];
const ours = (reason: unknown): boolean =>
  reason instanceof Error && /client[/\\]dist[/\\]extension|lockstep/i.test(reason.stack ?? reason.message);

/** Called by the extension host; rejects when a test failed. The counts go to the file that LOCKSTEP_COUNTS names. */
export async function run(): Promise<void> {
  process.on('unhandledRejection', (reason) => ours(reason) && unhandled.push(reason));
  const mocha = new Mocha({ ui: 'bdd', color: false, timeout: 60_000 });
  const filters = (process.env.LOCKSTEP_FILTER ?? '').split(',');
  for (const name of readdirSync(__dirname).sort()) {
    if (name.endsWith('.test.cjs') && filters.some((f) => name.includes(f))) mocha.addFile(path.join(__dirname, name));
  }
  let stats: Mocha.Stats | undefined;
  let failures = await new Promise<number>((resolve) => {
    const runner = mocha.run(resolve);
    runner.on('pending', (test) => console.log(`SKIPPED ${test.fullTitle()}`));
    stats = runner.stats;
  });
  for (const reason of unhandled) {
    console.log('FAILED a promise was rejected and nobody listened:', reason);
    failures += 1;
  }
  const counts = { passed: stats?.passes ?? 0, failed: failures, skipped: stats?.pending ?? 0 };
  if (process.env.LOCKSTEP_COUNTS) writeFileSync(process.env.LOCKSTEP_COUNTS, JSON.stringify(counts));
  if (failures > 0) throw new Error(`${failures} tests failed`);
}

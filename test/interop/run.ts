// Runs the migration tools' own programs beside Lockstep on a real PostgreSQL: `npm run test:interop`, `npm run test:interop -- goose`.
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadParser } from '../../server/src/core/sql/read.js';
import { serverUnavailable, startServer } from '../postgres/server.js';
import { CHECKS, compare, type Findings } from './compare.js';
import { install } from './install.js';
import type { Program } from './program.js';

type Result = { readonly id: string } & ({ readonly skip: string } | { readonly found: Findings });

const FOLDER = fileURLToPath(new URL('./programs/', import.meta.url));

async function programs(words: readonly string[]): Promise<readonly Program[]> {
  const all = await Promise.all(
    readdirSync(FOLDER)
      .sort()
      .map(async (name) => ((await import(`./programs/${name}`)) as { program: Program }).program),
  );
  return all.filter(({ id }) => words.length === 0 || words.some((word) => id.includes(word)));
}

async function main(words: readonly string[]): Promise<void> {
  const unavailable = serverUnavailable(18);
  const chosen = await programs(words);
  const results: Result[] = [];
  if (unavailable !== undefined) results.push(...chosen.map(({ id }) => ({ id, skip: unavailable })));
  else {
    await loadParser();
    const server = await startServer({ major: 18 });
    try {
      for (const program of chosen) {
        const installed = await install(program);
        const { id } = program;
        if ('skip' in installed) results.push({ id, ...installed });
        else results.push({ id, found: await compare(program, installed.binary, server) });
      }
    } finally {
      await server.stop();
    }
  }
  print(results);
}

function print(results: readonly Result[]): void {
  const cell = (problem: string | undefined) => (problem === undefined ? 'yes' : 'NO');
  const rows = results.map((r) => [r.id, ...CHECKS.map((check) => ('skip' in r ? 'skipped' : cell(r.found[check])))]);
  const table = [['tool', ...CHECKS], ...rows];
  const widths = table[0]!.map((_, i) => Math.max(...table.map((row) => row[i]!.length)));
  for (const row of table)
    console.log(
      row
        .map((text, i) => text.padEnd(widths[i]!))
        .join('  ')
        .trimEnd(),
    );
  console.log();
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const r of results) {
    if ('skip' in r) {
      counts.skipped += CHECKS.length;
      console.log(`skipped ${r.id}: ${r.skip}`);
      continue;
    }
    for (const check of CHECKS) {
      const problem = r.found[check];
      counts[problem === undefined ? 'passed' : 'failed']++;
      if (problem !== undefined) console.log(`FAILED ${r.id}, ${check}: ${problem.trim().slice(0, 400)}`);
    }
  }
  if (counts.failed > 0 || counts.passed === 0) process.exitCode = 1;
  console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
}

await main(process.argv.slice(2));
process.exit();

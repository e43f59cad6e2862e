// `npm run demo`: a sample shop in VS Code, connected to an embedded PostgreSQL.
// `npm run demo -- --check`: the same without a window, checked step by step.
// Everything it makes is in `.demo/`, which git ignores.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import * as path from 'node:path';
import { prepare, root, withDatabase } from './setup.mjs';

const home = path.join(root, '.demo');

/** A check begins with nothing, and leaves nothing. */
async function inScratch(task) {
  const scratch = mkdtempSync(path.join(home, 'check-'));
  try {
    await task(scratch);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

try {
  prepare();
  mkdirSync(home, { recursive: true });
  if (process.argv.includes('--check')) {
    const { check } = await import('./check.mjs');
    await inScratch((scratch) => withDatabase(scratch, check));
  } else {
    const { open } = await import('./open.mjs');
    await withDatabase(home, open);
  }
} catch (error) {
  console.error(`\nThe demo stopped: ${error.message}`);
  process.exitCode = 1;
}
// Nothing that is left over, such as a browser's socket, keeps the terminal.
process.exit();

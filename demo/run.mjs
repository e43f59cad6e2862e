// `npm run demo`: a sample shop in VS Code, connected to an embedded PostgreSQL.
// `npm run demo -- --check`: the same without a window, checked step by step.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { applyFirst, copyWorkspace, prepare, root, startDatabase } from './setup.mjs';

async function inScratch(task) {
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'lockstep-demo-'));
  try {
    await task(scratch);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function withDatabase(home, task) {
  const workspace = copyWorkspace(path.join(home, 'workspace'));
  console.log('Starting an embedded PostgreSQL …');
  const database = await startDatabase(path.join(home, 'data'));
  try {
    await applyFirst(workspace, database.url);
    await task({ home, workspace, database });
  } finally {
    await database.stop();
  }
}

try {
  prepare();
  if (process.argv.includes('--check')) {
    const { check } = await import('./check.mjs');
    await inScratch((scratch) => withDatabase(scratch, check));
  } else {
    const { open } = await import('./open.mjs');
    const home = path.join(root, '.demo');
    mkdirSync(home, { recursive: true });
    await withDatabase(home, open);
  }
} catch (error) {
  console.error(`\nThe demo stopped: ${error.message}`);
  process.exitCode = 1;
}
process.exit();

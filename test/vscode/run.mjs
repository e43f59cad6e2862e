// Runs the suites of test/extension in VS Code's extension host, with a PostgreSQL of their own.
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runTests } from '@vscode/test-electron';
import esbuild from 'esbuild';
import { serverUnavailable, startServer } from '../postgres/server.ts';
import { chrome } from './chrome.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const suites = path.join(root, 'test/extension');
const out = path.join(root, '.build/extension-tests');

/** The window: a VS Code named by its binary, the web build, or one that test-electron downloads. */
function pickWindow() {
  const named = process.env.VSCODE_EXECUTABLE;
  if (named) return { path: named, label: named };
  if (`${process.platform}-${process.arch}` !== 'linux-x64') return { path: undefined, label: 'a downloaded VS Code' };
  const { executable, reason } = chrome();
  if (reason) return { reason };
  return { path: path.join(root, 'test/vscode/code-web.mjs'), label: `VS Code's web build in ${executable}` };
}

async function bundleSuites() {
  rmSync(out, { recursive: true, force: true });
  const files = readdirSync(suites).filter((name) => name.endsWith('.test.ts') || name === 'index.ts');
  await esbuild.build({
    entryPoints: files.map((name) => path.join(suites, name)),
    outdir: out,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['vscode', 'mocha', 'pg-native'],
    sourcemap: 'inline',
    logLevel: 'warning',
  });
}

function skip(reason) {
  console.log(`SKIPPED extension-host suites: ${reason}`);
  if (process.env.LOCKSTEP_COUNTS) {
    writeFileSync(process.env.LOCKSTEP_COUNTS, JSON.stringify({ passed: 0, failed: 0, skipped: 1 }));
  }
}

/** Mocha is external to the bundle: it is found from the folder of the bundle, inside the repository. */
async function main() {
  const window = pickWindow();
  const reason = window.reason ?? serverUnavailable();
  if (reason) return skip(reason);
  console.log(`extension host of ${window.label}`);
  await bundleSuites();
  const workspace = mkdtempSync(path.join(os.tmpdir(), 'lockstep-workspace-'));
  cpSync(path.join(root, 'demo/workspace'), workspace, { recursive: true });
  const server = await startServer();
  try {
    const database = await server.createDatabase();
    await runTests({
      ...(window.path ? { vscodeExecutablePath: window.path } : {}),
      extensionDevelopmentPath: process.env.TEST_VSIX ? path.join(root, 'test/stub') : root,
      extensionTestsPath: path.join(out, 'index.cjs'),
      launchArgs: [workspace, '--disable-workspace-trust', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
      extensionTestsEnv: {
        TEST_DATABASE_URL: server.url(database),
        LOCKSTEP_COUNTS: process.env.LOCKSTEP_COUNTS ?? '',
      },
    });
  } finally {
    await server.stop();
    rmSync(workspace, { recursive: true, force: true });
  }
}

try {
  await main();
} catch (error) {
  // Mocha has said which test failed; only the other errors are news.
  if (!/Test run failed|exit/i.test(String(error))) console.error(error);
  process.exitCode = 1;
}
process.exit();

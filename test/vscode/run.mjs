// Runs the suites of test/extension in VS Code's extension host, one session per folder, with a PostgreSQL of their own.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';
import { downloadAndUnzipVSCode, runTests } from '@vscode/test-electron';
import esbuild from 'esbuild';
import { serverUnavailable, startServer } from '../postgres/server.ts';
import { chrome } from './chrome.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const suites = path.join(root, 'test/extension');
const out = path.join(root, '.build/extension-tests');
const filters = (process.env.LOCKSTEP_FILTER ?? '').split(',');

const shop = (folder) => cpSync(path.join(root, 'demo/workspace'), folder, { recursive: true });

/** What is open in the window: a folder per session, filled before it starts. */
const SESSIONS = {
  shop: { fill: shop },
  empty: {
    fill: (folder) => writeFileSync(path.join(folder, 'query.sql'), 'SELECT 1;\n'),
  },
};

/**
 * The window: a desktop VS Code named by its binary, the web build, or a desktop that test-electron downloads (elsewhere
 * than on Linux x64, or when LOCKSTEP_VSCODE asks for a version). Or the reason why there is none.
 */
async function pickWindow() {
  const named = process.env.VSCODE_EXECUTABLE;
  if (named) return { path: named, label: named };
  const version = process.env.LOCKSTEP_VSCODE;
  if (version || `${process.platform}-${process.arch}` !== 'linux-x64') return desktop(version ?? 'stable');
  const { executable, reason } = chrome();
  if (reason) return { reason };
  return { path: path.join(root, 'test/vscode/code-web.mjs'), label: `VS Code's web build in ${executable}` };
}

async function desktop(version) {
  try {
    return { path: await downloadAndUnzipVSCode({ version }), label: `desktop VS Code ${version}` };
  } catch (error) {
    return { reason: `VS Code ${version} cannot be downloaded (${error.message}); VSCODE_EXECUTABLE names one` };
  }
}

const testsOf = (session) =>
  readdirSync(path.join(suites, session)).filter(
    (name) => name.endsWith('.test.ts') && filters.some((f) => name.includes(f)),
  );

/** Mocha is external to the bundle: it is found from the folder of the bundle, inside the repository. */
async function bundle(session) {
  const to = path.join(out, session);
  rmSync(to, { recursive: true, force: true });
  await esbuild.build({
    entryPoints: [path.join(suites, 'index.ts'), ...testsOf(session).map((name) => path.join(suites, session, name))],
    outdir: to,
    entryNames: '[name]',
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['vscode', 'mocha', 'pg-native'],
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  return path.join(to, 'index.cjs');
}

/** One window with one folder; resolves with its counts, also when it ended before its time. */
async function runSession(name, window, server) {
  const { fill } = SESSIONS[name];
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'lsx-'));
  const workspace = path.join(scratch, name);
  // Short: VS Code puts a socket there, whose path may have about 100 bytes.
  const profile = path.join(scratch, 'p');
  const countsFile = path.join(scratch, 'counts.json');
  const url = server.url(await server.createDatabase());
  mkdirSync(workspace);
  fill(workspace);
  try {
    await runTests({
      vscodeExecutablePath: window.path,
      extensionDevelopmentPath: process.env.TEST_VSIX ? path.join(root, 'test/stub') : root,
      extensionTestsPath: await bundle(name),
      launchArgs: [
        workspace,
        `--user-data-dir=${profile}`,
        '--disable-workspace-trust',
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ],
      extensionTestsEnv: {
        TEST_DATABASE_URL: url,
        TEST_DATABASE_URL_2: server.url(await server.createDatabase()),
        LOCKSTEP_COUNTS: countsFile,
      },
    });
  } catch (error) {
    // Mocha has said which test failed; only the other errors are news.
    if (!existsSync(countsFile)) console.error(`FAILED extension/${name}: ${error}`);
  }
  const counts = existsSync(countsFile)
    ? JSON.parse(readFileSync(countsFile, 'utf8'))
    : { passed: 0, failed: 1, skipped: 0 };
  rmSync(scratch, { recursive: true, force: true });
  return counts;
}

async function main() {
  // The oldest PostgreSQL that the suites know is not there for every platform.
  const major = serverUnavailable(14) ? 18 : 14;
  const unavailable = serverUnavailable(major);
  const window = unavailable ? { reason: unavailable } : await pickWindow();
  const { reason } = window;
  if (reason) {
    console.log(`SKIPPED extension-host suites: ${reason}`);
    return { passed: 0, failed: 0, skipped: 1 };
  }
  console.log(`extension host of ${window.label}`);
  const total = { passed: 0, failed: 0, skipped: 0 };
  const server = await startServer({ major });
  try {
    for (const name of Object.keys(SESSIONS)) {
      if (testsOf(name).length === 0) continue;
      const counts = await runSession(name, window, server);
      for (const key of Object.keys(total)) total[key] += counts[key];
    }
  } finally {
    await server.stop();
  }
  return total;
}

const counts = await main();
if (process.env.LOCKSTEP_COUNTS) writeFileSync(process.env.LOCKSTEP_COUNTS, JSON.stringify(counts));
process.exit(counts.failed > 0 ? 1 : 0);

// Runs the suites: `npm test`, `npm test -- unit package`, `npm run test:unit -- lineIndex`.
// `--checks` runs the type check and the linter first.
// The last line is always `N passed, N failed, N skipped`.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';
import { SUITES, testFiles } from './files.mjs';

const root = path.resolve(fileURLToPath(new URL('..', import.meta.url)));
const scratch = mkdtempSync(path.join(os.tmpdir(), 'lockstep-test-'));
mkdirSync(path.join(root, '.build'), { recursive: true });
const bundles = mkdtempSync(path.join(root, '.build/test-'));
process.on('exit', () => {
  for (const folder of [scratch, bundles]) rmSync(folder, { recursive: true, force: true });
});

/** Minutes after which a suite hangs. */
const LIMITS = { unit: 8, postgres: 10, package: 4, extension: 7, ui: 7 };

const checks = process.argv.includes('--checks');
const words = process.argv.slice(2).filter((word) => word !== '--checks');
const wanted = words.filter((word) => SUITES.includes(word));
const filters = words.filter((word) => !SUITES.includes(word));
const chosen = wanted.length > 0 ? SUITES.filter((name) => wanted.includes(name)) : SUITES;

const matches = (file) => filters.length === 0 || filters.some((filter) => file.includes(filter));

/** Ends the command with all that it started. */
function end(child) {
  try {
    if (process.platform === 'win32') child.kill();
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It is gone.
  }
}

let running;
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    if (running) end(running);
    process.exit(1);
  });
}

function run(command, args, { env = {}, minutes = 10 } = {}) {
  return new Promise((resolve) => {
    const windows = process.platform === 'win32';
    const child = spawn(command, args, {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...env },
      // A group of its own: servers and browsers of a suite that hangs end with it.
      detached: !windows,
      shell: windows && command.endsWith('.cmd'),
    });
    running = child;
    const timer = setTimeout(() => {
      console.error(`${path.basename(command)} ${args.at(-1)} did not end within ${minutes} minutes`);
      end(child);
    }, minutes * 60_000);
    const done = (status) => {
      clearTimeout(timer);
      running = undefined;
      resolve(status);
    };
    child.once('error', (error) => {
      console.error(error.message);
      done(1);
    });
    child.once('exit', (status) => done(status ?? 1));
  });
}

/** Runs one command that leaves its counts in the file that LOCKSTEP_COUNTS names. */
async function counted(suite, command, args, env) {
  const file = path.join(scratch, `${suite}.json`);
  const status = await run(command, args, {
    env: { ...env, LOCKSTEP_COUNTS: file, LOCKSTEP_FILTER: filters.join(',') },
    minutes: LIMITS[suite],
  });
  if (!existsSync(file)) {
    console.error(`FAILED ${suite}: the suite ended without a result (exit status ${status})`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
  const counts = JSON.parse(readFileSync(file, 'utf8'));
  if (status !== 0 && counts.failed === 0) {
    console.error(`FAILED ${suite}: exit status ${status}`);
    counts.failed = 1;
  }
  return counts;
}

async function nodeTest(suite, files) {
  const folder = path.join(bundles, suite);
  // Here and not above: before `npm ci` there is no esbuild.
  const { bundleTests } = await import('./bundle.mjs');
  const bundled = await bundleTests(root, files, folder).catch(() => []);
  if (bundled.length === 0) {
    console.error(`FAILED ${suite}: its files cannot be bundled`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
  const reporter = ['--test-reporter=./test/reporter.mjs', '--test-reporter-destination=stdout'];
  // Node leaves one core idle by itself, which is half of them on a small machine; a window needs all for itself.
  const atOnce = { unit: os.availableParallelism(), ui: 1 }[suite] ?? Math.max(1, os.availableParallelism() - 1);
  // One file that hangs fails alone.
  const flags = ['--enable-source-maps', '--test', '--test-timeout=240000', `--test-concurrency=${atOnce}`];
  return counted(suite, process.execPath, [...flags, ...reporter, ...bundled], { LOCKSTEP_BUNDLES: folder });
}

function runSuite(suite) {
  if (suite === 'extension') return counted(suite, process.execPath, ['--import', 'tsx', 'test/vscode/run.mjs']);
  const files = testFiles(root, suite).filter(matches);
  return files.length > 0 ? nodeTest(suite, files) : { passed: 0, failed: 0, skipped: 0 };
}

const total = { passed: 0, failed: 0, skipped: 0 };
const line = (counts) => `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`;
function add(suite, counts) {
  for (const key of Object.keys(total)) total[key] += counts[key];
  console.log(`${suite}: ${line(counts)}\n`);
}

/** A step that is no suite counts only when it fails. */
async function step(name, command, ...args) {
  const ok = (await run(command, args)) === 0;
  if (!ok) {
    console.error(`FAILED ${name}`);
    add(name, { passed: 0, failed: 1, skipped: 0 });
  }
  return ok;
}

async function main() {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const installed = existsSync(path.join(root, 'node_modules/.package-lock.json'));
  if (!installed && !(await step('npm ci', npm, 'ci', '--no-audit', '--no-fund'))) return;
  const bin = (name) => path.join(root, 'node_modules', name);
  if (checks) {
    await step('types', process.execPath, bin('typescript/bin/tsc'), '-b');
    await step('lint', process.execPath, bin('@biomejs/biome/bin/biome'), 'ci', '--error-on-warnings');
  }
  await step('build', process.execPath, 'server/dev/build.mjs');
  for (const suite of chosen) {
    const began = Date.now();
    console.log(`── ${suite}`);
    const counts = await runSuite(suite);
    console.log(`${((Date.now() - began) / 1000).toFixed(0)} s`);
    add(suite, counts);
  }
  if (total.passed + total.failed + total.skipped === 0) {
    console.error(`no test matches ${filters.join(', ')}`);
    process.exitCode = 1;
  }
}

await main();
if (total.failed > 0) process.exitCode = 1;
console.log(line(total));

// Runs the suites: `npm test`, `npm test -- unit package`, `npm run test:unit -- lineIndex`.
// `--checks` runs the type check and the linter first.
// The last line is always `N passed, N failed, N skipped`.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const scratch = mkdtempSync(path.join(os.tmpdir(), 'lockstep-test-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));

/** Folders of test/ with a suite of their own; everything else is the unit suite. */
const SUITES = ['postgres', 'package', 'extension', 'ui'];
const NAMES = ['unit', ...SUITES];

const checks = process.argv.includes('--checks');
const words = process.argv.slice(2).filter((word) => word !== '--checks');
const wanted = words.filter((word) => NAMES.includes(word));
const filters = words.filter((word) => !NAMES.includes(word));
const chosen = wanted.length > 0 ? NAMES.filter((name) => wanted.includes(name)) : NAMES;

const matches = (file) => filters.length === 0 || filters.some((filter) => file.includes(filter));

function testFiles(dir, skip = []) {
  if (!existsSync(path.join(root, dir))) return [];
  return readdirSync(path.join(root, dir), { withFileTypes: true })
    .flatMap((entry) => {
      const at = `${dir}/${entry.name}`;
      if (entry.isDirectory()) return skip.includes(entry.name) ? [] : testFiles(at);
      return entry.name.endsWith('.test.ts') ? [at] : [];
    })
    .sort();
}

function run(command, args, env = {}) {
  const done = spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
  if (done.error) console.error(done.error.message);
  return done.status ?? 1;
}

/** Runs one command that leaves its counts in the file that LOCKSTEP_COUNTS names. */
function counted(suite, command, args) {
  const file = path.join(scratch, `${suite}.json`);
  const status = run(command, args, { LOCKSTEP_COUNTS: file, LOCKSTEP_FILTER: filters.join(',') });
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

function nodeTest(suite, files) {
  const reporter = ['--test-reporter=./test/reporter.mjs', '--test-reporter-destination=stdout'];
  return counted(suite, process.execPath, ['--import', 'tsx', '--test', ...reporter, ...files]);
}

function runSuite(suite) {
  if (suite === 'extension') return counted(suite, process.execPath, ['--import', 'tsx', 'test/vscode/run.mjs']);
  const all = suite === 'unit' ? testFiles('test', [...SUITES, 'vscode', 'workspaces']) : testFiles(`test/${suite}`);
  const files = all.filter(matches);
  return files.length > 0 ? nodeTest(suite, files) : { passed: 0, failed: 0, skipped: 0 };
}

const total = { passed: 0, failed: 0, skipped: 0 };
const line = (counts) => `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`;
function add(suite, counts) {
  for (const key of Object.keys(total)) total[key] += counts[key];
  console.log(`${suite}: ${line(counts)}\n`);
}

const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
const installed = existsSync(path.join(root, 'node_modules')) || run(npm, ['ci', '--no-audit', '--no-fund']) === 0;
if (!installed) add('npm ci', { passed: 0, failed: 1, skipped: 0 });
else {
  if (checks && run('npx', ['tsc', '-b']) !== 0) add('types', { passed: 0, failed: 1, skipped: 0 });
  if (checks && run('npx', ['biome', 'ci']) !== 0) add('lint', { passed: 0, failed: 1, skipped: 0 });
  if (run(process.execPath, ['server/dev/build.mjs']) !== 0) add('build', { passed: 0, failed: 1, skipped: 0 });
  for (const suite of chosen) {
    console.log(`── ${suite}`);
    add(suite, runSuite(suite));
  }
  if (total.passed + total.failed + total.skipped === 0) {
    console.error(`no test matches ${filters.join(', ')}`);
    process.exitCode = 1;
  }
}
if (total.failed > 0) process.exitCode = 1;
console.log(line(total));

// What both forms of the demo need: the build, a database, a copy of the workspace, and the first eight migrations applied.
import { execFileSync, fork, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));
const windows = process.platform === 'win32';

/** Versions that the demo's database starts with; the other four are for the person, or the check, to apply. */
export const APPLIED = 8;
const LAST_APPLIED = '008';

export function prepare() {
  const [major] = process.versions.node.split('.');
  if (Number(major) < 20) throw new Error(`it needs Node.js 20 or newer, and this is ${process.version}.`);
  // npm writes this file last: without it an installation did not come to its end.
  if (!existsSync(path.join(root, 'node_modules/.package-lock.json'))) {
    console.log('Installing packages …');
    const npm = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
    execFileSync(windows ? 'npm.cmd' : 'npm', npm, { cwd: root, stdio: 'inherit', shell: windows });
  }
  console.log('Building the extension …');
  execFileSync(process.execPath, ['server/dev/build.mjs'], { cwd: root, stdio: 'inherit' });
}

/** Starts the database, brings it to the demo's starting point, and stops it when the task is through. */
export async function withDatabase(home, task) {
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

/** A copy, so that everything in it may be changed. One that is there is kept. */
function copyWorkspace(to) {
  if (!existsSync(to)) cpSync(path.join(root, 'demo/workspace'), to, { recursive: true });
  return to;
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/** Starts the embedded PostgreSQL; resolves when it answers. */
async function startDatabase(dataDir) {
  mkdirSync(path.dirname(dataDir), { recursive: true });
  const port = await freePort();
  const child = fork(path.join(root, 'demo/database.mjs'), [dataDir, String(port)], { cwd: root });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  await new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code) => reject(new Error(`the embedded PostgreSQL did not start (exit status ${code}).`)));
  });
  const stop = async () => {
    // Not a signal: Windows knows none, and would end the database while it writes.
    if (child.connected) child.disconnect();
    await ended;
  };
  return { port, url: `postgres://postgres@127.0.0.1:${port}/postgres`, stop };
}

/** Runs one query on a connection of its own. */
export async function query(url, sql) {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const result = await client.query(sql);
    return result.rows ?? [];
  } finally {
    await client.end();
  }
}

/** The command line as a user has it: the bundle, with the database in DATABASE_URL and nothing of this machine's own. */
export function lockstep(cwd, url, ...args) {
  const kept = Object.entries(process.env).filter(([name]) => !/^PG[A-Z]+$/.test(name));
  const env = { ...Object.fromEntries(kept), DATABASE_URL: url };
  const child = spawn(process.execPath, [path.join(root, 'server/dist/cli.cjs'), ...args], { cwd, env });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data) => {
    stdout += data;
  });
  child.stderr.on('data', (data) => {
    stderr += data;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, stdout, stderr }));
  });
}

/** Brings a new database to the demo's starting point; one that has a history is left as it is. */
async function applyFirst(workspace, url) {
  const [found] = await query(url, "SELECT to_regclass('schema_migrations') IS NOT NULL AS there");
  if (found.there) return;
  const done = await lockstep(workspace, url, 'apply', '--to', LAST_APPLIED);
  if (done.status !== 0) throw new Error(`lockstep apply --to ${LAST_APPLIED} failed:\n${done.stdout}${done.stderr}`);
  await query(url, readFileSync(path.join(root, 'demo/seed.sql'), 'utf8'));
}

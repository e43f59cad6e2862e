// What both forms of the demo need: the build, a database, a copy of the workspace, and the first eight migrations applied.
import { execFileSync, fork, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';

export const APPLIED = 8;
export const LAST_APPLIED = '008';

export function prepare() {
  if (!existsSync(path.join(root, 'node_modules'))) {
    console.log('Installing packages …');
    execFileSync(npm, ['ci', '--no-audit', '--no-fund'], { cwd: root, stdio: 'inherit' });
  }
  console.log('Building …');
  execFileSync(process.execPath, ['server/dev/build.mjs'], { cwd: root, stdio: 'inherit' });
}

/** A copy, so that everything in it may be changed. One that is there is kept. */
export function copyWorkspace(to) {
  if (!existsSync(to)) cpSync(path.join(root, 'demo/workspace'), to, { recursive: true });
  return to;
}

export function freePort() {
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
export async function startDatabase(dataDir) {
  mkdirSync(path.dirname(dataDir), { recursive: true });
  const port = await freePort();
  const child = fork(path.join(root, 'demo/database.mjs'), [dataDir, String(port)], { cwd: root });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  await new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code) => reject(new Error(`The embedded PostgreSQL did not start (exit status ${code}).`)));
  });
  const stop = async () => {
    child.kill('SIGTERM');
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

export const seed = (url) => query(url, readFileSync(path.join(root, 'demo/seed.sql'), 'utf8'));

/** The command line as a user has it: the bundle, with the database in DATABASE_URL. */
export function lockstep(cwd, url, ...args) {
  const env = { ...process.env, DATABASE_URL: url };
  for (const name of Object.keys(env)) if (/^PG[A-Z]+$/.test(name)) delete env[name];
  const done = spawnSync(process.execPath, [path.join(root, 'server/dist/cli.cjs'), ...args], {
    cwd,
    env,
    encoding: 'utf8',
  });
  return { status: done.status, stdout: done.stdout ?? '', stderr: done.stderr ?? '' };
}

/** Brings a new database to the demo's starting point; one that has a history is left as it is. */
export async function applyFirst(workspace, url) {
  const [found] = await query(url, "SELECT to_regclass('schema_migrations') IS NOT NULL AS there");
  if (found.there) return;
  const done = lockstep(workspace, url, 'apply', '--to', LAST_APPLIED);
  if (done.status !== 0) throw new Error(`lockstep apply --to ${LAST_APPLIED} failed:\n${done.stdout}${done.stderr}`);
  await seed(url);
}

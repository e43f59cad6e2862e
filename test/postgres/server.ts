import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { freePort } from '../world/freePort.js';
import { asOther, binaries, type Major, serverUnavailable } from './binaries.js';

export { type Major, serverUnavailable };

const run = promisify(execFile);

/** A PostgreSQL of its own for one test file: temporary, on a random port, reached by password. */
export interface TestServer {
  readonly major: Major;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Random and unmistakable: tests look for it in every message. */
  readonly password: string;
  readonly socketDir: string;
  url(database: string): string;
  /** Makes an empty database with a new name. */
  createDatabase(): Promise<string>;
  /** Runs statements as the superuser, in `postgres` or the database given. */
  query(sql: string, database?: string): Promise<Record<string, unknown>[]>;
  /** Ends the server at once, as a crash would. */
  crash(): Promise<void>;
  /** Ends the server and removes its data. */
  stop(): Promise<void>;
}

export async function startServer(options: { readonly major?: Major } = {}): Promise<TestServer> {
  const major = options.major ?? 14;
  const home = await binaries(major);
  // Short: a socket's path may have about 100 bytes.
  const dir = await mkdtemp(path.join(os.tmpdir(), 'lspg-'));
  const other = asOther();
  if (other) await chown(dir, other.uid, other.gid);
  const password = `sentinel-${randomBytes(9).toString('hex')}`;
  try {
    await initialise(home, dir, password);
    const port = await freePort();
    const child = launch(home, dir, port);
    endWithUs(child, dir);
    const server = facade(major, dir, port, password, child);
    await ready(server, child);
    return server;
  } catch (error) {
    await rm(dir, { recursive: true, force: true });
    throw error;
  }
}

async function initialise(home: string, dir: string, password: string): Promise<void> {
  const pwfile = path.join(dir, 'pw');
  await writeFile(pwfile, password, { mode: 0o644 });
  const args = ['-D', path.join(dir, 'data'), '-U', 'postgres', `--pwfile=${pwfile}`];
  args.push('--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--no-sync');
  await run(path.join(home, 'bin/initdb'), args, { ...asOther(), cwd: dir, env: environment(home) });
  await rm(pwfile);
}

/** The binaries find their libraries by a relative run path on Linux; elsewhere this helps. */
function environment(home: string): NodeJS.ProcessEnv {
  const { PATH, TMPDIR } = process.env;
  return { PATH, TMPDIR, LC_ALL: 'C', LD_LIBRARY_PATH: path.join(home, 'lib') };
}

function launch(home: string, dir: string, port: number): ChildProcess {
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: dir,
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    shared_buffers: '16MB',
    max_connections: 40,
    autovacuum: 'off',
  };
  const args = ['-D', path.join(dir, 'data')];
  for (const [name, value] of Object.entries(settings)) args.push('-c', `${name}=${value}`);
  const child = spawn(path.join(home, 'bin/postgres'), args, {
    ...asOther(),
    cwd: dir,
    env: environment(home),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  return child;
}

/** A test process that is ended early, by itself or by a signal, takes its server and data with it. */
function endWithUs(child: ChildProcess, dir: string): void {
  const kill = () => {
    child.kill('SIGQUIT');
    rmSync(dir, { recursive: true, force: true });
  };
  const killAndEnd = () => {
    kill();
    process.exit(1);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  process.once('exit', kill);
  for (const signal of signals) process.once(signal, killAndEnd);
  child.once('exit', () => {
    process.off('exit', kill);
    for (const signal of signals) process.off(signal, killAndEnd);
  });
}

function facade(major: Major, dir: string, port: number, password: string, child: ChildProcess): TestServer {
  let made = 0;
  const base = { host: '127.0.0.1', port, user: 'postgres', password };
  const query = async (sql: string, database = 'postgres') => {
    const client = new pg.Client({ ...base, database });
    // A server that goes away under the client is no surprise in these tests.
    client.on('error', () => {});
    await client.connect();
    try {
      return (await client.query(sql)).rows ?? [];
    } finally {
      await client.end();
    }
  };
  return {
    ...base,
    major,
    socketDir: dir,
    url: (database) => `postgres://postgres:${password}@127.0.0.1:${port}/${database}`,
    createDatabase: async () => {
      const name = `t${++made}_${randomBytes(3).toString('hex')}`;
      await query(`CREATE DATABASE ${name}`);
      return name;
    },
    query,
    crash: () => end(child, 'SIGQUIT'),
    stop: async () => {
      await end(child, 'SIGINT');
      await rm(dir, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await ended;
}

async function ready(server: TestServer, child: ChildProcess): Promise<void> {
  let log = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    log = `${log}${chunk.toString()}`.slice(-4000);
  });
  for (let attempt = 0; attempt < 200; attempt++) {
    if (child.exitCode !== null) break;
    try {
      await server.query('SELECT 1');
      return;
    } catch {
      await sleep(50);
    }
  }
  await end(child, 'SIGQUIT');
  throw new Error(`PostgreSQL ${server.major} did not start: ${log}`);
}

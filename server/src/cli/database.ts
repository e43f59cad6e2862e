import { readFile } from 'node:fs/promises';
import * as path from 'node:path';
import type { ConfiguredConnection } from '../config/resolve.js';
import { discoverTargets } from '../database/discover.js';
import type { ConnectTarget } from '../database/target.js';
import { type Io, UsageError } from './io.js';
import type { Project } from './project.js';

export const DATABASE_OPTIONS = { folder: { type: 'string' }, connection: { type: 'string' } } as const;

/**
 * The database to work on: a connection of `lockstep.json` by id, else DATABASE_URL, PG* variables or `.env`.
 * Passwords come from the environment or the password file, never from an argument, which every process can read.
 */
export async function chooseTarget(io: Io, project: Project, id: string | undefined): Promise<ConnectTarget> {
  const { connections, localHosts } = project.config;
  if (id !== undefined) {
    const found = connections.find((connection) => connection.id === id);
    if (found) return configured(found, io);
    const known = connections.map((connection) => connection.id).join(', ') || 'none';
    throw new UsageError(`There is no connection "${id}" in lockstep.json (known: ${known}).`);
  }
  const dotenv = await readFile(path.join(project.root, '.env'), 'utf8').catch(() => undefined);
  const [first] = discoverTargets({ env: io.env, dotenv, osUser: io.osUser, localHosts });
  if (first && !first.ok) throw new UsageError(first.problem);
  if (first) return first.target;
  if (connections[0]) return configured(connections[0], io);
  throw new UsageError(
    'No database is known. Set DATABASE_URL or PGHOST and PGDATABASE, in the environment or in .env.',
  );
}

function configured(connection: ConfiguredConnection, io: Io): ConnectTarget {
  const { label, kind, host, port, database, user, ssl } = connection;
  return { label, kind, host, port, database, user, ssl, source: 'setting', password: io.env.PGPASSWORD };
}

const UNIT = { ms: 1, s: 1000, min: 60_000, h: 3_600_000 } as const;

/** `5s` as PostgreSQL reads it → milliseconds; without a unit they are that already. */
export function milliseconds(duration: string): number {
  const match = /^(\d+)(ms|s|min|h)?$/.exec(duration);
  return match ? Number(match[1]) * UNIT[(match[2] as keyof typeof UNIT | undefined) ?? 'ms'] : 0;
}

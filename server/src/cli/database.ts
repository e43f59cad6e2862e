import type { ConfiguredConnection } from '../config/resolve.js';
import { discoverTargets } from '../database/discover.js';
import { parseDotenv } from '../database/dotenv.js';
import { isPersonal } from '../database/passwordFile.js';
import { type ConnectTarget, withMarks } from '../database/target.js';
import { readDotenv } from '../files/dotenv.js';
import { type Io, UsageError } from './io.js';
import type { Project } from './project.js';

/** Options of the commands that reach a database. */
export const DATABASE_OPTIONS = {
  folder: { type: 'string' },
  connection: { type: 'string' },
  'local-host': { type: 'string', multiple: true },
} as const;

/**
 * The database to work on: a connection of `lockstep.json` by id, else DATABASE_URL, PG* variables or `.env`.
 * Passwords come from the environment or the password file, never from an argument, which every process can read.
 */
export async function chooseTarget(io: Io, project: Project, id: string | undefined): Promise<ConnectTarget> {
  const { connections, localHosts } = project.config;
  const dotenv = await readDotenv(project.root);
  const ids = connections.map((connection) => connection.id).join(', ');
  if (id !== undefined) {
    const found = connections.find((connection) => connection.id === id);
    if (found) {
      const target = withMarks(configured(found), connections);
      const own = isPersonal(target, io.env) ? io.env.PGPASSWORD : undefined;
      return { ...target, password: own || parseDotenv(dotenv ?? '').get('PGPASSWORD') };
    }
    throw new UsageError(`There is no connection "${id}" in lockstep.json (known: ${ids || 'none'}).`);
  }
  const [first] = discoverTargets({ env: io.env, dotenv, osUser: io.osUser, localHosts });
  if (first && !first.ok) throw new UsageError(first.problem);
  if (first) return withMarks(first.target, connections);
  // A connection of the repository is not taken unasked: it would be sent the password that the environment holds.
  throw new UsageError(
    `No database is known. Set DATABASE_URL, or PGHOST and PGDATABASE, in the environment or in .env${ids ? `, or choose a connection of lockstep.json with --connection: ${ids}` : ''}.`,
  );
}

function configured(connection: ConfiguredConnection): ConnectTarget {
  const { label, kind, host, port, database, user, ssl } = connection;
  return { label, kind, host, port, database, user, ssl, source: 'setting', password: undefined };
}

import { readFile, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { isLocalHost } from './local.js';
import { type ConnectTarget, reached } from './target.js';

export interface PasswordSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly platform: string;
}

const HERE: PasswordSources = { env: process.env, home: os.homedir(), platform: process.platform };

export type FoundPassword =
  | { readonly password: string; readonly problem: undefined }
  | { readonly password: undefined; readonly problem: string | undefined };

/**
 * The password for a connection that brings none, as libpq finds it (documentation, 34.16 The Password File): PGPASSWORD,
 * else the first line of PGPASSFILE or `~/.pgpass` that fits. `pg` would do it too, with a warning on stderr each time.
 * Only a host that the person named gets what is meant for any host: see `isPersonal`.
 */
export async function findPassword(target: ConnectTarget, from: PasswordSources = HERE): Promise<FoundPassword> {
  const { env, platform } = from;
  const personal = isPersonal(target, env);
  if (env.PGPASSWORD && personal) return { password: env.PGPASSWORD, problem: undefined };
  const file = env.PGPASSFILE || defaultFile(from);
  try {
    if (platform !== 'win32' && ((await stat(file)).mode & 0o077) !== 0) {
      return {
        password: undefined,
        problem: `The password file ${file} is ignored, because others may read it: chmod 600.`,
      };
    }
    const password = passwordIn(await readFile(file, 'utf8'), target, personal);
    return password === undefined ? nothing(target, env) : { password, problem: undefined };
  } catch {
    return nothing(target, env);
  }
}

/**
 * Whether the person named this host, and not a file that may have come with a repository (`.env`, the settings,
 * `lockstep.json`): such a file must not have the environment's password sent to a host of its choice.
 */
export function isPersonal(
  target: Pick<ConnectTarget, 'source' | 'host' | 'address'>,
  env: PasswordSources['env'],
): boolean {
  const { source, host } = target;
  if (source !== 'dotenv' && source !== 'setting') return true;
  const place = reached(target);
  return isLocalHost(place) || place === env.PGHOSTADDR || (place === host && host === env.PGHOST);
}

function nothing(target: ConnectTarget, env: PasswordSources['env']): FoundPassword {
  if (!env.PGPASSWORD || isPersonal(target, env)) return { password: undefined, problem: undefined };
  const problem = `PGPASSWORD is not sent to ${target.host}, because a file of the workspace may have named that host: set PGHOST to it as well, write it into the password file, or add the password to the connection.`;
  return { password: undefined, problem };
}

function defaultFile({ env, home, platform }: PasswordSources): string {
  if (platform === 'win32') return path.join(env.APPDATA ?? home, 'postgresql', 'pgpass.conf');
  return path.join(home, '.pgpass');
}

/** The first line `host:port:database:user:password` that fits; `*` fits all (for the host only if `anyHost`), `\:` and `\\` are literal. */
export function passwordIn(text: string, target: ConnectTarget, anyHost = true): string | undefined {
  // A socket is written as localhost.
  const host = target.host.startsWith('/') ? 'localhost' : target.host;
  const wanted = [host, String(target.port), target.database, target.user];
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('#')) continue;
    const fields = [...line.matchAll(/((?:\\.|[^:\\])*)(?::|$)/g)].map((m) => (m[1] ?? '').replace(/\\(.)/g, '$1'));
    const password = fields[4];
    if (password && wanted.every((value, i) => (fields[i] === '*' && (i > 0 || anyHost)) || fields[i] === value))
      return password;
  }
  return undefined;
}

import { isIPv6 } from 'node:net';

/** Why this is not the name, the address or the socket folder of a server; undefined when it may be one. */
export function hostProblem(host: string): string | undefined {
  const name = bare(host.trim());
  if (name === '') return 'Enter a host.';
  if (name.includes('://')) return 'A host is asked for here, not a URL.';
  if (name.startsWith('/')) return /[\p{Cc}@]/u.test(name) ? NOT_A_HOST : undefined;
  if (isIPv6(name)) return undefined;
  if (/^[^:@\s]+:\d+$/.test(name)) return 'The port has a box of its own: write the host alone.';
  return /^[\p{L}\p{N}_](?:[\p{L}\p{M}\p{N}._-]*[\p{L}\p{M}\p{N}_.])?$/u.test(name) ? undefined : NOT_A_HOST;
}

/** The first thing that is wrong with a saved connection; named by its field, and not repeated. */
export function connectionFault({
  host,
  database,
  user,
}: {
  readonly host: string;
  readonly database: string;
  readonly user: string;
}): string | undefined {
  const faults = [hostProblem(host), nameProblem('database', database), nameProblem('user', user)];
  const at = faults.findIndex((fault) => fault !== undefined);
  return at < 0 ? undefined : `${['host', 'database', 'user'][at]}: ${faults[at]}`;
}

const NOT_A_HOST =
  'This is not the name of a host. Write a name, an address or the folder of a socket; or a whole URL, postgres://user@host:5432/database.';

/**
 * Why this is not taken for the name of a database or a user. PostgreSQL allows nearly everything in names; what looks like
 * a place with its password is more likely one. Azure's users have an `@` in their names.
 */
export function nameProblem(what: 'database' | 'user', name: string): string | undefined {
  if (name.trim() === '') return what === 'database' ? 'Enter the name of a database.' : 'Enter the name of a user.';
  const isPlace = what === 'database' ? name.includes('@') : /:.*@/s.test(name);
  if (name.includes('://') || isPlace || /password\s*=/i.test(name))
    return `This is a place, not the name of a ${what}. A whole URL goes into the box of the host.`;
  return /\p{Cc}/u.test(name) ? `The name of a ${what} holds no control characters.` : undefined;
}

/** An IPv6 address is written in brackets where a port may follow. */
export const bare = (host: string): string => host.replace(/^\[(.*)\]$/, '$1');

import { isIPv6 } from 'node:net';
import { isLocalHost } from './local.js';
import { type ConnectTarget, targetFromUrl } from './target.js';

/** What somebody wrote where a host is asked for, taken apart; no problem repeats it, because it may hold a password. */
export type TypedPlace =
  | { readonly ok: false; readonly problem: string }
  | {
      readonly ok: true;
      readonly host: string;
      readonly isLocal: boolean;
      /** The rest of a URL; undefined when it was a host alone. */
      readonly url:
        | (Pick<ConnectTarget, 'port' | 'database' | 'user' | 'password'> & {
            /** Undefined when the URL says nothing of encryption. */
            readonly ssl: ConnectTarget['ssl'] | undefined;
          })
        | undefined;
    };

/** Takes a host, an address, the folder of a Unix socket, or a whole URL as it stands in a `.env` file or a JDBC setting. */
export function readPlace(written: string, around: { osUser: string; localHosts: readonly string[] }): TypedPlace {
  const text = unwrapped(written);
  if (!text.includes('://')) {
    const problem = hostProblem(text);
    return problem === undefined ? place(bare(text), around.localHosts) : { ok: false, problem };
  }
  const read = targetFromUrl(text, { label: 'This URL', source: 'setting', ...around });
  if (!read.ok) return read;
  const { host, port, database, user, password, ssl, options } = read.target;
  const problem = hostProblem(host) ?? nameProblem('database', database) ?? nameProblem('user', user);
  if (problem !== undefined) return { ok: false, problem };
  if (options !== undefined) return { ok: false, problem: OPTIONS };
  const says = /[?&]ssl(mode)?=/i.test(text) ? ssl : undefined;
  return { ...place(host, around.localHosts), url: { port, database, user, password, ssl: says } };
}

const OPTIONS =
  'This URL sets options of the session, which a saved connection does not keep. Leave them out, or put the URL into DATABASE_URL.';

function place(host: string, localHosts: readonly string[]): TypedPlace & { readonly ok: true } {
  return { ok: true, host, isLocal: isLocalHost(host, localHosts), url: undefined };
}

/** Without what stands around it in the files that people copy from. */
function unwrapped(text: string): string {
  const value = text.trim().replace(/^(?:export\s+)?[A-Za-z_]\w*\s*=\s*(?=["']?[a-z]+:)/, '');
  return value.replace(/^(["'])(.*)\1$/, '$2').replace(/^jdbc:(?=postgres)/i, '');
}

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
}: Pick<ConnectTarget, 'host' | 'database' | 'user'>): string | undefined {
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
const bare = (host: string): string => host.replace(/^\[(.*)\]$/, '$1');

import { isLocalHost } from './local.js';
import { bare, hostProblem, nameProblem } from './names.js';
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
  const { host, address, port, database, user, password, ssl, options, parameters } = read.target;
  const problem = hostProblem(host) ?? nameProblem('database', database) ?? nameProblem('user', user);
  if (problem !== undefined) return { ok: false, problem };
  if (options !== undefined || address !== undefined || parameters?.has('x-migrations-table'))
    return { ok: false, problem: OPTIONS };
  const says = /[?&]ssl(mode)?=/i.test(text) ? ssl : undefined;
  return { ...place(host, around.localHosts), url: { port, database, user, password, ssl: says } };
}

const OPTIONS =
  'This URL sets an address (hostaddr), options of the session or the table of migrations, which a saved connection does not keep. Leave them out, or put the URL into DATABASE_URL.';

function place(host: string, localHosts: readonly string[]): TypedPlace & { readonly ok: true } {
  return { ok: true, host, isLocal: isLocalHost(host, localHosts), url: undefined };
}

/** Without what stands around it in the files that people copy from. */
function unwrapped(text: string): string {
  const value = text.trim().replace(/^(?:export\s+)?[A-Za-z_]\w*\s*=\s*(?=["']?[a-z]+:)/, '');
  return value.replace(/^(["'])(.*)\1$/, '$2').replace(/^jdbc:(?=postgres)/i, '');
}

import { isIP } from 'node:net';
import { isLocalHost } from './local.js';
import { hostProblem, nameProblem } from './names.js';

export type SslMode = 'disable' | 'prefer' | 'require' | 'verify-full';
export type TargetSource = 'setting' | 'env' | 'dotenv' | 'pgenv';
export type TargetKind = 'local' | 'shared' | 'production';

/** Where to connect, and as whom. The password is in no other place and in no message. */
export interface ConnectTarget {
  readonly label: string;
  readonly source: TargetSource;
  readonly kind: TargetKind;
  /** A name, an address, or the folder of a Unix socket (begins with `/`). */
  readonly host: string;
  /** Where to connect instead of looking the host up (libpq's hostaddr); the host is then only the name of its certificate. */
  readonly address?: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  /** Undefined: PGPASSWORD, else the password file (see passwordFile.ts). */
  readonly password: string | undefined;
  readonly ssl: SslMode;
  /** Settings of the session from its start, as `PGOPTIONS` writes them: `-c search_path=app`. */
  readonly options?: string;
  /** What a URL says beyond the connection: some tools read from it where they keep their table. */
  readonly parameters?: ReadonlyMap<string, string>;
}

export type TargetResult =
  | { readonly ok: true; readonly target: ConnectTarget }
  | { readonly ok: false; readonly problem: string };

/** `host:port/database`, for display: neither user nor password. */
export function displayTarget(target: Pick<ConnectTarget, 'host' | 'address' | 'port' | 'database'>): string {
  const place = reached(target);
  const host = place.includes(':') ? `[${place}]` : place;
  return `${host}:${target.port}/${target.database}`;
}

/** The host or address that a connection goes to. */
export function reached({ host, address }: Pick<ConnectTarget, 'host' | 'address'>): string {
  return address ?? host;
}

/** Local by its name, and not marked otherwise. The name decides, before anything is sent. */
export function isLocal(
  target: Pick<ConnectTarget, 'host' | 'address' | 'kind'>,
  localHosts: readonly string[] = [],
): boolean {
  return target.kind === 'local' && isLocalHost(reached(target), localHosts);
}

/** From what may be changed to what may only be read. */
export const STRICTER: Readonly<Record<TargetKind, number>> = { local: 0, shared: 1, production: 2 };

export type Marked = Pick<ConnectTarget, 'host' | 'address' | 'port' | 'database' | 'kind'>;

/** The same database may be known by several ways; what one of them marks as shared or production is so by all. */
export function withMarks(target: ConnectTarget, marks: readonly Marked[]): ConnectTarget {
  const same = marks.filter((mark) => isSamePlace(mark, target));
  const kind = same.reduce<TargetKind>((k, m) => (STRICTER[m.kind] > STRICTER[k] ? m.kind : k), target.kind);
  return { ...target, kind };
}

/** Whether two connections name the same database of the same server; from the names alone. */
export function isSamePlace(a: Marked, b: Marked): boolean {
  const [x, y] = [reached(a).toLowerCase(), reached(b).toLowerCase()];
  return a.port === b.port && a.database === b.database && (x === y || (isLocalHost(x) && isLocalHost(y)));
}

export interface TargetOrigin {
  readonly label: string;
  readonly source: TargetSource;
  /** Account of the operating system: PostgreSQL's default user. */
  readonly osUser: string;
  readonly localHosts?: readonly string[];
  /** Variables from which libpq takes what a URL leaves out (documentation, 34.15). */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Reads `postgres://user:password@host:port/database?sslmode=…`. No message holds the text itself: it may hold a password. */
export function targetFromUrl(text: string, origin: TargetOrigin): TargetResult {
  const trimmed = text.trim();
  if (!/^postgres(ql)?:\/\//i.test(trimmed)) {
    return problem(origin, 'is not a PostgreSQL URL', 'Write it as postgres://user@host:5432/database');
  }
  const body = trimmed.replace(/^[a-z]+:\/\//i, '');
  const authority = body.split(/[/?#]/, 1)[0] ?? '';
  if (isCutShort(body, authority)) return unreadableUrl(origin);
  if (authority.slice(authority.lastIndexOf('@') + 1).includes(',')) return multiHost(origin);
  let url: URL;
  try {
    // libpq takes `user@/database?host=/socket`; URL wants a host behind a user.
    const whole = trimmed.replace(/^([a-z]+:\/\/[^/?#]*@)(?=[/?#:]|$)/i, '$1localhost');
    url = new URL(whole.replace(/^[a-z]+:/i, 'postgres:'));
  } catch {
    return unreadableUrl(origin);
  }
  // What is written last wins (conninfo_uri_parse_params): the parameters over what stands before them.
  const query = new URLSearchParams([...new Map(url.searchParams)]);
  const env = origin.env ?? {};
  const written = query.get('host') || decode(url.hostname.replace(/^\[|\]$/g, ''));
  const isNamed = query.has('host') || hasHost(authority);
  // Also when the URL names a host: a service gives what is left out, and its hostaddr then decides (conninfo_add_defaults).
  if (query.get('service') || env.PGSERVICE) return serviceFile(origin);
  const user = query.get('user') || decode(url.username) || env.PGUSER || origin.osUser;
  return build(origin, {
    host: (isNamed ? written : env.PGHOST) || 'localhost',
    // It counts whatever the URL calls the host.
    address: query.get('hostaddr') || env.PGHOSTADDR || undefined,
    port: query.get('port') || url.port || env.PGPORT || '',
    database: query.get('dbname') || decode(url.pathname.slice(1)) || env.PGDATABASE || user,
    user,
    password: query.get('password') || decode(url.password) || undefined,
    ssl: query.get('sslmode') ?? (query.get('ssl') === 'true' ? 'require' : (env.PGSSLMODE ?? '')),
    options: optionsOf(query),
    parameters: new Map([...query].filter(([name]) => !CONNECTION.has(name))),
  });
}

/** Parameters of the connection itself (documentation, 34.1.2), and those that say how a client behaves and not where. */
const CONNECTION: ReadonlySet<string> = new Set([
  'host',
  'hostaddr',
  'port',
  'user',
  'password',
  'dbname',
  'sslmode',
  'ssl',
  'options',
  'search_path',
  'service',
]);

/** Whether something stands between user and path: the `localhost` put there for the parser does not count. */
function hasHost(authority: string): boolean {
  return authority.slice(authority.lastIndexOf('@') + 1).replace(/:\d*$/, '') !== '';
}

function serviceFile(origin: TargetOrigin): TargetResult {
  const todo = 'Name the database by host, port, name and user without the service';
  return problem(origin, 'names a service of a service file, which Lockstep does not read', todo);
}

/** A `/`, `?` or `#` inside a password ends the authority before it should: the rest would be shown as the database's name. */
function isCutShort(body: string, authority: string): boolean {
  const [path = '', query = ''] = body.slice(authority.length).split('?', 2);
  const isUserMissing = authority !== '' && !authority.includes('@');
  return /[@#]/.test(path) || query.includes('#') || (isUserMissing && query.includes('@')) || /@[^&]*\//.test(query);
}

function unreadableUrl(origin: TargetOrigin): TargetResult {
  return problem(origin, 'cannot be read as a URL', 'Percent-encode special characters in user and password');
}

/** libpq's `options`, and `search_path`, which Go's drivers take by itself: the ledger's table is looked up along it. */
function optionsOf(query: URLSearchParams): string {
  const path = query.get('search_path');
  const escaped = path?.replace(/[\\\s]/g, '\\$&');
  return [query.get('options'), escaped && `-c search_path=${escaped}`].filter(Boolean).join(' ');
}

/** Reads `PGHOST`, `PGPORT`, `PGDATABASE`, `PGUSER`, `PGPASSWORD`, `PGSSLMODE`, `PGOPTIONS`; undefined when neither host nor database is given. */
export function targetFromPgVariables(
  env: Readonly<Record<string, string | undefined>>,
  origin: TargetOrigin,
): TargetResult | undefined {
  // libpq lets the service win over all other variables: taking those alone would go to another database.
  if (env.PGSERVICE) return serviceFile(origin);
  if (!env.PGHOST && !env.PGDATABASE && !env.PGHOSTADDR) return undefined;
  const user = env.PGUSER || origin.osUser;
  return build(origin, {
    host: env.PGHOST || env.PGHOSTADDR || 'localhost',
    address: env.PGHOSTADDR || undefined,
    port: env.PGPORT ?? '',
    database: env.PGDATABASE || user,
    user,
    password: env.PGPASSWORD || undefined,
    ssl: env.PGSSLMODE ?? '',
    options: env.PGOPTIONS ?? '',
    parameters: new Map(),
  });
}

interface Parts {
  readonly host: string;
  readonly address: string | undefined;
  readonly port: string;
  readonly database: string;
  readonly user: string;
  readonly password: string | undefined;
  readonly ssl: string;
  readonly options: string;
  readonly parameters: ReadonlyMap<string, string>;
}

function build(origin: TargetOrigin, parts: Parts): TargetResult {
  if (parts.host.includes(',') || parts.address?.includes(',')) return multiHost(origin);
  const fault = faultIn(parts);
  if (fault !== undefined) return { ok: false, problem: `${origin.label}: ${fault}` };
  const port = parts.port === '' ? 5432 : Number(parts.port);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    return problem(origin, 'has a port that is not a number from 1 to 65535', 'Correct the port');
  }
  const { host, address } = parts;
  const local = isLocalHost(address ?? host, origin.localHosts ?? []);
  const target: ConnectTarget = {
    label: origin.label,
    source: origin.source,
    kind: local ? 'local' : 'shared',
    host,
    ...(address === undefined || address === host ? {} : { address }),
    port,
    database: parts.database,
    user: parts.user,
    password: parts.password,
    ssl: sslMode(parts.ssl),
    ...(parts.options === '' ? {} : { options: parts.options }),
    ...(parts.parameters.size === 0 ? {} : { parameters: parts.parameters }),
  };
  return { ok: true, target };
}

/** What stands in a wrong field may be a secret: the field is named, and what is in it is not. */
function faultIn({ host, address, database, user, ssl }: Parts): string | undefined {
  const fields = [
    ['host', hostProblem(host)],
    ['hostaddr', address === undefined || isIP(address) !== 0 ? undefined : 'It is not an IP address.'],
    ['database', nameProblem('database', database)],
    ['user', nameProblem('user', user)],
    [
      'sslmode',
      SSL_MODES.has(ssl.toLowerCase()) ? undefined : `Known are ${[...SSL_MODES].filter((m) => m).join(', ')}.`,
    ],
  ] as const;
  const found = fields.find(([, fault]) => fault !== undefined);
  return found && `what it gives as ${found[0]} cannot be one. ${found[1]}`;
}

/** A misspelt one would connect with less than was asked for; libpq refuses it as well. `no-verify` is the driver's own. */
const SSL_MODES: ReadonlySet<string> = new Set([
  '',
  'disable',
  'allow',
  'prefer',
  'require',
  'no-verify',
  'verify-ca',
  'verify-full',
]);

/** `allow` is libpq's weaker `prefer`; `verify-ca` is made the stricter `verify-full`. */
function sslMode(text: string): SslMode {
  switch (text.toLowerCase()) {
    case 'disable':
      return 'disable';
    case 'require':
    case 'no-verify':
      return 'require';
    case 'verify-ca':
    case 'verify-full':
      return 'verify-full';
    default:
      return 'prefer';
  }
}

function multiHost(origin: TargetOrigin): TargetResult {
  return problem(origin, 'names several hosts, which Lockstep does not support', 'Name the one host to work on');
}

function problem(origin: TargetOrigin, what: string, todo: string): TargetResult {
  return { ok: false, problem: `${origin.label} ${what}. ${todo}.` };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

import { isLocalHost } from './local.js';

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
  readonly port: number;
  readonly database: string;
  readonly user: string;
  /** Undefined: PGPASSWORD, else the password file (see passwordFile.ts). */
  readonly password: string | undefined;
  readonly ssl: SslMode;
  /** Settings of the session from its start, as `PGOPTIONS` writes them: `-c search_path=app`. */
  readonly options?: string;
}

export type TargetResult =
  | { readonly ok: true; readonly target: ConnectTarget }
  | { readonly ok: false; readonly problem: string };

/** `host:port/database`, for display: neither user nor password. */
export function displayTarget(target: Pick<ConnectTarget, 'host' | 'port' | 'database'>): string {
  const host = target.host.includes(':') ? `[${target.host}]` : target.host;
  return `${host}:${target.port}/${target.database}`;
}

/** Local by its name, and not marked otherwise. The name decides, before anything is sent. */
export function isLocal(target: Pick<ConnectTarget, 'host' | 'kind'>, localHosts: readonly string[] = []): boolean {
  return target.kind === 'local' && isLocalHost(target.host, localHosts);
}

const STRICTER: Readonly<Record<TargetKind, number>> = { local: 0, shared: 1, production: 2 };

type Marked = Pick<ConnectTarget, 'host' | 'port' | 'database' | 'kind'>;

/** The same database may be known by several ways; what one of them marks as shared or production is so by all. */
export function withMarks(target: ConnectTarget, marks: readonly Marked[]): ConnectTarget {
  const same = marks.filter((m) => m.port === target.port && m.database === target.database && isSameHost(m, target));
  const kind = same.reduce<TargetKind>((k, m) => (STRICTER[m.kind] > STRICTER[k] ? m.kind : k), target.kind);
  return { ...target, kind };
}

function isSameHost(a: Marked, b: Marked): boolean {
  return a.host.toLowerCase() === b.host.toLowerCase() || (isLocalHost(a.host) && isLocalHost(b.host));
}

export interface TargetOrigin {
  readonly label: string;
  readonly source: TargetSource;
  /** Account of the operating system: PostgreSQL's default user. */
  readonly osUser: string;
  readonly localHosts?: readonly string[];
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
  const query = url.searchParams;
  const user = decode(url.username) || query.get('user') || origin.osUser;
  return build(origin, {
    host: query.get('host') || decode(url.hostname.replace(/^\[|\]$/g, '')) || 'localhost',
    port: query.get('port') || url.port,
    database: decode(url.pathname.slice(1)) || query.get('dbname') || user,
    user,
    password: (url.password ? decode(url.password) : query.get('password')) || undefined,
    ssl: query.get('sslmode') ?? (query.get('ssl') === 'true' ? 'require' : ''),
    options: optionsOf(query),
  });
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
  if (env.PGSERVICE) {
    // libpq lets the service win over all other variables: taking those alone would go to another database.
    const todo = 'Name the database by DATABASE_URL or by PGHOST, PGPORT, PGDATABASE and PGUSER without PGSERVICE';
    return problem(origin, 'name a service of a service file, which Lockstep does not read', todo);
  }
  if (!env.PGHOST && !env.PGDATABASE && !env.PGHOSTADDR) return undefined;
  const user = env.PGUSER || origin.osUser;
  return build(origin, {
    host: env.PGHOST || env.PGHOSTADDR || 'localhost',
    port: env.PGPORT ?? '',
    database: env.PGDATABASE || user,
    user,
    password: env.PGPASSWORD || undefined,
    ssl: env.PGSSLMODE ?? '',
    options: env.PGOPTIONS ?? '',
  });
}

interface Parts {
  readonly host: string;
  readonly port: string;
  readonly database: string;
  readonly user: string;
  readonly password: string | undefined;
  readonly ssl: string;
  readonly options: string;
}

function build(origin: TargetOrigin, parts: Parts): TargetResult {
  if (parts.host.includes(',')) return multiHost(origin);
  const port = parts.port === '' ? 5432 : Number(parts.port);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    return problem(origin, 'has a port that is not a number from 1 to 65535', 'Correct the port');
  }
  const local = isLocalHost(parts.host, origin.localHosts ?? []);
  const target: ConnectTarget = {
    label: origin.label,
    source: origin.source,
    kind: local ? 'local' : 'shared',
    host: parts.host,
    port,
    database: parts.database,
    user: parts.user,
    password: parts.password,
    ssl: sslMode(parts.ssl),
    ...(parts.options === '' ? {} : { options: parts.options }),
  };
  return { ok: true, target };
}

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

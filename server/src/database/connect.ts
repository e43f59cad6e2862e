import pg from 'pg';
import { requestCancel } from './cancel.js';
import { connectionProblem, DatabaseError, messageOf, noPassword, serverFields, withoutSecret } from './errors.js';
import { findPassword } from './passwordFile.js';
import type { CommandResult, PgSession, ServerNotice, TransactionState } from './session.js';
import { type ConnectTarget, displayTarget, reached } from './target.js';

export interface SessionOptions {
  /** Milliseconds; 0: no limit; undefined leaves the server's own. */
  readonly lockTimeoutMs?: number | undefined;
  /** Milliseconds; 0 or undefined leaves the server's own. */
  readonly statementTimeoutMs?: number | undefined;
  readonly connectTimeoutMs?: number | undefined;
}

const OLDEST = 12;
const NEWEST = 18;

const CONNECT_TIMEOUT_MS = 10_000;
const KEPT_ROWS = 1_000;

/** Connects; rejects with a `DatabaseError` that says what to do. */
export async function openSession(target: ConnectTarget, options: SessionOptions = {}): Promise<PgSession> {
  const client = await connect(target, options);
  const session = new ClientSession(client, target);
  let tooLate = false;
  // A pooler or a frozen server can let a client in and then stay silent.
  const patience = setTimeout(() => {
    tooLate = true;
    session.destroy();
  }, options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS);
  try {
    const version = await session.query('SHOW server_version');
    const number = await session.query('SHOW server_version_num');
    session.serverVersion = String(version.rows[0]?.server_version ?? '');
    session.warning = judgeVersion(Math.floor(Number(number.rows[0]?.server_version_num) / 10_000), session, target);
    await resetSession(session, options);
    return session;
  } catch (error) {
    await session.close();
    throw connectionProblem(tooLate ? new Error('timeout expired') : error, target);
  } finally {
    clearTimeout(patience);
  }
}

/** The user and the role of the login, whatever a script became: RESET ALL leaves both out. */
export const OWN_ROLE = 'RESET SESSION AUTHORIZATION; RESET ROLE';

/**
 * Makes a session as new: what one migration set must not reach the next. Poolers hand out used sessions, and PGlite
 * serves all its clients by one.
 */
export async function resetSession(session: PgSession, options: SessionOptions = {}): Promise<void> {
  const { lockTimeoutMs, statementTimeoutMs } = options;
  const commands = [OWN_ROLE, 'RESET ALL'];
  if (lockTimeoutMs !== undefined) commands.push(`SET lock_timeout = ${Math.trunc(lockTimeoutMs)}`);
  if (statementTimeoutMs) commands.push(`SET statement_timeout = ${Math.trunc(statementTimeoutMs)}`);
  await session.simple(commands.join('; '));
}

function judgeVersion(major: number, session: PgSession, target: ConnectTarget): string | undefined {
  if (major < OLDEST) {
    throw new DatabaseError(
      `${displayTarget(target)} runs PostgreSQL ${session.serverVersion}; Lockstep needs ${OLDEST} or newer. Upgrade the server, or use the tool's own command.`,
    );
  }
  if (major <= NEWEST) return undefined;
  return `${displayTarget(target)} runs PostgreSQL ${session.serverVersion}, newer than Lockstep knows (${NEWEST}): its locks may differ from what is shown.`;
}

async function connect(target: ConnectTarget, options: SessionOptions): Promise<pg.Client> {
  const encrypted = target.ssl !== 'disable' && !reached(target).startsWith('/');
  try {
    return await attempt(target, options, encrypted);
  } catch (error) {
    // libpq's `prefer`: encrypted when the server can, plain when it cannot.
    const mayFallBack = encrypted && target.ssl === 'prefer' && /does not support SSL/i.test(messageOf(error));
    if (!mayFallBack) throw connectionProblem(error, target);
  }
  return attempt(target, options, false).catch((error: unknown) => {
    throw connectionProblem(error, target);
  });
}

async function attempt(target: ConnectTarget, options: SessionOptions, encrypted: boolean): Promise<pg.Client> {
  const client = new pg.Client({
    host: reached(target),
    port: target.port,
    database: target.database,
    user: target.user,
    // Asked for only when the server wants one. For an empty one `pg` would take PGPASSWORD, whatever the host.
    password: target.password || (() => demandPassword(target)),
    ...(target.options === undefined ? {} : { options: target.options }),
    // The certificate has to be that of the host, wherever it was reached.
    ssl: encrypted
      ? { rejectUnauthorized: target.ssl === 'verify-full', ...(target.address ? { servername: target.host } : {}) }
      : false,
    application_name: 'lockstep',
    connectionTimeoutMillis: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
    keepAlive: true,
  });
  // Without a listener a connection that breaks would end the process.
  client.on('error', () => {});
  try {
    await client.connect();
    return client;
  } catch (error) {
    client.end().catch(() => {});
    throw error;
  }
}

async function demandPassword(target: ConnectTarget): Promise<string> {
  const { password, problem } = await findPassword(target);
  if (password === undefined) throw noPassword(target, problem);
  return password;
}

class ClientSession implements PgSession {
  readonly #client: pg.Client;
  readonly #target: ConnectTarget;
  readonly #listeners: ((reason: string) => void)[] = [];
  #lost: string | undefined;
  #closing = false;
  serverVersion = '';
  warning: string | undefined;

  constructor(client: pg.Client, target: ConnectTarget) {
    this.#client = client;
    this.#target = target;
    client.on('error', (error) => this.#break(error));
    client.on('end', () => this.#break(new Error('Connection terminated')));
  }

  get processId(): number | undefined {
    return keys(this.#client).processID ?? undefined;
  }

  get lost(): string | undefined {
    return this.#lost;
  }

  get transaction(): TransactionState {
    const status = this.#client.getTransactionStatus();
    return status === 'T' ? 'open' : status === 'E' ? 'failed' : 'idle';
  }

  async query(sql: string, params?: readonly unknown[]): Promise<{ rows: readonly Record<string, unknown>[] }> {
    return this.#run(() => (params ? this.#client.query(sql, [...params]) : this.#client.query(sql)));
  }

  async simple(sql: string): Promise<CommandResult> {
    return this.#run(() => this.#keepingFew(sql));
  }

  /** A migration may select millions of rows to call a function on each; nobody reads them, so they are let go. */
  #keepingFew(sql: string): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const query = new pg.Query(sql);
      query.on('row', (row, result) => {
        if (result && result.rows.length < KEPT_ROWS) result.addRow(row);
      });
      query.on('end', resolve);
      query.on('error', reject);
      this.#client.query(query);
    });
  }

  async #run(send: () => Promise<unknown>): Promise<CommandResult> {
    if (this.#lost !== undefined) throw new DatabaseError(this.#lost);
    try {
      const answer = await send();
      // A message of several statements is answered by a list.
      const last = (Array.isArray(answer) ? answer.at(-1) : answer) as pg.QueryResult | undefined;
      return { command: last?.command ?? undefined, rows: last?.rows ?? [] };
    } catch (error) {
      throw this.#explain(error);
    }
  }

  #explain(error: unknown): DatabaseError {
    const said = serverFields(error);
    const discreet = (text: string | undefined) => text && withoutSecret(text, this.#target);
    const fields = { ...said, detail: discreet(said.detail), hint: discreet(said.hint) };
    const code = fields.code ?? '';
    // 57P01, 57P02, 57P05 and class 08: the server says goodbye before it closes. Without a SQLSTATE the socket failed.
    if (/^(57P0[125]|08...)$/.test(code) || !/^[0-9A-Z]{5}$/.test(code)) this.#break(error);
    if (this.#lost !== undefined) return new DatabaseError(this.#lost, fields);
    return new DatabaseError(withoutSecret(messageOf(error), this.#target), fields);
  }

  #break(error: unknown): void {
    if (this.#lost !== undefined || this.#closing) return;
    this.#lost = connectionProblem(error, this.#target).message;
    for (const listener of this.#listeners) listener(this.#lost);
  }

  onLost(listener: (reason: string) => void): void {
    this.#listeners.push(listener);
  }

  onNotice(listener: (notice: ServerNotice) => void): void {
    this.#client.on('notice', ({ severity, message, detail, hint, code }) => {
      const discreet = (text: string | undefined) => text && withoutSecret(text, this.#target);
      listener({
        severity: severity ?? 'NOTICE',
        message: withoutSecret(message ?? '', this.#target),
        detail: discreet(detail),
        hint: discreet(hint),
        code,
      });
    });
  }

  async cancel(): Promise<void> {
    const { processID, secretKey } = keys(this.#client);
    if (processID && secretKey !== null) await requestCancel(this.#target, processID, secretKey);
  }

  async close(): Promise<void> {
    this.#closing = true;
    if (this.#lost !== undefined) return this.destroy();
    const ended = this.#client.end().catch(() => {});
    const patience = new Promise<void>((resolve) => setTimeout(resolve, 2_000).unref());
    await Promise.race([ended, patience]);
    this.destroy();
  }

  destroy(): void {
    keys(this.#client).connection?.stream?.destroy();
  }
}

interface Keys {
  readonly processID: number | null;
  readonly secretKey: number | null;
  readonly connection?: { readonly stream?: { destroy(): void } };
}

/** What `pg` keeps and its types do not show. */
function keys(client: pg.Client): Keys {
  return client as unknown as Keys;
}

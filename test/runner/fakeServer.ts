import type { CommandResult, PgSession, TransactionState } from '../../server/src/database/session.js';
import { serverError } from '../world/recordingSession.js';

type Row = Readonly<Record<string, unknown>>;

/** What is in the database, as far as a run can tell. */
export interface Contents {
  readonly tables: Set<string>;
  /** Rows of the tracking table, by version; of one with marks the only one. */
  readonly ledger: Map<string, Row>;
  readonly journal: Map<string, Row>;
  /** Whether each index is valid. */
  readonly indexes: Map<string, boolean>;
  /** Texts of the other statements that took effect, in order. */
  readonly effects: string[];
}

function copyOf({ tables, ledger, journal, indexes, effects }: Contents): Contents {
  return {
    tables: new Set(tables),
    ledger: new Map(ledger),
    journal: new Map(journal),
    indexes: new Map(indexes),
    effects: [...effects],
  };
}

type Change = (contents: Contents) => void;

/** What goes wrong with one message: it does not arrive, it is half done, its answer is lost, or the server refuses it. */
export type Fault = 'before' | 'during' | 'after' | 'refused';

/** A message as it was sent: which connection, and what. */
export interface Message {
  readonly who: string;
  readonly text: string;
}

/**
 * As much of a PostgreSQL as a run needs: transactions, advisory locks, processes that can be ended, a tracking table, Lockstep's
 * journal, and indexes that can be INVALID. Everything else that a script sends takes effect by being remembered.
 */
export class FakeServer {
  contents: Contents = { tables: new Set(), ledger: new Map(), journal: new Map(), indexes: new Map(), effects: [] };
  readonly columns: readonly (readonly [name: string, type: string])[];
  readonly messages: Message[] = [];
  readonly alive = new Set<FakeSession>();
  /** Keys of all advisory locks that were asked for. */
  readonly keys: string[] = [];
  readonly locks = new Map<string, { readonly by: FakeSession; readonly count: number }>();
  readonly transactions = new Map<string, 'committed' | 'aborted' | 'in progress'>();
  /** Goes wrong with the message of this number, once. */
  fault: { readonly at: number; readonly kind: Fault } | undefined;
  #opened = 0;
  #pids = 4000;
  #xids = 100;

  constructor(columns: readonly (readonly [name: string, type: string])[]) {
    this.columns = columns;
  }

  readonly open = async (): Promise<PgSession> => {
    this.#opened++;
    const session = new FakeSession(this, this.#opened === 1 ? 'work' : this.#opened === 2 ? 'keeper' : 'later');
    this.alive.add(session);
    return session;
  };

  /** Connections of the next run have their names again. */
  restart(): void {
    this.#opened = 0;
    this.fault = undefined;
  }

  nextPid(): number {
    return ++this.#pids;
  }

  nextXid(): string {
    const xid = String(++this.#xids);
    this.transactions.set(xid, 'in progress');
    return xid;
  }

  /** The process ends: its transaction is rolled back, its locks are free. */
  end(session: FakeSession): void {
    this.alive.delete(session);
    session.abort();
    for (const [key, { by }] of this.locks) if (by === session) this.locks.delete(key);
  }
}

class FakeSession implements PgSession {
  readonly processId: number;
  readonly serverVersion = '14.23';
  readonly warning = undefined;
  lost: string | undefined;
  transaction: TransactionState = 'idle';
  readonly #server: FakeServer;
  readonly #who: string;
  #changes: Change[] = [];
  #xid: string | undefined;
  readonly #onLost: ((reason: string) => void)[] = [];

  constructor(server: FakeServer, who: string) {
    this.#server = server;
    this.#who = who;
    this.processId = server.nextPid();
  }

  async query(sql: string, params: readonly unknown[] = []): Promise<{ readonly rows: readonly Row[] }> {
    return this.#message(sql, params);
  }

  async simple(sql: string): Promise<CommandResult> {
    return this.#message(sql, []);
  }

  async cancel(): Promise<void> {}
  onNotice(): void {}

  onLost(listener: (reason: string) => void): void {
    this.#onLost.push(listener);
  }

  async close(): Promise<void> {
    this.#server.end(this);
  }

  destroy(): void {
    this.#server.end(this);
  }

  /** What the open transaction did is gone. */
  abort(): void {
    if (this.#xid !== undefined) this.#server.transactions.set(this.#xid, 'aborted');
    this.#changes = [];
    this.#xid = undefined;
    this.transaction = 'idle';
  }

  #break(): never {
    this.lost = 'The connection is gone';
    this.#server.end(this);
    for (const listener of this.#onLost) listener(this.lost);
    throw new Error(this.lost);
  }

  #message(sql: string, params: readonly unknown[]): CommandResult {
    if (this.lost !== undefined) throw new Error(this.lost);
    const text = sql.replace(/\s+/g, ' ').trim();
    const { messages, fault } = this.#server;
    messages.push({ who: this.#who, text });
    const kind = fault?.at === messages.length - 1 ? fault.kind : undefined;
    if (kind === 'before') return this.#break();
    if (kind === 'during') {
      const name = INDEX.exec(text)?.[2];
      if (name !== undefined) this.#server.contents.indexes.set(name, false);
      return this.#break();
    }
    if (kind === 'refused') return this.#fail(serverError('XX000', 'the server is out of sorts'));
    const result = this.#answer(text, params);
    return kind === 'after' ? this.#break() : result;
  }

  #fail(error: Error): never {
    if (this.transaction === 'open') this.transaction = 'failed';
    throw error;
  }

  /** What this session sees. */
  get #seen(): Contents {
    const seen = copyOf(this.#server.contents);
    for (const change of this.#changes) change(seen);
    return seen;
  }

  #change(change: Change): readonly Row[] {
    if (this.transaction === 'open') this.#changes.push(change);
    else change(this.#server.contents);
    return [];
  }

  #answer(text: string, params: readonly unknown[]): CommandResult {
    const [command = ''] = text.toUpperCase().split(/[\s;]/);
    if (command === 'COMMIT' || command === 'ROLLBACK') return { command: this.#endBlock(command), rows: [] };
    if (this.transaction === 'failed')
      return this.#fail(serverError('25P02', 'current transaction is aborted, commands are ignored'));
    if (command === 'BEGIN') this.transaction = 'open';
    else if (command !== 'SET' && command !== 'RESET') return { command, rows: this.#rows(text, params) };
    return { command, rows: [] };
  }

  #endBlock(command: string): string {
    const commits = command === 'COMMIT' && this.transaction === 'open';
    if (commits) {
      for (const change of this.#changes) change(this.#server.contents);
      if (this.#xid !== undefined) this.#server.transactions.set(this.#xid, 'committed');
      this.#changes = [];
      this.#xid = undefined;
      this.transaction = 'idle';
      return 'COMMIT';
    }
    this.abort();
    return 'ROLLBACK';
  }

  #rows(text: string, params: readonly unknown[]): readonly Row[] {
    const handler = ANSWERS.find(([pattern]) => pattern.test(text));
    if (handler) return handler[1]({ session: this, server: this.#server, seen: this.#seen, text, params });
    return this.#script(text);
  }

  /** A statement of a script. */
  #script(text: string): readonly Row[] {
    const [, drop, name] = INDEX.exec(text) ?? [];
    if (name === undefined) return this.#change(({ effects }) => effects.push(text));
    const there = this.#seen.indexes.has(name);
    if (drop) {
      if (!there) return this.#fail(serverError('42704', `index "${name}" does not exist`));
      return this.#change(({ indexes }) => indexes.delete(name));
    }
    if (there && text.includes('IF NOT EXISTS')) return [];
    if (there) return this.#fail(serverError('42P07', `relation "${name}" already exists`));
    return this.#change(({ indexes }) => indexes.set(name, true));
  }

  change(change: Change): readonly Row[] {
    return this.#change(change);
  }

  /** The number of its transaction; outside of one a statement has its own. */
  xid(): string {
    this.#xid ??= this.#server.nextXid();
    return this.#xid;
  }
}

/** `DROP INDEX [CONCURRENTLY] name` or `CREATE INDEX [CONCURRENTLY] name`: whether it drops, and the name. */
const INDEX = /^(?:(DROP) INDEX|CREATE INDEX)(?: CONCURRENTLY)? (?:IF NOT EXISTS )?(?:"public"\.)?"?(\w+)/;

interface Asked {
  readonly session: FakeSession;
  readonly server: FakeServer;
  readonly seen: Contents;
  readonly text: string;
  readonly params: readonly unknown[];
}

const TABLE = /"public"\."(\w+)"/;
const place = (params: readonly unknown[]) => params.slice(0, 4).map(String).join(' ');

/** What the runner and the ledgers ask, the first that fits. */
const ANSWERS: readonly (readonly [RegExp, (asked: Asked) => readonly Row[]])[] = [
  [/^SHOW lock_timeout/, () => [{ lock_timeout: '5s' }]],
  [/^SHOW transaction_read_only/, () => [{ transaction_read_only: 'off' }]],
  [/^SHOW default_transaction_read_only/, () => [{ default_transaction_read_only: 'off' }]],
  [/pg_backend_pid\(\) AS pid/, ({ session }) => [{ pid: session.processId }]],
  [/set_config\(name/, () => []],
  [/txid_current/, ({ session }) => [{ xid: session.xid() }]],
  [/txid_status/, ({ server, params }) => [{ status: server.transactions.get(String(params[0])) }]],
  [/current_schema\(\) AS schema/, () => [{ schema: 'public' }]],
  [/current_database\(\) AS name/, () => [{ name: 'shop' }]],
  [
    /pg_terminate_backend/,
    ({ server, params }) => {
      for (const session of server.alive) if (session.processId === params[0]) server.end(session);
      return [];
    },
  ],
  // Nothing runs while somebody asks.
  [/FROM pg_catalog\.pg_stat_activity .*state (=|<>)/, () => []],
  [
    /FROM pg_catalog\.pg_stat_activity/,
    ({ server, params, session }) =>
      [...server.alive].filter((s) => s.processId === params[0] && s !== session).map(() => ({})),
  ],
  [
    /pg_try_advisory_lock/,
    ({ server, session, params }) => {
      const key = String(params[0]);
      server.keys.push(key);
      const held = server.locks.get(key);
      const taken = held === undefined || held.by === session;
      if (taken) server.locks.set(key, { by: session, count: (held?.count ?? 0) + 1 });
      return [{ taken }];
    },
  ],
  [
    /pg_advisory_unlock/,
    ({ server, params }) => {
      server.locks.delete(String(params[0]));
      return [];
    },
  ],
  [
    /AS n FROM pg_catalog\.pg_locks/,
    ({ server, params }) => [{ n: [...server.locks.values()].filter(({ by }) => by.processId === params[0]).length }],
  ],
  [/FROM pg_catalog\.pg_locks/, () => []],
  // Tables.
  [
    /relkind IN \('r', 'p'\) AS is_table/,
    ({ seen, params }) =>
      seen.tables.has(nameIn(params[0])) ? [{ schema: 'public', oid: '16400', is_table: true }] : [],
  ],
  [/IS NOT NULL AS there/, ({ seen, params }) => [{ there: seen.tables.has(nameIn(params[0])) }]],
  [
    /FROM pg_catalog\.pg_attribute WHERE attrelid/,
    ({ server }) => server.columns.map(([name, type]) => ({ name, type, demanded: false })),
  ],
  [/has_table_privilege/, () => []],
  [/relname = ANY/, () => []],
  [
    /^CREATE TABLE IF NOT EXISTS/,
    ({ session, text }) => session.change(({ tables }) => tables.add(TABLE.exec(text)![1]!)),
  ],
  // Indexes.
  [/IS NULL AS gone/, ({ seen, params }) => [{ gone: !seen.indexes.has(nameIn(params[0])) }]],
  [
    /i\.indrelid = pg_catalog\.to_regclass\(\$1\) AND c\.relname = \$2/,
    ({ seen, params }) => indexRows(seen, (name) => name === params[1]),
  ],
  [/WHERE NOT i\.indisvalid/, ({ seen }) => indexRows(seen, (name) => seen.indexes.get(name) === false)],
  [/FROM pg_catalog\.pg_inherits/, () => []],
  // The journal.
  [
    /^INSERT INTO "public"\."lockstep_journal"/,
    ({ session, params }) => session.change(({ journal }) => journal.set(place(params), noted(params))),
  ],
  [
    /^DELETE FROM "public"\."lockstep_journal"/,
    ({ session, params }) =>
      session.change(({ journal }) => {
        for (const [key, row] of journal) if (row.migration === params[1]) journal.delete(key);
      }),
  ],
  [/FROM "public"\."lockstep_journal"/, ({ seen }) => [...seen.journal.values()]],
  // The ledger.
  [/^TRUNCATE/, ({ session }) => session.change(({ ledger }) => ledger.clear())],
  [
    /^INSERT INTO "public"\."\w+" \(([^)]*)\)/,
    ({ session, text, params }) => session.change(({ ledger }) => ledger.set(String(params[0]), rowOf(text, params))),
  ],
  [
    /^DELETE FROM "public"\."schema_migrations"/,
    ({ session, params }) => session.change(({ ledger }) => ledger.delete(String(params[0]))),
  ],
  [
    /^SELECT 1 FROM "public"\."schema_migrations" WHERE/,
    ({ seen, params }) => (seen.ledger.has(String(params[0])) ? [{}] : []),
  ],
  [/^SELECT .* FROM "public"\."schema_migrations"/, ({ seen }) => [...seen.ledger.values()]],
];

const nameIn = (written: unknown): string =>
  String(written)
    .replace(/^"public"\./, '')
    .replaceAll('"', '');

function indexRows({ indexes }: Contents, wanted: (name: string) => boolean): readonly Row[] {
  return [...indexes]
    .filter(([name]) => wanted(name))
    .map(([name, valid]) => ({ schema: 'public', name, valid, partitioned: false }));
}

function noted([, migration, direction, statement, hash, , state, pid]: readonly unknown[]): Row {
  return { migration, direction, statement, hash, state, pid, at: '2026-01-02T03:04:05Z' };
}

function rowOf(text: string, params: readonly unknown[]): Row {
  const names = /\(([^)]*)\)/.exec(text)![1]!.replaceAll('"', '').split(', ');
  return Object.fromEntries(names.map((name, i) => [name, params[i]]));
}

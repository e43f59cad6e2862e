/** A connection that runs SQL. On `pg` here, and by a recording fake in tests. */
export interface Session {
  query(sql: string, params?: readonly unknown[]): Promise<{ readonly rows: readonly Record<string, unknown>[] }>;
  /** Server process id, to cancel from another session. */
  readonly processId: number | undefined;
}

/** What a command answered: its tag and the rows of the last result. */
export interface CommandResult {
  /** `COMMIT`, `ROLLBACK`, `INSERT`, …; undefined for an empty query. */
  readonly command: string | undefined;
  readonly rows: readonly Record<string, unknown>[];
}

/** Transaction state as the server last reported it: idle, in a block, in a failed block. */
export type TransactionState = 'idle' | 'open' | 'failed';

/** What a server says besides its answers: NOTICE, WARNING, INFO. */
export interface ServerNotice {
  readonly severity: string;
  readonly message: string;
  readonly detail: string | undefined;
  readonly hint: string | undefined;
  /** SQLSTATE. */
  readonly code: string | undefined;
}

/** A live connection. Only one command runs at a time. */
export interface PgSession extends Session {
  /** As the server says it, e.g. `14.23`. */
  readonly serverVersion: string;
  /** Something worth telling that does not forbid working: an unknown newer version. */
  readonly warning: string | undefined;
  /** Runs SQL through the simple protocol, as psql does; several statements are one message. */
  simple(sql: string): Promise<CommandResult>;
  readonly transaction: TransactionState;
  /** Asks the server to stop the running command. Resolves when the request was taken; never rejects. */
  cancel(): Promise<void>;
  /** Why the connection is gone; undefined while it stands. */
  readonly lost: string | undefined;
  /** Calls once when the connection breaks; not on `close`. */
  onLost(listener: (reason: string) => void): void;
  /** Calls for each notice of the server. */
  onNotice(listener: (notice: ServerNotice) => void): void;
  /** Ends the connection; never rejects. */
  close(): Promise<void>;
  /** Drops the connection without waiting for the server. */
  destroy(): void;
}

import type { CommandResult, PgSession, ServerNotice, TransactionState } from '../../server/src/database/session.js';

type Row = Readonly<Record<string, unknown>>;
/** What the server says to a command: rows, an error, or either by its parameters. */
type Answer = readonly Row[] | Error | ((params: readonly unknown[]) => readonly Row[] | Error);

/** An error as the server sends it. */
export function serverError(code: string, message: string, more: { position?: string; detail?: string } = {}): Error {
  return Object.assign(new Error(message), { code, ...more });
}

/**
 * A connection without a server: it writes down what it is sent, and answers as it was told. What nobody told it about gets
 * no rows. Its transaction state follows BEGIN, COMMIT, ROLLBACK and errors as a server's does.
 */
export class RecordingSession implements PgSession {
  /** Commands in order, on one line each, with their parameters as JSON behind `<-`. */
  readonly sent: string[] = [];
  readonly processId = 4711;
  readonly serverVersion = '14.23';
  readonly warning = undefined;
  lost: string | undefined;
  transaction: TransactionState = 'idle';
  closed = false;
  #answers: readonly (readonly [RegExp, Answer])[];
  readonly #listeners: ((reason: string) => void)[] = [];
  readonly #onNotice: ((notice: ServerNotice) => void)[] = [];

  /** The first pattern that a command matches answers it. */
  constructor(answers: readonly (readonly [RegExp, Answer])[] = []) {
    this.#answers = answers;
  }

  /** From now on this is answered first. */
  answer(pattern: RegExp, answer: Answer): void {
    this.#answers = [[pattern, answer], ...this.#answers];
  }

  /** What was sent since the last call. */
  take(): readonly string[] {
    return this.sent.splice(0);
  }

  async query(sql: string, params: readonly unknown[] = []): Promise<{ rows: readonly Row[] }> {
    const { rows } = this.#run(sql, params);
    return { rows };
  }

  async simple(sql: string): Promise<CommandResult> {
    return this.#run(sql, []);
  }

  async cancel(): Promise<void> {
    this.sent.push('(cancel)');
  }

  onLost(listener: (reason: string) => void): void {
    this.#listeners.push(listener);
  }

  onNotice(listener: (notice: ServerNotice) => void): void {
    this.#onNotice.push(listener);
  }

  /** The server says something besides its answers. */
  notice(severity: string, message: string): void {
    for (const listener of this.#onNotice)
      listener({ severity, message, detail: undefined, hint: undefined, code: undefined });
  }

  /** The connection breaks. */
  lose(reason: string): void {
    this.lost = reason;
    for (const listener of this.#listeners) listener(reason);
  }

  async close(): Promise<void> {
    this.closed = true;
  }

  destroy(): void {
    this.lose('destroyed');
  }

  #run(sql: string, params: readonly unknown[]): CommandResult {
    if (this.lost !== undefined) throw new Error(this.lost);
    const line = sql.replace(/\s+/g, ' ').trim();
    this.sent.push(params.length > 0 ? `${line} <- ${JSON.stringify(params)}` : line);
    const answer = this.#answers.find(([pattern]) => pattern.test(line))?.[1] ?? [];
    const rows = typeof answer === 'function' ? answer(params) : answer;
    if (this.lost !== undefined) throw new Error(this.lost);
    if (rows instanceof Error) {
      if (this.transaction === 'open') this.transaction = 'failed';
      throw rows;
    }
    return { command: this.#follow(line), rows };
  }

  /** The state after the command, and its tag. */
  #follow(line: string): string | undefined {
    const [word = ''] = line.toUpperCase().split(/[\s;]/);
    if (word === 'BEGIN') this.transaction = 'open';
    if (word !== 'COMMIT' && word !== 'ROLLBACK') return word || undefined;
    const tag = this.transaction === 'failed' ? 'ROLLBACK' : word;
    this.transaction = 'idle';
    return tag;
  }
}

/** A tracking table in the schema `public` with these columns (`name type`; `!` behind the type: an insert must give it); none: it is not there. */
export function tableAnswers(...columns: readonly string[]): readonly (readonly [RegExp, Answer])[] {
  return [
    [/to_regclass\(\$1\)/, columns.length > 0 ? [{ schema: 'public', oid: '16400', is_table: true }] : []],
    [/current_schema\(\)/, [{ schema: 'public' }]],
    [
      /FROM pg_catalog\.pg_attribute WHERE attrelid/,
      columns.map((column) => {
        const [name, ...type] = column.replace(/!$/, '').split(' ');
        return { name, type: type.join(' '), demanded: column.endsWith('!') };
      }),
    ],
    [/current_database\(\) AS name/, [{ name: 'shop' }]],
    [/pg_try_advisory_lock/, [{ taken: true }]],
  ];
}

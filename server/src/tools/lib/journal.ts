import type { MigrationSet } from '../../core/migrations/set.js';
import type { HalfRun } from '../../core/migrations/status.js';
import { messageOf, serverFields } from '../../database/errors.js';
import type { Session } from '../../database/session.js';
import type { LedgerState } from '../ledger.js';
import { quote } from './table.js';

/** What is noted of a part of a migration. */
export interface Note {
  /** Id of the migration. */
  readonly migration: string;
  readonly direction: 'up' | 'down';
  /** Index of the part's first statement. */
  readonly statement: number;
  /** Tells whether the text is still the one that ran. */
  readonly hash: string;
  readonly state: 'begun' | 'done';
  /** The server's process that ran it. */
  readonly pid: number;
}

export interface JournalRow extends Note {
  /** ISO 8601. */
  readonly at: string;
}

/**
 * What ran outside the transaction that records a migration: a table of Lockstep's own beside the ledger, made when it is first
 * needed. A run that was interrupted goes on behind what is noted there, instead of doing it twice.
 */
export class Journal {
  readonly table: string;
  readonly #ledger: string;
  #exists: boolean | undefined;

  /** `schema`: of the ledger; `ledger`: its name there. */
  constructor(schema: string, ledger: string) {
    this.table = `${quote(schema)}.${quote('lockstep_journal')}`;
    this.#ledger = ledger;
  }

  /** As far as is known from here. */
  get isMade(): boolean {
    return this.#exists === true;
  }

  /** All notes about the migrations of this ledger; none when there is no journal yet. */
  async read(session: Session): Promise<readonly JournalRow[]> {
    if (!(await this.#isThere(session))) return [];
    const { rows } = await session.query(
      `SELECT migration, direction, statement, hash, state, pid,
              pg_catalog.to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS at
         FROM ${this.table} WHERE ledger = $1 ORDER BY migration, direction, statement`,
      [this.#ledger],
    );
    return rows.map((row) => ({
      migration: String(row.migration),
      direction: row.direction === 'down' ? 'down' : 'up',
      statement: Number(row.statement),
      hash: String(row.hash),
      state: row.state === 'done' ? 'done' : 'begun',
      pid: Number(row.pid),
      at: String(row.at),
    }));
  }

  /** Makes the table when it is missing: a sentence that says so, or why that cannot be. */
  async ensure(session: Session): Promise<{ readonly made?: string; readonly problem?: string }> {
    if (await this.#isThere(session)) return {};
    try {
      await session.query(
        `CREATE TABLE IF NOT EXISTS ${this.table} (ledger text NOT NULL, migration text NOT NULL, direction text NOT NULL, statement integer NOT NULL,
          hash text NOT NULL, sql text NOT NULL, state text NOT NULL, pid integer NOT NULL, at timestamptz NOT NULL DEFAULT pg_catalog.now(),
          PRIMARY KEY (ledger, migration, direction, statement))`,
      );
    } catch (error) {
      if (serverFields(error).code === undefined) throw error;
      const problem = `The journal ${this.table} could not be made (${messageOf(error)}): should the run be interrupted, look at what it left before you run it again.`;
      return { problem };
    }
    this.#exists = true;
    return {
      made: `Lockstep made the table ${this.table}: it notes what runs outside a transaction, so that an interrupted run can go on.`,
    };
  }

  /** `sql`: the text of the part, for people who look into the table. */
  async note(session: Session, note: Note, sql: string): Promise<void> {
    const { migration, direction, statement, hash, state, pid } = note;
    await session.query(
      `INSERT INTO ${this.table} (ledger, migration, direction, statement, hash, sql, state, pid, at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, pg_catalog.clock_timestamp())
       ON CONFLICT (ledger, migration, direction, statement)
       DO UPDATE SET hash = excluded.hash, sql = excluded.sql, state = excluded.state, pid = excluded.pid, at = excluded.at`,
      [this.#ledger, migration, direction, statement, hash, sql.slice(0, 1_000), state, pid],
    );
  }

  /** Forgets a migration: it is recorded, or taken back. */
  async clear(session: Session, migration: string): Promise<void> {
    if (this.#exists !== true) return;
    await session.query(`DELETE FROM ${this.table} WHERE ledger = $1 AND migration = $2`, [this.#ledger, migration]);
  }

  /** What makes the journal forget a migration, for a message. */
  forgetting(migration: string): string {
    const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;
    return `DELETE FROM ${this.table} WHERE ledger = ${literal(this.#ledger)} AND migration = ${literal(migration)};`;
  }

  async #isThere(session: Session): Promise<boolean> {
    if (this.#exists === true) return true;
    const { rows } = await session.query('SELECT pg_catalog.to_regclass($1) IS NOT NULL AS there', [this.table]);
    this.#exists = rows[0]?.there === true;
    return this.#exists;
  }
}

export interface Halves {
  readonly half: HalfRun | undefined;
  /** Ids of migrations whose notes mean nothing any more: the ledger says that they ended. */
  readonly stale: readonly string[];
}

/**
 * The half-run migration among the journal's notes, and those that are out of date. What a ledger marks itself (`marks`) is
 * half-run only as long as the mark stands: a person may have settled it.
 */
export function halvesIn(
  rows: readonly JournalRow[],
  set: MigrationSet,
  { entries }: Pick<LedgerState, 'entries'>,
  marks: boolean,
): Halves {
  const marked = entries.some((e) => e.failed);
  const applied = new Set(entries.flatMap((e) => (e.id !== undefined && !e.failed ? [e.id] : [])));
  const stale = new Set<string>();
  let half: HalfRun | undefined;
  for (const { migration: id, direction } of rows) {
    // The file may be on another branch.
    if (half || !set.migrations.some((m) => m.id === id)) continue;
    // A down that was begun leaves, in a ledger with marks, the version before it.
    const goesOn = marks ? marked : applied.has(id) === (direction === 'down');
    if (!goesOn) stale.add(id);
    else
      half = {
        id,
        direction,
        done: rows.filter((r) => r.migration === id && r.direction === direction && r.state === 'done').length,
      };
  }
  return { half, stale: [...stale].filter((id) => id !== half?.id) };
}

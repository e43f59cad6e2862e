import type { MigrationSet } from '../core/migrations/migration.js';
import type { Statement } from '../core/sql/script.js';
import { OWN_ROLE } from '../database/connect.js';
import { serverFields } from '../database/errors.js';
import type { PgSession } from '../database/session.js';
import type { Ledger } from '../tools/ledger.js';
import type { Canceller } from './canceller.js';
import { commitsAsItGoes } from './check.js';
import { dirtyMark, failureOf } from './failure.js';
import type { RunFailure } from './outcome.js';
import type { PlannedStep } from './plan.js';
import { describeRemains, findRemains, type Remains } from './remains.js';

/** How one migration ended. */
export type StepResult =
  | { readonly kind: 'done'; readonly ms: number }
  /** `undone`: it is certain that nothing of it remains. */
  | {
      readonly kind: 'failed' | 'cancelled';
      readonly failure: RunFailure;
      readonly undone: boolean;
      readonly remains: string;
    }
  /** The connection broke. `commit`: COMMIT was sent and not answered; `xid` finds out. */
  | {
      readonly kind: 'lost';
      readonly reason: string;
      readonly phase: LostPhase;
      readonly xid: string | undefined;
      readonly ms: number;
    };

export type LostPhase =
  | { readonly at: 'beforeCommit' }
  | { readonly at: 'commit' }
  | { readonly at: 'statement'; readonly statement: Statement; readonly finished: number; readonly before: Remains }
  | { readonly at: 'ledger' };

export interface StepInput {
  readonly session: PgSession;
  readonly ledger: Ledger;
  readonly set: MigrationSet;
  readonly step: PlannedStep;
  readonly canceller: Canceller;
  readonly onStatement: (index: number, total: number) => void;
}

/** Runs one migration and records it. Never rejects for what the server or the network does. */
export async function runStep(input: StepInput): Promise<StepResult> {
  const started = performance.now();
  const run = new StepRun(input, started);
  return input.step.transaction === 'wrapped' ? run.wrapped() : run.unwrapped();
}

class StepRun {
  readonly #in: StepInput;
  readonly #started: number;
  /** Statements that the server has finished. */
  #finished = 0;
  #current: Statement | undefined;
  /** The ledger's mark may be set: there is something to take back. */
  #begun = false;
  #before: Remains = new Map();
  #xid: string | undefined;

  constructor(input: StepInput, started: number) {
    this.#in = input;
    this.#started = started;
  }

  get #ms(): number {
    return Math.round(performance.now() - this.#started);
  }

  /** One transaction with all statements and, where the tool does so, the ledger's row. */
  async wrapped(): Promise<StepResult> {
    const { session, ledger, step, set } = this.#in;
    let phase: LostPhase = { at: 'beforeCommit' };
    try {
      await this.#begin();
      await session.simple('BEGIN');
      await this.#statements();
      if (ledger.finishInTransaction) {
        // The script may have become another user who may not write the ledger.
        await session.simple(OWN_ROLE);
        await ledger.finish(session, step.migration, step.direction, this.#ms, set);
      }
      this.#xid = String((await session.query('SELECT pg_catalog.txid_current()::text AS xid')).rows[0]?.xid);
      phase = { at: 'commit' };
      await this.#commit();
      phase = { at: 'ledger' };
      if (!ledger.finishInTransaction) await this.#finishOutside();
      return { kind: 'done', ms: this.#ms };
    } catch (error) {
      if (session.lost !== undefined) return this.#lost(phase);
      if (phase.at === 'ledger') return this.#unrecorded(error);
      await rollBack(session);
      const remains = 'All of it was rolled back; the database is as it was before.';
      return this.#failed(error, true, `${remains}${await this.#abandon()}`);
    }
  }

  /** Statement by statement, as the file says; what is done stays done. */
  async unwrapped(): Promise<StepResult> {
    const { session } = this.#in;
    let recording = false;
    try {
      this.#before = await findRemains(session);
      await this.#begin();
      await this.#statements();
      if (session.transaction !== 'idle') return await this.#unclosed();
      recording = true;
      await this.#finishOutside();
      return { kind: 'done', ms: this.#ms };
    } catch (error) {
      if (session.lost !== undefined) return this.#lost(this.#lostUnwrapped(recording));
      if (recording) return this.#unrecorded(error);
      return this.#failedUnwrapped(error);
    }
  }

  async #begin(): Promise<void> {
    const { ledger, session, step, set, canceller } = this.#in;
    await canceller.guard(session, () => ledger.begin(session, step.migration, step.direction, set));
    this.#begun = true;
  }

  async #statements(): Promise<void> {
    const { session, step, canceller, onStatement } = this.#in;
    const { statements } = step.context.script;
    for (const statement of statements) {
      if (canceller.requested) throw new CancelledBetween();
      onStatement(statement.index, statements.length);
      this.#current = statement;
      await canceller.guard(session, () => session.simple(statement.text));
      this.#current = undefined;
      this.#finished++;
    }
    if (canceller.requested && step.transaction === 'wrapped') throw new CancelledBetween();
  }

  async #commit(): Promise<void> {
    const { session, canceller } = this.#in;
    // Deferred constraints are checked now, and may wait for locks: a cancel makes the server roll back.
    const { command } = await canceller.guard(session, () => session.simple('COMMIT'));
    // A transaction that had failed unnoticed answers COMMIT with ROLLBACK.
    if (command === 'ROLLBACK') throw new Error('PostgreSQL rolled the transaction back instead of committing it');
  }

  async #finishOutside(): Promise<void> {
    const { ledger, session, step, set } = this.#in;
    await session.simple(OWN_ROLE);
    await ledger.finish(session, step.migration, step.direction, this.#ms, set);
  }

  /** Takes the ledger's mark back; a sentence when that did not succeed. */
  async #abandon(): Promise<string> {
    const { ledger, session, step, set } = this.#in;
    if (!this.#begun || !ledger.abandon) return '';
    try {
      await ledger.abandon(session, step.migration, step.direction, set);
      return '';
    } catch {
      return ` Only ${dirtyMark(ledger)}`;
    }
  }

  async #unclosed(): Promise<StepResult> {
    await rollBack(this.#in.session);
    const error = new Error('The file begins a transaction and does not end it. Add COMMIT at its end');
    const remains = 'What was not committed was rolled back; what was committed before stays.';
    return this.#failed(error, false, [remains, this.#marked()].filter((s) => s !== undefined).join(' '));
  }

  async #failedUnwrapped(error: unknown): Promise<StepResult> {
    const { session, step } = this.#in;
    if (session.transaction !== 'idle') await rollBack(session);
    const left = await describeRemains(session, this.#before);
    const total = step.context.script.statements.length;
    const atomic = this.#current === undefined || !commitsAsItGoes(this.#current);
    const undone = left === undefined && ((this.#finished === 0 && atomic) || this.#nothingCommitted(this.#finished));
    if (undone) {
      const remains = 'Nothing of it remains; the database is as it was before.';
      return this.#failed(error, true, `${remains}${await this.#abandon()}`);
    }
    const sentences = [this.#partly(total), atomic ? undefined : PARTLY_COMMITTED, left, this.#marked()];
    return this.#failed(error, false, sentences.filter((s) => s !== undefined).join(' '));
  }

  /** A tool's own command leaves its mark as well: somebody has to look. */
  #marked(): string | undefined {
    return this.#begun && this.#in.ledger.abandon ? `Now ${dirtyMark(this.#in.ledger)}` : undefined;
  }

  /** The file began a transaction first, and none of its first `count` statements ended one. */
  #nothingCommitted(count: number): boolean {
    const { statements } = this.#in.step.context;
    const [first] = statements;
    if (first?.unit.begin !== 0) return false;
    return count < first.unit.end;
  }

  #partly(total: number): string {
    const own = this.#in.step.transaction === 'own';
    if (this.#finished === 0) return 'It runs without a transaction; no statement of it was completed.';
    const stays = own ? 'what the file committed stays' : 'they stay';
    return `${this.#finished} of its ${total} statements ran, and ${stays}; it is not recorded as ${this.#in.step.direction === 'up' ? 'applied' : 'rolled back'}.`;
  }

  #unrecorded(error: unknown): StepResult {
    const remains = `Its statements ran and stay, but ${this.#in.ledger.table} could not be written. Record it there by hand before the next run.`;
    return this.#failed(error, false, remains);
  }

  #lostUnwrapped(recording: boolean): LostPhase {
    if (recording) return { at: 'ledger' };
    if (!this.#current) return { at: 'beforeCommit' };
    if (this.#nothingCommitted(this.#finished + 1)) return { at: 'beforeCommit' };
    return { at: 'statement', statement: this.#current, finished: this.#finished, before: this.#before };
  }

  #lost(phase: LostPhase): StepResult {
    return { kind: 'lost', reason: this.#in.session.lost ?? '', phase, xid: this.#xid, ms: this.#ms };
  }

  #failed(error: unknown, undone: boolean, remains: string): StepResult {
    const { step, canceller } = this.#in;
    const fields = serverFields(error);
    const cancelled = error instanceof CancelledBetween || (canceller.requested && fields.code === '57014');
    const failure = failureOf(step, this.#current, error);
    return { kind: cancelled ? 'cancelled' : 'failed', failure, undone, remains };
  }
}

const PARTLY_COMMITTED = 'Its procedural code may commit as it goes: what that committed stays.';

/** The user cancelled while no statement ran. */
class CancelledBetween extends Error {
  constructor() {
    super('Cancelled by the user');
  }
}

/** A cancel that came late can hit the ROLLBACK; the second one gets through. */
async function rollBack(session: PgSession): Promise<void> {
  for (let attempt = 0; attempt < 2 && session.lost === undefined; attempt++) {
    try {
      await session.simple('ROLLBACK');
      return;
    } catch (error) {
      if (serverFields(error).code !== '57014') return;
    }
  }
}

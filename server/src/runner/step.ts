import { waitsForTransactions } from '../core/sql/concurrently.js';
import type { AnalysedStatement } from '../core/statements/analysed.js';
import { DatabaseError, messageOf, serverFields } from '../database/errors.js';
import type { CommandResult, ServerNotice } from '../database/session.js';
import { becomeSelf, demandLock, isShared, note, type RunContext, recordOutside, writer } from './context.js';
import { dirtyMark, failureOf } from './failure.js';
import { demandIndexes, inTheWay } from './indexes.js';
import type { RunFailure } from './outcome.js';
import { indexOf, type Part, partsOf } from './parts.js';
import type { PlannedStep } from './plan.js';
import { NeedsConsent, prepareBare } from './prepare.js';
import { findRemains, type Remains } from './remains.js';
import type { Start } from './resume.js';
import { CancelledBetween, leftOf, type Progress, rollBack, type Where } from './stopped.js';
import { Watch } from './waiting.js';

/** How one migration ended. */
export type StepResult =
  | { readonly kind: 'done'; readonly ms: number; readonly notes: readonly string[] }
  | {
      readonly kind: 'failed' | 'cancelled';
      readonly failure: RunFailure;
      readonly remains: string;
      /** What has to be confirmed for it to go on. */
      readonly consent: string | undefined;
      readonly notes: readonly string[];
    }
  /** A connection broke. */
  | {
      readonly kind: 'lost';
      readonly reason: string;
      readonly where: Where;
      readonly progress: Progress;
      readonly ms: number;
      readonly notes: readonly string[];
    };

export interface StepInput {
  readonly context: RunContext;
  readonly step: PlannedStep;
  readonly start: Start & { readonly ok: true };
  /** Whether the user agrees to what a half-run statement needs. */
  readonly accepts: (what: string) => boolean;
  readonly onStatement: (index: number, waitsFor: string | undefined) => void;
  readonly onNotice: (notice: ServerNotice, statement: AnalysedStatement) => void;
}

/** Runs one migration and records it. Never rejects for what the server or the network does. */
export function runStep(input: StepInput): Promise<StepResult> {
  return new StepRun(input).run();
}

class StepRun {
  readonly #in: StepInput;
  readonly #context: RunContext;
  readonly #step: PlannedStep;
  readonly #parts: readonly Part[];
  readonly #done: Set<number>;
  readonly #started = performance.now();
  readonly #notes: string[] = [];
  #where: Where = { at: 'between' };
  #current: AnalysedStatement | undefined;
  #journalled = false;
  #marked = false;
  #recorded = false;
  #before: Remains = new Map();
  #waitedFor: string | undefined;

  constructor(input: StepInput) {
    this.#in = input;
    this.#context = input.context;
    this.#step = input.step;
    this.#parts = partsOf(input.step.context.statements);
    this.#done = new Set(input.start.done);
  }

  async run(): Promise<StepResult> {
    const { hearing } = this.#context;
    hearing.listener = (notice) => this.#hear(notice);
    try {
      await this.#begin();
      for (const part of this.#parts) await this.#part(part);
      this.#where = { at: 'record' };
      if (!this.#recorded) await recordOutside(this.#context, this.#step, this.#ms);
      return { kind: 'done', ms: this.#ms, notes: this.#notes };
    } catch (error) {
      return await this.#stopped(error);
    } finally {
      hearing.listener = undefined;
    }
  }

  get #ms(): number {
    return Math.round(performance.now() - this.#started);
  }

  get #progress(): Progress {
    return {
      parts: this.#parts,
      done: this.#done,
      journalled: this.#journalled,
      before: this.#before,
      marked: this.#marked,
      begun: this.#isBegun,
    };
  }

  /** What an earlier run had begun is not settled yet. */
  get #isBegun(): boolean {
    const { begun } = this.#in.start;
    return begun !== undefined && !this.#done.has(begun.statement);
  }

  async #begin(): Promise<void> {
    const { canceller, ledger, journal, set, work } = this.#context;
    const { migration, direction } = this.#step;
    const session = await writer(this.#context);
    await demandLock(this.#context, session);
    if (this.#needsJournal()) {
      const { made, problem } = await journal.ensure(session);
      this.#journalled = problem === undefined;
      for (const note of [made, problem]) if (note !== undefined) this.#notes.push(note);
    }
    if (this.#parts.some((p) => p.kind === 'bare')) this.#before = await findRemains(work);
    this.#marked = ledger.abandon !== undefined;
    await canceller.guard(session, () => ledger.begin(session, migration, direction, set));
  }

  /** Something of the migration stays before it is recorded. */
  #needsJournal(): boolean {
    const work = this.#parts.filter((p) => p.kind !== 'session');
    if (work.length > 1 || work.some((p) => p.kind === 'bare')) return true;
    return this.#context.ledger.finishInTransaction && !work.some((p) => this.#recordsIn(p));
  }

  /** The last part of a file records the migration in its own transaction, where the tool does so. */
  #recordsIn(part: Part): boolean {
    const { ledger } = this.#context;
    return ledger.finishInTransaction && part.kind === 'block' && !part.rolledBack && part === this.#parts.at(-1);
  }

  async #part(part: Part): Promise<void> {
    if (this.#done.has(indexOf(part))) return;
    if (part.kind === 'block') return this.#block(part);
    if (part.kind === 'bare') return this.#bare(part);
    this.#where = { at: 'block', part };
    await this.#send(part.statements[0]!);
  }

  async #block(part: Part): Promise<void> {
    const { work, canceller } = this.#context;
    this.#where = { at: 'block', part };
    if (canceller.requested) throw new CancelledBetween();
    if (part.opens && work.transaction === 'idle') await work.simple('BEGIN');
    const last = part.closes ? undefined : part.statements.at(-1);
    for (const at of part.statements) if (at !== last) await this.#send(at);
    if (canceller.requested) throw new CancelledBetween();
    if (!part.rolledBack) await this.#beforeCommit(part);
    else this.#notes.push(rolledBackNote(part));
    // Deferred constraints are checked now, and may wait for locks: a cancel makes the server roll back.
    const { command } = last ? await this.#send(last) : await canceller.guard(work, () => work.simple('COMMIT'));
    // A transaction that had failed unnoticed answers COMMIT with ROLLBACK.
    if (command === 'ROLLBACK' && !part.rolledBack)
      throw new Error('PostgreSQL rolled the transaction back instead of committing it');
    this.#where = { at: 'between' };
    this.#done.add(indexOf(part));
  }

  /** What belongs to the transaction: a look at its indexes, and the record or a note in the journal. */
  async #beforeCommit(part: Part): Promise<void> {
    const { work, journal, ledger, set } = this.#context;
    const { migration, direction } = this.#step;
    await this.#lookAtIndexes(part);
    const records = this.#recordsIn(part) && !(await isReadOnly(this.#context, this.#step.context.statements));
    if (records || this.#journalled) {
      await becomeSelf(work);
      await demandLock(this.#context, work);
    }
    if (records) {
      await ledger.finish(work, migration, direction, this.#ms, set);
      await journal.clear(work, migration.id);
    } else if (this.#journalled) await note(work, this.#context, this.#step, part, 'done');
    const { rows } = await work.query('SELECT pg_catalog.txid_current()::text AS xid');
    this.#recorded = records;
    this.#where = { at: 'commit', part, xid: String(rows[0]?.xid), records };
  }

  async #bare(part: Part): Promise<void> {
    const { work, lease, canceller } = this.#context;
    const { begun } = this.#in.start;
    const at = part.statements[0]!;
    if (canceller.requested) throw new CancelledBetween();
    this.#current = at;
    const send = (sql: string) => {
      this.#where = { at: 'bare', part };
      return canceller.guard(work, () => work.simple(sql));
    };
    const mine = begun?.statement === indexOf(part) ? begun : undefined;
    const { isDone, notes } = await prepareBare(this.#context, at, mine, this.#in.accepts, send);
    this.#notes.push(...notes);
    if (!isDone) {
      if (this.#journalled) await note(lease.session, this.#context, this.#step, part, 'begun');
      this.#where = { at: 'bare', part };
      await this.#send(at);
    }
    try {
      await this.#lookAtIndexes(part);
    } catch (error) {
      // The server refused the look, not the statement: that has run. On a connection that broke nobody knows what it would have shown.
      if (!(error instanceof DatabaseError) && work.lost === undefined) this.#where = { at: 'noted', part };
      throw error;
    }
    this.#where = { at: 'noted', part };
    if (this.#journalled) await note(lease.session, this.#context, this.#step, part, 'done');
    this.#where = { at: 'between' };
    this.#done.add(indexOf(part));
  }

  async #lookAtIndexes({ statements }: Part): Promise<void> {
    const looking = (at: AnalysedStatement) => {
      this.#current = at;
    };
    this.#notes.push(...(await demandIndexes(this.#context.work, statements, looking)));
    this.#current = undefined;
  }

  async #send(at: AnalysedStatement): Promise<CommandResult> {
    const { canceller, work } = this.#context;
    if (canceller.requested) throw new CancelledBetween();
    const { index, text } = at.statement;
    this.#in.onStatement(index, undefined);
    this.#current = at;
    const limit = await this.#suspendLockTimeout(at);
    const watch = isShared(this.#context)
      ? undefined
      : new Watch(this.#context.lease.session, this.#context.workPid, (whom) => this.#in.onStatement(index, whom));
    try {
      return await canceller
        .guard(work, () => work.simple(text))
        .then((answer) => {
          this.#current = undefined;
          return answer;
        });
    } finally {
      this.#waitedFor = await watch?.end();
      if (limit !== undefined && work.lost === undefined)
        await work.simple(`SET lock_timeout = '${limit}'`).catch(() => {});
    }
  }

  /**
   * The limit for locks is for statements that make others wait. One that works beside them waits for old transactions, and
   * an end of that wait would leave an invalid index. What the file itself has set stays. Returns what to set again.
   */
  async #suspendLockTimeout(at: AnalysedStatement): Promise<string | undefined> {
    if (!waitsForTransactions(at.statement.node) || at.lockTimeout || at.inTransaction) return undefined;
    const { work } = this.#context;
    const { rows } = await work.query('SHOW lock_timeout');
    await work.simple('SET lock_timeout = 0');
    return String(rows[0]?.lock_timeout);
  }

  #hear(notice: ServerNotice): void {
    const at = this.#current;
    // The tool's message is a transaction that BEGIN only names; here it was opened before.
    const isOurs = notice.code === '25001' && at?.unit.by === 'tool';
    if (at && !isOurs) this.#in.onNotice(notice, at);
  }

  async #stopped(error: unknown): Promise<StepResult> {
    const { work, lease, ledger, journal, canceller, set } = this.#context;
    const where = this.#where;
    const reason = work.lost ?? (where.at === 'block' || where.at === 'commit' ? undefined : lease.session.lost);
    const notes = this.#notes;
    if (reason !== undefined) return { kind: 'lost', reason, where, progress: this.#progress, ms: this.#ms, notes };
    if (work.transaction !== 'idle') await rollBack(work);
    const cancelled =
      error instanceof CancelledBetween || (canceller.requested && serverFields(error).code === '57014');
    const isThere = serverFields(error).code === '42P07' ? await inTheWay(work, this.#current) : undefined;
    const said = failureOf(this.#step, this.#current?.statement, error, this.#waitedFor);
    const failure = isThere === undefined ? said : { ...said, hint: isThere };
    const consent = error instanceof NeedsConsent ? error.what : undefined;
    const kind = cancelled ? 'cancelled' : 'failed';
    if (where.at === 'record') return { kind, failure, remains: this.#unrecorded(), consent, notes };
    // What an earlier run left is as it was.
    if (where.at === 'between' && this.#isBegun) return { kind, failure, remains: STILL_HALF, consent, notes };
    const left = await leftOf(this.#context, this.#step, where, this.#progress, this.#current);
    if (!left.undone) {
      const told = kind === 'failed' ? await this.#recordFailure() : undefined;
      return { kind, failure, remains: [left.sentence, ...(told ?? [])].join(' '), consent, notes };
    }
    let remains = left.sentence;
    try {
      const session = await writer(this.#context);
      if (this.#marked) await ledger.abandon?.(session, this.#step.migration, this.#step.direction, set);
      if (this.#journalled) await journal.clear(session, this.#step.migration.id);
    } catch {
      if (this.#marked) remains = `${remains} Only ${dirtyMark(ledger)}`;
    }
    return { kind, failure, remains, consent, notes };
  }

  /** As the tool does when a part of a migration stays. */
  async #recordFailure(): Promise<readonly string[]> {
    const { ledger } = this.#context;
    if (!ledger.fail) return [];
    try {
      const session = await writer(this.#context);
      await demandLock(this.#context, session);
      await ledger.fail(session, this.#step.migration, this.#step.direction, this.#ms);
      return [];
    } catch (error) {
      return [`That it failed could not be noted in ${ledger.table} (${messageOf(error)}).`];
    }
  }

  #unrecorded(): string {
    const { ledger } = this.#context;
    const how = this.#journalled
      ? 'When it is run again, it is only recorded.'
      : 'Record it there by hand before the next run.';
    return `Its statements ran and stay, but ${ledger.table} could not be written. ${how}`;
  }
}

const STILL_HALF = 'It is half-run, as it was before.';

/** A file may begin its transaction READ ONLY, or have set that before. */
async function isReadOnly({ work }: RunContext, statements: readonly AnalysedStatement[]): Promise<boolean> {
  const settings = ['TransactionStmt', 'VariableSetStmt', 'SelectStmt'];
  if (!statements.some((s) => settings.includes(s.statement.kind))) return false;
  const { rows } = await work.query('SHOW transaction_read_only');
  return rows[0]?.transaction_read_only === 'on';
}

function rolledBackNote({ statements }: Part): string {
  const [first, last] = [statements[0]!.statement.index + 1, statements.at(-1)!.statement.index + 1];
  return `Statements ${first} to ${last} were rolled back by the file itself: nothing of them remains.`;
}

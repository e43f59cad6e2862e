import type { AnalysedStatement } from '../core/statements/analysed.js';
import { serverFields } from '../database/errors.js';
import type { PgSession } from '../database/session.js';
import type { RunContext } from './context.js';
import { dirtyMark } from './failure.js';
import { lookAt } from './look.js';
import { commitsAsItGoes, indexOf, type Part } from './parts.js';
import type { PlannedStep } from './plan.js';
import { describeRemains, type Remains } from './remains.js';

/** How far a migration had come. `commit`: COMMIT was sent and not answered. `noted`: the statement has run, its note was not written. */
export type Where =
  | { readonly at: 'between' }
  | { readonly at: 'block'; readonly part: Part }
  | { readonly at: 'commit'; readonly part: Part; readonly xid: string; readonly records: boolean }
  | { readonly at: 'bare'; readonly part: Part }
  | { readonly at: 'noted'; readonly part: Part }
  | { readonly at: 'record' };

/** What of a migration is certain so far. */
export interface Progress {
  readonly parts: readonly Part[];
  /** Parts that are done, by their first statement; those of an earlier run too. */
  readonly done: ReadonlySet<number>;
  /** They are noted in the journal. */
  readonly journalled: boolean;
  /** What interrupted commands had left before this run. */
  readonly before: Remains;
  /** The ledger's mark may be set. */
  readonly marked: boolean;
  /** An earlier run has begun a statement whose end is not known yet. */
  readonly begun: boolean;
}

/** The user cancelled while no statement ran. */
export class CancelledBetween extends Error {
  constructor() {
    super('Cancelled by the user');
  }
}

export interface Left {
  /** It is certain that nothing of the migration remains. */
  readonly undone: boolean;
  readonly sentence: string;
}

/** Statements that are done and stay. */
export function finishedIn({ parts, done }: Progress): number {
  const kept = parts.filter((p) => p.kind !== 'session' && !p.rolledBack && done.has(indexOf(p)));
  return kept.reduce((count, p) => count + p.statements.length, 0);
}

/** What is left of a migration that the server, or the user, stopped. Its session is idle again. */
export async function leftOf(
  { work, ledger }: Pick<RunContext, 'work' | 'ledger'>,
  step: PlannedStep,
  where: Where,
  progress: Progress,
  current: AnalysedStatement | undefined,
): Promise<Left> {
  const noted = where.at === 'noted' ? where.part.statements.length : 0;
  const finished = finishedIn(progress) + noted;
  const bare = where.at === 'bare' ? current : undefined;
  const left = bare && (await describeRemains(work, progress.before));
  const there = bare && (await thereAlready(work, bare));
  const mayStay = bare !== undefined && commitsAsItGoes(bare.statement);
  if (finished === 0 && !mayStay && left === undefined && there === undefined) {
    return { undone: true, sentence: bare ? NOTHING : where.at === 'between' ? NOT_RUN : ROLLED_BACK };
  }
  const sentences = [
    there ?? partly(step, finished),
    mayStay ? staysOf(bare) : undefined,
    left,
    noted > 0 ? UNNOTED : finished > 0 && progress.journalled ? GOES_ON : undefined,
    progress.marked ? `Now ${dirtyMark(ledger)}` : undefined,
  ];
  return { undone: false, sentence: sentences.filter((s) => s !== undefined).join(' ') };
}

const ROLLED_BACK = 'All of it was rolled back; the database is as it was before.';
const NOTHING = 'Nothing of it remains; the database is as it was before.';
const NOT_RUN = 'Nothing of it was run.';
/** Of a statement that commits before it ends. */
function staysOf({ statement: { node } }: AnalysedStatement): string {
  const isCode = 'DoStmt' in node || 'CallStmt' in node;
  return isCode
    ? 'Its procedural code may commit as it goes: what that committed stays.'
    : 'It works on one table or index after the other: what it had done by then stays.';
}

const UNNOTED = 'The last of them could not be noted in the journal: look at it before you run the migration again.';
export const GOES_ON = 'When it is run again, it goes on behind them.';

export function partly(step: PlannedStep, finished: number): string {
  if (finished === 0) return 'It runs without a transaction; no statement of it was completed.';
  const total = step.context.statements.length;
  const recorded = step.direction === 'up' ? 'applied' : 'rolled back';
  const what =
    total === 1
      ? 'Its statement ran, and it stays'
      : `${finished === total ? 'All' : `${finished} of its`} ${total} statements ran, and ${finished === 1 ? 'it stays' : 'they stay'}`;
  return `${what}; ${total === 1 ? 'the migration' : 'it'} is not recorded as ${recorded}.`;
}

/** What the statement was to make is there, from an earlier time: not nothing. */
async function thereAlready(session: PgSession, at: AnalysedStatement): Promise<string | undefined> {
  if (!('IndexStmt' in at.statement.node)) return undefined;
  const look = await lookAt(session, at).catch(() => undefined);
  if (look?.kind !== 'there') return undefined;
  return `This run changed nothing, but ${look.what}: an earlier run may have built it. Drop it and run this again, or write IF NOT EXISTS.`;
}

/** A cancel that came late can hit the ROLLBACK; the second one gets through. */
export async function rollBack(session: PgSession): Promise<void> {
  for (let attempt = 0; attempt < 2 && session.lost === undefined; attempt++) {
    try {
      await session.simple('ROLLBACK');
      return;
    } catch (error) {
      if (serverFields(error).code !== '57014') return;
    }
  }
}

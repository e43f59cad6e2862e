import type { Half, Migration } from '../core/migrations/migration.js';
import type { MigrationSet } from '../core/migrations/set.js';
import {
  type LedgerKeeps,
  labelOf,
  lastAppliedIn,
  type MigrationStatus,
  pendingIn,
  statusOf,
} from '../core/migrations/status.js';
import type { FileContext } from '../core/statements/analysed.js';
import type { Span } from '../core/text/span.js';
import type { LedgerEntry, LedgerState } from '../tools/ledger.js';
import { type StepTransaction, scriptProblem, transactionOf } from './check.js';

export type RunTarget = 'next' | 'all' | 'last' | { readonly upTo: string };

/** A half of a migration as the model analysed it, against the schema that it meets; undefined when it has none such any more. */
export type Analyse = (file: Half) => Promise<FileContext | undefined>;

/** One script to run. */
export interface PlannedStep {
  readonly migration: Migration;
  readonly direction: 'up' | 'down';
  readonly file: Half;
  readonly context: FileContext;
  readonly transaction: StepTransaction;
  /** Says so when the files were edited after it was applied. */
  readonly edited: string | undefined;
}

export type Plan =
  | { readonly ok: true; readonly direction: 'up' | 'down'; readonly steps: readonly PlannedStep[] }
  | {
      readonly ok: false;
      readonly reason: string;
      readonly at: PlanFault | undefined;
      /** Everything asked for is applied already. */
      readonly idle: boolean;
    };

/** The place in a file that a refusal is about. */
export interface PlanFault {
  readonly id: string;
  readonly uri: string;
  readonly span: Span | undefined;
}

export interface PlanInput {
  readonly set: MigrationSet;
  readonly state: LedgerState;
  /** What the ledger records: without a checksum an edited file is not known as one. */
  readonly keeps: LedgerKeeps;
  readonly direction: 'up' | 'down';
  readonly target: RunTarget;
  readonly analyse: Analyse;
}

/** Decides which scripts run, in order; or why none does. Sends nothing. The states are those that `statusOf` shows. */
export async function planRun(input: PlanInput): Promise<Plan> {
  const { set, state, keeps, direction } = input;
  const statuses = statusOf(set, state, keeps);
  const reason =
    ledgerProblem(input) ??
    halfRunProblem(statuses, direction) ??
    (direction === 'up' ? historyProblem(input, statuses) : undefined);
  if (reason !== undefined) return refuse(reason);
  const chosen = direction === 'up' ? chooseUp(input, statuses) : chooseDown(statuses);
  if (typeof chosen === 'string') return refuse(chosen);
  if ('idle' in chosen) return { ...refuse(chosen.idle), idle: true };
  const steps: PlannedStep[] = [];
  for (const migration of chosen) {
    const status = statuses.find((s) => s.migration === migration);
    const step = await planStep(input, migration, status?.state === 'modified' ? status.note : undefined);
    if ('ok' in step) return step;
    steps.push(step);
  }
  return { ok: true, direction: input.direction, steps };
}

function refuse(reason: string, at?: PlanFault): Plan & { readonly ok: false } {
  return { ok: false, reason, at, idle: false };
}

function ledgerProblem({ set, state }: PlanInput): string | undefined {
  if (state.problem !== undefined) return state.problem;
  const failed = state.halfRun ? undefined : state.entries.find((e) => e.failed);
  if (failed) return failedReason(failed, set);
  // What is said of the folder as a whole: it holds nothing, or belongs to a tool whose table is not written here.
  const whole = set.problems.find((p) => p.uri === set.folder);
  if (whole) return whole.message;
  const layout = set.problems.find((p) => p.kind === 'duplicateVersion' || p.kind === 'unreadable');
  return layout && `${layout.message} Correct this first.`;
}

function failedReason(entry: LedgerEntry, set: MigrationSet): string {
  const migration = set.migrations.find((m) => m.id === entry.id);
  return set.tool.words.unfinished(entry.version, migration ? labelOf(migration) : entry.version);
}

/** What was begun in one direction is not continued in the other. */
function halfRunProblem(statuses: readonly MigrationStatus[], direction: 'up' | 'down'): string | undefined {
  const half = statuses.find((s) => s.halfRun !== undefined && s.halfRun !== direction);
  if (!half?.migration) return undefined;
  const name = labelOf(half.migration);
  return direction === 'up'
    ? `The rollback of ${name} was interrupted: roll it back to its end first.`
    : `${name} was interrupted while it was applied: apply it to its end first.`;
}

/** Nothing is applied on top of a history that is not the one on disk. */
function historyProblem({ set }: PlanInput, statuses: readonly MigrationStatus[]): string | undefined {
  const late = (set.options?.late ?? set.tool.late) === 'runs' ? undefined : 'outOfOrder';
  return statuses.find(({ state }) => state === 'missing' || state === 'modified' || state === late)?.note;
}

function chooseUp(
  { set, target }: PlanInput,
  statuses: readonly MigrationStatus[],
): readonly Migration[] | string | { readonly idle: string } {
  const pending = pendingIn(statuses);
  if (typeof target === 'object') {
    const last = set.migrations.findIndex((m) => m.id === target.upTo);
    const until = set.migrations[last];
    if (!until) return `There is no migration ${target.upTo} in this folder. Refresh and try again.`;
    if (!until.up) return `${labelOf(until)} has no up file. Create it first.`;
    if (!pending.includes(until)) return { idle: `${labelOf(until)} is applied already. There is nothing to do.` };
    const rest = new Set(set.migrations.slice(last + 1));
    return pending.filter((m) => !rest.has(m));
  }
  if (pending.length === 0) return { idle: 'All migrations are applied. There is nothing to do.' };
  return target === 'next' ? pending.slice(0, 1) : pending;
}

/** The last one that is applied; files that were edited since do not change which one that is. */
function chooseDown(statuses: readonly MigrationStatus[]): readonly Migration[] | string {
  const last = lastAppliedIn(statuses);
  if (!last) return 'No migration is applied. There is nothing to roll back.';
  const { migration, version, name } = last;
  if (!migration) {
    return `The last applied migration, ${version}${name ? `_${name}` : ''}, has no files here. Restore them (another branch may have them) to roll it back.`;
  }
  if (!migration.down) return `${labelOf(migration)} has no down file. Create it to roll back.`;
  return [migration];
}

async function planStep(
  input: PlanInput,
  migration: Migration,
  edited: string | undefined,
): Promise<PlannedStep | (Plan & { readonly ok: false })> {
  const { direction, analyse } = input;
  const file = direction === 'up' ? migration.up : migration.down;
  if (!file) return refuse(`${labelOf(migration)} has no ${direction} file. Create it first.`);
  const marks = input.set.problems.find(
    (p) => p.uri === file.uri && (p.kind === 'strangeMarks' || p.kind === 'unmarked'),
  );
  if (marks) return refuse(marks.message, { id: migration.id, uri: file.uri, span: marks.span });
  const context = await analyse(file);
  // What was confirmed is the text of the set: an edit may have come since.
  if (context?.script.text !== file.text)
    return refuse(`${file.path} was changed just now. Look at it, and try again.`);
  const problem = scriptProblem(context);
  if (problem) {
    return refuse(`${file.path}: ${problem.message}`, { id: migration.id, uri: file.uri, span: problem.span });
  }
  const { statements, mode, script } = context;
  const refusal = input.set.tool.unrunnable?.(script, { statements, mode, options: input.set.options });
  if (refusal)
    return refuse(`${file.path} ${refusal.message}`, { id: migration.id, uri: file.uri, span: refusal.span });
  return { migration, direction, file, context, transaction: transactionOf(context.statements), edited };
}

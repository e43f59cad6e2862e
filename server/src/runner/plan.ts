import type { Migration, MigrationFile, MigrationSet } from '../core/migrations/migration.js';
import { compareVersions } from '../core/migrations/order.js';
import type { Script } from '../core/sql/script.js';
import type { Span } from '../core/text/span.js';
import type { Ledger, LedgerEntry, LedgerState } from '../ledger/ledger.js';
import { type StepTransaction, scriptProblem, transactionOf } from './check.js';
import type { ScriptReader } from './reader.js';

export type RunTarget = 'next' | 'all' | 'last' | { readonly upTo: string };

/** One script to run. */
export interface PlannedStep {
  readonly migration: Migration;
  readonly direction: 'up' | 'down';
  readonly file: MigrationFile;
  readonly script: Script;
  readonly transaction: StepTransaction;
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
  /** Compares what was applied with what is on disk. */
  readonly checksum: Ledger['checksum'];
  readonly direction: 'up' | 'down';
  readonly target: RunTarget;
  readonly reader: ScriptReader;
}

/** Decides which scripts run, in order; or why none does. Sends nothing. */
export function planRun(input: PlanInput): Plan {
  const reason = ledgerProblem(input) ?? (input.direction === 'up' ? historyProblem(input) : undefined);
  if (reason !== undefined) return refuse(reason);
  const chosen = input.direction === 'up' ? chooseUp(input) : chooseDown(input);
  if (typeof chosen === 'string') return refuse(chosen);
  if ('idle' in chosen) return { ...refuse(chosen.idle), idle: true };
  const steps: PlannedStep[] = [];
  for (const migration of chosen) {
    const step = planStep(input, migration);
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
  const failed = state.entries.find((e) => e.failed);
  if (failed) return failedReason(failed, set);
  // What is said of the folder as a whole: it holds nothing, or belongs to a tool whose table is not written here.
  const whole = set.problems.find((p) => p.uri === set.folder);
  if (whole) return whole.message;
  const layout = set.problems.find((p) => p.kind === 'duplicateVersion' || p.kind === 'unreadable');
  return layout && `${layout.message} Correct this first.`;
}

function failedReason(entry: LedgerEntry, set: MigrationSet): string {
  if (entry.version === '-1') {
    return 'The database is marked dirty below the first version: a rollback did not finish. Check the schema, then run `migrate force` with the version that holds.';
  }
  const name = set.migrations.find((m) => m.version === entry.version)?.name;
  const label = name ? `${entry.version}_${name}` : entry.version;
  return `The database is marked dirty at ${label}: a run did not finish. Check which of its statements took effect, then run \`migrate force ${entry.version}\` (or the version before it).`;
}

/** Nothing is applied on top of a history that is not the one on disk. */
function historyProblem({ set, state, checksum }: PlanInput): string | undefined {
  const files = new Map(set.migrations.map((m) => [m.version, m]));
  for (const entry of state.entries) {
    const migration = files.get(entry.version);
    if (!migration?.up) {
      return `${entry.version}${entry.name ? `_${entry.name}` : ''} is applied, but its file is missing. Restore the file (another branch may have it), or remove its row from the ledger.`;
    }
    const now = checksum(migration);
    if (entry.checksum !== undefined && now !== undefined && entry.checksum !== now) {
      return `${label(migration)} was changed after it was applied. Restore the file and put the change into a new migration, or roll back to before it.`;
    }
  }
  return undefined;
}

function chooseUp({ set, state, target }: PlanInput): readonly Migration[] | string | { readonly idle: string } {
  const applied = new Set(state.entries.map((e) => e.version));
  const pending = set.migrations.filter((m) => m.up && !applied.has(m.version));
  if (typeof target === 'object') {
    const last = set.migrations.findIndex((m) => m.id === target.upTo);
    const until = set.migrations[last];
    if (!until) return `There is no migration ${target.upTo} in this folder. Refresh and try again.`;
    if (applied.has(until.version)) return { idle: `${label(until)} is applied already. There is nothing to do.` };
    if (!until.up) return `${label(until)} has no up file. Create it first.`;
    return pending.filter((m) => set.migrations.indexOf(m) <= last);
  }
  if (pending.length === 0) return { idle: 'All migrations are applied. There is nothing to do.' };
  return target === 'next' ? pending.slice(0, 1) : pending;
}

function chooseDown({ set, state }: PlanInput): readonly Migration[] | string {
  const files = new Map(set.migrations.map((m) => [m.version, m]));
  const last = [...state.entries].sort((a, b) => compareVersions(set.tool, a.version, b.version)).at(-1);
  if (!last) return 'No migration is applied. There is nothing to roll back.';
  const migration = files.get(last.version);
  if (!migration) {
    return `The last applied migration, ${last.version}${last.name ? `_${last.name}` : ''}, has no files here. Restore them (another branch may have them) to roll it back.`;
  }
  if (!migration.down) return `${label(migration)} has no down file. Create it to roll back.`;
  return [migration];
}

function planStep(input: PlanInput, migration: Migration): PlannedStep | (Plan & { readonly ok: false }) {
  const { direction, reader } = input;
  const file = direction === 'up' ? migration.up : migration.down;
  if (!file) return refuse(`${label(migration)} has no ${direction} file. Create it first.`);
  const script = reader.read(file.text);
  const problem = scriptProblem(script);
  if (problem) {
    return refuse(`${file.path}: ${problem.message}`, { id: migration.id, uri: file.uri, span: problem.span });
  }
  return { migration, direction, file, script, transaction: transactionOf(migration.transaction, script, reader) };
}

/** A migration in messages: `012_add_users`, or the version when it has no name. */
export function label(migration: Migration): string {
  return migration.name ? `${migration.version}_${migration.name}` : migration.version;
}

import { URI } from 'vscode-uri';
import { milliseconds } from '../../config/duration.js';
import { LineIndex, labelOf, type MigrationSet } from '../../core/index.js';
import { openSession } from '../../database/connect.js';
import { DatabaseError } from '../../database/errors.js';
import { markByAddress, markedElsewhere } from '../../database/sameServer.js';
import { type ConnectTarget, displayTarget } from '../../database/target.js';
import { guardRun } from '../../runner/guard.js';
import type { RunFailure, RunNotice, RunOutcome } from '../../runner/outcome.js';
import { runMigrations } from '../../runner/run.js';
import type { Warning } from '../../runner/warnings.js';
import { ledgerConfig } from '../../tools/choose.js';
import { chooseTarget } from '../database.js';
import { EXIT, type Io, UsageError } from '../io.js';
import { complaint, line, Printed, several, together } from '../printed.js';
import { chooseSet, openProject, type Project, type ProjectOptions, shownPath } from '../project.js';

export interface RunOptions extends ProjectOptions {
  readonly folder?: string | undefined;
  readonly connection?: string | undefined;
  readonly direction: 'up' | 'down';
  readonly target: 'next' | 'all' | 'last' | { readonly version: string };
  /** The name of the database, typed again: needed for one that is not local. */
  readonly confirm?: string | undefined;
  /** What a rollback is warned of is accepted. */
  readonly yes?: boolean | undefined;
  /** What an interrupted migration needs to go on is accepted. */
  readonly resume?: boolean | undefined;
}

/** Runs migrations on the chosen database and says what happened. Exit code 1 when not all of it was done. */
export async function runOn(io: Io, options: RunOptions): Promise<number> {
  const project = await openProject(io, options);
  if (project.problems.length > 0)
    throw new UsageError(...project.problems, 'Nothing was run. Correct lockstep.json first.');
  const set = chooseSet(io, project, options.folder);
  for (const message of leftOut(set)) io.err(complaint(message));
  const { direction, target: wanted } = options;
  const target = typeof wanted === 'string' ? wanted : { upTo: idOf(set, wanted.version) };
  const database = await chooseTarget(io, project, options.connection);
  const guard = guardFor(project, database, options);
  const { config } = project;
  const timeouts = {
    lockTimeoutMs: milliseconds(config.lockTimeout),
    statementTimeoutMs: milliseconds(config.statementTimeout),
  };
  io.err(line`${direction === 'up' ? 'Applying to' : 'Rolling back on'} ${displayTarget(database)}`);
  const result = await runMigrations({
    guard,
    open: async () => {
      const mark = await markByAddress(database, config.connections);
      if (mark) throw new DatabaseError(markedElsewhere(mark));
      return openSession(database, timeouts);
    },
    set,
    direction,
    target,
    expected: undefined,
    ledger: ledgerConfig(project, database),
    analyse: async (half) => project.model.half(half),
    ...timeouts,
    signal: io.interrupted(),
    refusal: (warnings) => refusal(io, warnings, options.yes === true),
    accepts: () => options.resume === true,
    onProgress: ({ message }) => io.err(line`${message}`),
    onNotice: (notice) => io.err(notify(io, project, notice)),
  });
  return tell(io, project, set, result);
}

/** Says what would be lost; goes on only when that was accepted. */
function refusal(io: Io, warnings: readonly Warning[], yes: boolean): string | undefined {
  for (const { text, items } of warnings) io.err(together([line`${text}`, ...items.map((item) => line`  ${item}`)]));
  if (yes) return undefined;
  io.err(line`To go on all the same, add --yes.`);
  return 'Nothing was run.';
}

/** Files that the run passes over. What stops the run is told by the run itself. */
function leftOut(set: MigrationSet): readonly string[] {
  const passed = set.problems.filter(
    ({ kind, uri }) => kind === 'notANumber' || (kind === 'ambiguous' && uri !== set.folder),
  );
  return passed.map((problem) => problem.message);
}

/** A version as it is written in the file's name, or as the ledger has it. */
function idOf(set: MigrationSet, version: string): string {
  const { tool, migrations } = set;
  const found =
    migrations.find((m) => m.id === version) ??
    migrations.find((m) => tool.compare(m.version, tool.version(version)) === 0);
  if (found) return found.id;
  const last = migrations.at(-1)?.version;
  throw new UsageError(
    `There is no migration with the version ${version}${last ? `; the last one is ${last}` : ''}. Write it as in the file's name.`,
  );
}

type Allowed = ReturnType<typeof guardRun> & { readonly allowed: true };

/** Says what to add where the guard would only name a setting of the editor. */
function guardFor(project: Project, target: ConnectTarget, { direction, confirm }: RunOptions): Allowed {
  const { localHosts } = project.config;
  const confirmed = confirm === target.database;
  // There is no personal setting here: naming the database is both the permission and the confirmation.
  const guard = guardRun({ target, localHosts, direction, allowApplyOnShared: confirmed, confirmed });
  if (guard.allowed) return guard;
  const place = displayTarget(target);
  if (target.kind === 'production') throw new UsageError(guard.reason);
  if (direction === 'up')
    throw new UsageError(
      `${place} is not a local database. To apply there all the same, add --confirm ${target.database}.`,
    );
  const advice =
    target.source === 'setting'
      ? 'Set its kind to local in lockstep.json when it is one, and add'
      : 'When that host is this machine, add';
  throw new UsageError(
    `${place} is not a local database, and only those are rolled back. ${advice} --local-host ${target.host}; otherwise use the migration tool itself.`,
  );
}

function tell(io: Io, project: Project, set: MigrationSet, result: RunOutcome): number {
  for (const { id, version, name, ms } of result.completed)
    io.out(line`${labelOf(set.migrations.find((m) => m.id === id) ?? { version, name })}  ${ms} ms`);
  if (result.failure) io.err(describe(io, project, result.failure));
  const isDone = result.outcome === 'done' || result.idle === true;
  (isDone ? io.out : io.err)(line`${result.message}`);
  if (result.consent !== undefined)
    io.err(line`To let it go on, add --resume. It accepts: ${result.consent.replace(/;$/, '')}`);
  if (isDone) return EXIT.ok;
  return result.outcome === 'refused' ? EXIT.unusable : EXIT.found;
}

/** `file:line:column`, as editors and terminals link it. */
function placeOf(io: Io, project: Project, { uri, span }: Pick<RunFailure, 'uri' | 'span'>): string {
  const source = project.model.text(uri);
  const position = span && source !== undefined ? new LineIndex(source).positionAt(span.start) : undefined;
  const file = shownPath(io.cwd, URI.parse(uri).fsPath);
  return position ? `${file}:${position.line + 1}:${position.character + 1}` : file;
}

/** What the server said meanwhile, with the statement that it was about. */
function notify(io: Io, project: Project, notice: RunNotice): Printed {
  const { severity, message } = notice;
  return together([line`${placeOf(io, project, notice)}: ${severity}: ${several(message, 2)}`, ...more(notice)]);
}

function describe(io: Io, project: Project, failure: RunFailure): Printed {
  const place = placeOf(io, project, failure);
  const code = failure.code ? ` (${failure.code})` : '';
  return together([line`${place}: ${several(failure.message, 2)}${code}`, ...more(failure)]);
}

function more({ detail, hint }: Pick<RunFailure, 'detail' | 'hint'>): readonly Printed[] {
  const parts = [detail && line`  Detail: ${several(detail, 10)}`, hint && line`  Hint: ${several(hint, 8)}`];
  return parts.filter((part) => part instanceof Printed);
}

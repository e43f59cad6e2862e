import * as path from 'node:path';
import { URI } from 'vscode-uri';
import { LineIndex } from '../../core/index.js';
import { openSession } from '../../database/connect.js';
import { displayTarget } from '../../database/target.js';
import { guardRun } from '../../runner/guard.js';
import type { RunFailure, RunOutcome } from '../../runner/outcome.js';
import { coreReader } from '../../runner/reader.js';
import { runMigrations } from '../../runner/run.js';
import { chooseTarget, milliseconds } from '../database.js';
import { EXIT, type Io } from '../io.js';
import { chooseSet, openProject, type Project } from '../project.js';

export interface RunOptions {
  readonly root?: string | undefined;
  readonly pg?: string | undefined;
  readonly folder?: string | undefined;
  readonly connection?: string | undefined;
  readonly direction: 'up' | 'down';
  readonly target: 'next' | 'all' | 'last' | { readonly version: string };
  /** The name of the database, typed again: needed for one that is not local. */
  readonly confirm?: string | undefined;
}

/** Runs migrations on the chosen database and says what happened. Exit code 1 when not all of it was done. */
export async function runOn(io: Io, options: RunOptions): Promise<number> {
  const project = await openProject(io, options);
  const { config } = project;
  const set = chooseSet(project, options.folder);
  const target = await chooseTarget(io, project, options.connection);
  const confirmed = options.confirm === target.database;
  const guard = guardRun({
    target,
    localHosts: config.localHosts,
    direction: options.direction,
    // There is no personal setting here: naming the database is both the permission and the confirmation.
    allowApplyOnShared: config.allowApplyOnShared || confirmed,
    confirmed,
  });
  if (!guard.allowed && options.direction === 'up' && target.kind !== 'production') {
    io.err(
      `${displayTarget(target)} is not a local database. To apply there all the same, add --confirm ${target.database}.\n`,
    );
    return EXIT.unusable;
  }
  const timeouts = {
    lockTimeoutMs: milliseconds(config.lockTimeout),
    statementTimeoutMs: milliseconds(config.statementTimeout),
  };
  const wanted = options.target;
  const result = await runMigrations({
    guard,
    open: () => openSession(target, timeouts),
    set,
    direction: options.direction,
    target:
      typeof wanted === 'string'
        ? wanted
        : {
            upTo:
              set.migrations.find((m) => m.version === wanted.version || m.id === wanted.version)?.id ?? wanted.version,
          },
    expected: undefined,
    ledger: { table: config.ledgerTable },
    reader: coreReader(config.pgVersion),
    ...timeouts,
    signal: io.signal,
    onProgress: ({ message }) => io.err(`${message}\n`),
  });
  return tell(io, project, result);
}

function tell(io: Io, project: Project, result: RunOutcome): number {
  for (const step of result.completed) io.out(`${step.version}_${step.name}  ${step.ms} ms\n`);
  if (result.failure) io.err(describe(project, result.failure));
  (result.outcome === 'done' ? io.out : io.err)(`${result.message}\n`);
  if (result.outcome === 'done') return EXIT.ok;
  return result.outcome === 'refused' ? EXIT.unusable : EXIT.found;
}

/** `file:line:column: message`, as editors and terminals link it. */
function describe(project: Project, failure: RunFailure): string {
  const source = project.model.text(failure.uri);
  const position =
    failure.span && source !== undefined ? new LineIndex(source).positionAt(failure.span.start) : undefined;
  const file = path.relative(project.root, URI.parse(failure.uri).fsPath);
  const place = position ? `${file}:${position.line + 1}:${position.character + 1}` : file;
  const code = failure.code ? ` (${failure.code})` : '';
  const more = [failure.detail && `  Detail: ${failure.detail}\n`, failure.hint && `  Hint: ${failure.hint}\n`];
  return `${place}: ${failure.message}${code}\n${more.filter(Boolean).join('')}`;
}

import { type MigrationSet, type MigrationStatus, statusOf } from '../../core/index.js';
import { openSession } from '../../database/connect.js';
import type { PgSession } from '../../database/session.js';
import { type ConnectTarget, displayTarget } from '../../database/target.js';
import { chooseLedger, ledgerConfig } from '../../tools/choose.js';
import { choice, readArgs } from '../args.js';
import { chooseTarget, DATABASE_OPTIONS } from '../database.js';
import { EXIT, type Io, UsageError } from '../io.js';
import { complaint, json, line, type Printed, together } from '../printed.js';
import { chooseSet, folderPath, noMigrations, openProject, type Project } from '../project.js';

interface FolderStatus {
  readonly folder: string;
  readonly tool: string;
  readonly table: string;
  readonly migrations: readonly MigrationStatus[];
}

/** Shows what is applied. Exit code 1 when something needs attention: modified, missing, failed or out of order. */
export async function status(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = readArgs(args, { ...DATABASE_OPTIONS, format: { type: 'string' } });
  if (positionals.length > 0)
    throw new UsageError(`status takes no "${positionals[0]}". To choose a folder, write --folder FOLDER.`);
  const format = choice('format', values.format, ['text', 'json'], 'text');
  const project = await openProject(io, values);
  for (const problem of project.problems) io.err(complaint(problem));
  const sets = values.folder === undefined ? project.model.sets() : [chooseSet(io, project, values.folder)];
  if (sets.length === 0) throw new UsageError(noMigrations(project));
  for (const { message } of sets.flatMap((set) => set.problems)) io.err(complaint(message));
  const target = await chooseTarget(io, project, values.connection);
  const session = await openSession(target, { lockTimeoutMs: 2_000, statementTimeoutMs: 10_000 });
  try {
    if (session.warning) io.err(complaint(session.warning));
    const folders: FolderStatus[] = [];
    for (const set of sets) folders.push(await ask(session, project, set, target));
    const database = displayTarget(target);
    io.out(format === 'json' ? asJson(folders, database) : asText(folders, database));
    const all = folders.flatMap((folder) => folder.migrations);
    return all.some((m) => m.state !== 'applied' && m.state !== 'pending') ? EXIT.found : EXIT.ok;
  } finally {
    await session.close();
  }
}

async function ask(
  session: PgSession,
  project: Project,
  set: MigrationSet,
  target: ConnectTarget,
): Promise<FolderStatus> {
  const ledger = await chooseLedger(session, set, ledgerConfig(project, target));
  const state = await ledger.read(session, set);
  if (state.problem !== undefined) throw new UsageError(`${folderPath(project, set)}: ${state.problem}`);
  const migrations = statusOf(set, state, ledger.keeps);
  return { folder: folderPath(project, set), tool: set.tool.id, table: ledger.table, migrations };
}

function asJson(folders: readonly FolderStatus[], database: string): Printed {
  const shown = folders.map(({ migrations, ...folder }) => ({
    ...folder,
    migrations: migrations.map(({ version, name, state, entry, note }) => ({
      version,
      name,
      state,
      appliedAt: entry?.appliedAt,
      executionMs: entry?.executionMs,
      note,
    })),
  }));
  return json({ database, folders: shown });
}

const STATES = {
  applied: 'applied',
  pending: 'pending',
  outOfOrder: 'out of order',
  modified: 'modified',
  missing: 'missing',
  failed: 'failed',
} as const;

function asText(folders: readonly FolderStatus[], database: string): Printed {
  return together(folders.flatMap((folder, i) => [...(i > 0 ? [line``] : []), ...folderLines(folder, database)]));
}

function folderLines({ folder, migrations }: FolderStatus, database: string): readonly Printed[] {
  const width = Math.max(0, ...migrations.map((m) => m.version.length));
  const lines = migrations.flatMap((m) => {
    const when = m.entry?.appliedAt ? `  ${m.entry.appliedAt}` : '';
    const took = m.entry?.executionMs === undefined ? '' : `  ${m.entry.executionMs} ms`;
    const shown = line`${STATES[m.state].padEnd(12)}  ${m.version.padEnd(width)}  ${m.name}${when}${took}`;
    return m.note ? [shown, line`    ${m.note}`] : [shown];
  });
  const counts = (Object.keys(STATES) as (keyof typeof STATES)[]).flatMap((state) => {
    const count = migrations.filter((m) => m.state === state).length;
    return count > 0 || state === 'applied' || state === 'pending' ? [`${count} ${STATES[state]}`] : [];
  });
  return [line`${folder} on ${database}`, ...lines, line`${counts.join(', ')}.`];
}

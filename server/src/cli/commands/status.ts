import { type MigrationStatus, statusOf } from '../../core/index.js';
import { openSession } from '../../database/connect.js';
import { messageOf } from '../../database/errors.js';
import { displayTarget } from '../../database/target.js';
import { chooseLedger } from '../../ledger/choose.js';
import { choice, readArgs } from '../args.js';
import { chooseTarget, DATABASE_OPTIONS } from '../database.js';
import { EXIT, type Io, UsageError } from '../io.js';
import { chooseSet, folderPath, openProject } from '../project.js';

/** Shows what is applied. Exit code 1 when something needs attention: modified, missing, failed or out of order. */
export async function status(args: readonly string[], io: Io): Promise<number> {
  const { values } = readArgs(args, { ...DATABASE_OPTIONS, format: { type: 'string' } });
  const format = choice('format', values.format, ['text', 'json'], 'text');
  const project = await openProject(io, values);
  const set = chooseSet(project, values.folder);
  const target = await chooseTarget(io, project, values.connection);
  const session = await openSession(target).catch((error: unknown) => {
    throw new UsageError(messageOf(error));
  });
  try {
    const ledger = await chooseLedger(session, set, { table: project.config.ledgerTable });
    const state = await ledger.read(session, set);
    if (state.problem !== undefined) throw new UsageError(state.problem);
    const all = statusOf(set, state, ledger.keeps);
    const place = { database: displayTarget(target), folder: folderPath(project, set) };
    io.out(format === 'json' ? asJson(all, place) : asText(all, place));
    return all.some((m) => m.state !== 'applied' && m.state !== 'pending') ? EXIT.found : EXIT.ok;
  } finally {
    await session.close();
  }
}

interface Place {
  readonly database: string;
  readonly folder: string;
}

function asJson(all: readonly MigrationStatus[], place: Place): string {
  const migrations = all.map(({ version, name, state, entry, note }) => ({
    version,
    name,
    state,
    appliedAt: entry?.appliedAt,
    executionMs: entry?.executionMs,
    note,
  }));
  return `${JSON.stringify({ ...place, migrations }, null, 2)}\n`;
}

function asText(all: readonly MigrationStatus[], { database, folder }: Place): string {
  const width = Math.max(0, ...all.map((m) => m.version.length));
  const lines = all.map((m) => {
    const when = m.entry?.appliedAt ? `  ${m.entry.appliedAt}` : '';
    const took = m.entry?.executionMs === undefined ? '' : `  ${m.entry.executionMs} ms`;
    const note = m.note ? `\n    ${m.note}` : '';
    return `${m.state.padEnd(10)}  ${m.version.padEnd(width)}  ${m.name}${when}${took}${note}\n`;
  });
  const count = (state: string) => all.filter((m) => m.state === state).length;
  return `${folder} on ${database}\n${lines.join('')}${count('applied')} applied, ${count('pending')} pending.\n`;
}

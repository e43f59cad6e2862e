import assert from 'node:assert/strict';
import os from 'node:os';
import { after } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MigrationFile } from '../../server/src/core/migrations/migration.js';
import type { MigrationSet } from '../../server/src/core/migrations/set.js';
import type { WorkspaceModel } from '../../server/src/core/model.js';
import { loadParser, readScript } from '../../server/src/core/sql/read.js';
import type { Script, Statement } from '../../server/src/core/sql/script.js';
import { openSession } from '../../server/src/database/connect.js';
import type { PgSession } from '../../server/src/database/session.js';
import { type ConnectTarget, targetFromUrl } from '../../server/src/database/target.js';
import type { RunInput } from '../../server/src/runner/input.js';
import type { RunOutcome } from '../../server/src/runner/outcome.js';
import type { Analyse } from '../../server/src/runner/plan.js';
import { runMigrations } from '../../server/src/runner/run.js';
import { buildSet, layoutOf, modelOf } from '../world/sets.js';
import type { TestServer } from './server.js';

export { until } from '../world/until.js';

export { loadParser, readScript, type Script, type Statement };

/** All that was in the folder of a set, the evidence too. */
const filesOf = new WeakMap<MigrationSet, readonly MigrationFile[]>();

/** The halves of a set, analysed as in the editor. */
function analysing(set: MigrationSet): Analyse {
  const root = set.folder.slice(0, set.folder.lastIndexOf('/'));
  const named = { folder: set.folder.slice(root.length + 1), layout: set.layout.id, tool: set.tool.id };
  const config = { pgVersion: 14, rules: {}, migrations: [named], baseline: undefined } as const;
  const model = modelOf(
    root,
    config,
    () => new Date(),
    (error) => assert.fail(String(error)),
  );
  for (const { uri, text } of filesOf.get(set) ?? []) model.setFile(uri, uri.slice(root.length + 1), text);
  return async (half) => model.half(half);
}

/** The only set of a model. */
export function setIn(model: WorkspaceModel): MigrationSet {
  const set = model.sets()[0]!;
  const files = model
    .uris()
    .map((uri) => ({ uri, path: uri.slice(set.folder.length + 1), text: model.text(uri) ?? '' }));
  filesOf.set(set, files);
  return set;
}

/** A set of migrations from file names and texts. */
export function setOf(
  tool: string,
  files: Readonly<Record<string, string>> | undefined,
  layout = layoutOf(tool),
): MigrationSet {
  const folder = 'file:///w/migrations';
  const list = Object.entries(files ?? {}).map(([path, text]) => ({ uri: `${folder}/${path}`, path, text }));
  const set = buildSet({ folder, layout, tool, files: list });
  filesOf.set(set, list);
  return set;
}

export function targetOf(server: TestServer, database: string, change: Partial<ConnectTarget> = {}): ConnectTarget {
  const result = targetFromUrl(server.url(database), {
    label: 'test',
    source: 'setting',
    osUser: os.userInfo().username,
  });
  if (!result.ok) throw new Error(result.problem);
  return { ...result.target, ssl: 'disable', ...change };
}

/** Applies all, unless told otherwise, with timeouts that suit tests. */
export function run(
  server: TestServer,
  database: string,
  set: MigrationSet,
  change: Partial<RunInput> = {},
): Promise<RunOutcome> {
  return runAt(targetOf(server, database), set, change);
}

/** The same, on a database that is no test server's. */
export function runAt(target: ConnectTarget, set: MigrationSet, change: Partial<RunInput> = {}): Promise<RunOutcome> {
  return runMigrations({
    guard: { allowed: true },
    open: () => openSession(target),
    set,
    direction: 'up',
    target: change.direction === 'down' ? 'last' : 'all',
    expected: undefined,
    ledger: { table: undefined },
    analyse: analysing(set),
    lockTimeoutMs: 5_000,
    patienceMs: 3_000,
    ...change,
  });
}

/** Ends backends as an administrator does: those of Lockstep, or those whose query begins with `query`. */
export function terminate(server: TestServer, database: string, query?: string): Promise<unknown> {
  const which = query === undefined ? "application_name = 'lockstep'" : `query LIKE '${query}%'`;
  return server.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${which} AND datname = '${database}'`,
  );
}

export async function withSession<T>(
  server: TestServer,
  database: string,
  work: (s: PgSession) => Promise<T>,
): Promise<T> {
  const session = await openSession(targetOf(server, database));
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

/** Nothing that goes wrong with a database may end as an unhandled rejection. Checked when the file's tests are over. */
export function expectNothingUnhandled(): void {
  const seen: unknown[] = [];
  process.on('unhandledRejection', (reason) => seen.push(reason));
  process.on('uncaughtExceptionMonitor', (error) => seen.push(error));
  after(async () => {
    await sleep(50);
    assert.deepEqual(seen, []);
  });
}

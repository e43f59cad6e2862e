import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { WorkspaceModel } from '../../server/src/core/model.js';
import { deriveDown } from '../../server/src/core/reversal/derive.js';
import { earlierThan } from '../../server/src/core/reversal/sources.js';
import { openSession } from '../../server/src/database/connect.js';
import type { PgSession } from '../../server/src/database/session.js';
import { corpusFiles, corpusMissing } from '../core/sql/corpus.js';
import { modelOf as newModel } from '../world/sets.js';
import { loadParser, readScript, targetOf } from './kit.js';
import { serverUnavailable, startServer, type TestServer } from './server.js';
import { snapshot } from './snapshot.js';

/** Ups of real projects that apply one after the other to an empty database. */
const PROJECTS = ['crates.io', 'concourse', 'minder'] as const;
const MAJOR = 18;

describe('derived downs of real migrations', { skip: corpusMissing || (serverUnavailable(MAJOR) ?? false) }, () => {
  let server: TestServer;
  before(async () => {
    await loadParser();
    server = await startServer({ major: MAJOR });
  });
  after(() => server?.stop());

  for (const project of PROJECTS) {
    test(`each up of ${project} is undone, and what does not come back is said`, async (t) => {
      const model = modelOf(project);
      const session = await openSession(targetOf(server, await server.createDatabase()));
      let same = 0;
      const silent: string[] = [];
      try {
        for (const { up } of model.sets().flatMap((set) => set.migrations)) {
          const context = up && model.context(up.uri);
          if (!up || !context) continue;
          const down = deriveDown(context.statements, { earlier: earlierThan(context) });
          const was = await snapshot(session);
          await apply(session, up.text);
          const back = await undone(session, down.text);
          if (JSON.stringify(back) === JSON.stringify(was)) same++;
          else if (down.notes.length === 0) silent.push(`${up.path}\n${difference(was, back)}\n${down.text}`);
        }
      } finally {
        await session.close();
      }
      const count = model.sets().flatMap((set) => set.migrations.flatMap((m) => m.up ?? [])).length;
      t.diagnostic(`${same} of ${count} ups are undone whole`);
      assert.deepEqual(silent, []);
      assert.ok(same >= count * 0.9, `${same} of ${count}`);
    });
  }
});

function modelOf(project: string): WorkspaceModel {
  const config = { pgVersion: MAJOR, rules: {}, migrations: [], baseline: undefined } as const;
  const model = newModel('file:///corpus', config, () => new Date(0), assert.ifError);
  for (const { path, text } of corpusFiles()) {
    const uri = `file:///corpus/${path.split('/').map(encodeURIComponent).join('/')}`;
    if (path.startsWith(`${project}/`)) model.setFile(uri, path, text);
  }
  return model;
}

/** As one message, or statement by statement where the server wants no transaction. */
async function apply(session: PgSession, sql: string): Promise<void> {
  if (!/\bCONCURRENTLY\b/i.test(sql)) {
    await session.simple(sql);
    return;
  }
  for (const { kind, text } of readScript(sql).statements) if (kind !== 'TransactionStmt') await session.simple(text);
}

/** The schema after the down, which is then taken back. */
async function undone(session: PgSession, down: string): Promise<readonly string[]> {
  await session.simple('BEGIN');
  try {
    for (const { kind, text } of readScript(down).statements) {
      if (kind !== 'TransactionStmt') await session.simple(text.replace(/ CONCURRENTLY\b/, ''));
    }
    return await snapshot(session);
  } catch (error) {
    // A down that fails is no way back, whatever it says.
    throw new Error(`${(error as Error).message}\n${down}`);
  } finally {
    await session.simple('ROLLBACK');
  }
}

function difference(was: readonly string[], is: readonly string[]): string {
  return [
    ...was.filter((l) => !is.includes(l)).map((l) => `- ${l}`),
    ...is.filter((l) => !was.includes(l)).map((l) => `+ ${l}`),
  ].join('\n');
}

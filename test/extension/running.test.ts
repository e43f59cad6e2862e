import assert from 'node:assert/strict';
import pg from 'pg';
import * as vscode from 'vscode';
import {
  type Api,
  activate,
  closeAll,
  migration,
  onlyFolder,
  root,
  type TreeNode,
  until,
  versionsIn,
  write,
} from './host.js';

const url = process.env.TEST_DATABASE_URL!;
const run = (command: string, ...args: unknown[]) => vscode.commands.executeCommand(command, ...args);

async function query(sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows ?? [];
  } finally {
    await client.end();
  }
}

/** A group of the tree (Pending, Applied, …), by name. */
const group = (api: Api, name: string): TreeNode | undefined => api.tree.getChildren().find((n) => n.label === name);

describe('with a database', () => {
  let api: Api;
  before(async () => {
    api = await activate();
    await until('the migration folder', () => onlyFolder(api)?.migrations.length === 12);
  });
  after(closeAll);

  it('does not connect at start-up', async () => {
    assert.equal(onlyFolder(api)?.database.state === 'ok', false);
    const others = await query(
      'SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
    );
    assert.deepEqual(others, []);
  });

  it('connects to the database of .env when asked', async () => {
    await write(vscode.Uri.joinPath(root(), '.env'), `DATABASE_URL=${url}\n`);
    await until('the environment', async () => {
      await run('lockstep.refresh');
      return api.status()?.environments.length === 1;
    });
    await run('lockstep.connect');
    await until(
      'twelve pending migrations',
      () => onlyFolder(api)?.database.state === 'ok' && versionsIn(api, 'pending').length === 12,
    );
    assert.equal(onlyFolder(api)?.environment?.kind, 'local');
    assert.equal(group(api, 'Pending')?.children.length, 12);
  });

  it('applies the next migration', async () => {
    await run('lockstep.applyNext');
    await until('one applied', () => versionsIn(api, 'applied').length === 1);
    assert.equal((await query('SELECT * FROM schema_migrations')).length, 1);
    assert.equal((await query("SELECT to_regclass('users') AS t"))[0]?.t, 'users');
    assert.match(group(api, 'Applied')?.children[0]?.description ?? '', /applied/);
  });

  it('rolls back the last one', async () => {
    await run('lockstep.rollBack');
    await until('none applied', () => versionsIn(api, 'pending').length === 12);
    assert.equal((await query("SELECT to_regclass('users') AS t"))[0]?.t, null);
    assert.equal((await query('SELECT * FROM schema_migrations')).length, 0);
  });

  it('points at the statement that failed', async () => {
    const uri = migration('000_fails.sql');
    await write(uri, 'CREATE TABLE before_failure (id int);\n\nINSERT INTO no_such_table VALUES (1);\n');
    try {
      await until('the new file', () => versionsIn(api, 'pending').length === 13);
      await run('lockstep.applyNext');
      const diagnostic = await until('the server message', () =>
        vscode.languages.getDiagnostics(uri).find((d) => /no_such_table.*does not exist/s.test(d.message)),
      );
      assert.equal(diagnostic.range.start.line, 2);
      assert.equal((await query("SELECT to_regclass('before_failure') AS t"))[0]?.t, null);
    } finally {
      await closeAll();
      await vscode.workspace.fs.delete(uri);
      await until('the file to go', () => versionsIn(api, 'pending').length === 12);
    }
  });

  it('can be cancelled while it waits for a lock', async () => {
    await run('lockstep.applyNext');
    await until('001 applied', () => versionsIn(api, 'applied').length === 1);
    const holder = new pg.Client({ connectionString: url });
    await holder.connect();
    try {
      await holder.query('BEGIN; LOCK TABLE users IN ACCESS EXCLUSIVE MODE');
      const folder = onlyFolder(api)!.folder;
      const client = (api as unknown as { client: Runs }).client;
      // 002 and 003: the second needs a lock on users for its foreign key.
      const params = { folder, direction: 'up', target: 'all' } as const;
      const plan = await client.plan(params);
      const source = new vscode.CancellationTokenSource();
      const running = client.run(
        { ...params, runId: 'cancel', expected: plan.steps.map((s) => s.id) },
        source.token,
        () => {},
      );
      await until(
        'it to wait for the lock',
        async () => (await query("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'")).length > 0,
      );
      source.cancel();
      const result = await running;
      assert.equal(result.outcome, 'cancelled', result.message);
      assert.equal((await query("SELECT to_regclass('orders') AS t"))[0]?.t, null);
    } finally {
      await holder.end();
    }
    await run('lockstep.refresh');
    await until('the state after it', () => versionsIn(api, 'applied').length === 2);
  });
});

interface Runs {
  plan(params: object): Promise<{ readonly steps: readonly { readonly id: string }[] }>;
  run(
    params: object,
    token: vscode.CancellationToken,
    onProgress: () => void,
  ): Promise<{ readonly outcome: string; readonly message: string }>;
}

import assert from 'node:assert/strict';
import pg from 'pg';
import * as vscode from 'vscode';
import {
  type Api,
  activate,
  closeAll,
  codeOf,
  finding,
  folderHas,
  group,
  inRoot,
  migration,
  onlyFolder,
  open,
  play,
  query as queryOn,
  read,
  sessions,
  until,
  versionsIn,
  write,
} from '../host.js';

const url = process.env.TEST_DATABASE_URL!;
const query = (sql: string) => queryOn(url, sql);
const run = (command: string, ...args: unknown[]) => vscode.commands.executeCommand(command, ...args);
const exists = async (relation: string) => (await query(`SELECT to_regclass('${relation}') AS t`))[0]?.t !== null;

describe('with a database', () => {
  let api: Api;
  const applied = (count: number) => until(`${count} applied`, () => versionsIn(api, 'applied').length === count);
  before(async () => {
    api = await activate();
    await folderHas(api, 12);
  });
  after(async () => {
    await closeAll();
    await vscode.workspace.fs.delete(inRoot('.env'));
  });

  it('does not connect at start-up', async () => {
    assert.equal(onlyFolder(api)?.database.state === 'ok', false);
    assert.deepEqual(await sessions(url), []);
  });

  it('connects to the database of .env when asked', async () => {
    await write(inRoot('.env'), `DATABASE_URL=${url}\n`);
    await until('the environment', () => api.status()?.environments.length === 1);
    assert.deepEqual(await sessions(url), []);
    await run('lockstep.connect');
    await until(
      'twelve pending migrations',
      () => onlyFolder(api)?.database.state === 'ok' && versionsIn(api, 'pending').length === 12,
    );
    assert.equal(onlyFolder(api)?.environment?.kind, 'local');
    assert.equal(group(api, 'Pending')?.children.length, 12);
  });

  it('has the pending count on the badge, and database and count in the status bar', () => {
    assert.equal(api.tree.view.badge?.value, 12);
    assert.match(api.bar.item.text, /local\/t\w+ · 12 pending$/);
    assert.match(String(api.bar.item.tooltip), /nothing applied/);
  });

  it('applies the next migration', async () => {
    await run('lockstep.applyNext');
    await applied(1);
    assert.equal((await query('SELECT * FROM schema_migrations')).length, 1);
    assert.equal(await exists('users'), true);
    const [first] = group(api, 'Applied')?.children ?? [];
    assert.equal(first?.label, '001 create_users');
    assert.match(first?.description ?? '', /now · \d+ ms/);
    assert.match(group(api, 'Pending')?.children[0]?.description ?? '', /next/);
    assert.equal(api.tree.view.badge?.value, 11);
    assert.match(api.bar.item.text, / · 001 · 11 pending$/);
  });

  it('rolls back the last one', async () => {
    await run('lockstep.rollBack');
    await until('none applied', () => versionsIn(api, 'pending').length === 12);
    assert.equal(await exists('users'), false);
    assert.equal((await query('SELECT * FROM schema_migrations')).length, 0);
  });

  it('points at the statement that failed, and takes all of the migration back', async () => {
    const uri = migration('000_fails.sql');
    await write(uri, 'CREATE TABLE before_failure (id int);\n\nINSERT INTO no_such_table VALUES (1);\n');
    try {
      await until('the new file', () => versionsIn(api, 'pending').length === 13);
      await run('lockstep.applyNext');
      const diagnostic = await until('the server message', () =>
        vscode.languages.getDiagnostics(uri).find((d) => /no_such_table.*does not exist/s.test(d.message)),
      );
      assert.equal(diagnostic.range.start.line, 2);
      assert.equal(diagnostic.source, 'PostgreSQL');
      assert.equal(diagnostic.severity, vscode.DiagnosticSeverity.Error);
      const editor = vscode.window.activeTextEditor;
      assert.equal(editor?.document.uri.toString(), uri.toString());
      assert.equal(editor?.selection.start.line, 2);
      assert.equal(await exists('before_failure'), false);
      const listed = () => api.status()?.folders[0]?.migrations.find((m) => m.upUri?.endsWith('000_fails.sql'));
      await until('the failure in the tree', () => /no_such_table/.test(listed()?.failure ?? ''));
      const edit = new vscode.WorkspaceEdit();
      edit.insert(uri, new vscode.Position(0, 0), '-- mended\n');
      await vscode.workspace.applyEdit(edit);
      await until('the message to go with the text', () =>
        vscode.languages.getDiagnostics(uri).every((d) => d.source !== 'PostgreSQL'),
      );
    } finally {
      await closeAll();
      await vscode.workspace.fs.delete(uri);
    }
    await until('the file to go', () => versionsIn(api, 'pending').length === 12);
  });

  it('can be cancelled while it waits for a lock', async () => {
    await run('lockstep.applyNext');
    await applied(1);
    const holder = new pg.Client({ connectionString: url });
    await holder.connect();
    try {
      await holder.query('BEGIN; LOCK TABLE users IN ACCESS EXCLUSIVE MODE');
      // The Cancel button of the progress notification. 003 needs a lock on users for its foreign key.
      const source = new vscode.CancellationTokenSource();
      const reports: string[] = [];
      const progress: Api['context']['progress'] = (_, task) => task((m) => reports.push(m), source.token);
      const running = play(api, 'lockstep.applyAll', { confirm: ['Apply 11 Migrations'] }, [], { progress });
      await until(
        'it to wait for the lock',
        async () => (await query("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'")).length > 0,
      );
      source.cancel();
      const { said } = await running;
      assert.match(said.join('\n'), /cancel/i);
      assert.ok(reports.some((r) => r.includes('003_create_orders')));
      assert.equal(await exists('orders'), false);
    } finally {
      await holder.end();
    }
    await applied(2);
  });

  it('names the migrations and their locks before it applies several', async () => {
    const { said } = await play(api, 'lockstep.applyAll', { confirm: [] });
    assert.match(said[0]!, /Apply 10 migrations on .*127\.0\.0\.1.*\(local\)/s);
    assert.match(said[0]!, /010 rename_full_name: ACCESS EXCLUSIVE on users/);
    assert.match(said[0]!, /007 unique_user_email.*\(outside a transaction\)/);
    assert.equal((await query('SELECT * FROM schema_migrations')).length, 2);
  });

  it('shows the SQL that would run', async () => {
    const id = versionsIn(api, 'pending')[0]!;
    const where = onlyFolder(api)!.migrations.find((m) => m.version === id)!;
    await run('lockstep.preview', { folder: onlyFolder(api)!.folder, id: where.id });
    await until('the preview', () => vscode.window.activeTextEditor?.document.uri.scheme === 'lockstep-preview');
    const text = vscode.window.activeTextEditor!.document.getText();
    assert.match(text, /nothing was sent/);
    assert.match(text, /CREATE TABLE orders/);
  });

  it('applies up to the migration that the lens or the tree names', async () => {
    const folder = onlyFolder(api)!;
    const target = folder.migrations.find((m) => m.name === 'validate_order_status')!;
    await play(api, 'lockstep.applyUpTo', { confirm: ['Apply 4 Migrations'] }, [
      { folder: folder.folder, id: target.id },
    ]);
    await applied(6);
  });

  it('applies all that are left, also the one that cannot run in a transaction', async () => {
    const { said } = await play(api, 'lockstep.applyAll', { confirm: ['Apply 6 Migrations'] });
    assert.match(said.join('\n'), /6 migrations/);
    await applied(12);
    assert.equal(api.tree.view.badge, undefined);
    assert.match(api.bar.item.text, / · 012 · up to date$/);
    assert.equal(
      (await query("SELECT indisvalid FROM pg_index WHERE indexrelid = 'users_email_key'::regclass"))[0]?.indisvalid,
      true,
    );
  });

  it('says that an applied migration was edited, in the tree and in the file', async () => {
    const uri = migration('004_create_order_items.sql');
    const before = await read(uri);
    await write(uri, `${before}\n-- one more thing\nSELECT 1;\n`);
    try {
      await until('the state', () => versionsIn(api, 'modified').length === 1);
      const [node] = group(api, 'Attention')?.children ?? [];
      assert.match(node?.description ?? '', /^edited/);
      await open('004_create_order_items.sql');
      await finding(uri, 'edited-after-apply');
      assert.ok(api.bar.item.backgroundColor);
    } finally {
      await closeAll();
      await write(uri, before);
    }
    await applied(12);
  });

  it('says that the file of an applied migration is missing', async () => {
    const files = ['012_new_order_reference.sql', '012_new_order_reference.down.sql'].map(migration);
    const texts = await Promise.all(files.map(read));
    // One of them is open while it goes.
    await open('012_new_order_reference.sql');
    await Promise.all(files.map((f) => vscode.workspace.fs.delete(f)));
    await until('the state', () => versionsIn(api, 'missing').length === 1);
    await closeAll();
    await Promise.all(files.map((f, i) => write(f, texts[i]!)));
    await applied(12);
  });

  it('says what is wrong when the database is gone, and finds it again', async () => {
    const name = new URL(url).pathname.slice(1);
    const admin = url.replace(`/${name}`, '/postgres');
    await queryOn(admin, `ALTER DATABASE ${name} RENAME TO ${name}_gone`);
    const { said } = await play(api, 'lockstep.rollBack', {});
    assert.match(said.join(), new RegExp(`${name}.*does not exist|no database`, 'i'));
    await run('lockstep.refresh');
    await until('the reason in the tree', () => group(api, 'The database cannot be read'));
    await queryOn(admin, `ALTER DATABASE ${name}_gone RENAME TO ${name}`);
    await run('lockstep.refresh');
    await applied(12);
  });

  it('shows what the unsafe migrations do although they ran', async () => {
    const document = await open('010_rename_full_name.sql');
    const diagnostic = await finding(document.uri, 'rename-column');
    assert.equal(codeOf(diagnostic), 'rename-column');
  });

  it('keeps no connection', async () => {
    await until('nobody to be connected', async () => (await sessions(url)).length === 0);
  });
});

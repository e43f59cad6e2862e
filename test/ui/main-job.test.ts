import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before } from 'node:test';
import { startServer as startPostgres, type TestServer } from '../postgres/server.js';
import { root, skip, scenario as step, until, Window } from './window.js';

let postgres: TestServer;
let window: Window;
let workspace: string;
let empty: string;
const database = 'shop';

before(async () => {
  if (skip) return;
  workspace = path.join(mkdtempSync(path.join(os.tmpdir(), 'lockstep-ui-')), 'shop');
  empty = mkdtempSync(path.join(os.tmpdir(), 'lockstep-empty-'));
  cpSync(path.join(root, 'demo/workspace'), workspace, { recursive: true });
  postgres = await startPostgres();
  await postgres.query(`CREATE DATABASE ${database}`);
  writeFileSync(path.join(workspace, '.env'), `DATABASE_URL=${postgres.url(database)}\n`);
  window = await Window.open({ settings: { 'lockstep.allowApplyOnShared': true } });
  await window.openFolder(workspace);
});

after(async () => {
  await window?.close();
  await postgres?.stop();
  for (const dir of [workspace && path.dirname(workspace), empty])
    if (dir) rmSync(dir, { recursive: true, force: true });
});

const scenario = (name: string, run: (w: Window) => Promise<void>) => step(name, () => window, run);
const inMigrations = (name: string) => path.join(workspace, 'migrations', name);

scenario('a dangerous statement is underlined and listed with its reason', async (w) => {
  await w.item('migrations').first().waitFor();
  await w.openFile('010_rename_full_name.sql');
  // The first window of a new server starts everything.
  await w.page.locator('.squiggly-warning, .squiggly-error').first().waitFor({ timeout: 60_000 });
  await w.page.keyboard.press('Control+Shift+M');
  await w.problem('full_name').waitFor();
  await w.shot('squiggle-dark');
});

scenario('hovering it says what it does to a live database', async (w) => {
  await w.line('RENAME COLUMN').locator('span', { hasText: 'full_name' }).first().hover();
  const hover = w.page.locator('.monaco-hover').filter({ hasText: 'ACCESS EXCLUSIVE' }).first();
  await hover.waitFor();
  await w.shot('hover-dark');
  await w.page.keyboard.press('Escape');
});

scenario('the light bulb offers the safe form, and writes it', async (w) => {
  await w.openFile('011_faster_order_search.sql');
  await w.problem(/SHARE lock on orders/).dblclick();
  await w.quickFixes(/CONCURRENTLY/);
  await w.shot('quick-fix-dark');
  await w.page.keyboard.press('Escape');
  await w.problem(/No lock_timeout.*on orders/).dblclick();
  await (await w.quickFixes(/lock_timeout/)).click();
  await w.line('SET LOCAL lock_timeout').waitFor();
  await w.problem(/No lock_timeout.*on orders/).waitFor({ state: 'detached' });
  await w.shot('quick-fix-done-dark');
  await w.command('File: Revert File');
  await w.problem(/No lock_timeout.*on orders/).waitFor();
});

scenario('a fix that makes files opens them, saves nothing else, and is taken back by one undo', async (w) => {
  const text = readFileSync(inMigrations('011_faster_order_search.sql'), 'utf8');
  const made = ['013_index_orders.sql', '013_index_orders.down.sql'];
  await w.problem(/SHARE lock on orders/).dblclick();
  await (await w.quickFixes(/in a migration of its own \(makes 013_index_orders\.sql and 1 more\)/)).click();
  for (const name of made) await w.page.locator('.tab').filter({ hasText: name }).first().waitFor();
  await w.problem(/SHARE lock on orders/).waitFor({ state: 'detached' });
  await w.shot('fix-made-files-dark');
  assert.equal(readFileSync(inMigrations('011_faster_order_search.sql'), 'utf8'), text);
  await w.page.keyboard.press('Control+Z');
  for (const name of made)
    await w.page.locator('.tab').filter({ hasText: name }).first().waitFor({ state: 'detached' });
  await w.problem(/SHARE lock on orders/).waitFor();
  await until('the files to go', () => !made.some((name) => existsSync(inMigrations(name))));
});

scenario('the sidebar shows twelve pending migrations after connecting', async (w) => {
  await w.showView();
  await w.shot('not-connected-dark');
  await w.item(/Connect to see what is applied/).click();
  await w.item(/Pending: 12 migrations/).waitFor();
  await w.item(/001 create_users/).waitFor();
  await w.page.locator('.statusbar-item').filter({ hasText: '12 pending' }).waitFor();
  await w.page.locator('.activitybar .badge-content').filter({ hasText: '12' }).waitFor();
  await w.shot('sidebar-pending-dark');
});

scenario('the button of the view applies the next migration', async (w) => {
  await w.page.getByRole('button', { name: 'Apply Next Migration' }).first().click();
  await w.item(/Applied: 1 migration\b/).waitFor();
  await w.command('Lockstep: Apply Next');
  await w.item(/Applied: 2 migrations/).waitFor();
  await w.item(/002 create_products, applied/).waitFor();
  await w.toast(/002_create_products/).waitFor();
  await w.shot('sidebar-applied-dark');
});

scenario('one click rolls the last migration back', async (w) => {
  const last = w.item(/002 create_products, applied/);
  await last.hover();
  await last.getByRole('button', { name: /Roll Back/ }).click();
  await w.item(/Applied: 1 migration\b/).waitFor();
  await w.item(/002 create_products, next to apply/).waitFor();
  await w.shot('rolled-back-dark');
  await w.clearToasts();
});

scenario(
  'a rollback that would lose rows says which and how many, and leaves them when it is not wished',
  async (w) => {
    await postgres.query(
      "INSERT INTO users (email, full_name) SELECT i || '@example.com', 'x' FROM generate_series(1, 1000) i",
      database,
    );
    const last = w.item(/001 create_users, applied/);
    await last.hover();
    await last.getByRole('button', { name: /Roll Back/ }).click();
    const dialog = w.page.locator('.monaco-dialog-box');
    await dialog.getByText('users is dropped with 1,000 rows').waitFor();
    await w.shot('rollback-asks-dark');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'detached' });
    assert.equal((await postgres.query('SELECT 1 FROM users', database)).length, 1000);
    await postgres.query('DELETE FROM users', database);
  },
);

scenario('applying several asks first, with the database and the locks', async (w) => {
  const target = w.item(/008 create_order_totals/);
  await target.hover();
  await target.getByRole('button', { name: /Apply up to Here/ }).click();
  const dialog = w.page.locator('.monaco-dialog-box');
  await dialog.getByText('Apply 7 migrations').first().waitFor();
  await w.shot('confirm-dark');
  await dialog.getByRole('button', { name: 'Apply 7 Migrations' }).click();
  await w.item(/Applied: 8 migrations/).waitFor();
  await w.toast(/7 migrations|008_create_order_totals/).waitFor();
  await w.clearToasts();
});

scenario('a migration that fails is shown where it failed, with what the server said', async (w) => {
  const file = inMigrations('009_add_user_phone.sql');
  const before = readFileSync(file, 'utf8');
  writeFileSync(file, `${before}ALTER TABLE custommers ADD COLUMN phone text;\n`);
  await w.command('Lockstep: Apply Next');
  await w.toast(/custommers/).waitFor();
  await w.page.locator('.tab.active').filter({ hasText: '009_add_user_phone.sql' }).first().waitFor();
  await w.problem(/relation "custommers" does not exist/).waitFor();
  await w.shot('failed-run-dark');
  await w.clearToasts();
  writeFileSync(file, before);
  await w.problem(/custommers/).waitFor({ state: 'detached' });
});

scenario('a run that waits for a lock says so and can be cancelled', async (w) => {
  const pool = postgres.query('BEGIN; LOCK TABLE users; SELECT pg_sleep(60)', database).catch(() => {});
  await until(
    'the lock',
    async () =>
      (
        await postgres.query(
          "SELECT 1 FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND relation = 'users'::regclass",
          database,
        )
      ).length,
  );
  await w.command('Lockstep: Apply Next');
  const toast = w.toast(/Applying/);
  await toast.getByRole('button', { name: 'Cancel' }).waitFor();
  await w.shot('progress-dark');
  await toast.getByRole('button', { name: 'Cancel' }).click();
  await w.toast(/[Cc]ancelled/).waitFor();
  await w.shot('cancelled-dark');
  await postgres.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%' AND pid <> pg_backend_pid()",
  );
  await pool;
  await w.item(/009 add_user_phone, next to apply/).waitFor();
  await w.clearToasts();
});

scenario('a new migration from the palette has an up and a down file side by side', async (w) => {
  await w.command('Lockstep: New Migration');
  await w.answer('New Migration', 'add_note_to_orders');
  await w.row('Add column').waitFor();
  await w.shot('templates-dark');
  await w.pick('template', 'Add column');
  await w.answer('Add column: Table', 'orders');
  await w.answer('Add column: Column', 'note');
  await w.answer('Add column: Type', 'text');
  await w.page.locator('.tab').filter({ hasText: '013_add_note_to_orders.down.sql' }).first().waitFor();
  await w.page.locator('.tab').filter({ hasText: '013_add_note_to_orders.sql' }).first().waitFor();
  await w.shot('new-migration-dark');
  await until('both files', () =>
    ['', '.down'].every((half) => existsSync(inMigrations(`013_add_note_to_orders${half}.sql`))),
  );
  assert.match(readFileSync(inMigrations('013_add_note_to_orders.sql'), 'utf8'), /ADD COLUMN note text/);
});

scenario('the menu of a migration offers what can be done with it', async (w) => {
  await w.item(/008 create_order_totals, applied/).click({ button: 'right' });
  const menu = w.page.locator('.context-view .monaco-menu');
  for (const entry of ['Roll Back Last Migration', 'Preview SQL', 'Open Down File', 'Copy Version'])
    await menu.getByRole('menuitem', { name: entry }).first().waitFor();
  await w.shot('menu-dark');
  await w.page.keyboard.press('Escape');
});

scenario('the light theme shows the same', async (w) => {
  await w.command('View: Close All Editors');
  await w.openFile('011_faster_order_search.sql');
  await w.toggleTheme('light');
  await w.page.locator('.squiggly-warning, .squiggly-error').first().waitFor();
  await w.item(/Applied: 8 migrations/).waitFor();
  await w.shot('overview-light');
  await w.toggleTheme('dark');
  await w.page.mouse.move(640, 4);
  await w.shot('overview-dark');
});

scenario('a connection is added step by step, its password hidden', async (w) => {
  await w.command('Lockstep: Add Connection');
  await w.answer('host or URL', '127.0.0.1');
  await w.answer('(2/8): port', String(postgres.port));
  await w.answer('(3/8): database', 'postgres');
  await w.answer('(4/8): user', 'postgres');
  await w.page.locator('.quick-input-title').filter({ hasText: '(5/8): password' }).waitFor();
  assert.equal(await w.quickInput.getAttribute('type'), 'password');
  await w.answer('(5/8): password', postgres.password);
  await w.shot('connection-kind-dark');
  await w.pick('(6/8): kind of database', 'Local');
  await w.pick('(7/8): encryption', 'Disable');
  await w.answer('(8/8): name', 'Scratch');
  await w.toast(/Connected to Scratch/).waitFor();
  await w.item(/Pending: 13 migrations/).waitFor();
  await w.shot('connection-added-dark');
});

scenario('a URL in the box of the host answers the rest, and its password is shown nowhere', async (w) => {
  await postgres.query('CREATE DATABASE team');
  await w.command('Lockstep: Add Connection');
  await w.page.locator('.quick-input-title').filter({ hasText: 'host or URL' }).waitFor();
  await w.quickInput.fill('somebody:secret@db');
  await w.page.locator('.quick-input-message').filter({ hasText: 'This is not the name of a host' }).waitFor();
  await w.shot('connection-refused-dark');
  await w.answer('host or URL', postgres.url('team'));
  await w.page.locator('.quick-input-title').filter({ hasText: 'kind of database' }).waitFor();
  await w.shot('connection-by-url-dark');
  await w.pick('(2/4): kind of database', 'Shared');
  await w.pick('(3/4): encryption', 'Disable');
  await w.answer('(4/4): name', 'Team');
  await w.toast(/Connected to Team/).waitFor();
  await w.item(/Pending: 13 migrations/).waitFor();
  assert.ok(!(await w.page.content()).includes(postgres.password));
  await w.clearToasts();
});

scenario('on a shared database the same facts come first, then its name has to be typed', async (w) => {
  await w.command('Lockstep: Apply Next');
  const dialog = w.page.locator('.monaco-dialog-box');
  await dialog.getByText('Apply 001 create_users on the shared database Team?').waitFor();
  await dialog.getByRole('button', { name: 'Preview SQL' }).waitFor();
  await w.shot('confirm-shared-dark');
  await dialog.getByRole('button', { name: 'Apply 1 Migration' }).click();
  await w.page.locator('.quick-input-title').filter({ hasText: 'Apply 1 migration to Team' }).waitFor();
  await w.shot('confirm-typed-dark');
  await w.answer('Apply 1 migration to Team', 'team');
  await w.item(/Applied: 1 migration\b/).waitFor();
  await w.openFile('002_create_products.sql');
  await w.toggleTheme('light');
  await w.clearToasts();
  await w.command('Lockstep: Apply Next');
  await dialog.getByText('Apply 002 create_products on the shared database Team?').waitFor();
  await w.shot('confirm-shared-light');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await w.command('Lockstep: Add Connection');
  await w.page.locator('.quick-input-title').filter({ hasText: 'host or URL' }).waitFor();
  await w.shot('connection-light');
  await w.page.keyboard.press('Escape');
  await w.toggleTheme('dark');
});

scenario('a folder without migrations gets a welcome view that leads on', async (w) => {
  await w.openFolder(empty);
  await w.showView();
  await w.page.getByRole('button', { name: 'Create First Migration' }).waitFor();
  await w.shot('welcome-dark');
  await w.toggleTheme('light');
  await w.shot('welcome-light');
});

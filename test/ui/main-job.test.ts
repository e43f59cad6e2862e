import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { makeVsix } from '../../server/dev/package.mjs';
import { serverUnavailable, startServer as startPostgres, type TestServer } from '../postgres/server.js';
import { chrome } from '../vscode/chrome.mjs';
import { installVsix, launchChrome, newDataDir, startServer } from '../vscode/launch.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const shots = path.join(root, 'test-results/screenshots');
const reason =
  `${process.platform}-${process.arch}` === 'linux-x64'
    ? ((chrome() as { reason?: string }).reason ?? serverUnavailable())
    : 'the web build of VS Code is fetched for linux-x64 only';
const skip = reason ?? false;

let database: TestServer;
let code: Awaited<ReturnType<typeof startServer>>;
let browser: Browser;
let page: Page;
let workspace: string;
let empty: string;

before(async () => {
  if (skip) return;
  mkdirSync(shots, { recursive: true });
  workspace = path.join(mkdtempSync(path.join(os.tmpdir(), 'lockstep-ui-')), 'shop');
  cpSync(path.join(root, 'demo/workspace'), workspace, { recursive: true });
  empty = mkdtempSync(path.join(os.tmpdir(), 'lockstep-empty-'));
  database = await startPostgres();
  writeFileSync(path.join(workspace, '.env'), `DATABASE_URL=${database.url(await database.createDatabase())}\n`);
  const dataDir = newDataDir();
  installVsix(makeVsix(), dataDir);
  code = await startServer({ dataDir });
  browser = await launchChrome();
  page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  page.setDefaultTimeout(20_000);
  await openFolder(workspace);
});

after(async () => {
  await browser?.close();
  await code?.stop();
  await database?.stop();
  for (const dir of [workspace && path.dirname(workspace), empty])
    if (dir) rmSync(dir, { recursive: true, force: true });
});

async function openFolder(folder: string): Promise<void> {
  await page.goto(code.url(folder));
  await page.waitForSelector('.monaco-workbench');
}

const shot = (name: string) => page.screenshot({ path: path.join(shots, `${name}.png`) });
const row = (text: string) => page.locator('.quick-input-list .monaco-list-row').filter({ hasText: text }).first();
const quickInput = () => page.locator('.quick-input-widget input.input');
const item = (name: string | RegExp) => page.getByRole('treeitem', { name });
const active = (name: string) => page.locator('.tab.active').filter({ hasText: name });

async function openFile(name: string): Promise<void> {
  await page.keyboard.press('Control+P');
  await quickInput().fill(name);
  await row(name).waitFor();
  await page.keyboard.press('Enter');
  await active(name).first().waitFor();
}

async function command(title: string): Promise<void> {
  await page.keyboard.press('F1');
  await quickInput().fill(`>${title}`);
  await row(title).waitFor();
  await page.keyboard.press('Enter');
}

async function until(what: string, get: () => unknown): Promise<void> {
  for (const end = Date.now() + 20_000; Date.now() < end; await new Promise((r) => setTimeout(r, 50)))
    if (await get()) return;
  throw new Error(`timed out waiting for ${what}`);
}

/** A failed scenario leaves a picture of what was there. */
function scenario(name: string, run: () => Promise<void>): void {
  test(name, { skip }, async () => {
    try {
      await run();
    } catch (error) {
      await shot(`failed-${name.replace(/\W+/g, '-')}`);
      throw error;
    }
  });
}

scenario('a dangerous statement is underlined and listed with its reason', async () => {
  await item('migrations').first().waitFor();
  await openFile('010_rename_full_name.sql');
  await page.locator('.squiggly-warning, .squiggly-error').first().waitFor();
  await page.keyboard.press('Control+Shift+M');
  await page.locator('.markers-panel .monaco-list-row').filter({ hasText: 'full_name' }).first().waitFor();
  await shot('squiggle-dark');
});

scenario('the light bulb replaces a blocking index by a concurrent one', async () => {
  await openFile('011_faster_order_search.sql');
  const problem = page.locator('.markers-panel .monaco-list-row').filter({ hasText: 'CONCURRENTLY' }).first();
  await problem.waitFor();
  await problem.dblclick();
  await page.locator('.lightBulbWidget').first().click();
  const fix = page
    .locator('.action-widget .monaco-list-row')
    .filter({ hasText: /concurrently/i })
    .first();
  await fix.waitFor();
  await shot('quick-fix-dark');
  await fix.click();
  await page.locator('.view-line').filter({ hasText: 'CREATE INDEX CONCURRENTLY' }).first().waitFor();
  await page.keyboard.press('Control+Z');
  await command('File: Revert File');
});

scenario('the sidebar shows twelve pending migrations after connecting', async () => {
  await page.getByRole('tab', { name: 'Lockstep' }).first().click();
  await item(/Connect to see what is applied/).click();
  await item(/Pending: 12 migrations/).waitFor();
  await item(/001 create_users/).waitFor();
  await shot('sidebar-pending-dark');
});

scenario('the button of the next migration applies it', async () => {
  await command('Lockstep: Apply Next');
  await item(/Applied: 1 migration/).waitFor();
  await command('Lockstep: Apply Next');
  await item(/Applied: 2 migrations/).waitFor();
  await item(/002 create_products, applied/).waitFor();
  await shot('sidebar-applied-dark');
});

scenario('one click rolls the last migration back', async () => {
  const last = item(/002 create_products, applied/);
  await last.hover();
  await last.getByRole('button', { name: /Roll Back/ }).click();
  await item(/Applied: 1 migration\b/).waitFor();
  await item(/002 create_products, next to apply/).waitFor();
  await shot('rolled-back-dark');
});

scenario('a new migration from the palette has an up and a down file side by side', async () => {
  await command('Lockstep: New Migration');
  await page.locator('.quick-input-title').filter({ hasText: 'New Migration' }).waitFor();
  await quickInput().fill('add_note_to_orders');
  await page.keyboard.press('Enter');
  await row('Empty').waitFor();
  await shot('templates-dark');
  await row('Empty').click();
  await page.locator('.tab').filter({ hasText: '013_add_note_to_orders.down.sql' }).first().waitFor();
  await page.locator('.tab').filter({ hasText: '013_add_note_to_orders.sql' }).first().waitFor();
  await shot('new-migration-dark');
  await until('both files', () =>
    ['', '.down'].every((half) => existsSync(path.join(workspace, `migrations/013_add_note_to_orders${half}.sql`))),
  );
  assert.equal(typeof readFileSync(path.join(workspace, 'migrations/013_add_note_to_orders.sql'), 'utf8'), 'string');
});

scenario('the light theme shows the same', async () => {
  await openFile('010_rename_full_name.sql');
  await command('Preferences: Toggle between Light/Dark Themes');
  await page.locator('.monaco-workbench.vs').waitFor();
  await page.locator('.squiggly-warning, .squiggly-error').first().waitFor();
  await item(/Applied: 1 migration\b/).waitFor();
  await shot('overview-light');
  await command('Preferences: Toggle between Light/Dark Themes');
  await page.locator('.monaco-workbench.vs-dark').waitFor();
  await shot('overview-dark');
});

scenario('a folder without migrations gets a welcome view that leads on', async () => {
  await openFolder(empty);
  await page.getByRole('tab', { name: 'Lockstep' }).first().click();
  await page
    .getByRole('button', { name: /New Migration/ })
    .first()
    .waitFor();
  await shot('welcome-dark');
});

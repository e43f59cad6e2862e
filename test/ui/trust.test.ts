import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before } from 'node:test';
import { startServer as startPostgres, type TestServer } from '../postgres/server.js';
import { root, skip, scenario as step, Window } from './window.js';

let postgres: TestServer;
let window: Window;
let workspace: string;

before(async () => {
  if (skip) return;
  workspace = path.join(mkdtempSync(path.join(os.tmpdir(), 'lockstep-trust-')), 'shop');
  cpSync(path.join(root, 'demo/workspace'), workspace, { recursive: true });
  postgres = await startPostgres();
  writeFileSync(path.join(workspace, '.env'), `DATABASE_URL=${postgres.url(await postgres.createDatabase())}\n`);
  window = await Window.open({ trust: true, settings: { 'security.workspace.trust.startupPrompt': 'never' } });
  await window.openFolder(workspace);
});

after(async () => {
  await window?.close();
  await postgres?.stop();
  if (workspace) rmSync(path.dirname(workspace), { recursive: true, force: true });
});

const scenario = (name: string, run: (w: Window) => Promise<void>) => step(name, () => window, run);

scenario('a workspace that is not trusted is checked, and reaches no database', async (w) => {
  await w.page.getByText('Restricted Mode').first().waitFor();
  await w.openFile('010_rename_full_name.sql');
  await w.page.locator('.squiggly-warning, .squiggly-error').first().waitFor();
  await w.showView();
  await w.item(/Trust this workspace to connect/).waitFor();
  await w.page.keyboard.press('F1');
  await w.quickInput.fill('>Lockstep: ');
  await w.row('Lockstep: New Migration').waitFor();
  for (const hidden of ['Apply Next', 'Roll Back', 'Connect to Database'])
    await w.row(hidden).waitFor({ state: 'detached' });
  await w.page.keyboard.press('Escape');
  await w.shot('untrusted-dark');
});

scenario('once it is trusted it connects without a reload', async (w) => {
  await w.item(/Trust this workspace to connect/).click();
  await w.page.getByRole('button', { name: 'Trust', exact: true }).click();
  await w.page.getByText('You trust this folder').waitFor();
  await w.page.getByRole('button', { name: /^Close Modal/ }).click();
  await w.item(/Connect to see what is applied/).click();
  await w.item(/Pending: 12 migrations/).waitFor();
  await w.shot('trusted-dark');
});

// A VS Code in a headless browser, with the packaged extension: what the UI tests see and press.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { makeVsix } from '../../server/dev/package.mjs';
import { serverUnavailable } from '../postgres/server.js';
import { chrome } from '../vscode/chrome.mjs';
import { isAvailable } from '../vscode/install.mjs';
import { installVsix, launchChrome, newDataDir, startServer } from '../vscode/launch.mjs';

export const root = fileURLToPath(new URL('../..', import.meta.url));
const shots = path.join(root, 'test-results/screenshots');

/** Why these tests cannot run on this machine, or false. */
export const skip: string | false = isAvailable
  ? ((chrome() as { reason?: string }).reason ?? serverUnavailable() ?? false)
  : 'the web build of VS Code is fetched for Linux on x64 and arm64 only';

let vsix: string | undefined;
const packed = (): string => {
  vsix ??= makeVsix();
  return vsix;
};

/** Pictures show no animation half way, and no copy of the text beside it. */
const LOOK = {
  'workbench.colorTheme': 'Dark 2026',
  'workbench.preferredDarkColorTheme': 'Dark 2026',
  'workbench.preferredLightColorTheme': 'Light 2026',
  'workbench.reduceMotion': 'on',
  'editor.minimap.enabled': false,
};

export class Window {
  readonly page: Page;
  readonly #browser: Browser;
  readonly #server: Awaited<ReturnType<typeof startServer>>;

  private constructor(browser: Browser, page: Page, server: Awaited<ReturnType<typeof startServer>>) {
    this.#browser = browser;
    this.page = page;
    this.#server = server;
  }

  /** `trust`: the window asks whether it may trust a folder, as a desktop does. */
  static async open(options: { readonly trust?: boolean; readonly settings?: object } = {}): Promise<Window> {
    mkdirSync(shots, { recursive: true });
    const dataDir = newDataDir();
    installVsix(packed(), dataDir);
    const settings = { ...LOOK, ...options.settings };
    const server = await startServer({ dataDir, settings, trust: options.trust ?? false });
    const browser = await launchChrome();
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' });
    // A state is waited for as long as a loaded machine may need: a wait costs nothing where it has come.
    page.setDefaultTimeout(60_000);
    return new Window(browser, page, server);
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.#server.stop();
  }

  async openFolder(folder: string): Promise<void> {
    await this.page.goto(this.#server.url(folder));
    await this.page.waitForSelector('.monaco-workbench');
  }

  /** A picture of what is there, for a person to look at. The pointer is out of the way. */
  async shot(name: string): Promise<void> {
    await this.page.screenshot({ path: path.join(shots, `${name}.png`), animations: 'disabled' });
  }

  row(text: string) {
    return this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: text }).first();
  }

  get quickInput() {
    return this.page.locator('.quick-input-widget input.input');
  }

  item(name: string | RegExp) {
    return this.page.getByRole('treeitem', { name });
  }

  problem(text: string | RegExp) {
    return this.page.locator('.markers-panel .monaco-list-row').filter({ hasText: text }).first();
  }

  toast(text: string | RegExp) {
    return this.page.locator('.notifications-toasts .notification-toast').filter({ hasText: text }).first();
  }

  line(text: string) {
    return this.page.locator('.view-line').filter({ hasText: text }).first();
  }

  async openFile(name: string): Promise<void> {
    await this.page.keyboard.press('Control+P');
    await this.quickInput.fill(name);
    // Not Enter: it takes the first row, which may be one of the list before.
    await this.row(name).click();
    await this.page.locator('.tab.active').filter({ hasText: name }).first().waitFor();
  }

  async command(title: string): Promise<void> {
    await this.page.keyboard.press('F1');
    await this.quickInput.fill(`>${title}`);
    await this.row(title).click();
  }

  /** Answers one input box, recognised by its title. */
  async answer(title: string | RegExp, text: string): Promise<void> {
    await this.page.locator('.quick-input-title').filter({ hasText: title }).waitFor();
    await this.quickInput.fill(text);
    await this.page.keyboard.press('Enter');
  }

  async pick(title: string | RegExp, label: string): Promise<void> {
    await this.page.locator('.quick-input-title').filter({ hasText: title }).waitFor();
    await this.row(label).click();
  }

  /** Opens the menu of fixes at the cursor, once the editor has them, and returns the entry. */
  async quickFixes(text: RegExp) {
    const entry = this.page.locator('.action-widget .monaco-list-row').filter({ hasText: text }).first();
    await until('the menu of fixes', async () => {
      if (await entry.isVisible()) return true;
      await this.page.keyboard.press('Escape');
      await this.page.keyboard.press('Control+.');
      return entry.waitFor({ timeout: 1000 }).then(
        () => true,
        () => false,
      );
    });
    return entry;
  }

  async showView(): Promise<void> {
    const tab = this.page.getByRole('tab', { name: /^Lockstep/ }).first();
    await tab.click();
    await this.page
      .locator('.pane-header, .composite.title')
      .filter({ hasText: /Lockstep|Migrations/i })
      .first()
      .waitFor();
  }

  async clearToasts(): Promise<void> {
    await this.command('Notifications: Clear All Notifications');
    await this.page.locator('.notifications-toasts .notification-toast').first().waitFor({ state: 'detached' });
  }

  async toggleTheme(to: 'light' | 'dark'): Promise<void> {
    await this.command('Preferences: Toggle between Light/Dark Themes');
    await this.page.locator(to === 'light' ? '.monaco-workbench.vs' : '.monaco-workbench.vs-dark').waitFor();
  }
}

export async function until(what: string, get: () => unknown, ms = 60_000): Promise<void> {
  for (const end = Date.now() + ms; Date.now() < end; await new Promise((r) => setTimeout(r, 50)))
    if (await get()) return;
  throw new Error(`timed out waiting for ${what}`);
}

/** A step that a person would take. One that fails leaves a picture of what was there. */
export function scenario(name: string, window: () => Window, run: (window: Window) => Promise<void>): void {
  test(name, { skip, timeout: 180_000 }, async () => {
    try {
      await run(window());
    } catch (error) {
      await window()
        .shot(`failed-${name.replace(/\W+/g, '-')}`)
        .catch(() => {});
      throw error;
    }
  });
}

import { spawn, spawnSync } from 'node:child_process';
import { createWriteStream, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { chromium } from 'playwright-core';
import { chrome } from './chrome.mjs';
import { install, node, vscode } from './install.mjs';

const SETTINGS = {
  'chat.disableAIFeatures': true,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'telemetry.telemetryLevel': 'off',
  'git.enabled': false,
  'files.autoSave': 'off',
};
const CHROME_ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const SKIP = [
  'GitHub.copilot-chat',
  'vscode.git',
  'vscode.git-base',
  'vscode.github',
  'vscode.github-authentication',
  'vscode.microsoft-authentication',
  'vscode.emmet',
  'vscode.merge-conflict',
  'vscode.debug-auto-launch',
  'vscode.configuration-editing',
  'vscode.json-language-features',
  'vscode.typescript-language-features',
  'vscode.npm',
  'vscode.ipynb',
];
// Neither a VS Code around this one nor the developer's own databases may leak in.
const cleanEnv = () =>
  Object.fromEntries(
    Object.entries(process.env).filter(([k]) => !/^(VSCODE_(?!TEST|WEB)|ELECTRON_|PG[A-Z]+$|DATABASE_URL$)/.test(k)),
  );
const main = path.join(vscode, 'out', 'server-main.js');

export function newDataDir() {
  return mkdtempSync(path.join(os.tmpdir(), 'vsc-'));
}

export function installVsix(vsix, dataDir) {
  install();
  const r = spawnSync(
    node,
    [
      main,
      '--accept-server-license-terms',
      '--server-data-dir',
      dataDir,
      '--extensions-dir',
      path.join(dataDir, 'ext'),
      '--install-extension',
      vsix,
    ],
    { encoding: 'utf8' },
  );
  if (!/successfully installed/.test(r.stdout)) throw new Error(r.stdout + r.stderr); // the exit status is not enough
}

/**
 * smoke: honour the `payload` test parameters, but show no notification toasts and no dialogs.
 * keep: leave the data folder when the server stops. token: who opens the page must know it.
 * trust: ask for workspace trust, as a desktop does.
 */
export async function startServer({
  smoke = false,
  settings = {},
  env = {},
  dataDir = newDataDir(),
  keep = false,
  token,
  trust = false,
} = {}) {
  install();
  // Settings of the scope `machine` are taken from the second place only.
  for (const where of ['User', 'Machine']) {
    mkdirSync(path.join(dataDir, 'data', where), { recursive: true });
    writeFileSync(path.join(dataDir, 'data', where, 'settings.json'), JSON.stringify({ ...SETTINGS, ...settings }));
  }
  const child = spawn(
    node,
    [
      main,
      '--host',
      '127.0.0.1',
      '--port',
      '0',
      ...(token ? ['--connection-token', token] : ['--without-connection-token']),
      '--accept-server-license-terms',
      '--server-data-dir',
      dataDir,
      '--extensions-dir',
      path.join(dataDir, 'ext'),
      '--disable-telemetry',
      ...(trust ? [] : ['--disable-workspace-trust']),
      ...(smoke ? ['--enable-smoke-test-driver'] : []),
    ],
    {
      env: { ...cleanEnv(), EXTENSIONS_GALLERY: '{}', VSCODE_SKIP_BUILTIN_EXTENSIONS: SKIP.join(), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    },
  );
  const log = createWriteStream(path.join(dataDir, 'server.log'));
  child.stderr.on('data', (d) => log.write(d));
  const port = await new Promise((resolve, reject) => {
    let out = '';
    child.stdout.on('data', (d) => {
      log.write(d);
      out += d;
      const m = /Extension host agent listening on (\d+)/.exec(out);
      if (m) resolve(Number(m[1]));
    });
    child.once('exit', (c) => reject(new Error(`VS Code server exited with ${c}: ${out}`)));
  });
  const kill = (signal) => {
    try {
      process.kill(-child.pid, signal);
    } catch {
      /* gone */
    }
  };
  process.once('exit', () => kill('SIGKILL'));
  const stop = async () => {
    const gone = new Promise((r) => child.once('exit', r));
    kill('SIGTERM');
    const t = setTimeout(kill, 5000, 'SIGKILL');
    await gone;
    clearTimeout(t);
    kill('SIGKILL');
    if (!keep) rmSync(dataDir, { recursive: true, force: true });
  };
  const authority = `127.0.0.1:${port}`;
  const uri = (p) => `vscode-remote://${authority}${encodeURI(p)}`;
  const url = (folder, payload = []) =>
    `http://${authority}/?${new URLSearchParams({ ...(token ? { tkn: token } : {}), ...(folder ? { folder } : { ew: 'true' }), ...(payload.length ? { payload: JSON.stringify(payload) } : {}) })}`;
  return { authority, uri, url, dataDir, stop };
}

export function launchChrome() {
  const { executable, env, reason } = chrome();
  if (!executable) throw new Error(reason);
  return chromium.launch({ executablePath: executable, env, args: CHROME_ARGS });
}

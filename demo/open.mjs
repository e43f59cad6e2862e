// Opens the sample workspace in VS Code: the one on the path, else its web build with an address to open.
import { spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { root } from './setup.mjs';

const windows = process.platform === 'win32';
/** VS Code refuses to start for root without this. */
const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

/** Settings of the window: this folder is the demo's own, so it connects from the start and asks nothing. */
const SETTINGS = {
  'lockstep.connectOnOpen': true,
  'workbench.startupEditor': 'none',
  'security.workspace.trust.enabled': false,
};

/** The database belongs to the workspace: a connection in the user's settings would have to be chosen first. */
function writeConnection(workspace, database) {
  const connection = {
    id: 'demo',
    label: 'Demo shop',
    kind: 'local',
    host: '127.0.0.1',
    port: database.port,
    database: 'postgres',
    user: 'postgres',
    ssl: 'disable',
  };
  mkdirSync(path.join(workspace, '.vscode'), { recursive: true });
  const text = JSON.stringify({ 'lockstep.connections': [connection] }, null, 2);
  writeFileSync(path.join(workspace, '.vscode/settings.json'), `${text}\n`);
}

export async function open({ home, workspace, database }) {
  writeConnection(workspace, database);
  if (hasDesktop()) await inDesktop(home, workspace);
  else await inBrowser(home, workspace);
}

/** In a terminal of a remote window `code` speaks to that window and takes no profile of its own. */
function hasDesktop() {
  if (process.env.VSCODE_IPC_HOOK_CLI !== undefined) return false;
  const options = { shell: windows, timeout: 60_000, encoding: 'utf8' };
  const { status, stdout } = spawnSync('code', ['--version', ...asRoot], options);
  if (status !== 0) return false;
  const needed = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')).engines.vscode.replace('^', '');
  const found = /^\d+\.\d+\.\d+/m.exec(stdout)?.[0] ?? needed;
  if (found.localeCompare(needed, 'en', { numeric: true }) >= 0) return true;
  console.log(`The VS Code on the path is ${found}; the extension needs ${needed} or newer.`);
  return false;
}

/** A profile of its own: nobody's settings are touched. `--wait` returns when the window is closed. */
async function inDesktop(home, workspace) {
  const profile = path.join(home, 'vscode');
  mkdirSync(path.join(profile, 'User'), { recursive: true });
  writeFileSync(path.join(profile, 'User/settings.json'), JSON.stringify(SETTINGS, null, 2));
  const args = [
    '--new-window',
    '--wait',
    ...asRoot,
    `--user-data-dir=${profile}`,
    `--extensions-dir=${path.join(profile, 'extensions')}`,
    `--extensionDevelopmentPath=${root}`,
    workspace,
  ];
  console.log('\nVS Code opens the sample workspace. The demo ends when its window is closed, or with Ctrl+C here.');
  const quoted = windows ? args.map((arg) => `"${arg}"`) : args;
  const child = spawn('code', quoted, { stdio: 'inherit', shell: windows });
  await Promise.race([new Promise((resolve) => child.once('exit', resolve)), interrupted()]);
}

async function inBrowser(home, workspace) {
  const { isAvailable } = await import('../test/vscode/install.mjs');
  if (!isAvailable) {
    throw new Error(
      'there is no `code` on the path. Install VS Code, run "Shell Command: Install \'code\' command in PATH" from its command palette, and try again.',
    );
  }
  console.log(
    'There is no `code` to use on the path: taking the web build of VS Code from npm (the first time about a minute) …',
  );
  const { makeVsix } = await import('../server/dev/package.mjs');
  const { installVsix, startServer } = await import('../test/vscode/launch.mjs');
  const dataDir = path.join(home, 'vscode-web');
  installVsix(makeVsix(), dataDir);
  const server = await startServer({ dataDir, settings: SETTINGS, keep: true, token: randomUUID() });
  console.log(`\nOpen this address in a browser:\n\n    ${server.url(workspace)}\n\nCtrl+C ends the demo.`);
  await interrupted();
  await server.stop();
}

function interrupted() {
  return new Promise((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
}

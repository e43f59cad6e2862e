// Makes lockstep-<version>.vsix and prints its size: `npm run package`.
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
export const vsix = path.join(root, `lockstep-${version}.vsix`);

/** Builds for production (through vscode:prepublish) and packs; returns the path of the .vsix. */
export function makeVsix() {
  const vsce = path.join(root, 'node_modules/@vscode/vsce/vsce');
  const args = [vsce, 'package', '--no-dependencies', '--allow-missing-repository', '--out', vsix];
  execFileSync(process.execPath, args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  return vsix;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const megabytes = statSync(makeVsix()).size / 1024 / 1024;
  console.log(`${path.basename(vsix)}: ${megabytes.toFixed(2)} MB`);
}

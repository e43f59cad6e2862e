// Makes lockstep-<version>.vsix and prints its size: `npm run package`. What goes in is copied to a folder of its own
// and built there, so that a development build beside it stays as it is.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const stage = path.join(root, '.build/package');
const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
export const vsix = path.join(root, `lockstep-${manifest.version}.vsix`);

const SHIPPED = [
  '.vscodeignore',
  'CHANGELOG.md',
  'LICENSE',
  'docs',
  'media',
  'package.nls.json',
  'server/config.schema.json',
  'snippets',
];

const isShipped = (file) => path.relative(root, file) !== path.join('docs', 'images');

/** The page in VS Code shows no pictures that lie beside it; of the text nothing is lost. */
const withoutPictures = (readme) =>
  readme
    .replace(/\n\| *\|[^\n]*\n\|[ |-]+\n\| !\[[\s\S]*?\n\n/g, '\n\n')
    .replace(/^!\[[^\n]*\n/gm, '')
    .replace(/\n{3,}/g, '\n\n');

/** What only the repository needs would be read by nobody. */
function shippedManifest() {
  const { scripts: _scripts, devDependencies: _dev, ...rest } = manifest;
  return `${JSON.stringify(rest, null, 2)}\n`;
}

/** Builds for production and packs; returns the path of the .vsix. */
export function makeVsix() {
  rmSync(stage, { recursive: true, force: true });
  mkdirSync(stage, { recursive: true });
  for (const name of SHIPPED)
    cpSync(path.join(root, name), path.join(stage, name), { recursive: true, filter: isShipped });
  writeFileSync(path.join(stage, 'package.json'), shippedManifest());
  writeFileSync(path.join(stage, 'README.md'), withoutPictures(readFileSync(path.join(root, 'README.md'), 'utf8')));
  const run = (...args) => execFileSync(process.execPath, args, { cwd: stage, stdio: ['ignore', 'pipe', 'pipe'] });
  try {
    run(path.join(root, 'server/dev/build.mjs'), '--production', '--into', stage);
    const vsce = path.join(root, 'node_modules/@vscode/vsce/vsce');
    const flags = ['--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links'];
    run(vsce, 'package', ...flags, '--out', vsix);
  } catch (error) {
    throw new Error(`the package was not made: ${error.stdout ?? ''}${error.stderr ?? error.message}`);
  }
  return vsix;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const megabytes = statSync(makeVsix()).size / 1024 / 1024;
  console.log(`${path.basename(vsix)}: ${megabytes.toFixed(2)} MB`);
}

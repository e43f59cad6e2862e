// Bundles the extension, the language server and the command line into client/dist and server/dist.
// `--production` minifies and leaves source maps out; `--into FOLDER` puts both below another folder.
import { chmodSync, cpSync, rmSync } from 'node:fs';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));
const production = process.argv.includes('--production');
const into = process.argv.includes('--into') ? process.argv[process.argv.indexOf('--into') + 1] : root;

const bundles = [
  { from: 'client/src/extension.ts', to: 'client/dist/extension.cjs', external: ['vscode'] },
  { from: 'server/src/lsp/main.ts', to: 'server/dist/server.cjs' },
  { from: 'server/src/cli/main.ts', to: 'server/dist/cli.cjs', executable: true },
];

// esbuild empties import.meta in CommonJS; the parser's loader needs it to find its WebAssembly.
const importMeta = "const __importMetaUrl=require('node:url').pathToFileURL(__filename).href;";

async function bundle({ from, to, external = [], executable = false }) {
  await esbuild.build({
    entryPoints: [path.join(root, from)],
    outfile: path.join(into, to),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: [...external, 'pg-native'],
    define: { 'import.meta.url': '__importMetaUrl' },
    banner: { js: (executable ? '#!/usr/bin/env node\n' : '') + importMeta },
    sourcemap: production ? false : 'linked',
    minify: production,
    legalComments: 'none',
    logLevel: 'warning',
    logLimit: 5,
    // A name that is not there fails when it is called; better here.
    logOverride: { 'import-is-undefined': 'error' },
  });
  if (executable) chmodSync(path.join(into, to), 0o755);
}

for (const dir of ['client/dist', 'server/dist']) rmSync(path.join(into, dir), { recursive: true, force: true });
for (const entry of bundles) {
  try {
    await bundle(entry);
  } catch {
    // esbuild has printed why; the other bundles may still be made.
    console.error(`could not build ${entry.to}`);
    process.exitCode = 1;
  }
}
cpSync(
  path.join(root, 'node_modules/libpg-query/wasm/libpg-query.wasm'),
  path.join(into, 'server/dist/libpg-query.wasm'),
);

// Bundles the extension, the language server and the command line into client/dist and server/dist.
// `--production` minifies and leaves source maps out.
import { chmodSync, cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));
const production = process.argv.includes('--production');

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
    outfile: path.join(root, to),
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
  });
  if (executable) chmodSync(path.join(root, to), 0o755);
}

for (const dir of ['client/dist', 'server/dist']) rmSync(path.join(root, dir), { recursive: true, force: true });
for (const entry of bundles) {
  if (!existsSync(path.join(root, entry.from))) {
    console.log(`skipped ${entry.to}: ${entry.from} is not there`);
    continue;
  }
  try {
    await bundle(entry);
  } catch {
    // esbuild has printed why; the other bundles may still be made.
    console.error(`could not build ${entry.to}`);
    process.exitCode = 1;
  }
}
mkdirSync(path.join(root, 'server/dist'), { recursive: true });
cpSync(
  path.join(root, 'node_modules/libpg-query/wasm/libpg-query.wasm'),
  path.join(root, 'server/dist/libpg-query.wasm'),
);

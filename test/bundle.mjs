// Bundles test files, so that a process for each of them starts in a moment: transpiling and loading the product
// module by module took longer than the tests. What several files import is one chunk of its own.
import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import esbuild from 'esbuild';

/** A bundled module still says where its source lies: tests find their fixtures beside themselves. */
function ownPlace(root) {
  return {
    name: 'import.meta of the source',
    setup(build) {
      build.onLoad({ filter: /\.(ts|mjs)$/ }, ({ path: file }) => {
        if (!file.startsWith(root) || file.includes(`${path.sep}node_modules${path.sep}`)) return undefined;
        const text = readFileSync(file, 'utf8');
        if (!text.includes('import.meta')) return undefined;
        const [url, dirname] = [pathToFileURL(file).href, path.dirname(file)].map((at) => JSON.stringify(at));
        // On the first line, so that the other lines keep their numbers.
        const contents = `const __ownUrl = ${url}, __ownDirname = ${dirname}; ${text}`;
        return { contents, loader: file.endsWith('.ts') ? 'ts' : 'js' };
      });
    },
  };
}

/**
 * Bundles each test file into the folder; gives the bundles, in the same order.
 * The folder lies below the root: packages are not bundled, and Node looks for them upwards.
 * Throws where a file cannot be bundled; esbuild has printed why.
 */
export async function bundleTests(root, files, folder) {
  await esbuild.build({
    entryPoints: files.map((file) => path.join(root, file)),
    outdir: folder,
    outbase: root,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'linked',
    define: { 'import.meta.url': '__ownUrl', 'import.meta.dirname': '__ownDirname' },
    plugins: [ownPlace(root)],
    logLevel: 'warning',
  });
  return files.map((file) => path.join(folder, file.replace(/\.ts$/, '.mjs')));
}

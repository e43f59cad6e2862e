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
 * How esbuild bundles test files into a folder. The folder lies below the root: packages are not bundled, and Node
 * looks for them upwards.
 */
export function bundleOptions(root, files, folder) {
  return {
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
  };
}

/** Where the bundle of a test file is. */
export function bundleOf(file, folder) {
  return path.join(folder, file.replace(/\.ts$/, '.mjs'));
}

/** Bundles each test file; gives the bundles, in the same order. Throws where one cannot be bundled; esbuild has printed why. */
export async function bundleTests(root, files, folder) {
  await esbuild.build(bundleOptions(root, files, folder));
  return files.map((file) => bundleOf(file, folder));
}

// Tests run against a product with one change in it. The change is in the bundle of the tests only.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import esbuild from 'esbuild';
import { bundleOf, bundleOptions } from '../bundle.mjs';

/** How near a test is to a source: parts of their paths that both have. */
function nearness(test, source) {
  const names = new Set(source.replace(/\.ts$/, '').split('/').slice(2));
  return test
    .replace('.test.ts', '')
    .split('/')
    .filter((part) => names.has(part)).length;
}

/** What ends the tests that run. */
const running = new Set();

/** Runs one bundled test file until it ends, its time is over or `signal` says stop; whether it passed. */
function passes(file, root, ms, signal) {
  return new Promise((resolve) => {
    // A group of its own: what the test started ends with it.
    const child = spawn(process.execPath, [file], { cwd: root, stdio: 'ignore', detached: true });
    const end = () => {
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
    };
    const timer = setTimeout(end, ms);
    running.add(end);
    signal?.addEventListener('abort', end);
    child.once('exit', (status) => {
      clearTimeout(timer);
      running.delete(end);
      signal?.removeEventListener('abort', end);
      resolve(status === 0);
    });
  });
}

export class Trials {
  #root;
  #folder;
  #context;
  /** The text that stands for one source: `{ file, contents }`. */
  #changed;
  /** Sources of each test's bundle. */
  #sources = new Map();
  /** Milliseconds that a test takes without a change. */
  #times = new Map();

  /** `tests` relative to the root. Bundles go to a folder below `.build`, which `close` removes. */
  static async start(root, tests) {
    const trials = new Trials();
    trials.#root = root;
    mkdirSync(path.join(root, '.build'), { recursive: true });
    trials.#folder = mkdtempSync(path.join(root, '.build/mutate-'));
    const base = bundleOptions(root, tests, trials.#folder);
    const change = {
      name: 'one change',
      setup(build) {
        build.onLoad({ filter: /\.ts$/ }, ({ path: file }) =>
          trials.#changed?.file === file ? { contents: trials.#changed.contents, loader: 'ts' } : undefined,
        );
      },
    };
    trials.#context = await esbuild.context({
      ...base,
      plugins: [change, ...base.plugins],
      metafile: true,
      sourcemap: false,
      logLevel: 'silent',
    });
    const { metafile } = await trials.#context.rebuild();
    trials.#readSources(metafile.outputs, new Set(tests));
    return trials;
  }

  #readSources(outputs, tests) {
    const below = (output, seen) => {
      if (seen.has(output)) return [];
      seen.add(output);
      const { inputs, imports } = outputs[output];
      return [...Object.keys(inputs), ...imports.filter((i) => !i.external).flatMap((i) => below(i.path, seen))];
    };
    for (const [output, { entryPoint }] of Object.entries(outputs)) {
      // What is imported while running is an entry point, too.
      if (tests.has(entryPoint)) this.#sources.set(entryPoint, new Set(below(output, new Set())));
    }
  }

  /** The tests that import a source (relative to the root): the nearest first, then the quickest. */
  testsOf(source) {
    return [...this.#sources]
      .filter(([, sources]) => sources.has(source))
      .map(([test]) => test)
      .sort(
        (a, b) => nearness(b, source) - nearness(a, source) || (this.#times.get(a) ?? 0) - (this.#times.get(b) ?? 0),
      );
  }

  /** Runs the tests of these sources without a change, to know how long each takes. Throws when one fails. */
  async measure(sources) {
    for (const test of new Set(sources.flatMap((source) => this.testsOf(source)))) {
      const began = Date.now();
      if (!(await passes(bundleOf(test, this.#folder), this.#root, 300_000)))
        throw new Error(`${test} fails without any change`);
      this.#times.set(test, Date.now() - began);
    }
  }

  /** The first test that fails with the change; `undefined` when none does. Rejects when it is no program. */
  async killer(source, contents) {
    this.#changed = { file: path.join(this.#root, source), contents };
    rmSync(this.#folder, { recursive: true });
    mkdirSync(this.#folder);
    await this.#context.rebuild();
    return this.#firstFailing(this.testsOf(source));
  }

  /** One test on each core, until one fails. */
  async #firstFailing(tests) {
    const stop = new AbortController();
    const left = [...tests];
    let failing;
    const worker = async () => {
      for (let test = left.shift(); test && !failing; test = left.shift()) {
        const ms = 3 * this.#times.get(test) + 20_000;
        if (await passes(bundleOf(test, this.#folder), this.#root, ms, stop.signal)) continue;
        failing ??= test;
        stop.abort();
      }
    };
    await Promise.all(Array.from({ length: os.availableParallelism() }, worker));
    return failing;
  }

  /** Ends the tests that run and removes the bundles, at once: for a process that is to end. */
  abandon() {
    for (const end of running) end();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async close() {
    await this.#context.dispose();
    this.abandon();
  }
}

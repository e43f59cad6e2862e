// Tries small wrong changes and prints those that no test notices: `npm run mutate -- server/src/core/effects`.
//   --sample N    so many changes, spread evenly over all (40 unless said; `all`)
//   --seed N      another sample
//   --kind WORDS  only changes of these kinds, as printed: operator,condition
//   --tests WORDS only test files whose names hold one of these words
//   --suite NAME  tests of this suite: unit (unless said) or postgres
// No file of the repository is ever written.
import { readdirSync, statSync } from 'node:fs';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { testFiles } from '../files.mjs';
import { Mutator } from './mutants.mjs';
import { Trials } from './trials.mjs';

const root = path.resolve(fileURLToPath(new URL('../..', import.meta.url)));
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sample: { type: 'string', default: '40' },
    seed: { type: 'string', default: '1' },
    kind: { type: 'string' },
    tests: { type: 'string' },
    suite: { type: 'string', default: 'unit' },
  },
});

/** Sources below a path, relative to the root. */
function sourcesAt(at) {
  const full = path.resolve(at);
  const files = statSync(full).isDirectory()
    ? readdirSync(full, { recursive: true })
        .filter((name) => name.endsWith('.ts'))
        .sort()
        .map((name) => path.join(full, name))
    : [full];
  return files.map((file) => path.relative(root, file).split(path.sep).join('/'));
}

/** Every change to the sources that the options ask for, in order. */
function changes(sources) {
  const kinds = options.kind?.split(',');
  return sources.flatMap((source) => {
    const { text, mutants } = mutator.mutants(path.join(root, source));
    return mutants.filter(({ kind }) => !kinds || kinds.includes(kind)).map((mutant) => ({ source, text, ...mutant }));
  });
}

/** Spread evenly over the list, beginning at a place that the seed chooses. */
function sampled(list) {
  const count = options.sample === 'all' ? list.length : Math.min(Number(options.sample), list.length);
  const step = list.length / count;
  // Knuth's multiplicative hash: neighbouring seeds begin far apart.
  const offset = ((Number(options.seed) * 2654435761) % 2 ** 32) / 2 ** 32;
  return Array.from({ length: count }, (_, i) => list[Math.floor((i + offset) * step)]);
}

/** Where and what, before and after. */
function shown({ source, text, start, end, to, kind }) {
  const short = (s) => (s.length > 90 ? `${s.slice(0, 60)} … ${s.slice(-25)}` : s).replace(/\s+/g, ' ');
  const line = text.slice(0, start).split('\n').length;
  return `${source}:${line} ${kind}\n    - ${short(text.slice(start, end))}\n    + ${short(to) || '(nothing)'}`;
}

const mutator = new Mutator(root);
const sources = positionals.flatMap(sourcesAt);
const all = sources.length > 0 ? changes(sources) : [];
if (all.length === 0) {
  console.error(
    'Usage: npm run mutate -- FILE OR FOLDER OF server/src … [--sample N] [--seed N] [--kind …] [--tests …]',
  );
  process.exit(2);
}
const chosen = sampled(all);
const filters = options.tests?.split(',');
const tests = testFiles(root, options.suite).filter((test) => !filters || filters.some((word) => test.includes(word)));
const trials = await Trials.start(root, tests);
for (const signal of ['SIGINT', 'SIGTERM']) {
  // Nothing to wait for: the bundler may be in the middle of its work.
  process.on(signal, () => {
    trials.abandon();
    process.exit(1);
  });
}
const began = Date.now();
const count = { killed: 0, survived: 0, invalid: 0 };
try {
  await trials.measure([...new Set(chosen.map(({ source }) => source))]);
  for (const mutant of chosen) {
    const { source, text, start, end, to } = mutant;
    const contents = text.slice(0, start) + to + text.slice(end);
    if (!mutator.isTyped(path.join(root, source), contents)) {
      count.invalid++;
      continue;
    }
    const killer = await trials.killer(source, contents);
    count[killer === undefined ? 'survived' : 'killed']++;
    if (killer === undefined) console.log(`${shown(mutant)}\n    survives ${trials.testsOf(source).length} test files`);
  }
} finally {
  mutator.close();
  await trials.close();
}
const { killed, survived, invalid } = count;
console.log(
  `${all.length} changes are possible in ${sources.length} files. Made: ${killed + survived} (${invalid} more fail the type check). ` +
    `Killed: ${killed}. Survived: ${survived}. ${Math.round((Date.now() - began) / 1000)} s`,
);

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import fc from 'fast-check';
import { loadParser, readScript } from '../../../server/src/core/sql/read.js';
import { blocksIn, statementsInBody } from '../../../server/src/core/sql/plpgsql.js';
import { corpusFiles, corpusMissing } from './corpus.js';

before(loadParser);

test('every file of the corpus is read; only the known bad downs are errors', { skip: corpusMissing }, (t) => {
  const bad: string[] = [];
  let statements = 0;
  let items = 0;
  const files = corpusFiles();
  for (const { path, text } of files) {
    const script = readScript(text);
    statements += script.statements.length;
    for (const error of script.errors) bad.push(`${path.split('/')[0]} ${error.message}`);
    for (const block of script.statements.flatMap(blocksIn)) {
      for (const item of statementsInBody(block)) {
        items++;
        if (block.exact) assert.equal(text.slice(item.span.start, item.span.end), item.text);
      }
    }
  }
  t.diagnostic(`${files.length} files, ${statements} statements, ${items} statements inside bodies`);
  assert.equal(files.length, 2232);
  assert.deepEqual(bad, [
    'crates.io syntax error at or near "ALTER"',
    'minder syntax error at or near "ALTER"',
    'minder syntax error at or near "ON"',
    'minder syntax error at or near "ON"',
  ]);
});

test('files cut off anywhere or damaged never throw', { skip: corpusMissing }, () => {
  const files = corpusFiles().filter(({ text }) => text.length > 200 && text.length < 20_000);
  const damaged = fc
    .record({ file: fc.constantFrom(...files), at: fc.nat(), rest: fc.nat(40), junk: fc.string({ maxLength: 6, unit: 'binary' }) })
    .map(({ file, at, rest, junk }) => {
      const cut = at % file.text.length;
      return rest % 2 ? file.text.slice(0, cut) : file.text.slice(0, cut) + junk + file.text.slice(cut + rest);
    });
  fc.assert(
    fc.property(damaged, (text) => {
      const script = readScript(text);
      for (const statement of script.statements) for (const block of blocksIn(statement)) statementsInBody(block);
    }),
    { numRuns: 400 },
  );
});

test('a key stroke in the largest file of the corpus takes a few milliseconds', { skip: corpusMissing }, (t) => {
  const largest = corpusFiles().reduce((a, b) => (a.text.length > b.text.length ? a : b));
  let script = readScript(largest.text);
  const times: number[] = [];
  for (let i = 0; i < 40; i++) {
    const at = Math.floor((largest.text.length * i) / 40);
    const text = `${largest.text.slice(0, at)}x${largest.text.slice(at)}`;
    const start = performance.now();
    script = readScript(text, { previous: script });
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  t.diagnostic(`${largest.path}: ${largest.text.length} characters, median ${times[20]!.toFixed(2)} ms, worst ${times[39]!.toFixed(2)} ms`);
  assert.ok(times[20]! < 50);
});

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import fc from 'fast-check';
import { type ParsedStatement, parseSql } from '../../../server/src/core/sql/parser.js';
import { blocksIn, statementsInBody } from '../../../server/src/core/sql/plpgsql.js';
import { loadParser, readScript } from '../../../server/src/core/sql/read.js';
import { Utf8Offsets } from '../../../server/src/core/text/utf8.js';
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
    // A statement without its semicolon, which a mark ends: its tool cuts the file there.
    'hatchet syntax error at or near "ALTER"',
    'minder syntax error at or near "ALTER"',
    'minder syntax error at or near "ON"',
    'minder syntax error at or near "ON"',
  ]);
});

/** Every `location` in a tree, by its path. */
function locationsIn(value: unknown, path = '', found = new Map<string, number>()): Map<string, number> {
  if (typeof value !== 'object' || value === null) return found;
  for (const [key, inner] of Object.entries(value)) {
    if (key === 'location' && typeof inner === 'number') found.set(path, inner);
    else locationsIn(inner, `${path}/${key}`, found);
  }
  return found;
}

test('cut into statements, a file gives the trees and places that PostgreSQL gives for the whole of it', {
  skip: corpusMissing,
}, (t) => {
  let statements = 0;
  let locations = 0;
  for (const { path, text } of corpusFiles()) {
    const whole = parseSql(text);
    const script = readScript(text);
    if (!whole.ok || script.errors.length > 0) continue;
    const offsets = new Utf8Offsets(text);
    assert.deepEqual(
      script.statements.map((s) => s.kind),
      whole.statements.map((s) => s.kind),
      path,
    );
    for (const [n, statement] of script.statements.entries()) {
      const parsed: ParsedStatement = whole.statements[n]!;
      statements++;
      if (parsed.end !== undefined) assert.equal(statement.fullSpan.end, offsets.toUtf16(parsed.end) + 1, path);
      assert.ok(statement.span.start >= offsets.toUtf16(parsed.start), path);
      const here = locationsIn(statement.node);
      const there = locationsIn(parsed.node);
      for (const [place, location] of there) {
        // The JSON of libpg_query leaves a location of 0 out: that of a statement's first token.
        if (location < 0) assert.equal(here.get(place), location, path);
        else assert.equal(statement.at(here.get(place) ?? 0), offsets.toUtf16(location), path);
        locations++;
      }
    }
  }
  t.diagnostic(`${statements} statements, ${locations} locations`);
  assert.ok(statements > 7_000);
});

test('after any edit of a real file, reading with the previous version gives the same as reading anew', {
  skip: corpusMissing,
}, () => {
  const files = corpusFiles().filter(({ text }) => text.length > 200 && text.length < 20_000);
  const edit = fc.record({
    at: fc.nat(),
    remove: fc.nat(30),
    insert: fc.constantFrom('', 'x', ';', "'", '$$', '(', '\n', '-- ', '/*', 'é', '\\'),
  });
  fc.assert(
    fc.property(fc.constantFrom(...files), fc.array(edit, { minLength: 1, maxLength: 4 }), (file, edits) => {
      let { text } = file;
      let script = readScript(text);
      for (const { at, remove, insert } of edits) {
        const place = at % (text.length + 1);
        text = text.slice(0, place) + insert + text.slice(place + remove);
        script = readScript(text, { previous: script });
        const fresh = readScript(text);
        const shape = (s: typeof script) => ({
          statements: s.statements.map((x) => [x.index, x.span, x.fullSpan, x.kind, x.node, x.tokens.length]),
          errors: s.errors.map((e) => [e.span, e.statement, e.message]),
          directives: s.directives,
          comments: s.comments,
        });
        assert.deepEqual(shape(script), shape(fresh));
      }
    }),
    { numRuns: 60 },
  );
});

test('files cut off anywhere or damaged never throw', { skip: corpusMissing }, () => {
  const files = corpusFiles().filter(({ text }) => text.length > 200 && text.length < 20_000);
  const damaged = fc
    .record({
      file: fc.constantFrom(...files),
      at: fc.nat(),
      rest: fc.nat(40),
      junk: fc.string({ maxLength: 6, unit: 'binary' }),
    })
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
  t.diagnostic(
    `${largest.path}: ${largest.text.length} characters, median ${times[20]!.toFixed(2)} ms, worst ${times[39]!.toFixed(2)} ms`,
  );
  assert.ok(times[20]! < 50);
});

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import fc from 'fast-check';
import type { Finding } from '../../server/src/core/rules/rule.js';
import { loadParser } from '../../server/src/core/sql/read.js';
import { applyEdits } from '../../server/src/core/text/edits.js';
import { tools } from '../../server/src/tools/index.js';
import { fixtureRules, fixturesOf, fixtureText } from '../rules/findings.js';
import { type FixtureWorld, fixtureWorld, setupOf } from '../world/fileContext.js';
import { modelOf } from '../world/sets.js';

before(loadParser);

/** `LOCKSTEP_FUZZ=50` tries fifty times as many. */
const MORE = Number(process.env.LOCKSTEP_FUZZ ?? 1);

/** Everything that a person might have been typing at: the fixtures of all rules. */
const fixtures = fixtureRules.flatMap((rule) => fixturesOf(rule).map((name) => fixtureText(rule, name)));

/** What opens, closes, nests or means something to a tool. */
const pieces = fc.oneof(
  fc.constantFrom(
    ...[
      ';',
      "'",
      '"',
      '$$',
      '$a$',
      '/*',
      '*/',
      '--',
      '\n',
      '\r\n',
      '(',
      ')',
      ',',
      '\\',
      '\0',
      '\ufeff',
      '😀',
      '\ud83d',
    ],
    ...[
      'BEGIN;',
      'COMMIT;',
      'ROLLBACK;',
      'DO $$ BEGIN',
      'END $$;',
      'CONCURRENTLY',
      'IF EXISTS',
      'CASCADE',
      'NULL',
      '${x}',
      ':v',
    ],
    ...[
      '-- lockstep:ignore drop-table',
      '-- lockstep:ignore-file',
      '-- +goose Down',
      '-- migrate:down',
      '\\restrict x',
    ],
  ),
  fc.constantFrom(...fixtures).chain((text) => fc.constantFrom(...text.split('\n'))),
  fc.string({ unit: 'binary', maxLength: 8 }),
);

/** A fixture with parts taken out, doubled, moved or put in. */
const damaged = fc
  .record({
    text: fc.constantFrom(...fixtures),
    changes: fc.array(
      fc.record({
        at: fc.double({ min: 0, max: 1, noNaN: true }),
        length: fc.nat(30),
        piece: pieces,
        doubled: fc.boolean(),
      }),
      { minLength: 1, maxLength: 6 },
    ),
  })
  .map(({ text, changes }) => {
    let result = text;
    for (const { at, length, piece, doubled } of changes) {
      const start = Math.floor(at * result.length);
      const taken = result.slice(start, start + length);
      result = result.slice(0, start) + piece + (doubled ? taken + taken : '') + result.slice(start + length);
    }
    return { text: result, setup: setupOf(text) };
  });

/** The text of a file, or what a fix would make of it. */
function checkFinding({ model }: FixtureWorld, f: Finding): void {
  const label = `${f.rule}: ${f.message}`;
  for (const { uri, span } of [f, ...f.related]) {
    const text = model.text(uri);
    assert.ok(text !== undefined, `${label}: ${uri} is not there`);
    assert.ok(
      0 <= span.start && span.start <= span.end && span.end <= text.length,
      `${label}: ${span.start}-${span.end}`,
    );
  }
  assert.ok(f.message.length > 0 && !/[\n\r]/.test(f.message), label);
  for (const fix of f.fixes) {
    assert.ok(fix.edits.length + fix.newFiles.length > 0, `${label}: ${fix.title} does nothing`);
    for (const { uri, edits } of fix.edits) applyEdits(model.text(uri)!, edits);
    for (const { uri } of fix.newFiles) assert.ok(!model.has(uri), `${label}: ${uri} is there`);
  }
}

test('whatever a file says, it is analysed without an error, findings lie in their files, and fixes can be made', () => {
  fc.assert(
    fc.property(damaged, ({ text, setup }) => {
      const world = fixtureWorld(text, setup);
      const findings = world.model.uris().flatMap((uri) => [...world.model.findings(uri)]);
      assert.deepEqual(world.errors, []);
      for (const finding of findings) checkFinding(world, finding);
    }),
    { numRuns: 250 * MORE },
  );
});

test('where the text could be read, what a fix makes of it can be read as well', () => {
  fc.assert(
    fc.property(damaged, ({ text, setup }) => {
      const world = fixtureWorld(text, setup);
      const { model, uri } = world;
      if (model.scripts(uri)[0]!.errors.length > 0) return;
      const fixes = model.findings(uri).flatMap((f) => [...f.fixes]);
      for (const fix of fixes) {
        for (const { uri: other, edits } of fix.edits) {
          const before = model.scripts(other).flatMap((s) => s.errors).length;
          const changed = fixtureWorld(text, setup);
          changed.setFile(other, applyEdits(model.text(other)!, edits));
          const errors = changed.model.scripts(other).flatMap((s) => s.errors);
          assert.ok(errors.length <= before, `${fix.title}\n${changed.model.text(other)}`);
        }
      }
    }),
    { numRuns: 120 * MORE },
  );
});

test('a suppression takes away findings of its rule, and no other', () => {
  const count = (world: FixtureWorld, but: string) => {
    const tally: Record<string, number> = {};
    for (const { rule, message } of world.model.findings(world.uri)) {
      if (rule === but || rule.endsWith('suppression')) continue;
      const key = `${rule}: ${message}`;
      tally[key] = (tally[key] ?? 0) + 1;
    }
    return tally;
  };
  fc.assert(
    fc.property(
      fc.constantFrom(...fixtures.filter((text) => !text.includes('lockstep:ignore'))),
      fc.constantFrom(...fixtureRules),
      fc.nat(),
      fc.boolean(),
      (text, rule, nth, wholeFile) => {
        const setup = setupOf(text);
        const plain = fixtureWorld(text, setup);
        const { statements } = plain.model.scripts(plain.uri)[0]!;
        fc.pre(statements.length > 0);
        const at = statements[nth % statements.length]!.span.start;
        const comment = `-- lockstep:ignore${wholeFile ? '-file' : ''} ${rule} -- a reason\n`;
        const ignored = fixtureWorld(text.slice(0, at) + comment + text.slice(at), setup);
        assert.deepEqual(count(ignored, rule), count(plain, rule));
        const own = (world: FixtureWorld) => world.model.findings(world.uri).filter((f) => f.rule === rule).length;
        assert.ok(own(ignored) <= own(plain));
        if (wholeFile) assert.equal(own(ignored), 0);
      },
    ),
    { numRuns: 250 * MORE },
  );
});

/** Names as people, tools and attackers give them. */
const name = fc.oneof(
  fc.constantFrom(
    ...[
      '001_a.sql',
      '001_a.down.sql',
      '1_a.up.sql',
      '1_a.down.sql',
      '2024-01-01-000000_x',
      'up.sql',
      'down.sql',
      'metadata.toml',
    ],
    ...[
      '002_b_down.sql',
      '001.sql',
      '_.sql',
      '.sql',
      'V1__a.sql',
      '99999999999999999999_big.sql',
      'diesel.toml',
      'Cargo.toml',
    ],
    ...[
      'migrations',
      'db',
      'tests',
      'node_modules',
      '20240131101500_goose.sql',
      '001_ü 😀.sql',
      '001_a%2F.sql',
      '001_a#b?.sql',
    ],
  ),
  fc.stringMatching(/^\d{1,3}[_-][a-z]{0,3}(\.(up|down))?\.sql$/),
  fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 6 })
    .filter((s) => !s.includes('/') && s !== '.' && s !== '..'),
);
const tree = fc.uniqueArray(
  fc.record({
    path: fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/')),
    text: fc.constantFrom(
      'CREATE TABLE a (id int);\n',
      '-- +goose Up\nCREATE TABLE b (id int);\n-- +goose Down\nDROP TABLE b;\n',
      '-- migrate:up\nSELECT 1;\n-- migrate:down\nSELECT 2;\n',
      'run_in_transaction = false\n',
      '[migrations_directory]\ndir = "db"\n',
      '',
    ),
  }),
  { selector: ({ path }) => path, maxLength: 12 },
);

test('whatever files there are, each belongs to one migration at most, and versions run in one order', () => {
  fc.assert(
    fc.property(tree, (files) => {
      const errors: unknown[] = [];
      const model = modelOf(
        'file:///w',
        { pgVersion: 14, rules: {}, migrations: [], baseline: undefined },
        () => new Date(0),
        (error) => errors.push(error),
      );
      const uriOf = (path: string) => `file:///w/${path.split('/').map(encodeURIComponent).join('/')}`;
      for (const { path, text } of files) model.setFile(uriOf(path), path, text);
      const keys: string[] = [];
      for (const set of model.sets()) {
        assert.ok(tools.known.includes(set.tool));
        assert.equal(new Set(set.migrations.map((m) => m.id)).size, set.migrations.length, 'ids are unambiguous');
        for (const { up, down } of set.migrations) {
          assert.ok(up ?? down, 'a migration has a half');
          for (const half of [up, down]) if (half) keys.push(half.key);
        }
        for (let i = 1; i < set.migrations.length; i++)
          assert.ok(set.tool.compare(set.migrations[i - 1]!.version, set.migrations[i]!.version) <= 0);
      }
      assert.equal(new Set(keys).size, keys.length, 'a half belongs to one migration');
      for (const key of keys)
        assert.ok(
          files.some(({ path }) => uriOf(path) === key.split('#')[0]),
          key,
        );
      for (const { path } of files) model.findings(uriOf(path));
      assert.deepEqual(errors, []);
    }),
    { numRuns: 250 * MORE },
  );
});

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import fc from 'fast-check';
import { type LedgerFact, WorkspaceModel } from '../../server/src/core/model.js';
import { loadParser } from '../../server/src/core/sql/read.js';
import { tools } from '../../server/src/tools/index.js';

before(loadParser);

const ROOT = 'file:///w';
const CONFIG = { pgVersion: 14, rules: {}, migrations: [], baseline: undefined } as const;
const NOW = () => new Date('2026-11-21T06:05:04Z');

function empty(): WorkspaceModel {
  return new WorkspaceModel(ROOT, CONFIG, { tools, now: NOW, onError: assert.ifError });
}

type Files = Map<string, string>;

function fresh(files: Files, ledger: ReadonlyMap<string, LedgerFact>): WorkspaceModel {
  const model = empty();
  for (const [path, text] of files) model.setFile(`${ROOT}/${path}`, path, text);
  for (const { folder } of model.sets()) model.setLedger(folder, ledger);
  return model;
}

/** All that somebody sees of a file, what the fixes would write included. */
function seen(model: WorkspaceModel, path: string): unknown {
  const uri = `${ROOT}/${path}`;
  return [
    model.findings(uri).map(({ rule, severity, span, message, detail, related, fixes }) => {
      return {
        rule,
        severity,
        span,
        message,
        detail,
        related,
        fixes: fixes.map((f) => [f.title, f.edits, f.newFiles]),
      };
    }),
    model.contexts(uri).map((c) => c.statements.map((s) => [s.statement.span, s.effect, s.unit, s.lockTimeout])),
    model.scripts(uri).map((s) => s.errors),
  ];
}

function sameAsFresh(model: WorkspaceModel, files: Files, ledger: ReadonlyMap<string, LedgerFact>): void {
  const other = fresh(files, ledger);
  for (const path of files.keys()) assert.deepEqual(seen(model, path), seen(other, path), path);
}

test('a constraint that proves NOT NULL by hand counts as long as it is there', () => {
  const files: Files = new Map([
    ['m/001_a.sql', 'ALTER TABLE users ADD CONSTRAINT c CHECK (mail IS NOT NULL);\n'],
    ['m/001_a.down.sql', 'ALTER TABLE users DROP CONSTRAINT c;\n'],
    ['m/002_b.sql', 'ALTER TABLE users ALTER COLUMN mail SET NOT NULL;\n'],
    ['m/002_b.down.sql', 'ALTER TABLE users ALTER COLUMN mail DROP NOT NULL;\n'],
  ]);
  const model = fresh(files, new Map());
  sameAsFresh(model, files, new Map());
  files.set('m/001_a.sql', 'SELECT 1;\n');
  model.setFile(`${ROOT}/m/001_a.sql`, 'm/001_a.sql', 'SELECT 1;\n');
  assert.ok(model.findings(`${ROOT}/m/002_b.sql`).some((f) => f.rule === 'set-not-null-unproved'));
  sameAsFresh(model, files, new Map());
});

test('a file that comes or goes changes the number of what a fix makes, in all other files', () => {
  const files: Files = new Map([
    ['m/001_a.sql', 'CREATE INDEX users_mail ON users (mail);\nSELECT 1;\n'],
    ['m/002_b.sql', 'ALTER TABLE users ADD CONSTRAINT c CHECK (mail IS NOT NULL);\n'],
    ['m/002_b.down.sql', 'ALTER TABLE users DROP CONSTRAINT c;\n'],
  ]);
  const model = fresh(files, new Map());
  const made = () => {
    const found = [...files.keys()].flatMap((path) => model.findings(`${ROOT}/${path}`));
    return found.flatMap((f) => f.fixes.flatMap((fix) => fix.newFiles.map((file) => file.uri.slice(ROOT.length))));
  };
  assert.ok(made().some((uri) => uri.startsWith('/m/003_')));
  files.set('m/010_e.sql', 'SELECT 1;\n');
  model.setFile(`${ROOT}/m/010_e.sql`, 'm/010_e.sql', 'SELECT 1;\n');
  assert.ok(made().some((uri) => uri.startsWith('/m/011_')));
  sameAsFresh(model, files, new Map());
  files.delete('m/010_e.sql');
  model.setFile(`${ROOT}/m/010_e.sql`, 'm/010_e.sql', undefined);
  assert.ok(made().some((uri) => uri.startsWith('/m/003_')));
  sameAsFresh(model, files, new Map());
});

/** Statements that meet each other: tables, columns, indexes, constraints, views, types and what takes them away. */
const STATEMENTS = [
  'CREATE TABLE users (id bigint PRIMARY KEY, mail text);',
  'CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint REFERENCES users (id));',
  'ALTER TABLE users ADD COLUMN tag varchar(20);',
  'ALTER TABLE users ALTER COLUMN tag TYPE varchar(10);',
  'ALTER TABLE users ADD CONSTRAINT c CHECK (mail IS NOT NULL) NOT VALID;',
  'ALTER TABLE users VALIDATE CONSTRAINT c;',
  'ALTER TABLE users ALTER COLUMN mail SET NOT NULL;',
  'CREATE INDEX users_mail ON users (mail);',
  'CREATE INDEX CONCURRENTLY users_tag ON users (tag);',
  'DROP INDEX users_mail;',
  'DROP TABLE orders;',
  'ALTER TABLE users RENAME COLUMN mail TO email;',
  'ALTER TABLE users DROP COLUMN tag;',
  'UPDATE users SET tag = lower(mail);',
  "SET lock_timeout = '5s';",
  'BEGIN;',
  'COMMIT;',
  'CREATE VIEW v AS SELECT id FROM users;',
  "CREATE TYPE mood AS ENUM ('a');",
  "ALTER TYPE mood ADD VALUE 'b';",
  'DO $$ BEGIN UPDATE users SET tag = 1; END $$;',
  'CREATE MATERIALIZED VIEW mv AS SELECT id FROM users WITH NO DATA;',
  'REFRESH MATERIALIZED VIEW mv;',
  '-- lockstep:ignore set-not-null-unproved -- because',
  '-- lockstep:ignore-file create-index-blocking -- because',
  '-- ==== DOWN ====',
  'SELECT \uD83D;',
  "SELECT '😀é';",
  'ALTER TABLE',
  '$$',
];
const PATHS = ['001_a', '002_b', '003_c', '0003_d', '010_e'].flatMap((stem) => [`m/${stem}.sql`, `m/${stem}.down.sql`]);
const text = fc
  .tuple(fc.array(fc.constantFrom(...STATEMENTS), { maxLength: 5 }), fc.constantFrom('\n', '\r\n', ' '))
  .map(([lines, eol]) => lines.join(eol) + eol);

type Step =
  | { readonly kind: 'put'; readonly path: string; readonly text: string }
  | { readonly kind: 'delete'; readonly path: string }
  | {
      readonly kind: 'splice';
      readonly path: string;
      readonly at: number;
      readonly cut: number;
      readonly insert: string;
    }
  | { readonly kind: 'ledger'; readonly id: string; readonly state: LedgerFact['state'] }
  | { readonly kind: 'look'; readonly path: string };
const path = fc.constantFrom(...PATHS);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('put' as const), path, text }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), path }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('splice' as const),
      path,
      at: fc.nat(200),
      cut: fc.nat(12),
      insert: fc.constantFrom('', ' ', '\n', '\r', ';', "'", '-- ', 'x', '\uD83D', '\uDE00', 'NOT NULL', ...STATEMENTS),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('ledger' as const),
      id: fc.constantFrom('001', '002', '003'),
      state: fc.constantFrom('applied' as const, 'pending' as const, 'modified' as const),
    }),
  },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('look' as const), path }) },
);

test('after any edits the findings are those of a fresh model', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(path, text), { minLength: 3, maxLength: 10 }),
      fc.array(step, { maxLength: 14 }),
      (start, steps) => {
        const files: Files = new Map(start);
        const ledger = new Map<string, LedgerFact>();
        const model = fresh(files, ledger);
        const put = (at: string, value: string | undefined) => {
          if (value === undefined) files.delete(at);
          else files.set(at, value);
          model.setFile(`${ROOT}/${at}`, at, value);
        };
        for (const s of steps) {
          if (s.kind === 'put') put(s.path, s.text);
          else if (s.kind === 'delete') put(s.path, undefined);
          else if (s.kind === 'splice') {
            const old = files.get(s.path);
            if (old !== undefined) put(s.path, old.slice(0, s.at) + s.insert + old.slice(s.at + s.cut));
          } else if (s.kind === 'ledger') {
            ledger.set(s.id, { state: s.state, environment: 'local' });
            for (const { folder } of model.sets()) model.setLedger(folder, new Map(ledger));
          } else if (files.has(s.path)) seen(model, s.path);
        }
        for (const { folder } of model.sets()) model.setLedger(folder, new Map(ledger));
        sameAsFresh(model, files, ledger);
      },
    ),
    { numRuns: Number(process.env.LOCKSTEP_RUNS ?? 150) },
  );
});

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { PGlite } from '@electric-sql/pglite';
import fc from 'fast-check';
import { detectFolders } from '../../server/src/core/migrations/detect.js';
import { halfText } from '../../server/src/core/migrations/migration.js';
import type { MigrationSet } from '../../server/src/core/migrations/set.js';
import { statusOf } from '../../server/src/core/migrations/status.js';
import type { Tool } from '../../server/src/core/migrations/tool.js';
import { WorkspaceModel } from '../../server/src/core/model.js';
import { nextFiles } from '../../server/src/core/plans/scaffold.js';
import { loadParser } from '../../server/src/core/sql/read.js';
import { opensTransaction } from '../../server/src/core/transactions.js';
import type { Session } from '../../server/src/database/session.js';
import { chooseLedger } from '../../server/src/tools/choose.js';
import { ledgerKindOf, newSet, tools } from '../../server/src/tools/index.js';
import { fixtureFolders, fixtureText, projectOf, WORKSPACE } from './fixtures.js';

before(loadParser);

const NOW = new Date('2026-11-21T06:05:04.321Z');
const CONFIG = { pgVersion: 14, rules: {}, migrations: [], baseline: undefined } as const;

function modelOf(files: ReturnType<typeof projectOf>): WorkspaceModel {
  const model = new WorkspaceModel(WORKSPACE, CONFIG, { tools, now: () => NOW, onError: assert.ifError });
  for (const { uri, path, text } of files) model.setFile(uri, path, text);
  return model;
}

/** The one set of a fixture; the tool that it has to belong to is the one whose folder it lies in. */
function setOf(folder: string): MigrationSet {
  const sets = modelOf(projectOf(folder)).sets();
  assert.equal(sets.length, 1, `${folder}: ${sets.map((s) => s.folder).join(', ')}`);
  return sets[0]!;
}

const camel = (id: string) => id.replace(/-(\w)/g, (_, c: string) => c.toUpperCase());
const toolOf = (folder: string): Tool => {
  const found = tools.known.find((tool) => camel(tool.id) === folder);
  assert.ok(found, `${folder} is the folder of no tool`);
  return found;
};

test('every tool has a folder of its own with fixtures', () => {
  assert.deepEqual([...fixtureFolders()].sort(), tools.known.map((tool) => camel(tool.id)).sort());
});

test('ids, layouts of one id and titles are unambiguous; the tool for everything else is the last', () => {
  const ids = [...tools.known, ...tools.foreign].map((tool) => tool.id);
  assert.equal(new Set(ids).size, ids.length, ids.join());
  const layouts = tools.known.flatMap((tool) => tool.layouts);
  for (const layout of layouts) for (const other of layouts) if (layout.id === other.id) assert.equal(layout, other);
  assert.equal(tools.known.at(-1)?.id, newSet('file:///x').tool.id);
});

for (const folder of fixtureFolders()) {
  const tool = toolOf(folder);
  describe(`the contract of ${tool.title}`, () => {
    test('its project is detected, listed whole and without problems', () => {
      const set = setOf(folder);
      assert.equal(set.tool, tool);
      assert.deepEqual(set.problems, []);
      assert.ok(set.migrations.length > 1);
      for (const { id, up } of set.migrations) assert.ok(up, `${id} has no up`);
    });

    test('beside the projects of all other tools it claims its own and no other', () => {
      const files = fixtureFolders().flatMap((other) =>
        projectOf(other).map((f) => ({
          ...f,
          path: `${other}/${f.path}`,
          uri: f.uri.replace(WORKSPACE, `${WORKSPACE}/${other}`),
        })),
      );
      const claimed = detectFolders(files, { tools, root: WORKSPACE, named: [] }).filter(
        (found) => found.tool === tool,
      );
      assert.deepEqual(
        claimed.map((found) => found.folder.slice(WORKSPACE.length + 1).split('/')[0]),
        [folder],
      );
    });

    test('the order is total, and the list follows it', () => {
      const { migrations } = setOf(folder);
      const versions = migrations.map((m) => m.version);
      assert.equal(new Set(migrations.map((m) => m.id)).size, migrations.length);
      for (const [i, a] of versions.entries())
        for (const [j, b] of versions.entries())
          assert.equal(Math.sign(tool.compare(a, b)), Math.sign(i - j), `${a} and ${b}`);
    });

    test('what it scaffolds it reads back: after the last one, both halves as they were given', () => {
      const cases = [
        ['CREATE TABLE made (id bigint PRIMARY KEY);\n', 'DROP TABLE made;\n'],
        ['CREATE INDEX CONCURRENTLY made ON users (id);\n', 'DROP INDEX CONCURRENTLY made;\n'],
        [
          'CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$\nBEGIN\n  RETURN 1;\nEND\n$$;\n',
          'DROP FUNCTION f();\n',
        ],
      ] as const;
      for (const layout of tool.layouts) {
        for (const [up, down] of cases) {
          const own = setOf(folder);
          const before = own.layout === layout ? own : { ...newSet(`${WORKSPACE}/migrations`, tool.id), layout };
          const made = nextFiles(before, 'Do the thing', up, down, NOW);
          const files = [
            ...before.migrations.flatMap((m) => [m.up, m.down]).filter((f) => f !== undefined),
            ...made.map(({ uri, text }) => ({
              uri,
              text,
              path: decodeURIComponent(uri.slice(before.folder.length + 1)),
            })),
          ];
          const unique = [...new Map(files.map((f) => [f.uri, f])).values()];
          const after = tool.list({ folder: before.folder, layout, files: unique });
          assert.deepEqual(after.problems, []);
          assert.equal(after.migrations.length, before.migrations.length + 1);
          const last = after.migrations.findLast((m) => !m.kind)!;
          assert.equal(last.name, 'do_the_thing');
          const model = new WorkspaceModel(
            WORKSPACE,
            {
              ...CONFIG,
              migrations: [{ folder: before.folder.slice(WORKSPACE.length + 1), tool: tool.id, layout: layout.id }],
            },
            { tools, now: () => NOW, onError: assert.ifError },
          );
          for (const { uri, text } of unique)
            model.setFile(uri, decodeURIComponent(uri.slice(WORKSPACE.length + 1)), text);
          for (const [half, sql] of [
            [last.up, up],
            [last.down, down],
          ] as const) {
            assert.ok(half, layout.id);
            const script = model.half(half)!.script;
            assert.deepEqual(script.errors, []);
            assert.deepEqual(
              script.statements.map((s) => s.text),
              [sql.trim().replace(/;$/, '')],
              `${layout.id}: ${half.text}`,
            );
          }
        }
      }
    });

    test('nothing that it makes in a transaction is refused there, or that is said', () => {
      const made = nextFiles(
        setOf(folder),
        'x',
        'CREATE INDEX CONCURRENTLY made ON users (id);\n',
        'DROP INDEX CONCURRENTLY made;\n',
        NOW,
      );
      const files = [
        ...projectOf(folder),
        ...made.map(({ uri, text }) => ({ uri, text, path: decodeURIComponent(uri.slice(WORKSPACE.length + 1)) })),
      ];
      const model = modelOf(files);
      for (const { uri } of made) {
        const found = model.findings(uri).map((f) => f.rule);
        const half = model.sets()[0]!.migrations.at(-1)!.up!;
        const stays = opensTransaction(half.transaction) && tool.leaveTransaction === undefined;
        // A tool whose files cannot leave its transaction refuses the statement: then that is said.
        assert.equal(found.includes('concurrently-in-transaction'), stays, `${uri}: ${model.text(uri)}`);
      }
    });

    test('whatever a file holds, its halves lie in it, in order, and its text is lost in neither', () => {
      const cut = tool.layouts.find((layout) => layout.cut);
      if (!cut?.cut) return;
      const sample = projectOf(folder).filter((f) => f.path.endsWith('.sql'));
      const lines = [...new Set(sample.flatMap((f) => f.text.split('\n')))];
      fc.assert(
        fc.property(
          fc.array(fc.oneof(fc.constantFrom(...lines), fc.string({ maxLength: 20 })), { maxLength: 15 }),
          fc.constantFrom('\n', '\r\n'),
          (list, eol) => {
            const text = list.join(eol);
            const { up, down, problem } = cut.cut!(text);
            if (problem)
              assert.ok(problem.span.start >= 0 && problem.span.end <= text.length && problem.message.endsWith('.'));
            for (const part of [up, down]) {
              let last = 0;
              for (const { start, end } of part?.section.within ?? []) {
                assert.ok(start >= last && end >= start && end <= text.length);
                last = end;
              }
            }
            const ranges = [...(up?.section.within ?? []), ...(down?.section.within ?? [])].sort(
              (a, b) => a.start - b.start,
            );
            for (let i = 1; i < ranges.length; i++)
              assert.ok(ranges[i]!.start >= ranges[i - 1]!.end, 'the halves overlap');
          },
        ),
      );
    });

    test('an edit of any file gives the same list as reading it anew', () => {
      const files = projectOf(folder);
      const model = modelOf(files);
      model.sets();
      for (const file of files.filter((f) => f.path.endsWith('.sql'))) {
        for (const text of [
          '',
          `-- one more line\n${file.text}`,
          file.text.split('\n').slice(1).join('\n'),
          file.text,
        ]) {
          model.setFile(file.uri, file.path, text);
          const fresh = modelOf(files.map((f) => (f.uri === file.uri ? { ...f, text } : f)));
          const seen = (m: WorkspaceModel) =>
            m
              .sets()
              .map((s) => [
                s.tool.id,
                s.migrations.map((x) => [
                  x.id,
                  x.up && halfText(x.up),
                  x.up?.transaction,
                  x.down && halfText(x.down),
                  x.down?.transaction,
                ]),
                s.problems.map((p) => p.message).sort(),
              ]);
          // What a file is taken for is decided when files come and go, not while somebody types.
          if (fresh.sets()[0]?.tool === tool) assert.deepEqual(seen(model), seen(fresh), `${file.path}: ${text}`);
        }
      }
    });
  });
}

describe('tracking tables as the tools left them', () => {
  let db: PGlite;
  before(async () => {
    db = await PGlite.create();
  });
  after(() => db.close());
  const session = (): Session => ({
    processId: 1,
    query: async (sql, params) => ({ rows: (await db.query<Record<string, unknown>>(sql, params as unknown[])).rows }),
  });

  for (const folder of fixtureFolders()) {
    const tool = toolOf(folder);
    const table = fixtureText(folder, 'table.sql');
    if (!ledgerKindOf(tool)) continue;
    test(`${tool.title}: the rows mean what the tool means by them`, async () => {
      assert.ok(table, `${folder}/fixtures/table.sql is missing`);
      await db.exec('DROP SCHEMA public CASCADE; CREATE SCHEMA public; SET search_path = public');
      await db.exec(table);
      const set = setOf(folder);
      const ledger = await chooseLedger(session(), set, { table: undefined });
      const state = await ledger.read(session(), set);
      assert.equal(state.problem, undefined);
      const lines = statusOf(set, state, ledger.keeps).map((s) => `${s.version} ${s.name} ${s.state}`);
      assert.equal(`${lines.join('\n')}\n`, fixtureText(folder, 'status.txt'));
      // Whatever a search path says, the same table is meant; and every other tool leaves it alone.
      for (const other of fixtureFolders().filter((f) => f !== folder && ledgerKindOf(toolOf(f)))) {
        const theirs = setOf(other);
        const read = await (await chooseLedger(session(), theirs, { table: undefined })).read(session(), theirs);
        const same = ledgerKindOf(toolOf(other))!.table === ledger.table;
        // Only a version: as home-made tables are, which the ledger of numbered files keeps as they are.
        if (folder === 'dbmate' && other === 'plain') continue;
        if (read.problem === undefined)
          assert.ok(!same && read.entries.length === 0, `${other} takes the table of ${folder}`);
      }
    });
  }
});

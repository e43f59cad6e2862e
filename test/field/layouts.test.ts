import assert from 'node:assert/strict';
import { before } from 'node:test';
import { loadParser } from '../../server/src/core/sql/read.js';
import { planRun } from '../../server/src/runner/plan.js';
import { cli, folder } from '../cli/kit.js';
import { buildSet, foldersIn, layoutOf, modelOf } from '../world/sets.js';
import { report } from './kit.js';

before(loadParser);

const MADE = '-- made\nCREATE TABLE t (id bigint PRIMARY KEY);\n';

report(42, 'a second half by marks is found by lint, and never run along', async () => {
  for (const [up, down] of [
    ['-- Up Migration', '-- Down Migration'],
    ['-- +migrate Up', '-- +migrate Down'],
    ['-- +micrate Up', '-- +micrate Down'],
    ['', '-- ==== DOWN ===='],
    ['', '--//@UNDO'],
    ['', '-- rollback'],
  ]) {
    const text = `${up}\nCREATE TABLE IF NOT EXISTS members (id bigint);\n${down}\nDROP TABLE IF EXISTS members;\n`;
    const path = 'migrations/001_members.sql';
    const named = { folder: 'migrations', layout: layoutOf('plain'), tool: 'plain' };
    const model = modelOf(
      'file:///w',
      { pgVersion: 14, rules: {}, migrations: [named], baseline: undefined },
      () => new Date(0),
      assert.ifError,
    );
    model.setFile(`file:///w/${path}`, path, text);
    const [set] = model.sets();
    assert.ok(set);
    assert.deepEqual(
      model
        .findings(`file:///w/${path}`)
        .filter((f) => f.severity === 'error')
        .map((f) => f.rule),
      ['marks-of-another-tool'],
      down,
    );
    const plan = await planRun({
      set,
      state: { exists: false, entries: [], problem: undefined },
      keeps: { time: true, duration: true, checksum: true },
      direction: 'up',
      target: 'all',
      analyse: async () => assert.fail(`nothing is analysed: ${down}`),
    });
    assert.ok(!plan.ok, down);
    assert.match(plan.reason, /all of the file/, down);
  }
});

report(43, 'each new version is greater than all others, made within one second too', async () => {
  for (const [first, pattern] of [
    ['20240131101500_a.sql', /^migrations\/(\d{14})_/],
    ['1706695200_a.sql', /^migrations\/(\d{10})_/],
  ] as const) {
    const root = folder({ [`migrations/${first}`]: MADE, [`migrations/${first.replace('.sql', '.down.sql')}`]: '' });
    const versions: string[] = [];
    for (const name of ['one', 'two', 'three']) {
      const { out, code } = await cli(root, ['new', name]);
      assert.equal(code, 0, out);
      versions.push(pattern.exec(out)![1]!);
    }
    assert.deepEqual([...new Set(versions)].sort(), versions);
    assert.ok(versions[0]! > first);
  }
});

report(44, 'one numbered file in a folder called migrations is enough', async () => {
  const root = folder({ 'migrations/001_a.sql': MADE });
  const { out } = await cli(root, ['new', 'second']);
  assert.equal(out.split('\n')[0], 'migrations/002_second.sql');
  assert.match((await cli(root, ['lint'])).out, /1 files?|missing-down|001_a\.sql/);
});

report(45, 'two files with one number are found by lint, however the number is written', async () => {
  for (const other of ['002_c.sql', '2_c.sql']) {
    const root = folder({
      'migrations/001_a.sql': MADE,
      'migrations/002_b.sql': 'SELECT 1;\n',
      [`migrations/${other}`]: 'SELECT 2;\n',
    });
    const { code, out } = await cli(root, ['lint']);
    assert.equal(code, 1);
    assert.match(out, /duplicate-version/);
  }
});

report(48, 'a file that is renamed after it was applied stays the same migration', () => {
  const set = (path: string) =>
    buildSet({
      folder: 'file:///w/migrations',
      layout: layoutOf('plain'),
      tool: 'plain',
      files: [{ uri: `file:///w/migrations/${path}`, path, text: MADE }],
    });
  assert.equal(set('002_c.sql').migrations[0]!.version, set('002_better_name.sql').migrations[0]!.version);
  assert.equal(set('002_c.sql').migrations[0]!.id, set('002_better_name.sql').migrations[0]!.id);
});

report(46, 'the marks of dbmate are read as dbmate reads them, and the down is not judged as an up', () => {
  const path = 'db/migrations/20240101000000_t.sql';
  const model = modelOf(
    'file:///w',
    { pgVersion: 14, rules: {}, migrations: [], baseline: undefined },
    () => new Date(0),
    assert.ifError,
  );
  model.setFile(
    `file:///w/${path}`,
    path,
    '-- migrate:up\ncreate table t (id bigint);\n-- migrate:down\ndrop table t;\n',
  );
  const found = model.findings(`file:///w/${path}`).map((f) => f.rule);
  assert.ok(!found.includes('drop-table'), found.join());
  assert.equal(model.sets()[0]!.tool.id, 'dbmate');
  assert.equal(
    foldersIn([{ uri: `file:///w/${path}`, path, text: model.text(`file:///w/${path}`)! }], { root: 'file:///w' })[0]!
      .tool,
    'dbmate',
  );
});

report(47, 'a body that goose would cut, and CONCURRENTLY in its transaction, are errors', () => {
  const path = 'db/migrations/20240101000000_u.sql';
  const findings = (text: string) => {
    const model = modelOf(
      'file:///w',
      { pgVersion: 14, rules: {}, migrations: [], baseline: undefined },
      () => new Date(0),
      assert.ifError,
    );
    model.setFile(`file:///w/${path}`, path, text);
    assert.equal(model.sets()[0]!.tool.id, 'goose');
    return model
      .findings(`file:///w/${path}`)
      .filter((f) => f.severity === 'error')
      .map((f) => f.rule);
  };
  const index = 'CREATE UNIQUE INDEX CONCURRENTLY u_i ON u (id);';
  assert.deepEqual(
    findings(`-- +goose Up\n-- +goose StatementBegin\nCREATE TABLE u (id uuid);\n${index}\n-- +goose StatementEnd\n`),
    ['concurrently-in-transaction'],
  );
  assert.deepEqual(findings(`-- +goose NO TRANSACTION\n-- +goose Up\n${index}\n-- +goose Down\nDROP INDEX u_i;\n`), []);
  const body = 'CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$\nBEGIN\n  RETURN 1;\nEND\n$$;';
  assert.deepEqual(findings(`-- +goose Up\n${body}\n-- +goose Down\nDROP FUNCTION f();\n`), ['statement-cut-by-tool']);
  assert.deepEqual(
    findings(
      `-- +goose Up\n-- +goose StatementBegin\n${body}\n-- +goose StatementEnd\n-- +goose Down\nDROP FUNCTION f();\n`,
    ),
    [],
  );
});

report(49, 'dotted versions go by their parts, once in either spelling; repeatables last', () => {
  const list = (...paths: readonly string[]) =>
    buildSet({
      folder: 'file:///w/sql',
      layout: layoutOf('flyway'),
      tool: 'flyway',
      files: paths.map((path) => ({ uri: `file:///w/sql/${path}`, path, text: MADE })),
    });
  assert.deepEqual(
    list('R__v.sql', 'V1.10__b.sql', 'V1.9__a.sql').migrations.map((m) => m.up?.path),
    ['V1.9__a.sql', 'V1.10__b.sql', 'R__v.sql'],
  );
  for (const other of ['V1.252__b.sql', 'V01_0252__b.sql', 'V1.252.0__b.sql', 'sub/V1_252__a.sql'])
    assert.deepEqual(
      list('V1_252__a.sql', other).problems.map((p) => p.kind),
      ['duplicateVersion', 'duplicateVersion'],
      other,
    );
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { counterpartOf } from '../../server/src/core/migrations/counterpart.js';
import { detectFolders } from '../../server/src/core/migrations/detect.js';
import { nextVersion, numberingOf } from '../../server/src/core/migrations/numbering.js';
import { lastAppliedIn, pendingIn, statusOf } from '../../server/src/core/migrations/status.js';
import { nextFiles } from '../../server/src/core/plans/scaffold.js';
import { loadParser } from '../../server/src/core/sql/read.js';
import { flywayChecksum } from '../../server/src/tools/flyway/checksum.js';
import { flywayLockId } from '../../server/src/tools/flyway/ledger.js';
import { entriesOf } from '../../server/src/tools/flyway/rows.js';
import { flyway } from '../../server/src/tools/flyway/tool.js';
import { compareVersions, version, versionKey } from '../../server/src/tools/flyway/versions.js';
import { tools } from '../../server/src/tools/index.js';
import { buildSet, layoutOf, modelOf } from '../world/sets.js';

before(loadParser);

const ROOT = 'file:///ws';
const fixture = (name: string) =>
  readFileSync(fileURLToPath(new URL(`../../server/src/tools/flyway/fixtures/${name}`, import.meta.url)), 'utf8');
const filesOf = (files: Readonly<Record<string, string>>) =>
  Object.entries(files).map(([path, text]) => ({ uri: `${ROOT}/${path}`, path, text }));
const found = (files: Readonly<Record<string, string>>) =>
  detectFolders(filesOf(files), { tools, root: ROOT, named: [] })
    .filter((f) => f.tool === flyway)
    .map((f) => ({ folder: f.folder.slice(ROOT.length + 1), options: f.options, table: f.table }));
const setOf = (files: Readonly<Record<string, string>>) =>
  buildSet({
    folder: ROOT,
    layout: layoutOf('flyway'),
    tool: 'flyway',
    files: filesOf(files),
  });

test('versions compare as Flyway compared them', () => {
  for (const line of fixture('versions.txt').trim().split('\n')) {
    const [a = '', b = '', sign] = line.split(' ');
    assert.equal(Math.sign(compareVersions(version(a), version(b))), Number(sign), line);
    assert.equal(versionKey(version(a)) === versionKey(version(b)), sign === '0', line);
  }
});

test('the order of versions is total', () => {
  const one = fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('.'));
  const any = fc.oneof(
    one,
    one.map((v) => `B${v}`),
    fc.constantFrom('R__a', 'R__b'),
  );
  fc.assert(
    fc.property(any, any, any, (a, b, c) => {
      assert.equal(Math.sign(compareVersions(a, b)), -Math.sign(compareVersions(b, a)) + 0);
      if (compareVersions(a, b) <= 0 && compareVersions(b, c) <= 0) assert.ok(compareVersions(a, c) <= 0);
    }),
  );
});

test('checksums are those that Flyway recorded', () => {
  const recorded = JSON.parse(fixture('checksums.json')) as readonly (readonly [string, string])[];
  assert.ok(recorded.length > 10);
  for (const [text, sum] of recorded) assert.equal(flywayChecksum(text), sum, JSON.stringify(text.slice(0, 40)));
});

test('line ends and a byte order mark do not change a checksum', () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { maxLength: 6 }), (lines) => {
      const clean = lines.map((line) => line.replace(/[\r\n\uFEFF]/g, ''));
      const sums = ['\n', '\r\n', '\r'].map((end) => flywayChecksum(clean.join(end)));
      assert.equal(new Set([...sums, flywayChecksum(`\uFEFF${clean.join('\n')}\n`)]).size, 1);
    }),
  );
});

test('the lock is the one that Flyway held in pg_locks', () => {
  assert.equal(flywayLockId('public', 'flyway_schema_history'), '77433833903597');
});

describe('folders', () => {
  const sql = 'SELECT 1;\n';
  test('by the names of files; folders in it belong to it', () => {
    assert.deepEqual(found({ 'sql/V1__a.sql': sql }), [{ folder: 'sql', options: undefined, table: undefined }]);
    assert.deepEqual(found({ 'app/db/migration/2023/V1__a.sql': sql, 'app/db/migration/2024/V2__b.sql': sql }), [
      { folder: 'app/db/migration', options: undefined, table: undefined },
    ]);
    assert.deepEqual(
      found({ 'db/migration/postgresql/V1__a.sql': sql, 'db/migration/mysql/V1__a.sql': sql }).map((f) => f.folder),
      ['db/migration/postgresql'],
    );
    assert.deepEqual(found({ 'migrations/V1__a.sql': sql, 'Cargo.toml': '[dependencies]\nrefinery = "0.8"\n' }), []);
  });

  const settings: readonly (readonly [string, string])[] = [
    [
      'flyway.toml',
      '[flyway]\nlocations = ["filesystem:steps"]\ntable = "history"\n[flyway.placeholders]\nOwner = "me"\n',
    ],
    ['flyway.conf', 'flyway.locations=filesystem:./steps\nflyway.table = history\nflyway.placeholders.Owner=me\n'],
    ['conf/flyway.conf', 'flyway.locations=filesystem:steps\nflyway.table=history\nflyway.placeholders.owner=me\n'],
    [
      'application.properties',
      'spring.flyway.locations=classpath:steps\nspring.flyway.table=history\nspring.flyway.placeholders.owner=me\n',
    ],
    [
      'application.yml',
      'spring:\n  datasource:\n    url: x\n  flyway:\n    locations:\n      - classpath:/steps\n    table: "history" # old\n    placeholders:\n      owner: me\n',
    ],
  ];
  for (const [name, text] of settings)
    test(`${name} names the folder, the table and placeholders`, () => {
      const [folder] = found({ 'steps/more/V1__a.sql': sql, [name]: text });
      assert.equal(folder?.folder, 'steps');
      assert.equal(folder?.options?.values.table, 'history');
      assert.equal(folder?.options?.values['placeholders.owner'], 'me');
      assert.equal(folder?.table, '"history"');
    });

  test('several locations are one history', () => {
    const files = {
      'app/src/main/resources/db/migration/V1__a.sql': sql,
      'app/src/main/resources/db/dev/V3__c.sql': sql,
      'app/src/main/resources/db/dev/data/V2__b.sql': sql,
      'app/src/main/resources/application.yml':
        'spring:\n  flyway:\n    locations: classpath:/db/migration, classpath:db/dev\n',
    };
    const config = { pgVersion: 14, rules: {}, migrations: [], baseline: undefined } as const;
    const model = modelOf(ROOT, config, () => new Date(0), assert.ifError);
    for (const { uri, path, text } of filesOf(files)) model.setFile(uri, path, text);
    const [set, ...others] = model.sets();
    assert.equal(others.length, 0);
    assert.equal(set?.folder, `${ROOT}/app/src/main/resources/db/migration`);
    assert.deepEqual(
      set?.migrations.map((m) => [m.version, m.up?.path]),
      [
        ['1', 'V1__a.sql'],
        ['2', 'data/V2__b.sql'],
        ['3', 'V3__c.sql'],
      ],
    );
    assert.deepEqual(set?.problems, []);
    const dev = set!.migrations[1]!;
    assert.equal(counterpartOf(set!, dev, 'up')?.uri, `${ROOT}/app/src/main/resources/db/dev/data/U2__b.sql`);
    const conf = { 'flyway.conf': 'flyway.locations=filesystem:a,filesystem:b/c\n' };
    assert.deepEqual(
      found({ 'b/c/V1__a.sql': sql, 'a/V2__b.sql': sql, ...conf }).map((f) => f.folder),
      ['a'],
    );
  });

  test('the plugin of Maven, the default schema, and out of order', () => {
    const pom =
      '<plugin><artifactId>flyway-maven-plugin</artifactId><configuration><schemas><schema>app</schema></schemas><outOfOrder>true</outOfOrder></configuration></plugin>';
    const [folder] = found({ 'src/main/resources/db/migration/V1__a.sql': sql, 'pom.xml': pom });
    assert.equal(folder?.options?.late, 'runs');
    assert.equal(folder?.table, '"app"."flyway_schema_history"');
  });
});

test('versioned, baseline and repeatable in the order in which they run; callbacks are none', () => {
  const set = setOf({
    'R__b.sql': '',
    'R__a.sql': '',
    'V1.10__ten.sql': '',
    'V1_9__nine.sql': '',
    'U1.9__nine.sql': '',
    'B1.9__base.sql': '',
    'sub/V002__two.sql': '',
    'V3.sql': '',
    'afterMigrate.sql': '',
    'beforeEachMigrate__log.sql': '',
  });
  assert.deepEqual(
    set.migrations.map((m) => [m.version, m.name, m.kind, m.down !== undefined]),
    [
      ['1.9', 'nine', undefined, true],
      ['B1.9', 'base', 'baseline', false],
      ['1.10', 'ten', undefined, false],
      ['002', 'two', undefined, false],
      ['3', '', undefined, false],
      ['R__a', '', 'repeatable', false],
      ['R__b', '', 'repeatable', false],
    ],
  );
  assert.deepEqual(set.problems, []);
  const twice = setOf({ 'V1__a.sql': '', 'V1.0__b.sql': '', 'V1_x.sql': '', 'R__a.sql': '', 'sub/R__a.sql': '' });
  assert.deepEqual(twice.problems.map((p) => p.kind).sort(), [
    'duplicateVersion',
    'duplicateVersion',
    'duplicateVersion',
    'notANumber',
  ]);
});

test('a new migration is numbered as the folder is; an undo file only where there are some', () => {
  const next = (...written: readonly string[]) => nextVersion(numberingOf(flyway.beginning, written), new Date(0), 0);
  assert.equal(next(), '1');
  assert.equal(next('1', '2'), '3');
  assert.equal(next('001', '009'), '010');
  assert.equal(next('1.9', '1.10'), '1.11');
  assert.equal(next('1_09'), '1_10');
  assert.equal(next('2024.01.31'), '2024.01.32');
  const made = (files: Readonly<Record<string, string>>) =>
    nextFiles(setOf(files), 'Do it', 'SELECT 1;\n', 'SELECT 2;\n', new Date(0)).map((f) =>
      f.uri.slice(ROOT.length + 1),
    );
  assert.deepEqual(made({ 'V1.1__a.sql': '', 'R__z.sql': '' }), ['V1.2__do_it.sql']);
  assert.deepEqual(made({ 'V1__a.sql': '', 'U1__a.sql': '' }), ['V2__do_it.sql', 'U2__do_it.sql']);
});

describe('rows', () => {
  const row = (version: string | null, description: string, checksum: string | null, more: object = {}) => ({
    version,
    description,
    type: 'SQL',
    checksum,
    execution_time: 1,
    success: true,
    at: '2026-01-01T00:00:00.000Z',
    ...more,
  });
  const files = { 'V1__a.sql': 'A', 'V2__b.sql': 'B', 'R__v.sql': 'V', 'U2__b.sql': 'X' };
  const keeps = { time: true, duration: true, checksum: true };
  const states = (rows: readonly object[], of: Readonly<Record<string, string>> = files) => {
    const set = setOf(of);
    const entries = entriesOf(rows as readonly Record<string, unknown>[], set);
    const statuses = statusOf(set, { exists: rows.length > 0, entries }, keeps);
    return {
      states: statuses.map((s) => `${s.version} ${s.state}`),
      pending: pendingIn(statuses).map((m) => m.id),
      last: lastAppliedIn(statuses)?.version,
    };
  };
  const [a, b, v] = ['A', 'B', 'V'].map(flywayChecksum);

  test('a repeatable runs again when it changed, and is never rolled back', () => {
    const rows = [row('01', 'a', a!), row(null, 'v', '7'), row('2', 'b', b!), row(null, 'v', v!)];
    assert.deepEqual(states(rows), {
      states: ['1 applied', '2 applied', 'R__v applied'],
      pending: [],
      last: '02'.slice(1),
    });
    assert.deepEqual(states(rows.slice(0, 3)).pending, ['R__v']);
    assert.equal(states([row('1', 'a', a!), row(null, 'v', v!)]).last, '1');
    // What came after a repeatable is not late.
    assert.deepEqual(states([row('1', 'a', a!), row(null, 'v', v!)]).states, [
      '1 applied',
      '2 pending',
      'R__v applied',
    ]);
  });

  test('deleted and undone rows count no more; those of code are nobody’s business', () => {
    const rows = [
      row('1', 'a', a!),
      row('2', 'b', b!),
      row('9', 'gone', '1'),
      row('4', 'code', null, { type: 'JDBC' }),
    ];
    assert.deepEqual(states(rows).states, ['1 applied', '2 applied', '9 missing', 'R__v pending'].sort());
    const later = [...rows, row('9', 'gone', '1', { type: 'DELETE' }), row('2', 'b', b!, { type: 'UNDO_SQL' })];
    assert.deepEqual(states(later).states, ['1 applied', '2 pending', 'R__v pending']);
  });

  test('edited, failed, below a baseline', () => {
    assert.deepEqual(states([row('1', 'a', '5'), row('2', 'b', b!, { success: false })]).states, [
      '1 modified',
      '2 failed',
      'R__v pending',
    ]);
    const based = states([row('1', '<< Flyway Baseline >>', null, { type: 'BASELINE' })]);
    assert.deepEqual(based, {
      states: ['1 applied', '2 pending', 'R__v pending'],
      pending: ['2', 'R__v'],
      last: undefined,
    });
    const fresh = { ...files, 'B1__all.sql': 'A' };
    assert.deepEqual(states([], fresh).pending, ['B1', '2', 'R__v']);
    assert.deepEqual(states([row('1', 'a', a!)], fresh).pending, ['2', 'R__v']);
  });
});

test('what Flyway refuses, or fills in, does not run', () => {
  const index = 'CREATE INDEX CONCURRENTLY i ON users (id);\n';
  const judge = (text: string, more: Readonly<Record<string, string>> = {}) => {
    const config = { pgVersion: 14, rules: {}, migrations: [], baseline: undefined } as const;
    const model = modelOf(ROOT, config, () => new Date(0), assert.ifError);
    for (const { uri, path, text: content } of filesOf({ 'sql/V1__a.sql': text, ...more }))
      model.setFile(uri, path, content);
    const context = model.context(`${ROOT}/sql/V1__a.sql`)!;
    const sent = { statements: context.statements, mode: context.mode, options: context.set?.options };
    return [
      flyway.unrunnable!(context.script, sent)?.message,
      model.findings(context.uri).filter((f) => f.rule === 'statement-cut-by-tool').length,
    ] as const;
  };
  assert.deepEqual(judge(index), [undefined, 0]);
  assert.match(judge(`SELECT 1;\n${index}`)[0] ?? '', /mixes statements/);
  assert.equal(judge(`SELECT 1;\n${index}`)[1], 1);
  assert.deepEqual(judge(`SELECT 1;\n${index}`, { 'sql/V1__a.sql.conf': 'executeInTransaction=false\n' }), [
    undefined,
    0,
  ]);
  assert.deepEqual(
    judge(`SELECT 1;\n${index}`, { 'flyway.conf': 'flyway.locations=filesystem:sql\nflyway.mixed=true\n' }),
    [undefined, 0],
  );
  for (const text of ["SELECT '${x}';\n", '-- ${x}\nSELECT 1;\n']) assert.match(judge(text)[0] ?? '', /\$\{x\}/);
  const off = { 'flyway.conf': 'flyway.locations=filesystem:sql\nflyway.placeholderReplacement=false\n' };
  assert.deepEqual(judge("SELECT '${x}';\n", off), [undefined, 0]);
});

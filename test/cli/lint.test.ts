import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { cli, filesIn, folder, SHOP } from './kit.js';

const DROP = "SET LOCAL lock_timeout = '5s';\nALTER TABLE users DROP COLUMN mail;\n";
const BACK = "SET LOCAL lock_timeout = '5s';\nALTER TABLE users ADD COLUMN mail text;\n";
const UNSAFE = { ...SHOP, 'migrations/003_drop.sql': DROP, 'migrations/003_drop.down.sql': BACK };
/** Windows code page 1252: an é that is no UTF-8. */
const LATIN1 = Buffer.from('-- caf\xe9\nSELECT 1;\n', 'latin1');

interface Json {
  readonly files: number;
  readonly statements: number;
  readonly findings: readonly {
    readonly path: string;
    readonly line: number;
    readonly column: number;
    readonly severity: string;
    readonly rule: string;
    readonly message: string;
  }[];
  readonly problems: readonly { readonly path: string; readonly message: string }[];
}
const json = async (root: string, ...args: readonly string[]) => {
  const ran = await cli(root, ['lint', '--format', 'json', ...args]);
  assert.notEqual(ran.out, '', ran.err);
  return { ...ran, report: JSON.parse(ran.out) as Json };
};

test('a quiet folder ends with 0 and says how much was looked at', async () => {
  const { code, out, err } = await cli(folder(SHOP), ['lint']);
  assert.deepEqual([code, out, err], [0, 'Nothing found in 4 files (6 statements).\n', '']);
});

test('a finding ends with 1 and stands with file, line, column, severity, message and rule', async () => {
  const { code, out } = await cli(folder(UNSAFE), ['lint']);
  assert.equal(code, 1);
  assert.match(
    out,
    /^migrations\/003_drop\.sql\n {2}2:19 {2}warning {2}Drops users\.mail under ACCESS EXCLUSIVE.* {2}drop-column\n\n1 warning in 6 files \(10 statements\)\.\n$/,
  );
});

test('below a finding stands what would make it go away, and whether --fix does', async () => {
  const root = folder({
    ...SHOP,
    'migrations/003_a.sql': 'ALTER TABLE users ADD COLUMN a int;\n',
    'migrations/003_a.down.sql': 'ALTER TABLE users DROP COLUMN a;\n',
  });
  const { out } = await cli(root, ['lint', '--severity', 'information']);
  assert.match(
    out,
    /missing-lock-timeout\n {4}fix: .*SET LOCAL lock_timeout = '5s' \(--fix\)\n\n1 information in .*\n1 can be fixed with lockstep lint --fix FILES\.\n$/,
  );
});

test('colour is for terminals only, and NO_COLOR turns it off', async () => {
  const root = folder(UNSAFE);
  const colours = async (around: object) => (await cli(root, ['lint'], around)).out.includes('\u001B[');
  assert.deepEqual(
    [await colours({}), await colours({ isTTY: true }), await colours({ isTTY: true, env: { NO_COLOR: '1' } })],
    [false, true, false],
  );
});

test('--severity says what is shown, --fail-on what makes exit code 1', async () => {
  const root = folder(UNSAFE);
  const run = async (...args: string[]) => {
    const { code, report } = await json(root, ...args);
    return [code, report.findings.length > 0];
  };
  assert.deepEqual(await run('--severity', 'error'), [0, false]);
  assert.deepEqual(await run('--severity', 'hint'), [1, true]);
  assert.deepEqual(await run('--fail-on', 'error'), [0, true]);
  assert.deepEqual(await run('--fail-on', 'never'), [0, true]);
  // What fails is shown, whatever --severity says.
  assert.deepEqual(await run('--severity', 'error', '--fail-on', 'warning'), [1, true]);
});

test('a hint alone does not fail, unless it is asked to', async () => {
  const root = folder({
    'migrations/1_a.sql': 'CREATE TABLE t (id serial PRIMARY KEY);\n',
    'migrations/1_a.down.sql': 'DROP TABLE t;\n',
  });
  const { code, report } = await json(root, '--severity', 'hint');
  assert.ok(report.findings.length > 0 && report.findings.every((f) => f.severity === 'hint'), JSON.stringify(report));
  assert.equal(code, 0);
  assert.equal((await json(root, '--fail-on', 'hint')).code, 1);
});

test('paths choose files and folders, seen with the schema of all migrations before them', async () => {
  const root = folder({ ...UNSAFE, 'other/x.sql': 'SELEC 1;' });
  const { report } = await json(root, 'migrations/003_drop.sql');
  assert.deepEqual([report.files, report.findings.map((f) => f.rule)], [1, ['drop-column']]);
  assert.equal((await json(root, 'migrations')).report.files, 6);
  const other = await json(root, 'other', 'migrations/001_users.sql');
  assert.deepEqual(
    other.report.findings.map((f) => [f.path, f.rule, f.severity]),
    [['other/x.sql', 'syntax-error', 'error']],
  );
});

test('from a folder below, the project around is meant, and paths are those of the current folder', async () => {
  const root = folder({ ...UNSAFE, 'lockstep.json': '{ "rules": { "drop-column": "error" } }' });
  const { report } = await json(path.join(root, 'migrations'), '003_drop.sql');
  assert.deepEqual(
    report.findings.map((f) => [f.path, f.severity]),
    [['003_drop.sql', 'error']],
  );
  const whole = await json(path.join(root, 'migrations'));
  assert.equal(whole.report.files, 6);
});

test('--root names the project, and paths stay relative to the current folder', async () => {
  const root = folder({
    'a/migrations/1_a.sql': 'SELEC 1;',
    'a/migrations/1_a.down.sql': 'SELECT 1;',
    'b/migrations/1_b.sql': 'SELEC;',
  });
  const { report } = await json(root, '--root', 'a');
  assert.deepEqual(
    report.findings.map((f) => f.path),
    ['a/migrations/1_a.sql'],
  );
  const missing = await cli(root, ['lint', '--root', 'gone']);
  assert.equal(missing.code, 2);
  assert.match(missing.err, /gone is not a folder\. Name an existing one with --root\./);
});

test('two folders with the same name are both read, each with its own history', async () => {
  const drop = { 'm/002_x.sql': 'DROP TABLE t;\n', 'm/002_x.down.sql': 'SELECT 1;\n' };
  const files = { 'm/001_t.sql': 'CREATE TABLE t (id bigint);\n', 'm/001_t.down.sql': 'DROP TABLE t;\n', ...drop };
  const at = (dir: string) =>
    Object.fromEntries(Object.entries(files).map(([p, t]) => [p.replace('m/', `${dir}/migrations/`), t]));
  const { report } = await json(folder({ ...at('api'), ...at('web') }));
  assert.equal(report.files, 8);
  const drops = report.findings.filter((f) => f.rule === 'drop-table').map((f) => f.path);
  assert.deepEqual(drops, ['api/migrations/002_x.sql', 'web/migrations/002_x.sql']);
});

test('a broken statement does not hide the findings around it, and columns count as editors do', async () => {
  const text = "/* 🐘🐘 */ SELEC 1;\nSET LOCAL lock_timeout = '1s';\nALTER TABLE users DROP COLUMN mail;\n";
  const { report } = await json(folder({ ...SHOP, 'migrations/003_x.sql': text, 'migrations/003_x.down.sql': BACK }));
  assert.deepEqual(
    report.findings.map((f) => [f.rule, f.line, f.column]),
    [
      ['syntax-error', 1, 12],
      ['drop-column', 3, 19],
    ],
  );
});

test('a name without a number, and two files with one version, are findings', async () => {
  const { code, report } = await json(
    folder({ ...SHOP, 'migrations/vx_what.sql': 'SELECT 1;', 'migrations/002_again.sql': 'SELECT 1;' }),
  );
  assert.equal(code, 1);
  const found = report.findings.map((f) => `${f.path} ${f.rule}`);
  assert.ok(found.includes('migrations/vx_what.sql layout'), found.join());
  assert.ok(found.includes('migrations/002_mail.sql duplicate-version'), found.join());
  assert.ok(found.includes('migrations/002_again.sql duplicate-version'), found.join());
});

test('a folder that lockstep.json names and that is not there is a finding', async () => {
  const root = folder({ ...SHOP, 'lockstep.json': '{ "migrations": [{ "folder": "db/gone" }] }' });
  const { code, report } = await json(root);
  assert.equal(code, 1);
  assert.match(report.findings[0]!.message, /name the folder db\/gone for migrations, but it holds no \.sql file/);
});

test('files that cannot be read are told, do not hide the others, and end with 2', async () => {
  const root = folder({ ...UNSAFE, 'migrations/004_latin.sql': LATIN1, 'migrations/004_latin.down.sql': 'SELECT 1;' });
  symlinkSync(path.join(root, 'nowhere.sql'), path.join(root, 'migrations/005_gone.sql'));
  const { code, err, report } = await json(root);
  assert.equal(code, 2);
  assert.deepEqual(report.problems.map((p) => p.message).sort(), [
    'migrations/004_latin.sql cannot be read: it is not UTF-8; save it as UTF-8.',
    'migrations/005_gone.sql cannot be read: it does not exist.',
  ]);
  assert.match(err, /^lockstep: migrations\/004_latin\.sql cannot be read/m);
  assert.ok(report.findings.some((f) => f.rule === 'drop-column'));
  // It keeps its place: the files beside it are not taken for orphans.
  assert.ok(!report.findings.some((f) => f.rule === 'layout'), JSON.stringify(report.findings));
});

test('an unreadable file that nobody asked for is mentioned, and changes nothing', async () => {
  const { code, err, report } = await json(folder({ ...SHOP, 'dump/latin.sql': LATIN1 }));
  assert.deepEqual([code, report.problems.length], [0, 0]);
  assert.match(err, /^lockstep: left out dump\/latin\.sql: it is not UTF-8/);
});

test('a path that is not there is told with what was written, and the others are linted', async () => {
  const { code, err, report } = await json(
    folder({ ...UNSAFE, 'docs/x.md': '' }),
    'migrations/003_drop.sql',
    'nope.sql',
    'docs',
  );
  assert.equal(code, 2);
  assert.match(err, /nope\.sql: it does not exist\./);
  assert.match(err, /docs: there are no SQL files in it/);
  assert.deepEqual(
    report.findings.map((f) => f.rule),
    ['drop-column'],
  );
});

test('a file that the scan passes over is linted when it is named; not so one that is excluded', async () => {
  const root = folder({
    ...SHOP,
    '.hidden/x.sql': 'SELEC 1;',
    'old/y.sql': 'SELEC 2;',
    'lockstep.json': '{ "exclude": ["old"] }',
  });
  const { code, report } = await json(root, '.hidden/x.sql', 'old/y.sql', 'old');
  assert.deepEqual([code, report.findings.map((f) => f.path)], [1, ['.hidden/x.sql']]);
});

test('a file that is no SQL is not read as such', async () => {
  const { code, err } = await cli(folder({ ...SHOP, 'notes.txt': 'SELEC 2;', 'diesel.toml': 'x' }), [
    'lint',
    'notes.txt',
    'diesel.toml',
  ]);
  assert.equal(code, 2);
  assert.match(err, /notes\.txt: its name does not end with \.sql\.\nlockstep: diesel\.toml: its name/);
});

test('standard input is judged where it belongs, or by itself', async () => {
  const root = folder(SHOP);
  const at = await cli(root, ['lint', '-', '--stdin-path', 'migrations/003_drop.sql'], { stdin: DROP });
  assert.match(at.out, /^migrations\/003_drop\.sql\n[\s\S]* {2}2:19 .*drop-column\n/);
  const alone = await cli(folder({}), ['lint', '-'], { stdin: 'SELEC 1;' });
  assert.equal(alone.code, 1);
  assert.match(alone.out, /^<stdin>\n {2}1:1 {2}error {2}syntax error at or near "SELEC"/);
  assert.equal((await cli(root, ['lint', '--stdin-path', 'x.sql'])).code, 2);
});

test('--fix makes the safe fixes in the files named, and leaves the others', async () => {
  const files = {
    ...SHOP,
    'migrations/003_a.sql': 'ALTER TABLE users DROP COLUMN mail;\n',
    'migrations/003_a.down.sql': BACK,
    'migrations/004_b.sql': 'ALTER TABLE users ADD COLUMN a int;\n',
    'migrations/004_b.down.sql': 'ALTER TABLE users DROP COLUMN a;\n',
  };
  const root = folder(files);
  const { code, err, report } = await json(root, '--fix', 'migrations/003_a.sql');
  const after = filesIn(root);
  assert.match(after['migrations/003_a.sql']!, /lock_timeout[\s\S]*DROP COLUMN mail;\n$/);
  for (const name of Object.keys(files).filter((n) => n !== 'migrations/003_a.sql'))
    assert.equal(after[name], files[name as keyof typeof files]);
  assert.match(err, /^Fixed migrations\/003_a\.sql: .+\.\n$/);
  assert.deepEqual([code, report.findings.map((f) => f.rule)], [1, ['drop-column']]);
  const again = await json(root, '--fix', 'migrations/003_a.sql');
  assert.equal(again.err, '');
  assert.deepEqual(filesIn(root), after);
});

test('--fix takes no file unasked: an applied one must not change', async () => {
  const root = folder(UNSAFE);
  const before = filesIn(root);
  for (const args of [['--fix'], ['--fix', '-']]) {
    const { code, err } = await cli(root, ['lint', ...args]);
    assert.equal(code, 2);
    assert.match(err, /--fix/);
  }
  assert.deepEqual(filesIn(root), before);
});

test('a mistake in lockstep.json is told, the rest holds, and a clean result is not claimed', async () => {
  const root = folder({ ...SHOP, 'lockstep.json': '{ "pgVersion": 9, "lockTimeout": "1s" }' });
  const { code, err, report } = await json(root);
  assert.equal(code, 2);
  assert.match(err, /^lockstep: lockstep\.json: pgVersion must be one of 12, .* but is 9; it is ignored\.\n$/);
  assert.equal(report.problems[0]?.path, 'lockstep.json');
  assert.equal((await cli(folder({ ...SHOP, 'lockstep.json': '{,}' }), ['lint'])).code, 2);
});

test('lockstep.json excludes, baselines and changes severities', async () => {
  const config = (value: object) => folder({ ...UNSAFE, 'lockstep.json': JSON.stringify(value) });
  assert.equal((await json(config({ rules: { 'drop-column': 'off' } }))).code, 0);
  assert.equal((await json(config({ baseline: '003' }))).code, 0);
  assert.equal((await json(config({ baseline: '002' }))).code, 1);
  assert.equal((await json(config({ exclude: ['003_*'] }))).report.files, 4);
});

test('a baseline is compared as a version, not as text', async () => {
  const files = Object.fromEntries(
    ['1_a', '9_b', '12_c'].flatMap((name) => [
      [`migrations/${name}.sql`, `DROP TABLE ${name.slice(-1)};\n`],
      [`migrations/${name}.down.sql`, 'SELECT 1;\n'],
    ]),
  );
  const { report } = await json(folder({ ...files, 'lockstep.json': '{ "baseline": "1" }' }));
  const dropped = report.findings.filter((f) => f.rule === 'drop-table').map((f) => f.path);
  assert.deepEqual(dropped, ['migrations/12_c.sql', 'migrations/9_b.sql']);
});

test('--pg wins over the version of lockstep.json', async () => {
  const text = "SET LOCAL lock_timeout = '1s';\nALTER TABLE users ADD COLUMN n int NOT NULL DEFAULT 1;\n";
  const root = folder({
    ...SHOP,
    'migrations/003_n.sql': text,
    'migrations/003_n.down.sql': 'ALTER TABLE users DROP COLUMN n;\n',
  });
  assert.equal((await cli(root, ['lint', '--pg', '16'])).code, 0);
  const wrong = await cli(root, ['lint', '--pg', '9']);
  assert.equal(wrong.code, 2);
  assert.match(wrong.err, /--pg must be one of 12, 13, .*18, but is "9"\./);
});

test('a folder without migrations says how to name one', async () => {
  const { code, err } = await cli(folder({ 'a.txt': '' }), ['lint']);
  assert.equal(code, 2);
  assert.match(err, /^lockstep: No migrations found below .*lockstep\.json: \{ "migrations"/);
});

test('GitHub gets one annotation per finding, escaped', async () => {
  const { code, out } = await cli(
    folder({
      ...SHOP,
      'migrations/003_a,b: 100%.sql': 'SELEC 1;\n',
      'migrations/003_a,b: 100%.down.sql': 'SELECT 1;\n',
    }),
    ['lint', '--format', 'github'],
  );
  assert.equal(code, 1);
  assert.match(
    out,
    /^::error file=migrations\/003_a%2Cb%3A 100%25\.sql,line=1,endLine=1,col=1,endColumn=6,title=syntax-error::syntax error at or near "SELEC"[^\n]*\n$/,
  );
});

test('GitHub hears of a file that cannot be read', async () => {
  const { out } = await cli(folder({ ...SHOP, 'migrations/003_l.sql': LATIN1 }), ['lint', '--format', 'github']);
  assert.match(out, /^::error file=migrations\/003_l\.sql::migrations\/003_l\.sql cannot be read: it is not UTF-8/m);
});

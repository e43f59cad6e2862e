import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ruleSteps } from '../../../server/src/core/rules/engine.js';
import type { Finding, Rule, Severity } from '../../../server/src/core/rules/rule.js';
import { suppressFileEdit, suppressionsIn, suppressLineEdit } from '../../../server/src/core/rules/suppress.js';
import { suppressionWithoutReason } from '../../../server/src/core/rules/suppression-without-reason.js';
import { unusedSuppression } from '../../../server/src/core/rules/unused-suppression.js';
import { loadParser, readScript } from '../../../server/src/core/sql/read.js';
import { finish } from '../../../server/src/core/steps.js';
import { applyEdits } from '../../../server/src/core/text/edits.js';
import { fixtureWorld } from '../../world/fileContext.js';

await loadParser();

/** Finds every statement that selects, and says so on its first word. */
const everySelect: Rule = {
  id: 'every-select',
  title: 'A SELECT',
  danger: 'style',
  severity: 'warning',
  statements: ['SelectStmt'],
  directions: ['up'],
  sources: ['test'],
  *check({ statement: { span } }) {
    yield { span: { start: span.start, end: span.start + 6 }, message: 'A SELECT.' };
  },
};
const wholeFile: Rule = {
  ...everySelect,
  id: 'whole-file',
  statements: [],
  check: () => [],
  *checkFile() {
    yield { span: { start: 0, end: 1 }, message: 'A file.' };
  },
};
const rules = [everySelect, suppressionWithoutReason, unusedSuppression, wholeFile];

function findingsIn(sql: string, severity: Record<string, Severity> = { 'whole-file': 'off' }): readonly Finding[] {
  const world = fixtureWorld(sql);
  return finish(ruleSteps(world.model.context(world.uri)!, { severity }, rules));
}

const shown = (sql: string, severity?: Record<string, Severity>) =>
  findingsIn(sql, severity).map((f) => `${f.rule}@${sql.slice(0, f.span.start).split('\n').length}`);

test('a suppression holds for the statement below it, on its line, behind it or inside it, and for no other', () => {
  const ignore = '-- lockstep:ignore every-select -- it is safe';
  assert.deepEqual(shown(`${ignore}\nSELECT 1;\nSELECT 2;`), ['every-select@3']);
  assert.deepEqual(shown(`SELECT 1;\nSELECT 2; ${ignore}\nSELECT 3;`), ['every-select@1', 'every-select@3']);
  assert.deepEqual(shown(`SELECT\n  1, ${ignore}\n  2;\nSELECT 3;`), ['every-select@4']);
  assert.deepEqual(shown(`SELECT 1; /* lockstep:ignore every-select -- it is safe */ SELECT 2;`), ['every-select@1']);
});

test('a suppression behind or above a column is about that column alone', () => {
  const where = (sql: string) =>
    fixtureWorld(sql)
      .model.findings('file:///work/migrations/0002_change.sql')
      .filter((f) => f.rule === 'timestamp-without-time-zone')
      .map((f) => sql.slice(0, f.span.start).split('\n').length);
  const ignore = '-- lockstep:ignore timestamp-without-time-zone -- local time is meant';
  const table = (...lines: string[]) => `CREATE TABLE s (\n${lines.join('\n')}\n);\n`;
  assert.deepEqual(where(table('a timestamp,', 'b timestamp')), [2, 3]);
  assert.deepEqual(where(table(`a timestamp, ${ignore}`, 'b timestamp')), [3]);
  assert.deepEqual(where(table('a timestamp,', `b timestamp ${ignore}`)), [2]);
  assert.deepEqual(where(table(ignore, 'a timestamp,', 'b timestamp')), [4]);
  assert.deepEqual(where(table('a timestamp,', ignore, '-- Why not.', 'b', '  timestamp,', 'c timestamp')), [2, 7]);
  assert.deepEqual(where(table('a timestamp CHECK (f(1,', `2)), ${ignore}`, 'b timestamp')), [4]);
  // What stands behind the parenthesis speaks of the whole table, as does what stands above or behind it.
  assert.deepEqual(where(`CREATE TABLE s ( ${ignore}\na timestamp,\nb timestamp);`), []);
  assert.deepEqual(where(`${ignore}\n${table('a timestamp,', 'b timestamp')}`), []);
  assert.deepEqual(where(`CREATE TABLE s (\na timestamp,\nb timestamp); ${ignore}`), []);
  assert.deepEqual(where(`ALTER TABLE s ADD a timestamp, ${ignore}\n  ADD b timestamp;`), [2]);
});

test('a suppression above another comment or an empty line still holds for the next statement', () => {
  assert.deepEqual(shown('-- lockstep:ignore every-select -- ok\n\n-- Why not.\nSELECT 1;'), []);
});

test('a suppression of the file holds for all its statements and for findings about the file', () => {
  const sql = '-- lockstep:ignore-file every-select, whole-file -- generated\nSELECT 1;\nSELECT 2;';
  assert.deepEqual(shown(sql, {}), []);
});

test('a suppression of one rule leaves the others', () => {
  assert.deepEqual(shown('-- lockstep:ignore-file whole-file -- generated\nSELECT 1;', {}), ['every-select@2']);
});

test('a suppression without a reason works, and is a hint', () => {
  assert.deepEqual(shown('-- lockstep:ignore every-select\nSELECT 1;'), ['suppression-without-reason@1']);
  assert.deepEqual(shown('-- lockstep:ignore\nSELECT 1;'), ['suppression-without-reason@1', 'every-select@2']);
});

test('a suppression that suppresses nothing is reported on the name of the rule, with a fix that takes it out', () => {
  const sql = '-- lockstep:ignore every-select, whole-file -- both\nSELECT 1;\n';
  const [finding, ...more] = findingsIn(sql, {});
  assert.deepEqual(
    more.map((f) => f.rule),
    ['unused-suppression'],
  );
  assert.equal(finding!.rule, 'whole-file');
  const unused = more[0]!;
  assert.equal(sql.slice(unused.span.start, unused.span.end), 'whole-file');
  assert.deepEqual(unused.tags, ['unnecessary']);
  assert.equal(
    applyEdits(sql, unused.fixes[0]!.edits[0]!.edits),
    '-- lockstep:ignore every-select -- both\nSELECT 1;\n',
  );
});

test('the fix of the only rule takes the whole line', () => {
  const sql = 'SELECT 1;\n  -- lockstep:ignore no-such-rule -- gone\nUPDATE t SET a = 1;\n';
  const unused = findingsIn(sql).find((f) => f.rule === 'unused-suppression')!;
  assert.equal(unused.message, 'There is no rule named no-such-rule.');
  assert.equal(applyEdits(sql, unused.fixes[0]!.edits[0]!.edits), 'SELECT 1;\nUPDATE t SET a = 1;\n');
});

test('the suppression of a rule that is switched off is not unused', () => {
  assert.deepEqual(
    shown('-- lockstep:ignore every-select -- ok\nSELECT 1;', { 'every-select': 'off', 'whole-file': 'off' }),
    [],
  );
});

test('unused suppressions can be switched off and suppressed', () => {
  const sql = '-- lockstep:ignore every-select -- ok\nUPDATE t SET a = 1;';
  assert.deepEqual(shown(sql), ['unused-suppression@1']);
  assert.deepEqual(shown(sql, { 'unused-suppression': 'off', 'whole-file': 'off' }), []);
  assert.deepEqual(shown(`-- lockstep:ignore-file unused-suppression -- shared with an older version\n${sql}`), []);
});

test('the words in a string or in a comment about something else are no suppression', () => {
  const script = readScript(
    "SELECT '-- lockstep:ignore every-select';\n-- see lockstep:ignore in the manual\nSELECT 2;",
  );
  assert.deepEqual(suppressionsIn(script), []);
});

for (const eol of ['\n', '\r\n']) {
  test(`the edits that suppress on a line and in a file do so${eol === '\n' ? '' : ', with CRLF'}`, () => {
    const sql = ['-- About the file.', 'SELECT 1;', '  SELECT 2;', 'SELECT 3; SELECT 4;', ''].join(eol);
    const script = readScript(sql);
    for (const statement of script.statements) {
      const edited = applyEdits(sql, [suppressLineEdit(script, statement, 'every-select', 'it is safe')]);
      assert.equal(findingsIn(edited).length, 3, edited);
      assert.ok(!/[^\r]\n/.test(edited) || eol === '\n', 'line endings stay');
    }
    assert.deepEqual(shown(applyEdits(sql, [suppressFileEdit(script, 'every-select', 'generated')])), []);
  });
}

test('a byte order mark stays at the start', () => {
  const sql = '\uFEFFSELECT 1;';
  const script = readScript(sql);
  for (const edit of [
    suppressLineEdit(script, script.statements[0]!, 'every-select', 'ok'),
    suppressFileEdit(script, 'every-select', 'ok'),
  ]) {
    const edited = applyEdits(sql, [edit]);
    assert.ok(edited.startsWith('\uFEFF--'), JSON.stringify(edited));
    assert.deepEqual(shown(edited), []);
  }
});

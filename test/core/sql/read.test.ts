import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { loadParser, readScript } from '../../../server/src/core/sql/read.js';

before(loadParser);

const statements = (text: string) => readScript(text).statements.map((statement) => statement.text);
const errors = (text: string) =>
  readScript(text).errors.map((error) => `${error.message} @ ${text.slice(error.span.start, error.span.end)}`);

test('an empty file, white space and comments hold no statement and no error', () => {
  for (const text of ['', ' \r\n\t', '-- nothing', '/* /* nested */ */', ';;;', '\ufeff']) {
    assert.deepEqual(statements(text), [], JSON.stringify(text));
    assert.deepEqual(errors(text), [], JSON.stringify(text));
  }
});

test('spans leave out the semicolon and the comments before', () => {
  const text = '-- first\nSELECT 1 ; /* c */ SELECT 2 -- last';
  const script = readScript(text);
  assert.deepEqual(
    script.statements.map((s) => s.text),
    ['SELECT 1', 'SELECT 2'],
  );
  assert.deepEqual(
    script.statements.map((s) => text.slice(s.fullSpan.start, s.fullSpan.end)),
    ['SELECT 1 ;', 'SELECT 2'],
  );
  assert.deepEqual(
    script.comments.map((c) => c.text),
    ['first', 'c', 'last'],
  );
});

test('semicolons in quotes, comments, parentheses and routine bodies do not end a statement', () => {
  const one = [
    "SELECT 'a;''b', \";\", E'\\';', U&'x;', $$;$$, $t$;$$;$t$ /* ; /* ; */ */ -- ;",
    'CREATE RULE r AS ON INSERT TO t DO ALSO (DELETE FROM a; DELETE FROM b)',
    'CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 ELSE 2 END; SELECT 2; END',
    "SELECT E'a'\n'b\\';'",
  ];
  for (const sql of one) {
    assert.equal(statements(`${sql}\n; SELECT 2`).length, 2, sql);
    assert.deepEqual(errors(`${sql}\n; SELECT 2`), [], sql);
  }
});

test('BOM and CRLF are no part of a statement', () => {
  assert.deepEqual(statements('\ufeffSELECT 1;\r\nSELECT 2;\r\n'), ['SELECT 1', 'SELECT 2']);
});

test('one bad statement leaves its neighbours alone', () => {
  const text = 'SELECT 1; ALTER TABEL x; SELECT 2;';
  assert.deepEqual(statements(text), ['SELECT 1', 'SELECT 2']);
  assert.deepEqual(errors(text), ['syntax error at or near "TABEL" @ TABEL']);
});

test('a missing semicolon costs one error, at the line that should have followed it', () => {
  const text = 'ALTER TABLE a ADD b int\nALTER TABLE c ADD d int;\nSELECT 1;';
  assert.deepEqual(statements(text), ['ALTER TABLE a ADD b int', 'ALTER TABLE c ADD d int', 'SELECT 1']);
  assert.deepEqual(errors(text), ['syntax error at or near "ALTER" @ ALTER']);
});

test('a statement that goes on over lines with statement words stays whole', () => {
  const text = 'INSERT INTO a\nSELECT 1\nUNION\nSELECT 2\n;CREATE VIEW v AS\nSELECT 1;';
  assert.equal(statements(text).length, 2);
  assert.deepEqual(errors(text), []);
});

test('a parenthesis that is never closed costs only its own statement', () => {
  const text = 'CREATE TABLE a (b int;\nALTER TABLE c ADD d int;\nDROP TABLE e;';
  assert.deepEqual(statements(text), ['ALTER TABLE c ADD d int', 'DROP TABLE e']);
  assert.deepEqual(errors(text), ['syntax error at or near ";" @ ;']);
});

test('an unterminated quote or comment is one error at its opening', () => {
  const cases = [
    ["'abc", 'quoted string', 1],
    ['"abc', 'quoted identifier', 1],
    ['$$ begin\n  update x set y = 1;\nend', 'dollar-quoted string', 1],
    ['/* abc', '/* comment', 1],
  ] as const;
  for (const [open, what] of cases) {
    const text = `SELECT 1;\nSELECT ${open}`;
    const script = readScript(text);
    assert.deepEqual(
      script.statements.map((s) => s.text),
      ['SELECT 1'],
      open,
    );
    assert.equal(script.errors.length, 1, open);
    assert.match(script.errors[0]!.message, new RegExp(`^unterminated ${what.replaceAll('*', '\\*')}`));
    assert.equal(script.errors[0]!.span.start, text.indexOf(open));
  }
});

test('reading goes on after an unterminated quote, at a line that starts like a statement', () => {
  const text = "INSERT INTO a VALUES ('x);\n\nALTER TABLE b DROP COLUMN c;\n";
  assert.deepEqual(statements(text), ['ALTER TABLE b DROP COLUMN c']);
  assert.equal(errors(text).length, 1);
});

test('positions after non-ASCII text are right', () => {
  const text = "-- ü\nSELECT 'é😀€', wrong FROM t WHERE ; SELECT '😀', column_a FROM \"tä\"";
  const script = readScript(text);
  assert.equal(text.slice(script.errors[0]!.span.start, script.errors[0]!.span.end), 'E', 'points at the end of input');
  const statement = script.statements[0]!;
  assert.ok('SelectStmt' in statement.node);
  const target = statement.node.SelectStmt.targetList![1]!;
  assert.ok('ResTarget' in target);
  assert.ok(text.startsWith('column_a', statement.at(target.ResTarget.location)));
  const tokens = statement.tokens.map((token) => text.slice(token.span.start, token.span.end));
  assert.deepEqual(tokens, ['SELECT', "'😀'", ',', 'column_a', 'FROM', '"tä"']);
});

test('tokens are named, keywords by themselves, and comments are among them', () => {
  const [statement] = readScript('DROP TABLE /* c */ a').statements;
  assert.deepEqual(
    statement!.tokens.map((token) => [token.type, token.keyword]),
    [
      ['DROP', true],
      ['TABLE', true],
      ['C_COMMENT', false],
      ['IDENT', false],
    ],
  );
});

test('what was expected is told when both parsers stop at the same place', () => {
  const [error] = readScript('SELECT 1 FORM x y').errors;
  assert.ok(error!.expected.includes('FROM'));
  assert.ok(error!.expected.length <= 5);
  assert.deepEqual(readScript('ALTER TABEL x').errors[0]!.expected, []);
});

test('trees that are too deep are an issue, and the parser stays sound', () => {
  const deep = [
    `SELECT 1${' + 1'.repeat(30_000)}`,
    `SELECT ${'(SELECT '.repeat(5_000)}1${')'.repeat(5_000)}`,
    `SELECT 1, 2${' UNION ALL SELECT 1, 2'.repeat(20_000)}`,
    `SELECT ${'('.repeat(50_000)}`,
  ];
  for (const sql of deep) {
    const script = readScript(`${sql};\nSELECT 1`);
    assert.equal(script.errors.length, 1, sql.slice(0, 30));
  }
  assert.deepEqual(statements('SELECT 1'), ['SELECT 1']);
});

test('long flat statements are no problem', () => {
  const values = Array.from({ length: 20_000 }, (_, n) => `(${n}, 'x')`).join(', ');
  assert.deepEqual(errors(`INSERT INTO a VALUES ${values}`), []);
  const condition = Array.from({ length: 5_000 }, (_, n) => `a = ${n}`).join(' OR ');
  assert.deepEqual(errors(`DELETE FROM a WHERE ${condition}`), []);
});

test('parse nodes are taken over from the previous version', () => {
  const before = readScript('SELECT 1; ALTER TABLE a ADD b int;');
  const after = readScript('SELECT 1, 2;\n\nALTER TABLE a ADD b int;', { previous: before });
  assert.equal(after.statements[1]!.node, before.statements[1]!.node);
  assert.notEqual(after.statements[0]!.node, before.statements[0]!.node);
  assert.equal(after.statements[1]!.span.start, 14);
});

test('what was expected is told behind strings, comments and names in any spelling', () => {
  const [issue] = readScript("SELECT E'a\\'b', $$c$$, \"Ä\", é /* d */ FORM t WHERE").errors;
  assert.ok(issue);
  assert.deepEqual(issue.expected.length > 0, true, issue.message);
});

test('nothing is expected where a dollar quote is not closed', () => {
  const script = readScript("INSERT INTO t (SELECT a AS$$b, COALESCE (c, '') FROM r WHERE f(n IS NOT NULL);");
  for (const issue of script.errors) assert.deepEqual(issue.expected, []);
});

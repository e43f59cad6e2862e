import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { quoteIdent } from '../../../server/src/core/sql/quote.js';
import { loadParser, parsesCleanly, readScript } from '../../../server/src/core/sql/read.js';

before(loadParser);

function clean(text: string) {
  const script = readScript(text);
  assert.deepEqual(
    script.errors.map((error) => error.message),
    [],
    text,
  );
  return script;
}

test('psql meta-commands are directives', () => {
  const script = clean(
    '\\set x 1\n\\connect "my db"\n\\if :x\nSELECT 1 \\gset\n\\endif\nSELECT 2\\; SELECT 3;\n\\i other.sql\n',
  );
  assert.deepEqual(
    script.statements.map((s) => s.text),
    ['SELECT 1', 'SELECT 2', 'SELECT 3'],
  );
  const commands = script.directives.filter((d) => d.kind === 'psql').map((d) => `${d.command} ${d.args}`.trim());
  assert.deepEqual(commands, ['set x 1', 'connect "my db"', 'if :x', 'gset', 'endif', ';', 'i other.sql']);
});

test('a meta-command inside a statement does not disturb it', () => {
  const script = clean('SELECT 1,\n\\echo é\n 2;');
  assert.equal(script.statements.length, 1);
});

test('COPY data is not SQL', () => {
  for (const eol of ['\n', '\r\n']) {
    const text = [
      'COPY a (b) FROM stdin;',
      "it's; \\N",
      '\\.',
      '',
      'SELECT 1;',
      '\\copy a from stdin',
      ";'",
      '\\.',
      'SELECT 2;',
    ];
    const script = clean(text.join(eol));
    assert.deepEqual(
      script.statements.map((s) => s.kind),
      ['CopyStmt', 'SelectStmt', 'SelectStmt'],
    );
    assert.equal(script.directives.filter((d) => d.kind === 'copyData').length, 2);
  }
  assert.equal(clean("COPY a FROM stdin;\nit's never ended").statements.length, 1);
  assert.equal(clean("COPY a FROM '/tmp/x';\nSELECT 1;").statements.length, 2);
});

test('placeholders stand where names and values stand, and positions hold', () => {
  const text = `CREATE TABLE \${schema}.t_\${suffix} (id int DEFAULT \${n}, "\${q}" text DEFAULT '\${v}');\nSELECT :'lit', :"id", :num FROM :tab; \${whole}; SELECT nö FROM x WHERE`;
  const script = readScript(text);
  assert.equal(script.statements.length, 2);
  assert.equal(script.statements[0]!.text.includes('${schema}'), true);
  assert.deepEqual(
    script.errors.map((error) => error.message),
    ['syntax error at end of input'],
  );
  assert.equal(script.errors[0]!.span.end, text.length);
  const names = script.directives.filter((d) => d.kind === 'placeholder').map((d) => `${d.style}:${d.name}`);
  assert.deepEqual(names, [
    'flyway:schema',
    'flyway:suffix',
    'flyway:n',
    'psql:lit',
    'psql:id',
    'psql:num',
    'psql:tab',
    'flyway:whole',
  ]);
});

test('a placeholder is a name of its own in the tree, as it is written', () => {
  const names = clean(
    'ALTER TABLE ${Schema}.app_${env} ADD a int; DROP TABLE :schema.t; DROP TABLE :s;',
  ).statements.map(({ node }) =>
    'AlterTableStmt' in node ? node.AlterTableStmt.relation : 'DropStmt' in node ? node.DropStmt.objects : undefined,
  );
  assert.match(JSON.stringify(names[0]), /"schemaname":"\$\{Schema\}".*"relname":"app_\$\{env\}"/);
  assert.match(JSON.stringify(names[1]), /":schema".*"t"/);
  assert.match(JSON.stringify(names[2]), /":s"/);
  for (const name of ['${Schema}', 'app_${env}', ':schema']) assert.equal(quoteIdent(name), name);
  assert.equal(quoteIdent('a:b'), '"a:b"');
  assert.ok(parsesCleanly('DROP TABLE ${Schema}.app_${env}; DROP TABLE :schema.t'));
  assert.ok(!parsesCleanly('DROP ${what'));
});

test('placeholders of non-ASCII names keep byte positions', () => {
  const text = 'SELECT ${größe}, :größe, b FROM t';
  const [statement] = clean(text).statements;
  assert.ok(statement && 'SelectStmt' in statement.node);
  const target = statement.node.SelectStmt.targetList![2]!;
  assert.ok('ResTarget' in target && text.startsWith('b FROM', statement.at(target.ResTarget.location)));
});

test('casts, assignments and slices are no placeholders', () => {
  const script = clean('SELECT a::int, f(b := 1), c[1:n], c[:n], \'12:30:mm\', ":x" FROM t');
  assert.deepEqual(script.directives, []);
});

test('section markers end a statement that lacks its semicolon', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['-- +goose Up\nALTER TABLE a ADD b int\n-- +goose Down\nALTER TABLE a DROP b;', 'goose'],
    ['-- migrate:up transaction:false\nALTER TABLE a ADD b int\n-- migrate:down\nALTER TABLE a DROP b', 'dbmate'],
    ['--liquibase formatted sql\n--changeset me:1\nALTER TABLE a ADD b int\n--changeset me:2\nSELECT 1', 'liquibase'],
    ['-- +migrate Up\nSELECT 1\n-- +migrate Down\nSELECT 2', 'other'],
  ];
  for (const [text, tool] of cases) {
    const script = clean(text);
    assert.equal(script.statements.length, 2, text);
    const markers = script.directives.filter((d) => d.kind === 'marker');
    assert.ok(markers.length >= 2 && markers.every((marker) => marker.tool === tool), text);
  }
});

test('prose comments are no markers', () => {
  assert.deepEqual(clean('-- migrate: up we go\n-- no transaction needed\n-- rollbacks\nSELECT 1').directives, []);
});

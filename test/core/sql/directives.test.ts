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
    'dollar:schema',
    'dollar:suffix',
    'dollar:n',
    'psql:lit',
    'psql:id',
    'psql:num',
    'psql:tab',
    'dollar:whole',
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

test('a section is read as if the rest of the file were not there, at its own offsets', () => {
  const text = '-- about all\n-- +x Up\nALTER TABLE a ADD b int\n-- +x Down\nALTER TABLE a DROP b;';
  const [up, down] = ['-- +x Up', '-- +x Down'].map((mark) => text.indexOf(mark) + mark.length);
  const head = { start: 0, end: text.indexOf('-- +x Up') };
  const first = readScript(text, { section: { head, within: [{ start: up!, end: text.indexOf('-- +x Down') }] } });
  assert.deepEqual(
    first.statements.map((s) => text.slice(s.span.start, s.span.end)),
    ['ALTER TABLE a ADD b int'],
  );
  assert.deepEqual(
    first.comments.map((c) => c.text),
    ['about all'],
  );
  const second = readScript(text, { section: { within: [{ start: down!, end: text.length }] } });
  assert.deepEqual(
    second.statements.map((s) => text.slice(s.fullSpan.start, s.fullSpan.end)),
    ['ALTER TABLE a DROP b;'],
  );
  assert.deepEqual([first.errors, second.errors], [[], []]);
});

test('a script of several ranges counts its statements through; masks stand in for what is not SQL', () => {
  const text = "SELECT 1;\n--cut\nSELECT {{.x}}, 'a {{.y}} b';\n--cut\nSELECT 3; -- {{.z}}";
  const mask = (word: string) => {
    const start = text.indexOf(word);
    return { start, end: start + word.length, text: 'x'.repeat(word.length) };
  };
  const within = [
    { start: 0, end: 9 },
    { start: text.lastIndexOf('--cut') + 5, end: text.length },
  ];
  const script = readScript(text, { section: { within } });
  assert.deepEqual(
    script.statements.map((s) => [s.index, s.text]),
    [
      [0, 'SELECT 1'],
      [1, 'SELECT 3'],
    ],
  );
  const masked = readScript(text, {
    section: { within: [{ start: 0, end: text.length }], masks: ['{{.x}}', '{{.y}}', '{{.z}}'].map(mask) },
  });
  assert.deepEqual(masked.errors, []);
  assert.equal(masked.statements[1]!.text, "SELECT {{.x}}, 'a {{.y}} b'");
  assert.deepEqual(
    masked.directives.map((d) => d.kind === 'placeholder' && d.name),
    ['{{.x}}', '{{.y}}'],
  );
});

test('comments are no directives', () => {
  assert.deepEqual(clean('-- migrate: up we go\n-- no transaction needed\n-- rollbacks\nSELECT 1').directives, []);
});

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { before, test } from 'node:test';
import { applyEdits, deriveDown, earlierThan, loadParser } from '../../server/src/core/index.js';
import { readScript } from '../../server/src/core/sql/read.js';
import { modelOf } from '../world/sets.js';

before(loadParser);

const RULES = new URL('../rules/', import.meta.url);
const TABLES = `CREATE TABLE users (id bigint PRIMARY KEY, email text, name text, status text);
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint, total int);
CREATE INDEX users_email_idx ON users (email);`;

/** Types, functions and settings keep their names, or the statements would mean something else. */
const KEPT = new Set(
  `text timestamptz jsonb json uuid citext bytea date money inet cidr oid name regclass bigserial serial smallserial now md5
lower upper gen_random_uuid clock_timestamp random nextval count max min sum coalesce btree gin gist hash lock_timeout
statement_timeout plpgsql public pg_catalog search_path`.split(/\s+/),
);

const NAMES: Readonly<Record<string, (name: string) => string>> = {
  'of every object': (name) => ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'][name.length % 5]!,
  'that end a quoted name and a comment': (name) => `x"\n;DROP TABLE victim;--${name}`,
  'that end a literal': (name) => `x');DROP TABLE victim;--${name}`,
  'that end a block comment': (name) => `*/ DROP TABLE victim; /*${name}\r`,
  'that end a function body': (name) => `$$;DROP TABLE victim;$lockstep$;$$${name}`,
  'that mean something to a replacement': (name) => `$&$1\${x}:y\\lockstep_part_0_${name}`,
  'longer than PostgreSQL takes': (name) => name.repeat(70).slice(0, 90),
};

/** The same statements with other names. */
function renamed(sql: string, rename: (name: string) => string): string {
  const edits = readScript(sql).statements.flatMap(({ tokens }) =>
    tokens
      .filter(({ type, span }) => type === 'IDENT' && !KEPT.has(sql.slice(span.start, span.end).toLowerCase()))
      .map(({ span }) => {
        const name = rename(sql.slice(span.start, span.end).replaceAll('"', ''));
        return { span, newText: `"${name.replaceAll('"', '""')}"` };
      }),
  );
  return applyEdits(sql, edits);
}

function checkSql(sql: string, what: string): void {
  const { errors, statements } = readScript(sql);
  assert.deepEqual(errors, [], `${what}\n${sql}`);
  for (const { node } of statements) {
    assert.ok(!JSON.stringify(node).includes('"relname":"victim"'), `${what}\n${sql}`);
    if ('DropStmt' in node) assert.ok(!/"sval":"victim"/.test(JSON.stringify(node)), `${what}\n${sql}`);
  }
}

for (const [kind, rename] of Object.entries(NAMES)) {
  test(`names ${kind} stay names: in findings, fixes and the way back`, () => {
    let fixes = 0;
    for (const rule of readdirSync(RULES).filter((name) => !name.includes('.'))) {
      const bad = readFileSync(new URL(`${rule}/bad.sql`, RULES), 'utf8').replace(/^\s*-- *expect.*$/gm, '');
      const uri = 'file:///w/migrations/002_b.sql';
      const model = modelOf(
        'file:///w',
        { pgVersion: 14, rules: {}, migrations: [], baseline: undefined },
        () => new Date(0),
        (error) => assert.fail(error as Error),
      );
      const files = {
        '001_a.sql': renamed(TABLES, rename),
        '001_a.down.sql': 'SELECT 1;',
        '002_b.sql': renamed(bad, rename),
        '002_b.down.sql': 'SELECT 1;',
      };
      for (const [name, text] of Object.entries(files)) {
        model.setFile(`file:///w/migrations/${name}`, `migrations/${name}`, text);
      }
      for (const finding of model.findings(uri)) {
        assert.ok(!/[\r\n]/.test(finding.message), finding.message);
        for (const { title, edits, newFiles } of finding.fixes) {
          fixes += 1;
          assert.ok(!/[\r\n]/.test(title), title);
          for (const edit of edits) checkSql(applyEdits(model.text(edit.uri) ?? '', edit.edits), `${rule}: ${title}`);
          for (const { uri: made, text } of newFiles) if (made.endsWith('.sql')) checkSql(text, `${rule}: ${title}`);
        }
      }
      const context = model.context(uri);
      if (context) checkSql(deriveDown(context.statements, { earlier: earlierThan(context) }).text, `${rule}: down`);
    }
    assert.ok(fixes > 20, `only ${fixes} fixes`);
  });
}

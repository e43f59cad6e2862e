import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import fc from 'fast-check';
import { type Plan, upOf } from '../../../server/src/core/plans/plan.js';
import { type Template, templates } from '../../../server/src/core/plans/templates.js';
import { loadParser, parsesCleanly, readScript } from '../../../server/src/core/sql/read.js';
import { sqlText } from '../../../server/src/core/sql/sqlText.js';

before(loadParser);

const VALUES: Record<string, string> = {
  table: 'users',
  column: 'mail',
  columns: 'mail',
  to: 'email',
  type: 'text',
  oldType: 'integer',
  key: 'id',
  value: "lower('X')",
  target: 'teams',
  targetColumns: 'id',
};
const COLUMNS: Record<string, Record<string, string>> = {
  'create-table': { columns: 'email text, "Odd one" numeric(10, 2)' },
};
const make = (template: Template, values: Record<string, string> = {}, name = 'Do it') =>
  template.make({ name, values: { ...VALUES, ...COLUMNS[template.id], ...values } });
const migrations = (template: Template, values?: Record<string, string>) => {
  const made = make(template, values);
  assert.ok('plan' in made, JSON.stringify(made));
  return textsOf(made.plan);
};
const textsOf = (plan: Plan) =>
  plan.map((planned) => ({ up: sqlText(upOf(planned)) ?? 'broken up', down: sqlText(planned.down) ?? 'broken down' }));
const byId = (id: string) => templates.find((t) => t.id === id)!;

for (const template of templates) {
  test(`${template.id}: its SQL parses, both ways`, () => {
    for (const m of migrations(template))
      for (const sql of [m.up, m.down]) assert.ok(sql.startsWith('--') || parsesCleanly(sql), sql);
  });

  test(`${template.id}: nasty names come through as names, never as SQL`, () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }),
      fc.constantFrom(
        'select',
        'My Table',
        "o'x",
        'a"b',
        '$$',
        '$lockstep$',
        '"; DROP TABLE x; --',
        'a.b',
        'ü',
        '/*',
        '\\',
      ),
    );
    fc.assert(
      fc.property(piece, piece, piece, (table, column, name) => {
        const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
        const own = template.id === 'create-table' ? {} : { columns: quoted(column) };
        const made = make(
          template,
          { table: quoted(table), column: quoted(column), target: quoted(table), ...own },
          name,
        );
        if ('error' in made) return assert.match(made.error, /\.$/);
        const counts = migrations(template);
        for (const [i, m] of textsOf(made.plan).entries()) {
          for (const half of ['up', 'down'] as const) {
            const script = readScript(m[half]);
            assert.deepEqual(script.errors, [], m[half]);
            assert.equal(script.statements.length, readScript(counts[i]![half]).statements.length, m[half]);
          }
        }
      }),
    );
  });

  if (template.fields.some((f) => f.required)) {
    test(`${template.id}: a missing value is an error that names it`, () => {
      const first = template.fields.find((f) => f.required)!;
      const made = make(template, { [first.id]: '  ' });
      assert.ok('error' in made && made.error.includes(first.label));
    });
  }
}

test('types and expressions cannot smuggle statements in', () => {
  for (const type of ['text; DROP TABLE x', 'text) , (1', 'int NOT NULL', 'int -- x', 'foo bar baz', ''])
    assert.ok('error' in make(byId('add-column'), { type }), type);
  for (const type of [
    'text',
    'varchar(20)',
    'numeric(10, 2)',
    'timestamp(3) with time zone',
    'text[]',
    'app.mood',
    '"My type"',
    'double precision',
  ]) {
    assert.ok('plan' in make(byId('add-column'), { type }), type);
  }
  for (const value of ['1); DROP TABLE x; SELECT (1', '1), (2', '1) FROM t WHERE (true', '('])
    assert.ok('error' in make(byId('backfill'), { value }), value);
  for (const value of ['lower(name)', "'a -- b'", '1 -- one', "E'\\''", 'CASE WHEN a THEN 1 ELSE 2 END'])
    assert.ok('plan' in make(byId('backfill'), { value }), value);
});

test('what must stand alone in its file stands alone', () => {
  const [index] = migrations(byId('add-index'));
  assert.equal(readScript(index!.up).statements.length, 1);
  assert.match(index!.up, /CREATE INDEX CONCURRENTLY/);
  assert.equal(readScript(index!.down).statements.length, 1);
  for (const id of ['backfill', 'rename-column']) {
    const fill = migrations(byId(id)).find((m) => m.up.includes('DO $'))!;
    assert.equal(readScript(fill.up).statements.length, 1);
  }
});

test('the foreign key is NOT VALID first and validated in a migration of its own', () => {
  const [add, validate] = migrations(byId('add-foreign-key'));
  assert.match(add!.up, /lock_timeout[\s\S]*NOT VALID/);
  assert.match(validate!.up, /VALIDATE CONSTRAINT users_mail_fkey/);
});

test('a name too long for PostgreSQL is refused, and a name made of others is cut to fit', () => {
  const made = make(byId('add-column'), { table: 'x'.repeat(64) });
  assert.ok('error' in made && /63 bytes/.test(made.error));
  const [index] = migrations(byId('add-index'), { table: 'é'.repeat(31), columns: 'c'.repeat(60) });
  const name = /CONCURRENTLY "([^"]+)"/.exec(index!.up)![1]!;
  assert.ok(Buffer.byteLength(name) <= 63 && name.endsWith('_idx'));
});

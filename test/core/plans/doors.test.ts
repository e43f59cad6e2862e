import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { filesOf } from '../../../server/src/core/plans/scaffold.js';
import { templates } from '../../../server/src/core/plans/templates.js';
import { loadParser } from '../../../server/src/core/sql/read.js';
import { applyEdits } from '../../../server/src/core/text/edits.js';
import { modelOf } from '../../world/sets.js';

before(loadParser);

const NOW = new Date('2026-11-21T10:15:00Z');
const FOLDER = 'file:///w/m';
const TABLES = `CREATE TABLE teams (id bigint PRIMARY KEY);
CREATE TABLE users (
  id bigint PRIMARY KEY,
  mail varchar(80) NOT NULL DEFAULT 'none' CONSTRAINT mail_there CHECK (mail <> ''),
  team bigint REFERENCES teams (id)
);
CREATE INDEX users_mail_idx ON users (lower(mail));
CREATE VIEW v AS SELECT team FROM users;
`;
const VALUES = { table: 'users', column: 'mail', to: 'email', type: 'varchar(80)' };

function folder() {
  const config = { pgVersion: 14, rules: {}, migrations: [{ folder: 'm' }], baseline: undefined } as const;
  const model = modelOf(
    'file:///w',
    config,
    () => NOW,
    (error) => assert.fail(String(error)),
  );
  const write = (uri: string, text: string) => model.setFile(uri, uri.slice('file:///w/'.length), text);
  write(`${FOLDER}/001_tables.sql`, TABLES);
  return { model, write };
}

function make(id: string, values: Record<string, string>, { model }: ReturnType<typeof folder>) {
  const template = templates.find((t) => t.id === id)!;
  return template.make({ name: 'rename_users_mail', values, met: model.after(FOLDER) });
}

test('a column that the template renames keeps what it had: NOT NULL, default, check, index', () => {
  const world = folder();
  const made = make('rename-column', VALUES, world);
  assert.ok('plan' in made, JSON.stringify(made));
  for (const { uri, text } of filesOf(world.model.set(FOLDER)!, made.plan, NOW)) world.write(uri, text);
  const { before: after } = world.model.after(FOLDER);
  const users = after.relation(undefined, 'users')!;
  const email = users.columns.get('email')!;
  assert.deepEqual([email.notNull, email.defaultSql, email.type.mods], [true, "'none'", [80]]);
  assert.equal(users.columns.has('mail'), false);
  assert.deepEqual(
    [...users.constraints.values()]
      .filter((c) => c.columns.includes('email') && c.kind !== 'notNull')
      .map((c) => [c.name, c.kind, c.validated]),
    [['email_there', 'check', true]],
  );
  assert.deepEqual(
    after.indexesOn(users.key).flatMap((i) => (i.dependsOn.includes('email') ? [i.name] : [])),
    ['users_email_idx'],
  );
});

test('the template and the quick fix make the same migrations', () => {
  const world = folder();
  const made = make('rename-column', VALUES, world);
  assert.ok('plan' in made, JSON.stringify(made));
  const [expand, ...later] = filesOf(world.model.set(FOLDER)!, made.plan, NOW).map((f) => f.text);

  const uri = `${FOLDER}/002_rename.sql`;
  const [up, down] = ['mail TO email', 'email TO mail'].map((names) => `ALTER TABLE users RENAME COLUMN ${names};\n`);
  world.write(uri, up!);
  world.write(`${FOLDER}/002_rename.down.sql`, down!);
  const [fix] = world.model.findings(uri).flatMap((f) => (f.rule === 'rename-column' ? f.fixes : []));
  assert.ok(fix);
  const edited = (of: string) =>
    applyEdits(
      world.model.text(of)!,
      fix.edits.flatMap((e) => (e.uri === of ? e.edits : [])),
    );
  assert.equal(edited(uri), expand);
  assert.deepEqual(
    fix.newFiles.map((f) => f.text),
    later.slice(1),
  );
});

test('a column that cannot give way to a second one is refused with the reason', () => {
  const refused: readonly (readonly [Record<string, string>, RegExp])[] = [
    [{ column: 'id', to: 'key', type: 'bigint' }, /users\.id is the primary key/],
    [{ column: 'team', to: 'team_id', type: 'bigint' }, /users\.team is read by view v/],
    [{ column: 'mial' }, /users has no column mial, as the migrations tell\. Name one that it has\./],
    [{ key: 'nr' }, /users has no column nr, as the migrations tell\./],
    [{ column: 'mail', to: 'team', type: 'text' }, /users\.mail cannot give way to team, which is there already/],
  ];
  for (const [values, reason] of refused) {
    const made = make('rename-column', { ...VALUES, ...values }, folder());
    assert.ok('error' in made && reason.test(made.error), JSON.stringify(made));
  }
});

test('of a column that no migration made, the plan says that what it has is not known', () => {
  const made = make('rename-column', { ...VALUES, table: 'elsewhere' }, folder());
  assert.ok('plan' in made);
  assert.match(made.plan.at(-1)!.up.join('\n'), /-- No migration here tells what mail has\./);
  const known = make('rename-column', VALUES, folder());
  assert.ok('plan' in known);
  assert.doesNotMatch(known.plan.at(-1)!.up.join('\n'), /No migration here/);
});

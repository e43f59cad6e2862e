import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { filesOf } from '../../../server/src/core/plans/scaffold.js';
import { type Template, templates } from '../../../server/src/core/plans/templates.js';
import { loadParser } from '../../../server/src/core/sql/read.js';
import { modelOf } from '../../world/sets.js';

before(loadParser);

const VALUES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  empty: {},
  'create-table': { table: 'things', columns: 'label text, price numeric(10, 2)' },
  'add-column': { table: 'users', column: 'nickname', type: 'text' },
  'add-index': { table: 'users', columns: 'mail, team_id' },
  'add-foreign-key': { table: 'users', columns: 'team_id', target: 'teams' },
  'rename-column': { table: 'users', column: 'mail', to: 'email', type: 'text' },
  'change-type': { table: 'users', column: 'visits', oldType: 'integer', type: 'bigint', to: 'visits_big' },
  backfill: { table: 'users', column: 'nick', value: 'lower(mail)' },
};
const KEY = 'id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY';
const BASE = `CREATE TABLE teams (${KEY});\nCREATE TABLE users (${KEY}, mail text, nick text, visits integer, team_id bigint);\n`;
const ROOT = 'file:///w';

/** A folder in which the tables are old, and the files that the template adds to it. */
function generated(template: Template, layout: string, tool: string, first: string, whole = (sql: string) => sql) {
  const config = {
    pgVersion: 14,
    rules: {},
    migrations: [{ folder: 'm', layout, tool }],
    baseline: undefined,
  } as const;
  const model = modelOf(
    ROOT,
    config,
    () => new Date('2026-11-21T10:15:00Z'),
    (error) => {
      throw error;
    },
  );
  model.setFile(`${ROOT}/m/${first}`, `m/${first}`, whole(BASE));
  const set = model.sets()[0]!;
  const made = template.make({ name: 'Do it', values: VALUES[template.id]!, met: model.after(set.folder) });
  assert.ok('plan' in made, JSON.stringify(made));
  const now = new Date('2026-11-21T10:15:00Z');
  const files = filesOf(set, made.plan, now);
  for (const { uri, text } of files) model.setFile(uri, decodeURIComponent(uri.slice(ROOT.length + 1)), text);
  return { model, files, migrations: made.plan.length };
}

const LAYOUTS: readonly (readonly [layout: string, tool: string, first: string, whole?: (sql: string) => string])[] = [
  ['suffix-dot-down', 'plain', '001_base.sql'],
  ['suffix-underscore-down', 'plain', '001_base.sql'],
  ['updown', 'golang-migrate', '000001_base.up.sql'],
  ['directory', 'diesel', '2024-01-31-101500_base/up.sql'],
  ['goose', 'goose', '20240131101500_base.sql', (sql) => `-- +goose Up\n${sql}`],
  ['dbmate', 'dbmate', '20240131101500_base.sql', (sql) => `-- migrate:up\n${sql}\n-- migrate:down\n`],
];
for (const template of templates) {
  for (const [layout, tool, first, whole] of LAYOUTS) {
    test(`${template.id} as ${layout} for ${tool} gives the linter nothing to say`, () => {
      const { model, files, migrations } = generated(template, layout, tool, first, whole);
      assert.equal(model.sets()[0]!.migrations.length, migrations + 1);
      assert.deepEqual(model.sets()[0]!.problems, []);
      const scripts = files.filter((file) => file.role !== 'other');
      const found = scripts.flatMap(({ uri }) => {
        assert.deepEqual(model.scripts(uri)[0]?.errors, []);
        return model.findings(uri).filter((f) => f.severity !== 'hint');
      });
      assert.deepEqual(found, [], JSON.stringify(found, null, 1));
    });
  }
}

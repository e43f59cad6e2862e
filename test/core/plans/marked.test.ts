import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { loadParser } from '../../../server/src/core/sql/read.js';
import { applyEdits } from '../../../server/src/core/text/edits.js';
import { modelOf } from '../../world/sets.js';

before(loadParser);

const ROOT = 'file:///w';
const NOW = new Date('2026-11-21T10:15:00Z');
const goose = (up: string, down: string) => `-- +goose Up\n${up}\n-- +goose Down\n${down}\n`;
const BASE = goose('CREATE TABLE users (id bigint PRIMARY KEY, mail text NOT NULL);', 'DROP TABLE users;');

/** A folder of goose with one change in it, before and after the fix for a rule. */
function fixed(rule: string, text: string) {
  const config = {
    pgVersion: 14,
    rules: {},
    migrations: [{ folder: 'm', tool: 'goose' }],
    baseline: undefined,
  } as const;
  const model = modelOf(
    ROOT,
    config,
    () => NOW,
    (error) => assert.fail(String(error)),
  );
  const write = (uri: string, sql: string) => model.setFile(uri, uri.slice(ROOT.length + 1), sql);
  const uri = `${ROOT}/m/00002_change.sql`;
  write(`${ROOT}/m/00001_base.sql`, BASE);
  write(uri, text);
  const [fix] = model.findings(uri).flatMap((f) => (f.rule === rule ? f.fixes : []));
  assert.ok(fix, `no fix for ${rule}`);
  const edits = fix.edits.flatMap((e) => (e.uri === uri ? e.edits : []));
  write(uri, applyEdits(model.text(uri)!, edits));
  for (const file of fix.newFiles) write(file.uri, file.text);
  assert.deepEqual(model.sets()[0]!.problems, []);
  const cut = model.uris().flatMap((of) => model.findings(of).filter((f) => f.rule === 'statement-cut-by-tool'));
  assert.deepEqual(cut, []);
  assert.deepEqual(
    model.scripts(uri).flatMap((s) => s.errors),
    [],
  );
  return model.text(uri)!;
}

const RENAME = ['mail TO email', 'email TO mail'].map((names) => `ALTER TABLE users RENAME COLUMN ${names};`);

test('what a fix writes into a file is not cut by a tool that goes by lines', () => {
  assert.match(
    fixed('rename-column', goose(RENAME[0]!, RENAME[1]!)),
    /StatementBegin\nCREATE FUNCTION [\s\S]*StatementEnd/,
  );
  const batches = fixed('update-whole-table', goose('UPDATE users SET mail = lower(mail);', 'SELECT 1;'));
  assert.match(
    batches,
    /-- \+goose Up\n-- \+goose StatementBegin\nDO \$\$[\s\S]*\n\$\$;\n-- \+goose StatementEnd\n-- \+goose Down/,
  );
});

test('marks get lines of their own, and none are put inside others', () => {
  const beside = fixed('rename-column', goose(`SELECT 1; ${RENAME[0]} SELECT 2;`, RENAME[1]!));
  assert.match(beside, /^SELECT 1; \nSET LOCAL/m);
  assert.match(beside, /NOT VALID;\n SELECT 2;/);
  const inside = fixed(
    'rename-column',
    goose(`-- +goose StatementBegin\n${RENAME[0]}\n-- +goose StatementEnd`, RENAME[1]!),
  );
  assert.equal(inside.match(/StatementBegin/g)?.length, 1);
});

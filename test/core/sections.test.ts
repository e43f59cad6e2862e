import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { wholeHalf } from '../../server/src/core/migrations/halves.js';
import type { Layout } from '../../server/src/core/migrations/layout.js';
import { splitStem } from '../../server/src/core/migrations/layout.js';
import { listByNames } from '../../server/src/core/migrations/listing.js';
import { compareNumbers } from '../../server/src/core/migrations/order.js';
import { strangeMarks } from '../../server/src/core/migrations/strangeMarks.js';
import type { Tool } from '../../server/src/core/migrations/tool.js';
import { WorkspaceModel } from '../../server/src/core/model.js';
import { loadParser } from '../../server/src/core/sql/read.js';
import { applyEdits } from '../../server/src/core/text/edits.js';
import { tools } from '../../server/src/tools/index.js';

before(loadParser);

/** `-- up` and `-- down` in one file: the smallest tool of that kind. */
const layout: Layout = {
  id: 'one-file',
  example: '001_a.sql',
  read(path) {
    const parts = splitStem(path.replace(/\.sql$/, ''));
    return parts && { kind: 'half', ...parts, direction: 'both' };
  },
  paths: (stem) => ({ up: `${stem}.sql`, down: `${stem}.sql` }),
  cut(text) {
    const up = /^-- up$/m.exec(text);
    const down = /^-- down$/m.exec(text);
    if (!up)
      return { up: undefined, down: undefined, problem: { message: 'has no -- up.', span: { start: 0, end: 0 } } };
    const head = { start: 0, end: up.index };
    const part = (start: number, end: number) => ({
      section: { head, within: [{ start, end }] },
      transaction: 'wrapped' as const,
    });
    return {
      up: part(up.index + 5, down?.index ?? text.length),
      down: down ? part(down.index + 7, text.length) : undefined,
    };
  },
  compose: (up, down) => `-- up\n${up.sql}-- down\n${down.sql}`,
  addDown: (text, down) => ({ span: { start: text.length, end: text.length }, newText: `\n-- down\n${down}` }),
};
const rules = { version: (v: string) => v, compare: compareNumbers, transaction: () => 'wrapped' as const };
const oneFile: Tool = {
  id: 'one-file',
  title: 'one file',
  layouts: [layout],
  evidence: [],
  marks: [{ pattern: /^up$/, means: 'up' }],
  detect: ({ paths }) => ({ strength: 'marked', layout, pairs: paths.size, ups: paths.size }),
  list: (input) => listByNames(input, rules),
  version: (v) => v,
  compare: compareNumbers,
  beginning: { kind: 'sequence', last: 0n, width: 3, step: 1n },
  late: 'runs',
  checksum: () => undefined,
  about: { order: '', ledger: '', transaction: '', edited: '' },
  words: { unfinished: () => '', outOfOrder: '' },
};

const ROOT = 'file:///w';
function modelOf(files: Readonly<Record<string, string>>): WorkspaceModel {
  const config = { pgVersion: 14, rules: {}, migrations: [], baseline: undefined } as const;
  const world = { tools: { known: [oneFile], foreign: [] }, now: () => new Date(0), onError: assert.ifError };
  const model = new WorkspaceModel(ROOT, config, world);
  for (const [path, text] of Object.entries(files)) model.setFile(`${ROOT}/m/${path}`, `m/${path}`, text);
  return model;
}
const seen = (model: WorkspaceModel, path: string) =>
  model.findings(`${ROOT}/m/${path}`).map((f) => {
    const text = model.text(f.uri)!;
    return `${f.rule} @ ${text.slice(f.span.start, f.span.end)}`;
  });
const BASE = {
  '001_base.sql': '-- up\nCREATE TABLE users (id bigint PRIMARY KEY, mail text);\n-- down\nDROP TABLE users;\n',
};

test('both halves of a file are judged, each against the schema that it meets, at the places of the file', () => {
  const text = `-- é about it\n-- up\nALTER TABLE users ADD COLUMN tag text;\nCREATE INDEX users_mail ON users (mail);\n-- down\nDROP INDEX users_mail;\nALTER TABLE users DROP COLUMN tag;\n`;
  const model = modelOf({ ...BASE, '002_index.sql': text });
  const uri = `${ROOT}/m/002_index.sql`;
  const found = seen(model, '002_index.sql');
  assert.ok(found.includes('create-index-blocking @ CREATE INDEX'), found.join('\n'));
  assert.deepEqual(
    model.contexts(uri).map((c) => [c.direction, c.statements.length]),
    [
      ['up', 2],
      ['down', 2],
    ],
  );
  assert.equal(model.locate(uri, text.indexOf('DROP INDEX'))?.direction, 'down');
  assert.equal(model.locate(uri, 0)?.direction, 'up');
  // What the up makes is not new to the down of the same file.
  const down = model.context(uri, text.indexOf('DROP INDEX'))!;
  assert.equal(down.statements[1]!.effect.locks[0]!.bornHere, false);
  assert.ok(down.statements[1]!.before.relation(undefined, 'users')?.columns.has('tag'));
});

test('an edit moves the halves; a half that goes and comes back is read anew', () => {
  const model = modelOf(BASE);
  const uri = `${ROOT}/m/001_base.sql`;
  const set = (text: string) => model.setFile(uri, 'm/001_base.sql', text);
  assert.equal(model.contexts(uri).length, 2);
  const text = model.text(uri)!;
  for (const next of [`-- a\n${text}`, text.replace('-- down', '-- dow'), text, `${text}-- more`, '']) {
    set(next);
    const fresh = modelOf({ '001_base.sql': next });
    const statements = (m: WorkspaceModel) =>
      m.contexts(uri).map((c) => c.statements.map((s) => [s.statement.span, s.statement.text]));
    assert.deepEqual(statements(model), statements(fresh), next);
    assert.deepEqual(seen(model, '001_base.sql'), seen(fresh, '001_base.sql'), next);
  }
  assert.deepEqual(
    model.sets()[0]!.problems.map((p) => p.message),
    ['001_base.sql has no -- up.'],
  );
});

test('a suppression above both halves holds for both, and is without effect only when it has none in either', () => {
  const body = '-- up\nCREATE TABLE a (id bigint PRIMARY KEY);\n-- down\nDROP TABLE users;\n';
  const used = modelOf({ ...BASE, '002_a.sql': `-- lockstep:ignore-file down-does-not-undo -- meant so\n${body}` });
  assert.ok(
    !seen(used, '002_a.sql').some((f) => /suppression|down-does-not-undo/.test(f)),
    seen(used, '002_a.sql').join('\n'),
  );
  const unused = modelOf({ ...BASE, '002_a.sql': `-- lockstep:ignore-file truncate-table -- why not\n${body}` });
  assert.equal(seen(unused, '002_a.sql').filter((f) => f.startsWith('unused-suppression')).length, 1);
});

test('a down that is missing is added to the file', () => {
  const model = modelOf({ ...BASE, '002_tag.sql': '-- up\nALTER TABLE users ADD COLUMN tag text;\n' });
  const uri = `${ROOT}/m/002_tag.sql`;
  const finding = model.findings(uri).find((f) => f.rule === 'missing-down')!;
  assert.match(finding.message, /^tag has no down:/);
  const [fix] = finding.fixes;
  assert.deepEqual(fix!.newFiles, []);
  const after = applyEdits(model.text(uri)!, fix!.edits[0]!.edits);
  model.setFile(uri, 'm/002_tag.sql', after);
  assert.ok(model.sets()[0]!.migrations[1]!.down);
  assert.ok(!seen(model, '002_tag.sql').some((f) => /missing-down|down-does-not-undo/.test(f)));
});

test('a second half by marks that the tool does not know is told, in strings and bodies it is none', () => {
  const marks = [...tools.known, ...tools.foreign].flatMap(({ title, marks: all = [] }) =>
    all.map((mark) => ({ ...mark, tool: title })),
  );
  const strange = (text: string, direction: 'up' | 'down' = 'up') => {
    const half = wholeHalf({ uri: 'file:///a.sql', path: 'a.sql', text }, 'auto');
    return strangeMarks(half, direction, marks).map((p) => text.slice(p.span!.start, p.span!.end));
  };
  for (const mark of [
    '-- Down Migration',
    '-- +migrate Down',
    '-- +micrate Down',
    '-- ==== DOWN ====',
    '--//@UNDO',
    '-- +goose Down',
    '-- migrate:down',
    '---- create above / drop below ----',
    '-- rollback',
  ])
    assert.deepEqual(strange(`CREATE TABLE a ();\n${mark}\nDROP TABLE a;\n`), [mark]);
  for (const quiet of [
    'CREATE TABLE a (); -- what to do when the server is down\nSELECT 1;',
    'CREATE TABLE a ();\n-- rollback\n-- DROP TABLE a;\n',
    "SELECT '\n-- Down Migration\n';\nSELECT 2;",
    'CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$\n-- +goose Down\nSELECT 1 $$;\nSELECT 2;',
    '-- Scale it down\nSELECT 1;',
  ])
    assert.deepEqual(strange(quiet), [], quiet);
  assert.deepEqual(strange('-- Rollback\nDROP TABLE a;', 'down'), []);
});

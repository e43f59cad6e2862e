import assert from 'node:assert/strict';
import { test } from 'node:test';
import { replaySteps } from '../../../server/src/core/analysis.js';
import { describe, isOpaque, needs, takesBack, unmet } from '../../../server/src/core/reversal/kinds.js';
import { loadParser, readScript } from '../../../server/src/core/sql/read.js';
import { finish } from '../../../server/src/core/steps.js';
import { CASES } from '../../postgres/reversalCases.js';
import { derive, scenes } from './world.js';

await loadParser();

/** [up, down, what the down leaves]. */
const TABLE: readonly (readonly [string, string, readonly string[]])[] = [
  ['CREATE TABLE a (id int)', 'DROP TABLE a', []],
  ['CREATE TABLE a (id int)', '', ['table a']],
  ['CREATE TABLE s.a (id int)', 'DROP TABLE a', []],
  ['CREATE TABLE s.a (id int)', 'DROP TABLE t.a', ['table a']],
  [
    'CREATE TABLE a (id int); CREATE INDEX i ON a (id); CREATE TRIGGER t BEFORE INSERT ON a EXECUTE FUNCTION f()',
    'DROP TABLE a',
    [],
  ],
  ['CREATE TABLE s.a (id int)', 'DROP SCHEMA s CASCADE', []],
  ['CREATE INDEX i ON a (x)', 'DROP INDEX CONCURRENTLY IF EXISTS i', []],
  ['CREATE INDEX i ON a (x)', 'DROP TABLE a', []],
  ['ALTER TABLE a ADD COLUMN x int, ADD COLUMN y int', 'ALTER TABLE a DROP COLUMN y', ['column x on a']],
  ['ALTER TABLE a ADD COLUMN x int; CREATE INDEX i ON a (x)', 'ALTER TABLE a DROP COLUMN x', ['index i']],
  ['ALTER TABLE a ALTER COLUMN x SET NOT NULL', 'ALTER TABLE a ALTER COLUMN x DROP NOT NULL', []],
  ['ALTER TABLE a ALTER COLUMN x SET NOT NULL', 'ALTER TABLE a DROP COLUMN x', []],
  ['ALTER TABLE a ALTER COLUMN x TYPE int', 'SELECT 1', ['the type of a.x']],
  ['ALTER TABLE a RENAME TO b', 'ALTER TABLE b RENAME TO a', []],
  ['ALTER TABLE a RENAME TO b', '', ['the new name of table b']],
  ['CREATE TABLE a (id int); ALTER TABLE a RENAME TO b', 'DROP TABLE b', []],
  ['ALTER TABLE a RENAME COLUMN x TO y', '', ['the new name of column a.y']],
  ['CREATE TEMPORARY TABLE a (id int)', '', []],
  ['CREATE TABLE a (id int); DROP TABLE a', '', []],
  ['ALTER TABLE a ADD CONSTRAINT c CHECK (x > 0) NOT VALID; ALTER TABLE a DROP CONSTRAINT c', '', []],
  ["UPDATE a SET x = 1; INSERT INTO a VALUES (1); ALTER TYPE t ADD VALUE 'x'; DROP TABLE b; TRUNCATE c", '', []],
  [
    'CREATE OR REPLACE VIEW v AS SELECT 1; CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$',
    '',
    [],
  ],
  [
    "CREATE TYPE t AS ENUM ('a'); CREATE DOMAIN d AS text; CREATE SEQUENCE q",
    'DROP TYPE t; DROP DOMAIN d; DROP SEQUENCE q',
    [],
  ],
  ['CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS $$ SELECT 1 $$', 'DROP FUNCTION f(int)', []],
  [
    'CREATE POLICY p ON a USING (true); CREATE RULE r AS ON DELETE TO a DO NOTHING',
    'DROP POLICY p ON a',
    ['rule r on a'],
  ],
];

for (const [up, down, left] of TABLE) {
  test(`"${down}" leaves ${left.length === 0 ? 'nothing' : left.join(', ')} of "${up}"`, () => {
    const [ups, downs] = [readScript(up), readScript(down)];
    assert.deepEqual([...ups.errors, ...downs.errors], []);
    assert.deepEqual(
      unmet(needs(ups.statements), downs.statements, undefined).map((n) => describe(n.ref)),
      left,
    );
  });
}

test('a derived down meets every need of its up', () => {
  for (const { name, before, up } of CASES) {
    const steps = scenes(up, before);
    const afterUp = steps.at(-1)!.after;
    const down = readScript(derive(up, before).text);
    const left = unmet(needs(steps.map((s) => s.statement)), down.statements, {
      afterUp,
      afterDown: finish(
        replaySteps(down, afterUp, { uri: 'file:///w/2.down.sql', half: 'file:///w/2.down.sql', migration: '2' }),
      ),
      upHalf: 'file:///w/2.sql',
    });
    assert.deepEqual(
      left.map((n) => describe(n.ref)),
      [],
      name,
    );
  }
});

test('what took the place of something is told from what is new', () => {
  const ups = readScript('DROP INDEX i; CREATE INDEX i ON a (x); CREATE INDEX j ON a (y)').statements;
  assert.deepEqual(
    needs(ups).map((n) => [n.ref.name, n.replaces]),
    [
      ['i', true],
      ['j', false],
    ],
  );
});

test('a statement takes back others only when it does nothing else', () => {
  const up = readScript('ALTER TABLE a ALTER COLUMN x SET NOT NULL; CREATE INDEX i ON a (x)').statements;
  const of = (sql: string) => takesBack(readScript(sql).statements[0]!, up);
  assert.equal(of('ALTER TABLE a ALTER COLUMN x DROP NOT NULL'), true);
  assert.equal(of('DROP INDEX i'), true);
  assert.equal(of('ALTER TABLE a DROP COLUMN x'), false);
  assert.equal(of('DROP INDEX i, j'), false);
  assert.equal(of('SELECT 1'), false);
  const drop = readScript('ALTER TABLE a DROP COLUMN x').statements;
  const back = (sql: string) => takesBack(readScript(sql).statements[0]!, drop);
  assert.equal(back('ALTER TABLE a ADD COLUMN x int'), true);
  assert.equal(back('ALTER TABLE a ADD COLUMN y int'), false);
});

test('scripts that do what their text does not tell are opaque', () => {
  for (const sql of ['DO $$ BEGIN END $$', 'CALL p()', 'SELECT drop_it()', 'DROP TABEL a'])
    assert.equal(isOpaque(readScript(sql)), true, sql);
  for (const sql of ['DROP TABLE a', 'SELECT 1', '']) assert.equal(isOpaque(readScript(sql)), false, sql);
});

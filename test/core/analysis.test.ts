import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import fc from 'fast-check';
import { analysisSteps } from '../../server/src/core/analysis.js';
import { emptyCatalog } from '../../server/src/core/catalog/empty.js';
import { loadParser, readScript } from '../../server/src/core/sql/read.js';
import type { Script } from '../../server/src/core/sql/script.js';
import type { AnalysedStatement } from '../../server/src/core/statements/analysed.js';
import { finish } from '../../server/src/core/steps.js';

before(loadParser);

const START = emptyCatalog();
const WHERE = { uri: 'file:///a.sql', half: 'file:///a.sql', migration: '1' };
const analyse = (script: Script, previous?: readonly AnalysedStatement[]) =>
  finish(analysisSteps({ script, where: WHERE, mode: 'auto', pg: 14, before: START }, previous));

/** What rules see of an analysis. */
function seen(statements: readonly AnalysedStatement[]) {
  return statements.map(({ statement, before: met, after, effect, bornHere, inTransaction, begin, lockTimeout }) => ({
    span: statement.span,
    effect,
    state: [inTransaction, begin, lockTimeout],
    tables: ['public.a', 'public.b'].map((key) => [
      met.relationByKey(key),
      after.relationByKey(key),
      bornHere.has(key),
    ]),
  }));
}

const statements = fc.constantFrom(
  'CREATE TABLE a (id int)',
  'CREATE TABLE b (id int)',
  'ALTER TABLE a ADD c int DEFAULT 1',
  'ALTER TABLE b RENAME TO a',
  'DROP TABLE a',
  'INSERT INTO a SELECT * FROM b',
  'UPDATE a SET c = 1',
  "SET lock_timeout = '1s'",
  'BEGIN',
  'COMMIT',
  '-- note\nSELECT 1',
  'ALTER TABLE ${t} ADD d int',
  'ALTER TABLE ${u} ADD d int',
  'SELECT FROM WHERE',
);

test('an analysis that takes over what did not change is the analysis of the text', () => {
  const edit = fc.record({ at: fc.nat(), remove: fc.nat(2), insert: fc.array(statements, { maxLength: 2 }) });
  fc.assert(
    fc.property(fc.array(statements, { maxLength: 12 }), fc.array(edit, { maxLength: 4 }), (start, edits) => {
      let list = start;
      let script = readScript(list.join(';\n'));
      let analysed = analyse(script);
      for (const { at, remove, insert } of edits) {
        list = list.toSpliced(list.length === 0 ? 0 : at % list.length, remove, ...insert);
        script = readScript(list.join(';\n'), { previous: script });
        analysed = analyse(script, analysed);
        assert.deepEqual(seen(analysed), seen(analyse(script)));
      }
    }),
    { numRuns: 500 },
  );
});

test('statements before an edit are taken over, and data changes behind it too', () => {
  const text = 'CREATE TABLE a (id int);\nINSERT INTO a VALUES (1);\nSELECT 1;\nINSERT INTO a VALUES (2);\n';
  const script = readScript(text);
  const first = analyse(script);
  const second = analyse(readScript(text.replace('SELECT 1', 'SELECT 1, 2'), { previous: script }), first);
  assert.equal(second[1]?.effect, first[1]?.effect);
  assert.equal(second[3]?.effect.locks, first[3]?.effect.locks);
  assert.equal(second[3]?.effect.span.start, first[3]!.effect.span.start + 3);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Covering } from '../../../server/src/core/rules/covering.js';
import type { Finding } from '../../../server/src/core/rules/rule.js';
import { suppressionsIn } from '../../../server/src/core/rules/suppress.js';
import { loadParser, readScript } from '../../../server/src/core/sql/read.js';

await loadParser();

const RULES = ['drop-table', 'drop-column'];
const comment = fc
  .record({ rule: fc.constantFrom(...RULES), isFile: fc.integer({ max: 9, min: 0 }) })
  .map(({ rule, isFile }) => `-- lockstep:ignore${isFile === 0 ? '-file' : ''} ${rule} -- why\n`);
const part = fc.oneof(comment, fc.constantFrom('a int,\n', 'b numeric(1,', '2),\n', 'CHECK (a IN (1,', '2)),\n', '\n'));
const script = fc
  .array(
    fc.oneof(
      comment,
      fc.constantFrom('SELECT 1;', '\n', 'SELECT 2;\n'),
      fc.array(part, { maxLength: 9 }).map((parts) => `CREATE TABLE t (\n${parts.join('')} z int);\n`),
    ),
    { maxLength: 9 },
  )
  .map((parts) => parts.join(''));

test('the suppression that covers a finding is the first of all that do', () => {
  let covered = 0;
  fc.assert(
    fc.property(script, fc.constantFrom(...RULES), fc.nat(400), fc.boolean(), (sql, rule, at, isOfStatement) => {
      const { statements, ...rest } = readScript(sql);
      const suppressions = suppressionsIn({ ...rest, statements });
      const start = Math.min(at, sql.length);
      const around = statements.find((s) => s.fullSpan.start <= start && start < s.fullSpan.end);
      const statement = isOfStatement ? around?.index : undefined;
      const expected = suppressions.findIndex((s) => {
        if (!s.rules.includes(rule)) return false;
        if (s.scope === 'file') return true;
        if (s.part) return s.part.start <= start && start < s.part.end;
        return s.statement !== undefined && s.statement === (statement ?? around?.index);
      });
      const finding = { rule, span: { start, end: start }, statement } as Finding;
      assert.equal(new Covering(suppressions, statements).of(finding) ?? -1, expected);
      if (expected >= 0) covered++;
    }),
    { numRuns: 2000 },
  );
  assert.ok(covered > 100);
});

import { fillInBatches } from '../plans/fillInBatches.js';
import { sqlOf } from '../sql/write.js';
import { defaultOf, perRowValue } from '../statements/addedColumn.js';
import { type AddedColumn, addedColumns } from '../statements/alter.js';
import type { AnalysedStatement } from '../statements/analysed.js';
import { codeTokens, spanWithin } from '../statements/spans.js';
import { emptiedBefore, workOn } from '../statements/tables.js';
import type { Span } from '../text/span.js';
import { capitalized } from '../text/words.js';
import type { Rule } from './rule.js';

export const addColumnVolatileDefault: Rule = {
  id: 'add-column-volatile-default',
  title: 'New column with a value of its own for each row rewrites the table',
  danger: 'rewrites',
  severity: 'warning',
  statements: ['AlterTableStmt'],
  directions: ['up'],
  sources: [
    'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES',
    'src/backend/commands/tablecmds.c: ATExecAddColumn, contain_volatile_functions',
    'squawk: adding-field-with-default',
    'strong_migrations: adding a column with a volatile default value, adding an auto-incrementing column',
  ],
  *check(at, file) {
    for (const added of addedColumns(at)) {
      const value = workOn(at, added.table).some((w) => w.kind === 'rewrite') ? perRowValue(at, added) : undefined;
      if (!value || emptiedBefore(at, file, added.table, 'truncate')) continue;
      const table = added.table.display;
      const name = added.column.colname ?? '';
      yield {
        span: clauseOf(at, added, value.what),
        message: `Rewrites ${table} under ACCESS EXCLUSIVE: reads and writes wait until each row has its ${name}.`,
        detail:
          `${capitalized(value.reason)}, so PostgreSQL cannot keep one value for all rows that are there: it copies the table and rebuilds all its indexes, and nobody can use it meanwhile. ` +
          (value.what === 'default'
            ? 'Add the column without the default, SET DEFAULT for new rows, and fill the old ones in batches.'
            : 'Add a plain column, give it a sequence with SET DEFAULT, fill the old rows in batches; ADD GENERATED AS IDENTITY afterwards costs nothing.'),
        fixes: () => fillInBatches(at, file, added, value.what),
      };
    }
  },
};

function clauseOf(at: AnalysedStatement, added: AddedColumn, what: 'default' | 'serial' | 'identity'): Span {
  if (what === 'serial') {
    const { start } = added.span;
    const type = at.statement.at(added.column.typeName?.location);
    return codeTokens(at.statement).find((t) => t.span.start >= Math.max(start, type))?.span ?? added.span;
  }
  if (what === 'identity') return fromWord(at, added, 'GENERATED');
  const clause = defaultOf(added);
  const sql = clause && sqlOf(at.statement, clause.raw_expr);
  const from = spanWithin(at.statement, added.span, 'DEFAULT');
  if (!sql || !from) return added.span;
  const end = at.statement.text.indexOf(sql, from.end - at.statement.span.start) + at.statement.span.start + sql.length;
  return { start: from.start, end };
}

function fromWord(at: AnalysedStatement, added: AddedColumn, word: string): Span {
  const found = spanWithin(at.statement, added.span, word);
  return found ? { start: found.start, end: added.span.end } : added.span;
}

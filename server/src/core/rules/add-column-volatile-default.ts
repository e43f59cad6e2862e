import { batches } from '../migrations/templates/staged.js';
import { parsesCleanly } from '../sql/read.js';
import { qualified, quoteIdent, sqlOf } from '../sql/write.js';
import type { Span } from '../text/span.js';
import { defaultOf, isUsedLater, perRowValue } from './lib/addedColumn.js';
import { type AddedColumn, addedColumns } from './lib/alter.js';
import { eolOf, newMigrations, replace } from './lib/fix.js';
import { requireLater } from './lib/requireLater.js';
import { codeTokens, spanWithin } from './lib/spans.js';
import { batchKey, emptiedBefore, nameOf, rewritten } from './lib/tables.js';
import type { AnalysedStatement, FileContext, Fix, Rule } from './rule.js';

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
    const tables = rewritten(at);
    for (const added of addedColumns(at)) {
      const value = tables.has(added.table.relation?.key ?? added.table.display) ? perRowValue(at, added) : undefined;
      if (!value || emptiedBefore(at, file, added.table, 'truncate')) continue;
      const table = added.table.display;
      const name = added.column.colname ?? '';
      yield {
        span: clauseOf(at, added, value.what),
        message: `Rewrites ${table} under ACCESS EXCLUSIVE: reads and writes wait until each row has its ${name}.`,
        detail:
          `${cap(value.reason)}, so PostgreSQL cannot keep one value for all rows that are there: it copies the table and rebuilds all its indexes, and nobody can use it meanwhile. ` +
          (value.what === 'default'
            ? 'Add the column without the default, SET DEFAULT for new rows, and fill the old ones in batches.'
            : 'Add a plain column, give it a sequence with SET DEFAULT, fill the old rows in batches; ADD GENERATED AS IDENTITY afterwards costs nothing.'),
        fixes: inBatches(at, file, added, value.what),
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

/** Column, then its default for new rows, then the old rows batch by batch, then what was asked of it besides. */
function inBatches(at: AnalysedStatement, file: FileContext, added: AddedColumn, what: string): readonly Fix[] {
  const relation = added.table.relation;
  const key = batchKey(relation);
  const clause = defaultOf(added);
  const expression = clause && sqlOf(at.statement, clause.raw_expr);
  const column = added.column.colname ?? '';
  const isPlain = added.constraints.every((c) =>
    ['CONSTR_DEFAULT', 'CONSTR_NOTNULL', 'CONSTR_NULL'].includes(c.contype ?? ''),
  );
  if (
    what !== 'default' ||
    !relation ||
    !key ||
    !expression ||
    !isPlain ||
    relation.kind !== 'table' ||
    isUsedLater(at, file, column)
  )
    return [];
  const start = Math.min(...added.constraints.map((c) => at.statement.at(c.location)));
  const head = file.script.text.slice(0, start).trimEnd().length;
  const name = nameOf(relation, at.before);
  const sql = qualified(name.schema, name.name);
  const alter = `ALTER TABLE ${sql}`;
  const quoted = quoteIdent(column);
  const setDefault = `${alter} ALTER COLUMN ${quoted} SET DEFAULT ${expression}`;
  const fill = batches(
    { ...name, schema: name.schema, sql },
    key.name,
    `${quoted} = ${expression}`,
    `${quoted} IS NULL`,
  )
    .trimEnd()
    .replace(/;$/, '');
  if (start <= added.span.start || !parsesCleanly(setDefault) || !parsesCleanly(fill)) return [];
  const nothing = ['-- Nothing to undo: the migration before takes the values away with their column.'];
  const required = added.constraints.some((c) => c.contype === 'CONSTR_NOTNULL');
  const files = newMigrations(file, [
    { name: `backfill_${relation.name}_${column}`, up: [fill], down: nothing },
    ...(required ? requireLater(file, alter, relation.name, column) : []),
  ]);
  if (!files) return [];
  const { end } = at.statement.span;
  const second = `;${eolOf(file.script)}${setDefault}`;
  const cut = { start: head, end: added.span.end };
  return [
    {
      title: `Add ${column} without it, SET DEFAULT for new rows, and fill the old ones in batches in a new migration`,
      safety: 'review',
      edits: [
        {
          uri: file.uri,
          edits: cut.end === end ? [replace(cut, second)] : [replace(cut, ''), replace({ start: end, end }, second)],
        },
      ],
      newFiles: files,
    },
  ];
}

function cap(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

import { editFix, replace } from '../fixes/edits.js';
import type { Fix } from '../fixes/fix.js';
import { newMigrations } from '../plans/newMigrations.js';
import { requireLater } from '../plans/requireLater.js';
import { typeRef } from '../sql/types.js';
import { becomesKey, fillsItself, isUsedLater } from '../statements/addedColumn.js';
import { type AddedColumn, addedColumns } from '../statements/alter.js';
import type { AnalysedStatement, FileContext } from '../statements/analysed.js';
import { codeTokens, spanWithin } from '../statements/spans.js';
import { emptiedBefore } from '../statements/tables.js';
import type { Span } from '../text/span.js';
import type { Rule } from './rule.js';

export const addNotNullColumnWithoutDefault: Rule = {
  id: 'add-not-null-column-without-default',
  title: 'Required column without a default on a table with rows',
  danger: 'fails',
  severity: 'error',
  statements: ['AlterTableStmt'],
  directions: ['up'],
  sources: [
    'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-COLUMN',
    'squawk: adding-required-field',
    'atlas: MF103',
  ],
  *check(at, file) {
    for (const added of addedColumns(at)) {
      const required = added.constraints.some((c) => c.contype === 'CONSTR_NOTNULL' || c.contype === 'CONSTR_PRIMARY');
      if (!required || fillsItself(at, added) || emptiedBefore(at, file, added.table, 'any')) continue;
      const name = added.column.colname ?? '';
      const table = added.table.display;
      yield {
        span: clauseOf(at, added),
        message: `Adding ${table}.${name} as NOT NULL without a default fails as soon as ${table} has one row.`,
        detail:
          `The rows that are there would hold NULL, so PostgreSQL reads ${table} under ACCESS EXCLUSIVE and stops with 23502. On an empty database of a developer it works. ` +
          'Give it a constant default (no rewrite in any supported version), or add it without NOT NULL, fill the rows, and set NOT NULL in a later migration.',
        fixes: () => [...withDefault(at, file, added), ...laterNotNull(at, file, added)],
      };
    }
  },
};

/** `NOT NULL`, or `PRIMARY KEY` where that is what asks for a value. */
function clauseOf(at: AnalysedStatement, { span }: AddedColumn): Span {
  return spanWithin(at.statement, span, 'NOT', 'NULL') ?? spanWithin(at.statement, span, 'PRIMARY', 'KEY') ?? span;
}

/** What an existing row could hold: the least surprising value of each type. */
const NEUTRAL: Readonly<Record<string, string>> = {
  int2: '0',
  int4: '0',
  int8: '0',
  numeric: '0',
  float4: '0',
  float8: '0',
  text: "''",
  varchar: "''",
  citext: "''",
  bool: 'false',
  timestamptz: 'now()',
  timestamp: 'now()',
  date: 'CURRENT_DATE',
  jsonb: "'{}'",
  json: "'{}'",
  interval: "'0'",
};

function withDefault(at: AnalysedStatement, file: FileContext, added: AddedColumn): readonly Fix[] {
  const type = typeRef(added.column.typeName);
  const value = type.schema !== undefined ? undefined : type.array > 0 ? "'{}'" : NEUTRAL[type.name];
  const notNull = spanWithin(at.statement, added.span, 'NOT', 'NULL');
  const hasDefault = added.constraints.some((c) => c.contype === 'CONSTR_DEFAULT');
  const mustDiffer = added.constraints.some((c) => c.contype === 'CONSTR_UNIQUE' || c.contype === 'CONSTR_FOREIGN');
  if (
    value === undefined ||
    !notNull ||
    hasDefault ||
    mustDiffer ||
    isKey(added) ||
    isUsedLater(at, file, added.column.colname ?? '')
  )
    return [];
  return [
    editFix(file, `Add DEFAULT ${value} for the rows that are there`, 'review', [
      replace({ start: notNull.end, end: notNull.end }, ` DEFAULT ${value}`),
    ]),
  ];
}

/** Nullable now; NOT NULL once the rows are filled, without a scan that blocks. */
function laterNotNull(at: AnalysedStatement, file: FileContext, added: AddedColumn): readonly Fix[] {
  const notNull = spanWithin(at.statement, added.span, 'NOT', 'NULL');
  if (
    !notNull ||
    isKey(added) ||
    becomesKey(at, file, added) ||
    added.constraints.some((c) => c.contype === 'CONSTR_NOTNULL' && c.conname)
  )
    return [];
  const { name } = added.table;
  const column = added.column.colname ?? '';
  const when = `every writer sets ${column} and the rows from before are filled: from here on a row without it is refused`;
  const files = newMigrations(file, requireLater(name, column, when));
  if (!files) return [];
  const before = codeTokens(at.statement).findLast((t) => t.span.end <= notNull.start);
  const start = before?.span.end ?? notNull.start;
  return [
    {
      title: `Add ${column} without NOT NULL, and require it in new migrations once it is filled`,
      safety: 'review',
      edits: [{ uri: file.uri, edits: [replace({ start, end: notNull.end }, '')] }],
      newFiles: files,
    },
  ];
}

function isKey({ constraints }: AddedColumn): boolean {
  return constraints.some((c) => c.contype === 'CONSTR_PRIMARY');
}

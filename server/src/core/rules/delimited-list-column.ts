import { editFix, replace } from '../fixes/edits.js';
import { writtenColumns } from '../statements/newColumns.js';
import type { Rule } from './rule.js';

const LIST_NAME =
  /(^|_)(tags|ids|list|csv|keywords|emails|recipients|categories|labels)$|_(comma|delimited|separated)(_|$)/i;
const TEXT: ReadonlySet<string> = new Set(['text', 'varchar']);

export const delimitedListColumn: Rule = {
  id: 'delimited-list-column',
  title: 'A list kept in a text column',
  danger: 'style',
  severity: 'hint',
  statements: ['CreateStmt', 'AlterTableStmt'],
  directions: ['up'],
  sources: ['Bill Karwin, SQL Antipatterns: Jaywalking', 'https://www.postgresql.org/docs/current/arrays.html'],
  *check(at, file) {
    for (const { name, type, span, typeSpan, hasDefault } of writtenColumns(at)) {
      if (type.schema !== undefined || type.array > 0 || !TEXT.has(type.name) || !LIST_NAME.test(name)) continue;
      const isPlain = type.name === 'text' && !hasDefault;
      const end = { start: typeSpan.end, end: typeSpan.end };
      yield {
        span,
        message: `${name} looks like a list in one string: it cannot be indexed, checked or joined by its items.`,
        detail:
          'A list in a string needs pattern matching to search, allows duplicates and dangling ids, and runs into separators inside the values. ' +
          'Use a table with one row for each item and a foreign key; for plain values an array (text[]) with a GIN index is enough.',
        fixes: isPlain ? [editFix(file, 'Make it an array: text[]', 'review', [replace(end, '[]')])] : [],
      };
    }
  },
};

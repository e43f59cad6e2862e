import { editFix, replace } from '../fixes/edits.js';
import type { Fix } from '../fixes/fix.js';
import { parsesCleanly } from '../sql/read.js';
import type { AnalysedStatement, FileContext } from '../statements/analysed.js';
import { writtenColumns } from '../statements/newColumns.js';
import type { Span } from '../text/span.js';
import type { Rule } from './rule.js';

export const timestampWithoutTimeZone: Rule = {
  id: 'timestamp-without-time-zone',
  title: 'timestamp without time zone for a new column',
  danger: 'style',
  severity: 'hint',
  statements: ['CreateStmt', 'AlterTableStmt'],
  directions: ['up'],
  sources: [
    'https://wiki.postgresql.org/wiki/Don%27t_Do_This#Don.27t_use_timestamp_.28without_time_zone.29',
    'https://www.postgresql.org/docs/current/datatype-datetime.html',
  ],
  *check(at, file) {
    for (const { name, type, typeSpan } of writtenColumns(at)) {
      if (type.name !== 'timestamp' || type.schema !== undefined) continue;
      yield {
        span: typeSpan,
        message: `${name} drops the time zone: the same value means another moment on a client elsewhere.`,
        detail:
          'timestamp ignores any offset that it is given and stores the reading of some clock. timestamptz stores the moment in UTC, in the same eight bytes, and shows it in the time zone of the session. ' +
          'Keep timestamp for readings of a clock that mean no moment (opening hours, a future appointment in a place).',
        fixes: () => withTimeZone(at, file, typeSpan),
      };
    }
  },
};

/** `timestamp`, `timestamp(3)`, `timestamp without time zone`: only the words change. */
function withTimeZone({ statement }: AnalysedStatement, file: FileContext, type: Span): readonly Fix[] {
  const start = type.start - statement.span.start;
  const after = statement.text.slice(type.end - statement.span.start);
  const word = statement.text.slice(start, type.end - statement.span.start);
  if (word.toLowerCase() !== 'timestamp') return [];
  const [tail, precision] = after.match(/^(\s*\(\s*\d+\s*\))?(?:\s+without\s+time\s+zone\b)?/i) ?? [''];
  const newText = (word === 'TIMESTAMP' ? 'TIMESTAMPTZ' : 'timestamptz') + (precision ?? '');
  if (!parsesCleanly(statement.text.slice(0, start) + newText + after.slice(tail.length))) return [];
  // Not safe: the application may write local times that mean something without a zone.
  return [
    editFix(file, 'Use timestamptz', 'review', [replace({ start: type.start, end: type.end + tail.length }, newText)]),
  ];
}

import { parsesCleanly } from '../sql/read.js';
import type { Span } from '../text/span.js';
import { newColumns, newTable } from './lib/newColumns.js';
import type { AnalysedStatement, FileContext, Fix, Rule } from './rule.js';

export const timestampWithoutTimeZone: Rule = {
  id: 'timestamp-without-time-zone',
  title: 'timestamp without time zone for a new column',
  danger: 'style',
  severity: 'hint',
  statements: ['CreateStmt'],
  directions: ['up'],
  sources: ["https://wiki.postgresql.org/wiki/Don%27t_Do_This#Don.27t_use_timestamp_.28without_time_zone.29", 'https://www.postgresql.org/docs/current/datatype-datetime.html'],
  *check(at, file) {
    const table = newTable(at);
    if (!table) return;
    for (const { column, type } of newColumns(at, table)) {
      if (column.type.name !== 'timestamp' || column.type.schema !== undefined) continue;
      yield {
        span: type,
        message: `${column.name} drops the time zone: the same value means another moment on a client elsewhere.`,
        detail:
          'timestamp ignores any offset that it is given and stores the reading of some clock. timestamptz stores the moment in UTC, in the same eight bytes, and shows it in the time zone of the session. ' +
          'Keep timestamp for readings of a clock that mean no moment (opening hours, a future appointment in a place).',
        fixes: withTimeZone(at, file, type, column.type.mods.length > 0 || column.type.array > 0),
      };
    }
  },
};

/** Only the plain word is replaced; `timestamp(3)` or `timestamp without time zone` needs its rest looked at. */
function withTimeZone({ statement }: AnalysedStatement, file: FileContext, type: Span, modified: boolean): readonly Fix[] {
  const start = type.start - statement.span.start;
  const after = statement.text.slice(type.end - statement.span.start);
  const word = statement.text.slice(start, type.end - statement.span.start);
  const tail = modified ? undefined : after.match(/^\s+without\s+time\s+zone\b/i)?.[0];
  if (modified || word.toLowerCase() !== 'timestamp') return [];
  const span = { start: type.start, end: type.end + (tail?.length ?? 0) };
  const newText = word === 'TIMESTAMP' ? 'TIMESTAMPTZ' : 'timestamptz';
  const text = statement.text.slice(0, start) + newText + after.slice(tail?.length ?? 0);
  if (!parsesCleanly(text)) return [];
  // Not safe: the application may write local times that mean something without a zone.
  return [{ title: 'Use timestamptz', safety: 'review', edits: [{ uri: file.uri, edits: [{ span, newText }] }], newFiles: [] }];
}

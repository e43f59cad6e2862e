import type { Misreading } from '../../core/migrations/tool.js';
import type { Script } from '../../core/sql/script.js';
import { splitStatements } from '../../core/sql/split.js';
import type { Span } from '../../core/text/span.js';
import { linesOf } from './lines.js';

/** How a tool that does not know SQL is told where a statement begins and ends. */
export interface StatementMarks {
  readonly begin: string;
  readonly end: string;
}

/**
 * Whether a line ends a statement for goose and sql-migrate, which share the code: the last word before a `--` ends with a
 * semicolon (goose: internal/sqlparser/parser.go, endsWithSemicolon; sql-migrate: sqlparse/sqlparse.go).
 */
export function endsWithSemicolon(line: string): boolean {
  let last = '';
  for (const word of line.split(/\s+/u)) {
    if (word.startsWith('--')) break;
    if (word !== '') last = word;
  }
  return last.endsWith(';');
}

/** The statements of a text, with marks around each that would else be cut at a line with a semicolon in the middle of it. */
export function markStatements(sql: string, { begin, end }: StatementMarks): string {
  let marked = '';
  let done = 0;
  for (const { fullSpan } of splitStatements(sql).ranges) {
    if (!isCut(sql, fullSpan)) continue;
    marked += `${sql.slice(done, fullSpan.start)}${begin}\n${sql.slice(fullSpan.start, fullSpan.end)}\n${end}`;
    done = fullSpan.end;
  }
  return marked + sql.slice(done);
}

/** The same for what takes the place of `at`; what stands between marks already needs none. */
export function markUnmarked(
  sql: string,
  at: { readonly text: string; readonly span: Span } | undefined,
  marked: (text: string) => readonly Span[],
  marks: StatementMarks,
): string {
  const isMarked = at && marked(at.text).some((r) => r.start <= at.span.start && at.span.end <= r.end);
  return isMarked ? sql : markStatements(sql, marks);
}

/** A line before its last one ends with a semicolon. */
function isCut(text: string, { start, end }: Span): boolean {
  return [...linesOf(text.slice(start, end))].slice(0, -1).some((line) => endsWithSemicolon(line.text));
}

const WHY = 'The tool does not know SQL: it looks at the ends of lines.';

/** The statements of a script that do not reach the server in one piece. `marked`: the ranges between the marks. */
export function misreadStatements(
  { text, statements }: Script,
  marked: readonly Span[],
  tool: string,
  { begin, end }: StatementMarks,
): readonly Misreading[] {
  const found: Misreading[] = [];
  for (const { span, fullSpan } of statements) {
    if (marked.some((range) => range.start <= span.start && fullSpan.end <= range.end)) continue;
    if (isCut(text, fullSpan))
      found.push({
        span,
        message: `${tool} ends this statement at its first line with a semicolon at the end, and PostgreSQL gets a part of it.`,
        advice: `${WHY} Write ${begin} on a line before it and ${end} on a line behind it.`,
      });
    else if (fullSpan.end === span.end)
      found.push({
        span: { start: Math.max(span.start, span.end - 1), end: span.end },
        message: `${tool} refuses the file: the last statement has no semicolon at the end.`,
        advice: `${WHY} Add the semicolon.`,
      });
  }
  return found;
}

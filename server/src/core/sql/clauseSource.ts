import type { Statement } from './script.js';
import { walk } from './tree.js';

/** Keywords that end a column's DEFAULT: the expression is a b_expr, so none of these can be part of it at depth 0. */
const AFTER_DEFAULT = new Set(['NOT', 'NULL', 'CONSTRAINT', 'CHECK', 'UNIQUE', 'PRIMARY', 'REFERENCES', 'GENERATED']);
const AFTER_DEFAULT_TOO = new Set([
  'DEFERRABLE',
  'INITIALLY',
  'COLLATE',
  'DEFAULT',
  'ENFORCED',
  'STORAGE',
  'COMPRESSION',
]);

/**
 * The source of the expression after the keyword at this location: `DEFAULT x`, `CHECK (x)`, `AS (x)`.
 * The parse tree has starts but no ends, so the tokens say where it ends.
 */
export function sourceAfter(
  statement: Statement,
  location: number | undefined,
  stopAtKeyword: boolean,
  from = statement.at(location),
): string | undefined {
  let depth = 0;
  let start: number | undefined;
  let end: number | undefined;
  for (const token of statement.tokens) {
    if (token.span.start <= from || isComment(token.type)) continue;
    const opens = token.type === 'ASCII_40' || token.type === 'ASCII_91';
    const closes = token.type === 'ASCII_41' || token.type === 'ASCII_93';
    if (start !== undefined && depth === 0) {
      if (closes || token.type === 'ASCII_44' || token.type === 'ASCII_59') break;
      if (stopAtKeyword && token.keyword && (AFTER_DEFAULT.has(token.type) || AFTER_DEFAULT_TOO.has(token.type))) break;
    }
    start ??= token.span.start;
    if (opens) depth++;
    if (closes) depth--;
    end = token.span.end;
    if (!stopAtKeyword && depth === 0) break;
  }
  if (start === undefined || end === undefined) return undefined;
  return statement.text.slice(start - statement.span.start, end - statement.span.start);
}

function isComment(type: string): boolean {
  return type === 'SQL_COMMENT' || type === 'C_COMMENT';
}

/** The source from the first location within an expression to the end of its clause. */
export function sourceOf(statement: Statement, expression: unknown): string | undefined {
  let first: number | undefined;
  for (const { content } of walk(expression)) {
    const location = content['location'];
    const at = typeof location === 'number' ? location : undefined;
    if (at !== undefined && at >= 0 && (first === undefined || at < first)) first = at;
  }
  return first === undefined ? undefined : sourceAfter(statement, first - 1, true);
}

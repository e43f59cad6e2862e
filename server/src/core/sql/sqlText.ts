import { parsesCleanly } from './read.js';

/** Statements and comments as the text of a file or part of one, or nothing when they do not parse. */
export function sqlText(statements: readonly string[], eol = '\n'): string | undefined {
  const text = statements.map((sql, i) => between(statements[i - 1], sql, eol) + closed(sql)).join('');
  // A down that says why there is nothing to do is a text of comments only.
  if (statements.length > 0 && statements.every((sql) => /^--[^\r\n]*$/.test(sql))) return text;
  return parsesCleanly(text) ? text : undefined;
}

function closed(sql: string): string {
  return sql.startsWith('--') ? sql : `${sql};`;
}

/** Statements of several lines stand apart; a comment belongs to what follows it. */
function between(previous: string | undefined, sql: string, eol: string): string {
  if (previous === undefined) return '';
  const isLong = [previous, sql].some((s) => s.includes('\n'));
  return isLong && !previous.startsWith('--') ? eol + eol : eol;
}

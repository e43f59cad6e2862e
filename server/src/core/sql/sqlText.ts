import { parsesCleanly } from './read.js';

/** Statements as the text of a file or part of one, or nothing when they do not parse. */
export function sqlText(statements: readonly string[], eol = '\n'): string | undefined {
  const text = statements.map((sql) => (sql.startsWith('--') ? sql : `${sql};`)).join(eol);
  // A down that says why there is nothing to do is a text of comments only.
  if (statements.length > 0 && statements.every((sql) => /^--[^\r\n]*$/.test(sql))) return text;
  return parsesCleanly(text) ? text : undefined;
}

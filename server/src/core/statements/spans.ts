import { codeTokens, commaParts, spanOfWords, wordOf } from '../sql/parts.js';
import type { Statement, Token } from '../sql/script.js';
import type { Span } from '../text/span.js';

export { afterName, codeTokens, commaParts, spanOfWords, spanWithin, tokensWithin, wordOf } from '../sql/parts.js';

/** Upper-cased text of an unquoted word; anything else as it is. */
function upper(statement: Statement, token: Token): string {
  return wordOf(statement, token).toUpperCase();
}

/** From the first of these words to the end of the statement. */
export function spanFrom(statement: Statement, ...words: readonly string[]): Span {
  const found = spanOfWords(statement, ...words);
  return found ? { start: found.start, end: statement.span.end } : statement.span;
}

/** The names in a list such as that of DROP or TRUNCATE: one span each, or the statement when it cannot be told. */
export function listSpans(statement: Statement, count: number, ...intro: readonly string[]): readonly Span[] {
  const found = spanOfWords(statement, ...intro);
  const all = codeTokens(statement);
  let from = found ? all.findIndex((t) => t.span.start >= found.end) : 0;
  for (const word of ['IF', 'EXISTS']) if (all[from] && upper(statement, all[from]!) === word) from++;
  const stop = all.findIndex((t, i) => i > from && TAIL.has(upper(statement, t)) && t.keyword);
  const parts = commaParts(statement, stop < 0 ? all : all.slice(0, stop), from);
  return parts.length === count ? parts : Array.from({ length: count }, () => statement.span);
}

const TAIL = new Set(['CASCADE', 'RESTRICT', 'CONTINUE', 'RESTART']);

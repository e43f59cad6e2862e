import type { Script, Statement } from '../sql/script.js';
import { firstWhere } from '../text/ordered.js';
import type { Span } from '../text/span.js';
import { codeTokens, wordOf } from './spans.js';

/** From the first token to the end of the name at `location` (`UPDATE app.users`). */
export function upToName(statement: Statement, location: number | undefined): Span {
  const tokens = codeTokens(statement);
  const at = statement.at(location);
  let i = firstWhere(tokens, (t) => t.span.start >= at);
  if (i === tokens.length) return statement.span;
  while (tokens[i + 2] && wordOf(statement, tokens[i + 1]!) === '.') i += 2;
  return { start: statement.span.start, end: tokens[i]!.span.end };
}

/** The first token that starts at or after the location; the whole statement when there is none. */
export function tokenAt(statement: Statement, location: number | undefined): Span {
  const at = statement.at(location);
  const tokens = codeTokens(statement);
  return tokens[firstWhere(tokens, (t) => t.span.start >= at)]?.span ?? statement.span;
}

/** Where a finding about the whole script goes: its first line with text. */
export function firstLine({ text, within }: Script): Span {
  for (const range of within) {
    const own = text.slice(range.start, range.end);
    const first = own.search(/\S/);
    if (first < 0) continue;
    const end = own.slice(first).search(/\r?\n/);
    return { start: range.start + first, end: end < 0 ? range.end : range.start + first + end };
  }
  const start = within[0]?.start ?? 0;
  return { start, end: start };
}

/** The text of the script, without what else is in its file. */
export function ownText({ text, within }: Script): string {
  return within.map(({ start, end }) => text.slice(start, end)).join('\n');
}

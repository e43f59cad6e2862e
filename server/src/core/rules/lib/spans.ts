import type { Statement, Token } from '../../sql/script.js';
import type { Span } from '../../text/span.js';

/** The tokens that are code. */
export function codeTokens(statement: Statement): readonly Token[] {
  return statement.tokens.filter((token) => !token.type.endsWith('COMMENT'));
}

export function wordOf(statement: Statement, token: Token): string {
  const from = statement.span.start;
  return statement.text.slice(token.span.start - from, token.span.end - from);
}

/** Upper-cased text of an unquoted word; anything else as it is. */
function upper(statement: Statement, token: Token): string {
  return wordOf(statement, token).toUpperCase();
}

/** From the first place where these words follow each other, to the end of `until` tokens later (default: the words). */
export function spanOfWords(statement: Statement, ...words: readonly string[]): Span | undefined {
  return spanWithin(statement, statement.span, ...words);
}

/** The same inside a part of the statement. */
export function spanWithin(statement: Statement, within: Span, ...words: readonly string[]): Span | undefined {
  const tokens = codeTokens(statement).filter((t) => t.span.start >= within.start && t.span.end <= within.end);
  for (let i = 0; i + words.length <= tokens.length; i++) {
    if (words.every((word, n) => upper(statement, tokens[i + n]!) === word)) {
      return { start: tokens[i]!.span.start, end: tokens[i + words.length - 1]!.span.end };
    }
  }
  return undefined;
}

/** From the first of these words to the end of the statement. */
export function spanFrom(statement: Statement, ...words: readonly string[]): Span {
  const found = spanOfWords(statement, ...words);
  return found ? { start: found.start, end: statement.span.end } : statement.span;
}

const OPEN = new Set(['(', '[']);
const CLOSE = new Set([')', ']']);

/** The parts between commas that are in no parentheses, from token `from` on. */
export function commaParts(statement: Statement, tokens: readonly Token[], from: number): readonly Span[] {
  const parts: Span[] = [];
  let depth = 0;
  let first: Token | undefined;
  let last: Token | undefined;
  for (const token of tokens.slice(from)) {
    const word = wordOf(statement, token);
    if (OPEN.has(word)) depth++;
    else if (CLOSE.has(word)) depth--;
    if (depth === 0 && word === ',') {
      if (first && last) parts.push({ start: first.span.start, end: last.span.end });
      first = undefined;
      continue;
    }
    first ??= token;
    last = token;
  }
  if (first && last) parts.push({ start: first.span.start, end: last.span.end });
  return parts;
}

/** Position behind `[IF EXISTS] [ONLY] name[.name…] [*]`, starting at token `i`. */
export function afterName(statement: Statement, tokens: readonly Token[], i: number): number {
  const is = (n: number, word: string) => tokens[n] !== undefined && upper(statement, tokens[n]!) === word;
  let at = i;
  if (is(at, 'IF') && is(at + 1, 'EXISTS')) at += 2;
  if (is(at, 'ONLY')) at++;
  const wrapped = is(at, '(');
  if (wrapped) at++;
  at++;
  while (is(at, '.')) at += 2;
  if (wrapped) at++;
  if (is(at, '*')) at++;
  return at;
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

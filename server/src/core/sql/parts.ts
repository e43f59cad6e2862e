import { firstWhere } from '../text/ordered.js';
import type { Span } from '../text/span.js';
import type { Statement, Token } from './script.js';

/** Rules ask for each column and each subcommand: sorting out the comments each time is squared. */
const known = new WeakMap<Statement, readonly Token[]>();

/** The tokens of a statement without its comments. */
export function codeTokens(statement: Statement): readonly Token[] {
  const found = known.get(statement) ?? statement.tokens.filter((token) => !token.type.endsWith('COMMENT'));
  known.set(statement, found);
  return found;
}

/** Its tokens within a part of it. */
export function tokensWithin(statement: Statement, { start, end }: Span): readonly Token[] {
  const tokens = codeTokens(statement);
  const from = firstWhere(tokens, (token) => token.span.start >= start);
  return tokens.slice(
    from,
    firstWhere(tokens, (token) => token.span.end > end),
  );
}

/** The token as it is written. */
export function wordOf(statement: Statement, token: Token): string {
  const from = statement.span.start;
  return statement.text.slice(token.span.start - from, token.span.end - from);
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

/** Index of the token behind `[IF EXISTS] [ONLY] name[.name…] [*]`, which starts at token `i`. */
export function afterName(statement: Statement, tokens: readonly Token[], i: number): number {
  const is = (n: number, word: string) =>
    tokens[n] !== undefined && wordOf(statement, tokens[n]!).toUpperCase() === word;
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

/** The elements of `CREATE TABLE t (…)`: columns and constraints as written. */
export function elementParts(statement: Statement): readonly Span[] {
  const tokens = codeTokens(statement);
  const open = tokens.findIndex((t) => wordOf(statement, t) === '(');
  let depth = 0;
  for (let i = open; open >= 0 && i < tokens.length; i++) {
    const word = wordOf(statement, tokens[i]!);
    if (word === '(') depth++;
    if (word === ')') depth--;
    if (depth === 0) return commaParts(statement, tokens.slice(0, i), open + 1);
  }
  return [];
}

/** The subcommands of `ALTER [FOREIGN] TABLE | [MATERIALIZED] VIEW | INDEX | …` as written. */
export function subcommandParts(statement: Statement): readonly Span[] {
  const tokens = codeTokens(statement);
  const kind = tokens.findIndex((t) => ALTERED.has(wordOf(statement, t).toUpperCase()));
  return kind < 0 ? [] : commaParts(statement, tokens, afterName(statement, tokens, kind + 1));
}

const ALTERED = new Set(['TABLE', 'VIEW', 'INDEX', 'SEQUENCE', 'TYPE']);

/** From the first place where these words follow each other, in whatever case, to the last of them. */
export function spanOfWords(statement: Statement, ...words: readonly string[]): Span | undefined {
  return spanWithin(statement, statement.span, ...words);
}

/** The same inside a part of the statement. */
export function spanWithin(statement: Statement, within: Span, ...words: readonly string[]): Span | undefined {
  const tokens = tokensWithin(statement, within);
  for (let i = 0; i + words.length <= tokens.length; i++) {
    if (words.every((word, n) => wordOf(statement, tokens[i + n]!).toUpperCase() === word)) {
      return { start: tokens[i]!.span.start, end: tokens[i + words.length - 1]!.span.end };
    }
  }
  return undefined;
}

/** Whether a statement says this name, quoted or not. */
export function mentions(statement: Statement, name: string): boolean {
  const quoted = name.replaceAll('"', '""');
  // Most statements do not say it at all, and scanning for tokens is dear.
  if (!statement.text.toLowerCase().includes(quoted.toLowerCase())) return false;
  return statement.tokens.some((token) => {
    const word = wordOf(statement, token);
    return word === `"${quoted}"` || word.toLowerCase() === name;
  });
}

import { parse } from 'pgsql-ast-parser';
import { Utf8Offsets } from '../text/utf8.js';
import { scanSql } from './parser.js';

const LIMIT = 5;
/** Its Earley parser keeps every possibility: long texts take long, and a hint is not worth that. */
const MAX_LENGTH = 5_000;

/** Names of its lexer for signs, quoted as PostgreSQL's messages quote them; words are `kw_…`. */
const signs: Readonly<Record<string, string>> = {
  comma: '","',
  semicolon: '";"',
  lparen: '"("',
  rparen: '")"',
  lbracket: '"["',
  rbracket: '"]"',
  dot: '"."',
  op_eq: '"="',
  op_cast: '"::"',
  star: '"*"',
  word: 'a name',
  quoted_word: 'a name',
  string: 'a string',
  int: 'a number',
  float: 'a number',
};

/**
 * What could have come at `at` (UTF-16 offset), as pgsql-ast-parser sees it, in SQL spelling.
 * Its grammar is smaller than PostgreSQL's: when it stumbles at another place, it knows nothing of this error.
 */
export function expectedAt(sql: string, at: number): readonly string[] {
  if (sql.length > MAX_LENGTH) return [];
  const words = wordsUpTo(sql, at);
  const last = words.pop();
  if (last === undefined) return [];
  const before = words.map((word) => `${word} `).join('');
  try {
    parse(before + last);
    return [];
  } catch (error) {
    if (!isParseError(error) || error.token.offset !== before.length) return [];
    return spell(error.message);
  }
}

/**
 * The tokens before `at` and the one there (a semicolon at the end of the text), as PostgreSQL cuts them; strings and
 * names in a plain spelling. The lexer of pgsql-ast-parser is not given the text itself: some of its patterns take
 * seconds over a dollar or a quote that is not closed.
 */
function wordsUpTo(sql: string, at: number): string[] {
  const tokens = scanSql(sql);
  if (tokens.length === 0) return [];
  const offsets = new Utf8Offsets(sql);
  const words: string[] = [];
  for (const { start, text } of tokens) {
    if (/^(?:--|\/\*)/.test(text)) continue;
    words.push(plain(text));
    if (offsets.toUtf16(start) >= at) return words;
  }
  return [...words, ';'];
}

function plain(token: string): string {
  if (/^(?:[A-Za-z]&?)?'|^\$(?!\d)/.test(token)) return "'x'";
  if (/^(?:[Uu]&)?"/.test(token)) return '"x"';
  return /[^\u0020-\u007e]/.test(token) ? 'x' : token;
}

function spell(message: string): readonly string[] {
  const words = new Set<string>();
  for (const [, token] of message.matchAll(/^\s*- An? "([a-z_]+)" token/gm)) {
    if (!token) continue;
    const word = token.startsWith('kw_') ? token.slice(3).toUpperCase().replaceAll('_', ' ') : signs[token];
    if (word) words.add(word);
  }
  return [...words].slice(0, LIMIT);
}

function isParseError(error: unknown): error is Error & { token: { offset: number } } {
  if (!(error instanceof Error) || !('token' in error)) return false;
  const token = error.token;
  return typeof token === 'object' && token !== null && 'offset' in token && typeof token.offset === 'number';
}

import { parse } from 'pgsql-ast-parser';

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
 * What could have come at `at`, as pgsql-ast-parser sees it, in SQL spelling.
 * Its grammar is smaller than PostgreSQL's: when it stumbles at another place, it knows nothing of this error.
 */
export function expectedAt(sql: string, at: number): readonly string[] {
  if (sql.length > MAX_LENGTH) return [];
  try {
    parse(sql);
    return [];
  } catch (error) {
    if (!isParseError(error) || error.token.offset !== at) return [];
    return spell(error.message);
  }
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

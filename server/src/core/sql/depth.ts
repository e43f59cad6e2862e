import * as lex from './lexer.js';
import { endOfToken } from './skip.js';

/** A text this short cannot nest deep enough to matter. */
const SHORT = 4_000;
/**
 * Tokens on the way from the root to the deepest place. The parser's writer of trees recurses once or twice a level, and
 * overflows the engine's stack from about 5,000 levels on, which leaves the WebAssembly instance damaged for good.
 */
const MAX_DEPTH = 1_500;

/**
 * Whether the tree of a text could be too deep to be built. Lists are flat (commas, AND, OR, and all statements of a
 * text), chains of operators and set operations are not.
 */
export function nestsTooDeep(sql: string): boolean {
  if (sql.length < SHORT) return false;
  const open: Level[] = [];
  let level: Level = { tokens: 0, chain: 0, outside: 0 };
  for (let i = 0; i < sql.length; ) {
    const c = sql.charCodeAt(i);
    if (lex.isSpace(c)) {
      i++;
      continue;
    }
    const end = endOfToken(sql, i, c);
    if (c === lex.OPEN_PAREN || c === lex.OPEN_BRACKET) {
      open.push(level);
      level = { tokens: 0, chain: 0, outside: depthOf(level) + 1 };
    } else if (c === lex.CLOSE_PAREN || c === lex.CLOSE_BRACKET) {
      level = open.pop() ?? level;
      level.tokens++;
    } else count(level, c, end - i < 10 ? sql.slice(i, end).toLowerCase() : '');
    if (depthOf(level) > MAX_DEPTH) return true;
    i = end;
  }
  return false;
}

/** Inside one pair of parentheses: tokens since the last comma, and a chain that commas do not end. */
interface Level {
  tokens: number;
  chain: number;
  readonly outside: number;
}

const depthOf = (level: Level) => level.outside + level.chain + level.tokens;
const setOperations = new Set(['union', 'intersect', 'except']);

function count(level: Level, c: number, word: string): void {
  if (c === lex.SEMICOLON) {
    level.tokens = 0;
    level.chain = 0;
  } else if (c === lex.COMMA || word === 'and' || word === 'or') level.tokens = 0;
  else if (setOperations.has(word)) {
    level.tokens = 0;
    level.chain += 2;
  } else level.tokens++;
}

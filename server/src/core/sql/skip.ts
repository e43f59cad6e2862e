import * as lex from './lexer.js';

/** Tokens by their characters alone, where the server's scanner would be too dear: good enough to know what is quoted. */
export function endOfToken(sql: string, i: number, c: number): number {
  const next = sql.charCodeAt(i + 1);
  if ((c === 69 || c === 101) && next === lex.QUOTE) return or(lex.endOfEscapeString(sql, i + 2), sql);
  if (lex.isIdentStart(c) || lex.isDigit(c)) return lex.endOfIdentifier(sql, i);
  if (c === lex.QUOTE) return or(lex.endOfQuoted(sql, i + 1, "'"), sql);
  if (c === lex.DOUBLE_QUOTE) return or(lex.endOfQuoted(sql, i + 1, '"'), sql);
  if (c === lex.DASH && next === lex.DASH) return lex.endOfLine(sql, i);
  if (c === lex.SLASH && next === lex.STAR) return or(lex.endOfBlockComment(sql, i + 2), sql);
  if (c === lex.DOLLAR) {
    const delimiter = lex.dollarDelimiter(sql, i);
    if (delimiter) return or(lex.endOfDollarQuote(sql, i + delimiter.length, delimiter), sql);
  }
  return i + 1;
}

const or = (end: number, sql: string) => (end < 0 ? sql.length : end);

/** End of the column, constraint or subcommand that starts at `from`: of its last token before a comma or the closing parenthesis. */
export function endOfElement(sql: string, from: number): number {
  let depth = 0;
  let end = from;
  for (let i = from; i < sql.length; ) {
    const c = sql.charCodeAt(i);
    const next = lex.isSpace(c) ? i + 1 : endOfToken(sql, i, c);
    if (c === lex.OPEN_PAREN || c === lex.OPEN_BRACKET) depth++;
    else if (c === lex.CLOSE_PAREN || c === lex.CLOSE_BRACKET) depth--;
    if (depth < 0 || (depth === 0 && c === lex.COMMA)) break;
    if (!lex.isSpace(c) && !isComment(sql, i, c)) end = next;
    i = next;
  }
  return end;
}

function isComment(sql: string, i: number, c: number): boolean {
  const next = sql.charCodeAt(i + 1);
  return (c === lex.DASH && next === lex.DASH) || (c === lex.SLASH && next === lex.STAR);
}

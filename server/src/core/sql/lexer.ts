/**
 * Character level of PostgreSQL's lexer (src/backend/parser/scan.l): where quoted things and comments end.
 * Each function takes the offset after the opening and returns the offset after the end, or -1 when there is none.
 */

export const TAB = 9;
export const LF = 10;
export const CR = 13;
export const SPACE = 32;
export const DOUBLE_QUOTE = 34;
export const DOLLAR = 36;
export const QUOTE = 39;
export const OPEN_PAREN = 40;
export const CLOSE_PAREN = 41;
export const STAR = 42;
export const COMMA = 44;
export const DASH = 45;
export const SLASH = 47;
export const COLON = 58;
export const SEMICOLON = 59;
export const EQUALS = 61;
export const OPEN_BRACKET = 91;
export const BACKSLASH = 92;
export const CLOSE_BRACKET = 93;
export const OPEN_BRACE = 123;

/** space, \t, \n, \v, \f, \r: `space` of scan.l. */
export const isSpace = (c: number) => c === SPACE || (c >= TAB && c <= CR);
export const isDigit = (c: number) => c >= 48 && c <= 57;
const isLetter = (c: number) => (c >= 97 && c <= 122) || (c >= 65 && c <= 90);
/** `ident_start`: letters, underscore and every byte above 127. */
export const isIdentStart = (c: number) => isLetter(c) || c === 95 || c >= 0x80;
/** `ident_cont`: also digits and the dollar sign. */
export const isIdentPart = (c: number) => isIdentStart(c) || isDigit(c) || c === DOLLAR;

/** End of `'…'` or `"…"` in which the doubled quote is the only escape. */
export function endOfQuoted(text: string, from: number, quote: string): number {
  let i = from;
  for (;;) {
    const close = text.indexOf(quote, i);
    if (close < 0) return -1;
    if (text[close + 1] !== quote) return close + 1;
    i = close + 2;
  }
}

/** End of `E'…'`, where a backslash escapes; also across the continuation `'…' newline '…'`. */
export function endOfEscapeString(text: string, from: number): number {
  let i = from;
  while (i < text.length) {
    const c = text.charCodeAt(i);
    if (c === BACKSLASH) i += 2;
    else if (c !== QUOTE) i++;
    else if (text.charCodeAt(i + 1) === QUOTE) i += 2;
    else {
      const next = continuation(text, i + 1);
      if (next < 0) return i + 1;
      i = next;
    }
  }
  return -1;
}

/** A string goes on when only white space with a line end stands before the next quote. */
function continuation(text: string, from: number): number {
  let i = from;
  let line = false;
  while (isSpace(text.charCodeAt(i))) {
    const c = text.charCodeAt(i);
    line ||= c === LF || c === CR;
    i++;
  }
  return line && text.charCodeAt(i) === QUOTE ? i + 1 : -1;
}

/** The delimiter `$tag$` that starts at `at`, or undefined. */
export function dollarDelimiter(text: string, at: number): string | undefined {
  let i = at + 1;
  if (text.charCodeAt(i) === DOLLAR) return '$$';
  if (!isIdentStart(text.charCodeAt(i))) return undefined;
  while (i < text.length && text.charCodeAt(i) !== DOLLAR && isIdentPart(text.charCodeAt(i))) i++;
  return text.charCodeAt(i) === DOLLAR ? text.slice(at, i + 1) : undefined;
}

/** Offset behind the closing delimiter (`$$`, `$tag$`), searched from `from`; -1 when it is never closed. */
export function endOfDollarQuote(text: string, from: number, delimiter: string): number {
  const close = text.indexOf(delimiter, from);
  return close < 0 ? -1 : close + delimiter.length;
}

/** Block comments nest. */
export function endOfBlockComment(text: string, from: number): number {
  let depth = 1;
  let i = from;
  while (i < text.length) {
    const c = text.charCodeAt(i);
    const d = text.charCodeAt(i + 1);
    if (c === STAR && d === SLASH) {
      i += 2;
      if (--depth === 0) return i;
    } else if (c === SLASH && d === STAR) {
      depth++;
      i += 2;
    } else i++;
  }
  return -1;
}

/** Offset of the next line end (`\n` or `\r`), or the end of the text. */
export function endOfLine(text: string, from: number): number {
  let i = from;
  while (i < text.length && text.charCodeAt(i) !== LF && text.charCodeAt(i) !== CR) i++;
  return i;
}

/** Start of the line after the one that ends at `lineEnd`. */
export function nextLine(text: string, lineEnd: number): number {
  if (lineEnd >= text.length) return text.length;
  return text.charCodeAt(lineEnd) === CR && text.charCodeAt(lineEnd + 1) === LF ? lineEnd + 2 : lineEnd + 1;
}

/** Offset behind the identifier or number that `from` is in. */
export function endOfIdentifier(text: string, from: number): number {
  let i = from;
  while (i < text.length && isIdentPart(text.charCodeAt(i))) i++;
  return i;
}

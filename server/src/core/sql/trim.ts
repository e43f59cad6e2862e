import type { Span } from '../text/span.js';
import * as lex from './lexer.js';

/** A span without white space and comments at its start, and without white space at its end. */
export function trimmed(text: string, span: Span): Span {
  let { start, end } = span;
  for (;;) {
    const c = text.charCodeAt(start);
    if (start >= end) return { start: end, end };
    if (lex.isSpace(c)) start++;
    else if (c === lex.DASH && text.charCodeAt(start + 1) === lex.DASH) start = lex.endOfLine(text, start);
    else if (c === lex.SLASH && text.charCodeAt(start + 1) === lex.STAR) {
      const close = lex.endOfBlockComment(text, start + 2);
      start = close < 0 ? end : close;
    } else break;
  }
  while (end > start && lex.isSpace(text.charCodeAt(end - 1))) end--;
  return { start, end };
}

import type { Statement } from '../core/sql/script.js';
import type { Span } from '../core/text/span.js';

/**
 * Where in the file the server's position is. It counts characters (code points) of the statement's text from 1;
 * spans count UTF-16 units of the file. Without a position the statement as a whole is meant.
 */
export function locate(statement: Statement, position: number | undefined): Span {
  if (position === undefined) return statement.span;
  let offset = 0;
  for (let n = 1; n < position && offset < statement.text.length; n++) {
    offset += (statement.text.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1;
  }
  if (offset >= statement.text.length) return statement.span;
  const start = statement.span.start + offset;
  const token = TOKEN.exec(statement.text.slice(offset, offset + 200))?.[0] ?? ' ';
  return { start, end: start + token.length };
}

/** The word, quoted name or sign that begins at the position. */
const TOKEN = /^(?:"(?:[^"]|"")*"|'(?:[^']|'')*'|[\p{L}\p{N}_$]+|[\s\S])/u;

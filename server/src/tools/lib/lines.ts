import type { Span } from '../../core/text/span.js';

/** A line of a text, without its end. */
export interface Line extends Span {
  readonly text: string;
  /** Where the next one begins. */
  readonly next: number;
}

/** The lines of a text as Go's bufio.ScanLines gives them: ended by \n, a \r before it is no part. */
export function* linesOf(text: string): Iterable<Line> {
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start);
    const next = newline < 0 ? text.length : newline + 1;
    const end = newline < 0 ? text.length : newline > start && text[newline - 1] === '\r' ? newline - 1 : newline;
    yield { start, end, next, text: text.slice(start, end) };
    start = next;
  }
}

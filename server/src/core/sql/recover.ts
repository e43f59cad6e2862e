import { statementKeywords } from './keywords.js';
import * as lex from './lexer.js';
import { type StatementRange, splitStatements } from './split.js';

/** A part of a broken statement, between two places where it can be cut. */
export interface Piece {
  readonly parses: boolean;
  readonly ranges: readonly StatementRange[];
}

/** How many neighbouring parts are tried as one statement (`INSERT INTO t⏎SELECT …⏎`). */
const MAX_JOINED = 6;

/**
 * Cuts a broken statement at its breaks into the shortest parts that parse, from left to right.
 * What is tried is bounded by a multiple of the text's length.
 */
export function cutAtBreaks(
  text: string,
  range: StatementRange,
  parses: (ranges: readonly StatementRange[]) => boolean,
): readonly Piece[] {
  const cuts = [range.span.start, ...range.breaks.filter((at) => at < range.span.end), range.span.end];
  const pieces: Piece[] = [];
  let budget = 8 * (range.span.end - range.span.start) + 10_000;
  for (let i = 0; i + 1 < cuts.length; ) {
    const start = cuts[i]!;
    let taken: { readonly next: number; readonly ranges: readonly StatementRange[] } | undefined;
    const last = Math.min(i + MAX_JOINED, cuts.length - 1);
    for (let j = i + 1; j <= last && budget > 0 && !taken; j++) {
      budget -= cuts[j]! - start + 1;
      const { ranges } = splitStatements(text, start, cuts[j]!);
      if (parses(ranges)) taken = { next: j, ranges };
    }
    if (taken) {
      if (taken.ranges.length > 0) pieces.push({ parses: true, ranges: taken.ranges });
    } else {
      pieces.push({ parses: false, ranges: splitStatements(text, start, cuts[i + 1]!).ranges });
    }
    i = taken?.next ?? i + 1;
  }
  return pieces;
}

/** Words at a line's start that hardly occur there inside a function's body. */
const definitions = new Set(['alter', 'comment', 'create', 'drop', 'grant', 'revoke']);

/**
 * Where reading can go on after a quote or comment that never ends: at a line that starts, without indentation, like a
 * statement.
 */
export function afterUnterminated(text: string, open: { at: number; what: string }): number | undefined {
  const words = open.what.includes('comment')
    ? undefined
    : open.what.startsWith('dollar')
      ? definitions
      : statementKeywords;
  let line = lex.nextLine(text, lex.endOfLine(text, open.at));
  while (line < text.length) {
    const end = lex.endOfLine(text, line);
    const word = text.slice(line, Math.min(end, line + 12)).match(/^[a-z]+\b/i)?.[0];
    if (word && words?.has(word.toLowerCase())) return line;
    line = lex.nextLine(text, end);
  }
  return undefined;
}

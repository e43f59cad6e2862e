import type { Span, TextEdit } from '../../text/span.js';
import type { FileContext } from '../rule.js';
import type { Statement } from '../../sql/script.js';

const COMMENTS: ReadonlySet<string> = new Set(['SQL_COMMENT', 'C_COMMENT']);

/** The tokens that mean something, in order. */
export function codeTokens(statement: Statement) {
  return statement.tokens.filter((t) => !COMMENTS.has(t.type));
}

/** From the first token to the end of the name at `location` (`UPDATE app.users`). */
export function upToName(statement: Statement, location: number | undefined): Span {
  const tokens = codeTokens(statement);
  const at = statement.at(location);
  let i = tokens.findIndex((t) => t.span.start >= at);
  if (i < 0) return statement.span;
  while (tokens[i + 1]?.type === 'ASCII_46' && tokens[i + 2]) i += 2;
  return { start: statement.span.start, end: tokens[i]!.span.end };
}

/** The first token that starts at or after the location; the whole statement when there is none. */
export function tokenAt(statement: Statement, location: number | undefined): Span {
  const at = statement.at(location);
  return codeTokens(statement).find((t) => t.span.start >= at)?.span ?? statement.span;
}

/** The first run of words, e.g. `DROP TABLE`; undefined when it is not there. */
export function words(statement: Statement, ...texts: readonly string[]): Span | undefined {
  const tokens = codeTokens(statement);
  const text = (i: number) => statement.text.slice(...offsets(tokens[i]?.span, statement)).toUpperCase();
  for (let i = 0; i + texts.length <= tokens.length; i++) {
    if (texts.every((t, k) => text(i + k) === t)) return { start: tokens[i]!.span.start, end: tokens[i + texts.length - 1]!.span.end };
  }
  return undefined;
}

/** The last such word. */
export function lastWord(statement: Statement, text: string): Span | undefined {
  return codeTokens(statement).findLast((t) => statement.text.slice(...offsets(t.span, statement)).toUpperCase() === text)?.span;
}

function offsets(span: Span | undefined, statement: Statement): [number, number] {
  return span ? [span.start - statement.span.start, span.end - statement.span.start] : [0, 0];
}

/** Takes a statement out of its file, with the line break after it. */
export function removal(file: FileContext, statement: Statement): TextEdit {
  const { start } = statement.fullSpan;
  const rest = file.script.text.slice(statement.fullSpan.end);
  const gap = rest.match(/^[ \t]*(\r?\n)?/)?.[0].length ?? 0;
  return { span: { start, end: statement.fullSpan.end + gap }, newText: '' };
}

/** Where a finding about the whole file goes: its first line with text. */
export function firstLine(text: string): Span {
  const start = text.search(/\S/);
  if (start < 0) return { start: 0, end: 0 };
  const end = text.slice(start).search(/\r?\n/);
  return { start, end: end < 0 ? text.length : start + end };
}

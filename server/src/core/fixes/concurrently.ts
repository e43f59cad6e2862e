import type { Statement } from '../sql/script.js';
import { codeTokens, wordOf } from '../statements/spans.js';
import type { TextEdit } from '../text/span.js';
import { insert } from './edits.js';

/** Puts CONCURRENTLY behind the word INDEX. */
export function concurrentlyEdit(statement: Statement): TextEdit | undefined {
  const word = codeTokens(statement).find((t) => wordOf(statement, t).toUpperCase() === 'INDEX');
  return word && insert(word.span.end, ' CONCURRENTLY');
}

/** The statement's text after edits inside it. */
export function edited(statement: Statement, edits: readonly TextEdit[]): string {
  const from = statement.span.start;
  return [...edits]
    .sort((a, b) => b.span.start - a.span.start)
    .reduce(
      (text, e) => text.slice(0, e.span.start - from) + e.newText + text.slice(e.span.end - from),
      statement.text,
    );
}

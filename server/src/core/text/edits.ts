import type { TextEdit } from './span.js';

/**
 * The text after all edits. Edits at the same place (insertions) apply in the order given.
 * Throws when two edits overlap or one lies outside the text: that is a mistake of the caller, never of the user.
 */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const sorted = edits
    .map((edit, order) => ({ edit, order }))
    .sort((a, b) => a.edit.span.start - b.edit.span.start || a.edit.span.end - b.edit.span.end || a.order - b.order);
  let result = '';
  let done = 0;
  for (const { edit } of sorted) {
    const { start, end } = edit.span;
    if (start < done || end < start || end > text.length) {
      throw new RangeError(`Edits overlap or leave the text: ${start}-${end} after ${done} of ${text.length}`);
    }
    result += text.slice(done, start) + edit.newText;
    done = end;
  }
  return result + text.slice(done);
}

import { splitStatements } from '../sql/split.js';
import type { Half, LayoutProblem } from './migration.js';
import { commentLines } from './tally.js';
import type { Mark } from './tool.js';

/** A line that says nothing but "down", however it is dressed up: `-- ==== DOWN ====`, `-- Rollback:`, `-- Undo script`. */
const SECOND_HALF =
  /^[^\p{L}\p{N}]*(migrate |migration )?(down|undo|rollback|roll back|revert)( migration| script| section| half)?[^\p{L}\p{N}]*$/iu;

/** Marks by which any tool cuts its files, with the name of the tool. */
export interface KnownMark extends Mark {
  readonly tool: string;
}

/**
 * What a half says of a second half in it that its tool knows nothing of: it would be run along with the first. `marks`: those of
 * all tools but the folder's own. A line in a string or in the body of a function is no mark.
 */
export function strangeMarks(
  half: Half,
  direction: 'up' | 'down',
  marks: readonly KnownMark[],
): readonly LayoutProblem[] {
  if (half.section || !commentLines(half.text).some((line) => SECOND_HALF.test(line) || ofTool(line, marks))) return [];
  const { comments, ranges } = splitStatements(half.text);
  for (const { span, text } of comments) {
    const mark = ofTool(text, marks);
    if (mark) {
      const message = `${half.path} holds a mark of ${mark.tool}, and the tool of this folder would run all of the file, both halves. Run it with ${mark.tool}, or make two files of it.`;
      return [{ kind: 'strangeMarks', uri: half.uri, span, message }];
    }
    // In a down file it is a heading; before anything else, and with nothing behind it, it cuts nothing.
    const cuts = direction === 'up' && ranges.some((r) => r.span.start > span.end);
    if (cuts && SECOND_HALF.test(text)) {
      const message = `${half.path} seems to hold its down behind "${text}", and all of the file would be run. Move the down to a file of its own, or say something else there.`;
      return [{ kind: 'strangeMarks', uri: half.uri, span, message }];
    }
  }
  return [];
}

function ofTool(line: string, marks: readonly KnownMark[]): KnownMark | undefined {
  return marks.find(({ pattern }) => pattern.test(line));
}

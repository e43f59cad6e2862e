import type { Cut, Part } from '../../core/migrations/layout.js';
import type { Span } from '../../core/text/span.js';

/** sqlMigration.ts, createMigrationCommentRegex: the first one of each counts. */
const UP = /^\s*--[\s-]*up\s+migration/im;
const DOWN = /^\s*--[\s-]*down\s+migration/im;

/** A mark with the line that it ends on: all of that is a comment. */
interface Found extends Span {
  /** Where the script behind it begins. */
  readonly next: number;
}

function find(text: string, mark: RegExp): Found | undefined {
  const match = mark.exec(text);
  if (!match) return undefined;
  const end = (text.indexOf('\n', match.index + match[0].length) + 1 || text.length + 1) - 1;
  return { start: match.index + match[0].search(/-/), end, next: Math.min(end + 1, text.length) };
}

/** The halves of a file, as getActions cuts it. Each is sent as one simple query, in the run's transaction. */
export function cut(text: string): Cut {
  const [up, down] = [find(text, UP), find(text, DOWN)];
  const head = { start: 0, end: Math.min(up?.start ?? 0, down?.start ?? 0) };
  const part = (own: Found | undefined, other: Found | undefined): Part => {
    const start = own?.next ?? 0;
    const end = other && other.start >= start ? other.start : text.length;
    return { section: { head, within: [{ start, end }] }, transaction: 'wrapped' };
  };
  const problem = problemIn(text, up, down);
  // Without its mark the up is the whole file, the down along with it: nothing is claimed of that.
  return { up: up || !down ? part(up, down) : undefined, down: down && part(down, up), problem };
}

function problemIn(text: string, up: Found | undefined, down: Found | undefined): Cut['problem'] {
  if (down && !up)
    return {
      message: 'has a -- Down Migration and no -- Up Migration: node-pg-migrate runs the whole file as the up.',
      span: { start: down.start, end: down.end },
    };
  const first = up && (down && down.start < up.start ? down : up);
  const before = first && /^(?!\s*--)[^\S\n]*\S.*$/m.exec(text.slice(0, first.start));
  if (!before) return undefined;
  const span = { start: before.index, end: before.index + before[0].length };
  return {
    message: 'has text before its first mark, which node-pg-migrate never runs. Move it behind the mark.',
    span,
  };
}

import type { Cut, Part } from '../../core/migrations/layout.js';
import type { Span } from '../../core/text/span.js';

/** A line by which dbmate cuts a file, with all that is on it. */
interface Block {
  readonly direction: 'up' | 'down';
  readonly span: Span;
  /** Where the script behind it begins. */
  readonly next: number;
  readonly transaction: Part['transaction'];
}

/** pkg/dbmate/migration.go: at the beginning of a line, in lower case; what follows on the line are options. */
const BLOCK = /^--[^\S\n]*migrate:(up|down)([^\S\n][^\n]*)?$/gm;

/** The section is sent as one simple query, in a transaction unless `transaction:false` stands on the line. */
function blocksIn(text: string): readonly Block[] {
  return Array.from(text.matchAll(BLOCK), (match): Block => {
    const end = match.index + match[0].length;
    const options = (match[2] ?? '').trim().split(/\s+/);
    return {
      direction: match[1] as 'up' | 'down',
      span: { start: match.index, end },
      next: Math.min(end + 1, text.length),
      transaction: options.includes('transaction:false') ? 'implicit' : 'wrapped',
    };
  });
}

/** The halves of a file: one up, then one down. */
export function cut(text: string): Cut {
  const blocks = blocksIn(text);
  const up = blocks.find((block) => block.direction === 'up');
  const down = up && blocks.find((block) => block.direction === 'down' && block.span.start > up.span.start);
  const problem = problemIn(text, blocks);
  if (!up) return { up: undefined, down: undefined, problem };
  const head = { start: 0, end: up.span.start };
  const part = (block: Block, end: number): Part => {
    // A second pair runs along with the first as far as it goes: nothing is claimed of it.
    const until = blocks.find((other) => other.span.start >= block.next)?.span.start ?? end;
    return { section: { head, within: [{ start: block.next, end: until }] }, transaction: block.transaction };
  };
  return { up: part(up, text.length), down: down && part(down, text.length), problem };
}

/** What dbmate 2.36 refuses, in words; the first of it. */
function problemIn(text: string, blocks: readonly Block[]): Cut['problem'] {
  const [first, second, third] = blocks;
  const nowhere = { start: 0, end: 0 };
  if (!first) return { message: 'has no -- migrate:up: dbmate refuses the file.', span: nowhere };
  const before = /^(?!\s*--)[^\S\n]*\S.*$/m.exec(text.slice(0, first.span.start));
  if (before) {
    const span = { start: before.index, end: before.index + before[0].length };
    return { message: 'has a statement before its -- migrate:up: dbmate refuses the file.', span };
  }
  if (first.direction === 'down')
    return { message: 'has its -- migrate:down before its -- migrate:up: dbmate refuses the file.', span: first.span };
  if (!second) return { message: 'has no -- migrate:down: dbmate refuses the file.', span: first.span };
  if (second.direction === 'up')
    return { message: 'has two -- migrate:up in a row: dbmate refuses the file.', span: second.span };
  if (third)
    return {
      message: 'holds more than one up and down: dbmate runs the first and stops at the second.',
      span: third.span,
    };
  return undefined;
}

import type { Cut, Layout, Part } from './layout.js';
import type { Half, LayoutProblem, MigrationFile, TransactionMode } from './migration.js';

/** A file that is one half as a whole. */
export function wholeHalf(file: MigrationFile, transaction: TransactionMode): Half {
  return { ...file, key: file.uri, section: undefined, transaction };
}

/** What a file with both halves holds. */
export interface CutFile {
  readonly up: Half | undefined;
  readonly down: Half | undefined;
  readonly problem: LayoutProblem | undefined;
}

const NOTHING: Part = { section: { within: [] }, transaction: 'wrapped' };

/** The halves of a file whose layout keeps both in one. */
export function cutFile(file: MigrationFile, layout: Layout & { cut(text: string): Cut }): CutFile {
  if (file.unreadable !== undefined)
    return { up: { ...wholeHalf(file, 'wrapped'), key: `${file.uri}#up` }, down: undefined, problem: undefined };
  const { up, down, problem } = layout.cut(file.text);
  const half = (part: Cut['up'], direction: 'up' | 'down'): Half | undefined =>
    part && { ...file, key: `${file.uri}#${direction}`, section: part.section, transaction: part.transaction };
  return {
    // Without a single mark it is listed all the same, and nothing is claimed of its text.
    up: half(up ?? (down ? undefined : NOTHING), 'up'),
    down: half(down, 'down'),
    problem: problem && {
      kind: 'unmarked',
      uri: file.uri,
      span: problem.span,
      message: `${file.path} ${problem.message}`,
    },
  };
}

/** Whether a layout keeps both halves in one file. */
export function isCut(layout: Layout): layout is Layout & { cut(text: string): Cut } {
  return layout.cut !== undefined;
}

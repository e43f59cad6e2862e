import type { Section } from '../sql/script.js';
import type { Span } from '../text/span.js';

/**
 * How the tool runs one half. As one simple-protocol message: `wrapped` in its BEGIN/COMMIT, or `implicit`, without (a
 * transaction when it has more than one statement). Statement by statement: `stepwise` in its BEGIN/COMMIT, `bare` without, or
 * `auto`, in one unless a statement forbids it.
 */
export type TransactionMode = 'wrapped' | 'implicit' | 'stepwise' | 'bare' | 'auto';

export interface MigrationFile {
  /** `file:` URI. */
  readonly uri: string;
  /** Path relative to the migration folder, with `/`. */
  readonly path: string;
  readonly text: string;
  /** Why the text is not known; it is empty then. */
  readonly unreadable?: string;
}

/** The up or the down of a migration: a file, or a part of one. */
export interface Half extends MigrationFile {
  /** Tells it from every other half: the file's address, and behind `#` which one of several in it. */
  readonly key: string;
  /** Where in the file it is; all of it when undefined. */
  readonly section: Section | undefined;
  /** How the tool runs it. */
  readonly transaction: TransactionMode;
}

/** One version: its up script, its down script, its name and order. */
export interface Migration {
  /** Unique in its set: the version as the tool's ledger writes it, or for a duplicate the version and path. */
  readonly id: string;
  /** As the ledger writes it: what that is, the tool says. */
  readonly version: string;
  /** What messages call the version, where the ledger writes more than that: the digits of a file's name. */
  readonly number?: string;
  /** Without version and suffix: `add_users`. */
  readonly name: string;
  /** `repeatable`: runs after all others, and again whenever it changed; `baseline`: instead of all up to it. Absent: once, in order. */
  readonly kind?: 'repeatable' | 'baseline';
  readonly up: Half | undefined;
  readonly down: Half | undefined;
}

export interface LayoutProblem {
  readonly kind:
    | 'duplicateVersion'
    | 'notANumber'
    | 'downWithoutUp'
    | 'unreadable'
    | 'ambiguous'
    /** The marks that the tool needs in a file are missing or in the wrong order. */
    | 'unmarked'
    /** A file holds a second half by marks that its tool does not know: it would be run along. */
    | 'strangeMarks';
  readonly uri: string;
  /** Where in the file; its beginning when undefined. */
  readonly span?: Span;
  readonly message: string;
}

/** The text of a half, without what else is in its file. */
export function halfText({ text, section }: Pick<Half, 'text' | 'section'>): string {
  return section ? section.within.map(({ start, end }) => text.slice(start, end)).join('') : text;
}

import type { Layout } from './layout.js';
import type { Tool } from './tool.js';

/** How the tool runs one migration: `wrapped` in BEGIN/COMMIT; `implicit`, one simple-protocol message (a transaction when it has more than one statement); `auto`, statement by statement, wrapped unless one forbids it. */
export type TransactionMode = 'wrapped' | 'implicit' | 'auto';

export interface MigrationFile {
  /** `file:` URI. */
  readonly uri: string;
  /** Path relative to the migration folder, with `/`. */
  readonly path: string;
  readonly text: string;
  /** Why the text is not known; it is empty then. */
  readonly unreadable?: string;
}

/** One version: its up script, its down script, its name and order. */
export interface Migration {
  /** Unique in its set: the version as the tool's ledger writes it, or for a duplicate the version and path. */
  readonly id: string;
  /** As the ledger writes it: what that is, the tool says. */
  readonly version: string;
  /** Without version and suffix: `add_users`. */
  readonly name: string;
  readonly up: MigrationFile | undefined;
  readonly down: MigrationFile | undefined;
  readonly transaction: TransactionMode;
}

export interface LayoutProblem {
  readonly kind: 'duplicateVersion' | 'notANumber' | 'downWithoutUp' | 'unreadable' | 'ambiguous';
  readonly uri: string;
  readonly message: string;
}

/** All migrations of one folder, in the order in which their tool runs them. */
export interface MigrationSet {
  /** URI of the folder. */
  readonly folder: string;
  readonly layout: Layout;
  readonly tool: Tool;
  readonly migrations: readonly Migration[];
  readonly problems: readonly LayoutProblem[];
}

import type { Section } from '../sql/script.js';
import type { Span, TextEdit } from '../text/span.js';
import type { TransactionMode } from './migration.js';

/** What one path means in a layout. `version` is as written in the name. */
export type Reading =
  | {
      readonly kind: 'half';
      readonly version: string;
      readonly name: string;
      /** `both`: the file holds both, and `cut` tells where. */
      readonly direction: 'up' | 'down' | 'both';
    }
  /** Looks like a migration, but its version is no number. */
  | { readonly kind: 'notANumber' }
  /** Belongs to another layout: whether it is an up or a down cannot be told. */
  | { readonly kind: 'ambiguous' };

export interface NewHalf {
  readonly sql: string;
  readonly outside: boolean;
}

/** The halves that a file holds. */
export interface Cut {
  readonly up: Part | undefined;
  readonly down: Part | undefined;
  /** What is wrong with the marks, to go behind the file's path: the tool refuses the file, or does something else with it. */
  readonly problem?: { readonly message: string; readonly span: Span } | undefined;
}

export interface Part {
  readonly section: Section;
  /** How the tool runs it. */
  readonly transaction: TransactionMode;
}

/** How versions, names and up/down halves are written as files. */
export interface Layout {
  /** As the setting `lockstep.migrations` writes it. */
  readonly id: string;
  /** Reads a path relative to the migration folder; undefined when it is no concern of the layout. `paths` are all paths of the folder. */
  read(path: string, paths: ReadonlySet<string>): Reading | undefined;
  /** Version and name as the names of files hold them; with `_` between them when absent. */
  stem?(version: string, name: string): string;
  /** The two paths of a migration; `stem` is version and name, `001_add_users`. */
  paths(stem: string): { readonly up: string; readonly down: string };
  /** For a layout with both halves in one file: where they are. Of the text alone, and quick: it is asked at every keystroke. */
  cut?(text: string): Cut;
  /** For such a layout: the text of a new file. `outside`: a statement of that half cannot run in a transaction. */
  compose?(up: NewHalf, down: NewHalf): string;
  /** For such a layout: what adds a down to a file that has none. */
  addDown?(text: string, down: string): TextEdit;
  /** `001_add_users.sql`: for messages. */
  readonly example: string;
}

/** Schema dumps and seeds live beside migrations in many projects: not a migration, and no reason to complain. */
const COMPANION = /^(schema|structure|seeds?|dump|init|readme|setup|all|latest)\b.*\.sql$/i;

export function isCompanion(file: string): boolean {
  return COMPANION.test(file);
}

/** `001_add_users` or `001-add users` → version and name. */
export function splitStem(stem: string): { version: string; name: string } | undefined {
  const match = /^(\d+)(?:[_\- ]+(.*))?$/su.exec(stem);
  return match ? { version: match[1]!, name: match[2] ?? '' } : undefined;
}

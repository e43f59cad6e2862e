import type { Fix } from '../fixes/fix.js';
import type { AnalysedStatement, FileContext } from '../statements/analysed.js';
import type { Span } from '../text/span.js';

export type Severity = 'error' | 'warning' | 'information' | 'hint' | 'off';
export type Danger =
  | 'fails'
  | 'blocks-reads'
  | 'blocks-writes'
  | 'rewrites'
  | 'loses-data'
  | 'breaks-clients'
  | 'irreversible'
  | 'style';

/** A rule's verdict on a span. */
export interface Finding {
  readonly rule: string;
  readonly severity: Exclude<Severity, 'off'>;
  /** File it is in. */
  readonly uri: string;
  /** The offending clause, not the whole statement. */
  readonly span: Span;
  /** One sentence, at most 120 characters where names allow: the lock or danger and its consequence; ends with a full stop. */
  readonly message: string;
  /** Why and what to do instead: plain text, shown in hover and reports. */
  readonly detail: string;
  readonly related: readonly { readonly uri: string; readonly span: Span; readonly message: string }[];
  readonly tags: readonly ('unnecessary' | 'deprecated')[];
  readonly fixes: readonly Fix[];
  /** Index of the statement it is about, when it is about one. */
  readonly statement: number | undefined;
  /** It is about what stands before all halves of a file: it holds only when it holds for each of them. */
  readonly scope?: 'head';
}

/** What a rule's check yields; the engine adds rule id, severity, uri. */
export interface Report {
  readonly span: Span;
  readonly message: string;
  readonly detail?: string;
  readonly related?: Finding['related'];
  readonly tags?: Finding['tags'];
  /** A function when they take work: they are made when somebody asks for them, not on every keystroke. */
  readonly fixes?: readonly Fix[] | (() => readonly Fix[]);
  /** Softer or harsher than the default in this context. */
  readonly severity?: Exclude<Severity, 'off'>;
}

export interface Rule {
  /** kebab-case, names the danger: `add-foreign-key-validated`. */
  readonly id: string;
  /** One line for lists and settings. */
  readonly title: string;
  readonly danger: Danger;
  readonly severity: Severity;
  /** Node tags it looks at; the engine dispatches. Empty for rules about the file. */
  readonly statements: readonly string[];
  /** Files it looks at; default up only. */
  readonly directions: readonly ('up' | 'down')[];
  /** Where the knowledge comes from: documentation sections, other tools' rules. */
  readonly sources: readonly string[];
  /** Rules that say less about the same clause: where this one speaks, they are silent. */
  readonly covers?: readonly string[];
  check?(at: AnalysedStatement, file: FileContext): Iterable<Report>;
  checkFile?(file: FileContext): Iterable<Report>;
}

import type { Catalog } from '../catalog/catalog.js';
import type { EarlierScripts } from '../earlier.js';
import type { Effect, PgMajor } from '../effects/effect.js';
import type { Migration, MigrationSet, TransactionMode } from '../migrations/migration.js';
import type { ScaffoldFile } from '../migrations/scaffold.js';
import type { Script, Statement } from '../sql/script.js';
import type { Span, TextEdit } from '../text/span.js';
import type { Unit } from '../transactions.js';

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

/** Named text edits and file creations; valid SQL by construction. */
export interface Fix {
  /** Verb and effect: "Create the index CONCURRENTLY". */
  readonly title: string;
  /** `safe`: same end state, may be applied by fix-all; `review`: more files, other data or other timing, never applied unasked. */
  readonly safety: 'safe' | 'review';
  readonly edits: readonly { readonly uri: string; readonly edits: readonly TextEdit[] }[];
  readonly newFiles: readonly { readonly uri: string; readonly text: string }[];
  /** It changes how the file runs (outside a transaction): other fixes of the file were made for how it runs now. */
  readonly alone?: boolean;
}

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

/** A statement with what is known where it stands. */
export interface AnalysedStatement {
  readonly statement: Statement;
  /** The catalog just before it. */
  readonly before: Catalog;
  /** The catalog just after it. */
  readonly after: Catalog;
  readonly effect: Effect;
  /** The statements that it runs with. */
  readonly unit: Unit;
  /** Runs inside a transaction block: by BEGIN in the file, or by the tool's mode. */
  readonly inTransaction: boolean;
  /** In explicit BEGIN … COMMIT written in the file: span of the BEGIN. */
  readonly begin: Span | undefined;
  /** lock_timeout is set (not 0) at this point of the script. */
  readonly lockTimeout: boolean;
  readonly statementTimeout: boolean;
  /** Relation keys made earlier in this migration (still there). */
  readonly bornHere: Pick<ReadonlySet<string>, 'has'>;
}

/** Everything that is known about one half of a migration, or about a file that is none. */
export interface FileContext {
  readonly uri: string;
  /** Key of the half (see Half.key); the file's address when it is no migration's. */
  readonly half: string;
  readonly script: Script;
  readonly direction: 'up' | 'down';
  readonly migration: Migration | undefined;
  readonly set: MigrationSet | undefined;
  /** How its tool runs the file; `auto` outside a migration folder. */
  readonly mode: TransactionMode;
  readonly statements: readonly AnalysedStatement[];
  readonly pg: PgMajor;
  /** The other half, parsed; undefined when there is none. */
  readonly counterpart: Script | undefined;
  /** The up half's statements with the schema around them; in an up file the same as `statements`. */
  readonly up: readonly AnalysedStatement[];
  /** Facts of the ledger about this migration when a database was asked. */
  readonly ledger:
    | { readonly state: 'applied' | 'pending' | 'modified' | 'failed'; readonly environment: string }
    | undefined;
  /** The scripts that ran before this one, for rules that look across files. */
  readonly earlier: EarlierScripts;
  /** Makes the URI and numbering of a new migration right after the last one: fixes that need a second file. Undefined outside a migration folder. */
  readonly scaffold: ((name: string, up: string, down: string, nth?: number) => readonly ScaffoldFile[]) | undefined;
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

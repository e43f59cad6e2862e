import type { Script, Statement } from '../sql/script.js';
import type { Change } from '../text/change.js';
import type { Span } from '../text/span.js';
import type { Layout } from './layout.js';
import type { Half, LayoutProblem, Migration, MigrationFile, TransactionMode } from './migration.js';
import type { Numbering } from './numbering.js';

/**
 * All that is known of one migration tool without a database. Pure: texts in, values out. What it does in a database is
 * its ledger's business. The list of them is an argument of the model: the core names none.
 */
export interface Tool {
  /** As the setting `lockstep.migrations` writes it. */
  readonly id: string;
  /** As its users write it. */
  readonly title: string;
  /** The conventions it reads; the first is that of a new folder. */
  readonly layouts: readonly Layout[];
  /**
   * Names of files that are no migrations and say something of them: read along, in the folder and in those around it. `conf/x`
   * is one in a folder `conf` there; `*.x` is every file with that ending.
   */
  readonly evidence: readonly string[];
  /** Names of files whose migration folder is not the folder that they are in but the one around it: `up.sql`. */
  readonly nested?: readonly string[];
  /** Lines by which its files are told: what stands behind `--`, trimmed. */
  readonly marks?: readonly Mark[];
  /** Files of folders below its folder belong to it too. */
  readonly recursive?: true;
  /** `optional`: its users write few downs, so that a missing one is nothing to speak of, and none is made where there are none. */
  readonly downs?: 'optional';
  /** Globs, relative to a workspace folder, of files that are reason enough to start. */
  readonly activation?: readonly string[];
  /** Whether the folder is one of its, and how sure that is. */
  detect(candidate: Candidate): Claim | undefined;
  /** The migrations of a folder in the order in which it runs them, and what is wrong with them. */
  list(input: ListInput): Listing;
  /** How it runs a file that is one half and says so itself; undefined: as the others. */
  modeIn?(text: string): TransactionMode | undefined;
  /** A version of a file's name as the ledger writes it. */
  version(written: string): string;
  /** The order in which it runs two versions (ledger spelling). */
  compare(a: string, b: string): number;
  /** Numbers of a folder that holds none yet. */
  readonly beginning: Numbering;
  /**
   * What makes an existing script, whose file is named, run outside a transaction: edits of that file, files beside it.
   * Absent when nothing has to be said (the statement alone decides, or the tool opens no transaction) or can be said: then
   * no file leaves the transaction that the tool opens, and no fix is offered that would have to.
   */
  leaveTransaction?(half: Pick<Half, 'uri' | 'text'> & Partial<Half>, direction: 'up' | 'down'): Change;
  /**
   * Statements as this tool wants them in a file that it cuts without knowing SQL: with marks around those that it would cut
   * in the middle. `at`: what they take the place of.
   */
  enclose?(sql: string, at?: { readonly text: string; readonly span: Span }): string;
  /** What of a script does not arrive at the server as it is written: the tool cuts it elsewhere, or replaces it. */
  misread?(script: Script, file: Sent): readonly Misreading[];
  /** Why Lockstep cannot run a file as the tool would, or the tool would not run it: to go behind the file's path. */
  unrunnable?(script: Script, file: Sent): { readonly message: string; readonly span: Span } | undefined;
  /**
   * What becomes of a migration that is older than the last one applied: `runs`, after the newer ones; `refused`, as long as
   * nobody says otherwise; `ignored`, for ever.
   */
  readonly late: 'runs' | 'refused' | 'ignored';
  /** What the ledger keeps of an applied text, to tell whether it was edited; undefined when it keeps nothing. */
  checksum(migration: Migration, options?: FolderOptions): string | undefined;
  readonly words: ToolWords;
  /** For the table in the documentation: Markdown, no full stop. */
  readonly about: ToolFacts;
}

/** What the documentation says of a tool. */
export interface ToolFacts {
  readonly order: string;
  readonly ledger: string;
  readonly transaction: string;
  /** Whether a file that was edited after it was applied is noticed. */
  readonly edited: string;
}

/** Sentences that only the tool can say. */
export interface ToolWords {
  /** A version that was begun and not finished: what that means, and the way out. */
  unfinished(version: string, label: string): string;
  /** What becomes of a migration that is older than the last one applied. */
  readonly outOfOrder: string;
  /** How to say that a migration runs without a transaction: goes behind "a migration of its own that runs without a transaction". */
  readonly withoutTransaction?: string;
}

/** What is known of a script when it is judged how the tool would run it. */
export interface Sent {
  readonly statements: readonly {
    readonly statement: Statement;
    readonly effect: { readonly transaction: 'any' | 'forbidden' | 'required' };
  }[];
  readonly mode: TransactionMode;
  readonly options: FolderOptions | undefined;
}

/** What a tool's own settings say of one folder. */
export interface FolderOptions {
  /** Instead of what the tool does by default with a migration that is older than the last one applied. */
  readonly late?: Tool['late'];
  /** By names that the tool alone knows. */
  readonly values: Readonly<Record<string, string>>;
}

/** A place where the tool does something else with the text than PostgreSQL would. */
export interface Misreading {
  readonly span: Span;
  /** One sentence: what it does, and what that leads to. */
  readonly message: string;
  /** What to write. */
  readonly advice: string;
}

/** Something that a tool says in a comment line of its files. */
export interface Mark {
  readonly pattern: RegExp;
  /** What follows it: the script that applies, the one that takes back, or something else that this tool alone understands. */
  readonly means: 'up' | 'down' | 'other';
}

/** A folder that may hold migrations, with what is around it. */
export interface Candidate {
  /** Relative to the workspace folder, with `/`; empty for that folder itself. */
  readonly folder: string;
  /** It, or the folder around it, is called migrations or so. */
  readonly called: 'itself' | 'around' | undefined;
  readonly files: readonly CandidateFile[];
  /** Of the files, relative to the folder. */
  readonly paths: ReadonlySet<string>;
  /** Evidence of that name in the folder or in one of those around it. */
  above(name: string): readonly { readonly folder: string; readonly text: string }[];
}

export interface CandidateFile {
  /** Relative to the candidate folder. */
  readonly path: string;
  readonly text: string;
}

/**
 * How sure a tool is. `configured`: its configuration names this folder; `marked`: names or texts that no other tool writes;
 * `paired`: whole pairs, or few files and a dependency on the tool; `called`: numbered files in a folder called migrations.
 */
export const STRENGTHS = ['configured', 'marked', 'paired', 'called'] as const;

export interface Claim {
  readonly strength: (typeof STRENGTHS)[number];
  readonly layout: Layout;
  /** How many migrations speak for it, whole pairs before single files: tells between equally sure tools. */
  readonly pairs: number;
  readonly ups: number;
  /** Its tracking table, where the tool's own settings name another one than usual: `table` or `schema.table`. */
  readonly table?: string | undefined;
  /** The folder around the candidate that its migrations belong to, relative to the workspace folder; the candidate itself when undefined. */
  readonly root?: string;
  /** Other folders whose migrations are of the same history, relative to the workspace folder. */
  readonly also?: readonly string[];
  readonly options?: FolderOptions;
}

export interface ListInput {
  /** URI of the folder. */
  readonly folder: string;
  readonly layout: Layout;
  readonly options?: FolderOptions | undefined;
  /** All files below the folder, SQL and evidence; what the layout does not know is left out. */
  readonly files: readonly MigrationFile[];
}

export interface Listing {
  readonly migrations: readonly Migration[];
  readonly problems: readonly LayoutProblem[];
}

/** A tool whose files Lockstep does not read yet: it is told from others, and its database is left alone. */
export type ForeignTool = Pick<Tool, 'id' | 'title' | 'evidence' | 'nested' | 'marks'> & {
  detect(candidate: Candidate): boolean;
};

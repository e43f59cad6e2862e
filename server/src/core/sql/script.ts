import type { Node } from '@pgsql/types';
import type { Span } from '../text/span.js';

/** A lexical token of PostgreSQL's own scanner. */
export interface Token {
  readonly span: Span;
  /** Token name of the scanner, e.g. `IDENT`, `SCONST`, `ASCII_59` (;), `SQL_COMMENT`, `C_COMMENT`; a keyword in upper case (`TABLE`). */
  readonly type: string;
  readonly keyword: boolean;
}

/** One top-level SQL statement of a script. */
export interface Statement {
  /** Position among the statements of its script, from 0. */
  readonly index: number;
  /** From the first to the last token; the semicolon is not included, comments before the first token neither. */
  readonly span: Span;
  /** As `span`, and the terminating semicolon when there is one. */
  readonly fullSpan: Span;
  /** `script.text` within `span`. */
  readonly text: string;
  /** Node tag of the parse tree: `AlterTableStmt`, `IndexStmt`, … */
  readonly kind: string;
  /** The parse node, as `{ [kind]: … }` (see @pgsql/types). `location` fields inside are bytes: pass them to `at`. */
  readonly node: Node;
  /** Turns a `location` (UTF-8 byte offset, as libpg_query counts) of this statement's node into a UTF-16 offset of the script. `undefined` or negative gives `span.start`. */
  at(location: number | undefined): number;
  /** Tokens of this statement, comments included, in order; computed on first use. */
  readonly tokens: readonly Token[];
}

/** A statement that could not be parsed. The statements around it are unaffected. */
export interface SyntaxIssue {
  /** Where the parser stopped; the offending token where there is one. */
  readonly span: Span;
  /** The whole text of the statement that is broken. */
  readonly statement: Span;
  /** PostgreSQL's message, e.g. `syntax error at or near "TABEL"`. */
  readonly message: string;
  /** What could have come there, from pgsql-ast-parser, when it knows; at most a handful, in SQL spelling. */
  readonly expected: readonly string[];
}

/** Something in the text that is not SQL for the server: a psql meta-command, COPY data, a placeholder, a line that speaks to the migration tool. */
export type Directive =
  | { readonly kind: 'psql'; readonly span: Span; readonly command: string; readonly args: string }
  | { readonly kind: 'copyData'; readonly span: Span }
  | {
      readonly kind: 'placeholder';
      readonly span: Span;
      readonly style: 'dollar' | 'psql' | 'tool';
      readonly name: string;
    }
  | { readonly kind: 'mark'; readonly span: Span };

/** Where in a text a script is: one file may hold several. */
export interface Section {
  /** Its ranges, in text order. */
  readonly within: readonly Span[];
  /** What stands before the first script of the file: comments in it are about the whole file. */
  readonly head?: Span | undefined;
  /** What is no SQL for the server, in text order: replaced by as many UTF-8 bytes for the parser. */
  readonly masks?: readonly Mask[];
  /** Lines in it that speak to the tool: no comment of a statement. */
  readonly marks?: readonly Span[];
}

/** Replaces a part of the text for the parser; as many UTF-8 bytes as it replaces. */
export interface Mask extends Span {
  readonly text: string;
}

export interface Comment {
  readonly span: Span;
  /** The text without `--` or the comment brackets, trimmed. */
  readonly text: string;
}

/** The parsed content of one SQL text. Immutable. */
export interface Script {
  /** The whole text of the file: spans are offsets in it. */
  readonly text: string;
  /** Where in it the script is; a whole text has one range. */
  readonly within: readonly Span[];
  readonly statements: readonly Statement[];
  readonly errors: readonly SyntaxIssue[];
  readonly directives: readonly Directive[];
  readonly comments: readonly Comment[];
}

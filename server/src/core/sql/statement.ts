import type { Node } from '@pgsql/types';
import type { Span } from '../text/span.js';
import { Utf8Offsets } from '../text/utf8.js';
import { type ParsedStatement, scanSql } from './parser.js';
import type { Statement, Token } from './script.js';

/** The text that a statement was parsed in: a slice of the script, with placeholders masked. */
export interface ParsedSlice {
  readonly scriptText: string;
  /** UTF-16 offset of the slice in the script. */
  readonly base: number;
  /** What the parser read: byte for byte as long as the slice. */
  readonly masked: string;
  /** The slice itself, where bytes are counted. */
  readonly original: string;
}

/** A statement at its place in a script. The parse node is shared between versions of the script. */
export class PlacedStatement implements Statement {
  readonly index: number;
  readonly span: Span;
  readonly fullSpan: Span;
  readonly kind: string;
  readonly node: Node;
  readonly #slice: ParsedSlice;
  #offsets: Utf8Offsets | undefined;
  #tokens: readonly Token[] | undefined;

  constructor(index: number, spans: { span: Span; fullSpan: Span }, parsed: ParsedStatement, slice: ParsedSlice) {
    this.index = index;
    this.span = spans.span;
    this.fullSpan = spans.fullSpan;
    this.kind = parsed.kind;
    this.node = parsed.node;
    this.#slice = slice;
  }

  get text(): string {
    return this.#slice.scriptText.slice(this.span.start, this.span.end);
  }

  at(location: number | undefined): number {
    if (location === undefined || location < 0) return this.span.start;
    return this.#offset(location);
  }

  get tokens(): readonly Token[] {
    this.#tokens ??= this.#scan();
    return this.#tokens;
  }

  #offset(byte: number): number {
    this.#offsets ??= new Utf8Offsets(this.#slice.original);
    return this.#slice.base + this.#offsets.toUtf16(byte);
  }

  #scan(): Token[] {
    const tokens: Token[] = [];
    for (const token of scanSql(this.#slice.masked)) {
      const span = { start: this.#offset(token.start), end: this.#offset(token.end) };
      if (span.start < this.span.start || span.end > this.span.end) continue;
      const keyword = token.keywordKind !== 0;
      tokens.push({ span, type: keyword ? token.text.toUpperCase() : token.tokenName, keyword });
    }
    return tokens;
  }
}

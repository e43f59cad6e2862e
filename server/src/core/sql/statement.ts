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

/** The tokens of a parsed text, in bytes of it: kept with the parse, so that an edit elsewhere does not scan again. */
interface ScannedTokens {
  /** Start and end of each, by turns. */
  readonly places: Int32Array;
  readonly types: readonly string[];
  readonly keywords: readonly boolean[];
}
const scanned = new WeakMap<ParsedStatement, ScannedTokens>();

function scannedTokens(parsed: ParsedStatement, masked: string): ScannedTokens {
  const known = scanned.get(parsed);
  if (known) return known;
  const tokens = scanSql(masked);
  const keywords = tokens.map((token) => token.keywordKind !== 0);
  const made: ScannedTokens = {
    places: Int32Array.from(tokens.flatMap((token) => [token.start, token.end])),
    types: tokens.map((token, i) => (keywords[i] ? token.text.toUpperCase() : token.tokenName)),
    keywords,
  };
  scanned.set(parsed, made);
  return made;
}

/** A statement at its place in a script. The parse node is shared between versions of the script. */
export class PlacedStatement implements Statement {
  readonly index: number;
  readonly span: Span;
  readonly fullSpan: Span;
  readonly kind: string;
  readonly node: Node;
  readonly #slice: ParsedSlice;
  readonly #parsed: ParsedStatement;
  #offsets: Utf8Offsets | undefined;
  #tokens: readonly Token[] | undefined;

  constructor(index: number, spans: { span: Span; fullSpan: Span }, parsed: ParsedStatement, slice: ParsedSlice) {
    this.index = index;
    this.span = spans.span;
    this.fullSpan = spans.fullSpan;
    this.kind = parsed.kind;
    this.node = parsed.node;
    this.#slice = slice;
    this.#parsed = parsed;
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
    const { places, types, keywords } = scannedTokens(this.#parsed, this.#slice.masked);
    const tokens: Token[] = [];
    for (const [i, type] of types.entries()) {
      const span = { start: this.#offset(places[2 * i]!), end: this.#offset(places[2 * i + 1]!) };
      if (span.start < this.span.start || span.end > this.span.end) continue;
      tokens.push({ span, type, keyword: keywords[i] === true });
    }
    return tokens;
  }
}

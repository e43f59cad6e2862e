import type { Constraint } from '@pgsql/types';
import type { Statement, Token } from '../sql/script.js';
import { quoteIdent } from '../sql/write.js';
import { tokensWithin, wordOf } from '../statements/spans.js';
import type { Span } from '../text/span.js';

/** A constraint written behind a column's type. */
export interface InlineClause {
  /** All of it, with `CONSTRAINT name` when that is there. */
  readonly whole: Span;
  /** Without the name. */
  readonly body: Span;
  /** Its first word: CHECK, REFERENCES or UNIQUE. */
  readonly word: Span;
  /** A check or foreign key as a table constraint, without `CONSTRAINT name`. */
  readonly table: (column: string) => string;
}

/** Finds the text of a column's CHECK, REFERENCES or UNIQUE; undefined when it cannot be told. */
export function inlineClause(statement: Statement, constraint: Constraint, within: Span): InlineClause | undefined {
  const tokens = tokensWithin(statement, within);
  const word = (i: number) => (tokens[i] ? wordOf(statement, tokens[i]).toUpperCase() : '');
  const at = statement.at(constraint.location);
  const named = tokens.findIndex((t) => t.span.start === at);
  if (named < 0) return undefined;
  const first = word(named) === 'CONSTRAINT' ? named + 2 : named;
  const last = ENDS[word(first)]?.(tokens, first, word) ?? -1;
  if (last < 0) return undefined;
  const body = { start: tokens[first]!.span.start, end: tokens[last]!.span.end };
  const text = statement.text.slice(body.start - statement.span.start, body.end - statement.span.start);
  const check = word(first) === 'CHECK';
  return {
    whole: { start: tokens[named]!.span.start, end: body.end },
    body,
    word: tokens[first]!.span,
    table: (column) => (check ? text : `FOREIGN KEY (${quoteIdent(column)}) ${text}`),
  };
}

type Word = (i: number) => string;

function closing(tokens: readonly Token[], open: number, word: Word): number {
  let depth = 0;
  for (let i = open; i < tokens.length; i++) {
    if (word(i) === '(') depth++;
    else if (word(i) === ')' && --depth === 0) return i;
  }
  return -1;
}

function endOfCheck(tokens: readonly Token[], first: number, word: Word): number {
  const close = closing(tokens, first + 1, word);
  return close >= 0 && word(close + 1) === 'NO' && word(close + 2) === 'INHERIT' ? close + 2 : close;
}

/** `REFERENCES name [(columns)] [MATCH …] [ON DELETE … | ON UPDATE …] [[NOT] DEFERRABLE] [INITIALLY …]` */
function endOfReferences(tokens: readonly Token[], first: number, word: Word): number {
  let i = first + 1;
  while (word(i + 1) === '.') i += 2;
  if (word(i + 1) === '(') i = closing(tokens, i + 1, word);
  if (i < 0) return -1;
  for (;;) {
    const next = word(i + 1);
    if (next === 'MATCH' || next === 'INITIALLY') i += 2;
    else if (next === 'DEFERRABLE') i += 1;
    else if (next === 'NOT' && word(i + 2) === 'DEFERRABLE') i += 2;
    else if (next === 'ON') {
      i += ['SET', 'NO'].includes(word(i + 3)) ? 4 : 3;
      if (word(i + 1) === '(') i = closing(tokens, i + 1, word);
      if (i < 0) return -1;
    } else return i;
  }
}

/** Only the bare word: what may follow it would have to go along. */
function endOfUnique(_: readonly Token[], first: number, word: Word): number {
  return ['NULLS', 'WITH', 'USING', 'NOT', 'DEFERRABLE', 'INITIALLY'].includes(word(first + 1)) &&
    word(first + 2) !== 'NULL'
    ? -1
    : first;
}

const ENDS: Readonly<Record<string, (tokens: readonly Token[], first: number, word: Word) => number>> = {
  CHECK: endOfCheck,
  REFERENCES: endOfReferences,
  UNIQUE: endOfUnique,
};

/** Where the blanks before an offset begin. */
export function lastSpace(text: string, start: number): number {
  let from = start;
  while (from > 0 && /[ \t]/.test(text[from - 1]!)) from--;
  return from;
}

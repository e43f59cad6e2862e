import { firstWhere } from '../text/ordered.js';
import type { Span } from '../text/span.js';
import { codeTokens, wordOf } from './parts.js';
import type { Statement, Token } from './script.js';

/** The code of a statement cut at its commas, in parentheses too: the columns of a table, the subcommands of an ALTER. */
interface Elements {
  readonly tokens: readonly Token[];
  /** By token, the innermost element that it is in; a comma is in the one that it ends, parentheses in the one around them. */
  readonly of: readonly Span[];
}

const known = new WeakMap<Statement, Elements>();

function elementsOf(statement: Statement): Elements {
  const found = known.get(statement) ?? cut(statement);
  known.set(statement, found);
  return found;
}

function cut(statement: Statement): Elements {
  const tokens = codeTokens(statement);
  const begin = (at: number) => ({ start: at, end: at });
  const open = [begin(statement.span.start)];
  const of = tokens.map((token) => {
    const word = wordOf(statement, token);
    if (word === ')' && open.length > 1) open.pop();
    const element = open.at(-1)!;
    if (word === ',') open[open.length - 1] = begin(token.span.end);
    else element.end = token.span.end;
    if (word === '(') open.push(begin(token.span.end));
    return element;
  });
  return { tokens, of };
}

/**
 * The element that a comment inside a statement speaks of: the one it stands behind on its line, else the one below it.
 * Undefined when there is no code that it could speak of.
 */
export function elementAt(statement: Statement, comment: Span): Span | undefined {
  const { tokens, of } = elementsOf(statement);
  const next = firstWhere(tokens, (token) => token.span.end > comment.start);
  const before = tokens[next - 1];
  const from = statement.span.start;
  const isBehind = before && !statement.text.slice(before.span.end - from, comment.start - from).includes('\n');
  return of[isBehind ? next - 1 : next];
}

import { endOfElement } from '../sql/skip.js';
import type { Context } from './context.js';

/**
 * The context for one part of a statement, a column or a constraint: what it makes was made there. `location`: where the part
 * starts, as the parser counts; `next`: where the one behind it starts, when no comma is between them.
 */
export function partAt(context: Context, location: number | undefined, next?: number): Context {
  const { statement, origin } = context;
  // Inside DO, a statement's places are those of a text of its own.
  if (location === undefined || origin.span !== statement.span) return context;
  const offset = statement.span.start;
  const { text } = statement;
  const start = statement.at(location) - offset;
  const end = endOfElement(next === undefined ? text : text.slice(0, statement.at(next) - offset), start);
  if (end <= start) return context;
  return { ...context, origin: { ...origin, span: { start: start + offset, end: end + offset } } };
}

import { utf8Length } from '../text/utf8.js';
import { COLON, DOUBLE_QUOTE, EQUALS, endOfIdentifier, isDigit, isIdentPart, OPEN_BRACE, QUOTE } from './lexer.js';

/** A word of as many bytes that is no keyword and that nobody else writes: `${schema}` becomes `__schema_`. */
function asName(text: string): string {
  return Array.from(text, (c) => (/[a-z0-9]/i.test(c) ? c.toLowerCase() : '_'.repeat(utf8Length(c)))).join('');
}

/** Something that another program replaces before the server sees the text. */
export interface Placeholder {
  readonly end: number;
  readonly style: 'dollar' | 'psql';
  readonly name: string;
  /** Stands in for it in what the parser reads; as many UTF-8 bytes as the placeholder, so that positions hold. */
  readonly mask: string;
}

/** `${name}`, as several tools write it, at a dollar sign. Becomes an identifier. */
export function dollarPlaceholder(text: string, at: number): Placeholder | undefined {
  if (text.charCodeAt(at + 1) !== OPEN_BRACE) return undefined;
  for (let i = at + 2; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 10 || c === 13 || c === OPEN_BRACE) return undefined;
    if (c !== 125) continue;
    const end = i + 1;
    return { end, style: 'dollar', name: text.slice(at + 2, i), mask: asName(text.slice(at, end)) };
  }
  return undefined;
}

/**
 * `:name`, `:'name'`, `:"name"` or `:{?name}` of psql, at a colon that is neither `::` nor `:=`.
 * Inside brackets a bare `:name` is the upper bound of an array slice.
 */
export function psqlPlaceholder(text: string, at: number, inBrackets: boolean): Placeholder | undefined {
  const c = text.charCodeAt(at + 1);
  if (c === COLON || c === EQUALS || text.charCodeAt(at - 1) === COLON) return undefined;
  if (c === QUOTE || c === DOUBLE_QUOTE) return quotedVariable(text, at, c);
  if (c === OPEN_BRACE && text[at + 2] === '?') return testedVariable(text, at);
  if (inBrackets || isDigit(c) || !isIdentPart(c) || text[at + 1] === '$') return undefined;
  const end = endOfIdentifier(text, at + 1);
  const name = text.slice(at + 1, end);
  return { end, style: 'psql', name, mask: ` _${asName(name).slice(1)}` };
}

function quotedVariable(text: string, at: number, quote: number): Placeholder | undefined {
  const end = endOfIdentifier(text, at + 2);
  if (end === at + 2 || text.charCodeAt(end) !== quote) return undefined;
  return { end: end + 1, style: 'psql', name: text.slice(at + 2, end), mask: ` ${text.slice(at + 1, end + 1)}` };
}

function testedVariable(text: string, at: number): Placeholder | undefined {
  const end = endOfIdentifier(text, at + 3);
  if (end === at + 3 || text[end] !== '}') return undefined;
  const name = text.slice(at + 3, end);
  return { end: end + 1, style: 'psql', name, mask: 'p'.repeat(utf8Length(name) + 4) };
}

import { quotedKeywords } from './keywords.js';

/** `${schema}`, `app_${env}` or `:schema`: what takes its place is a name already. */
const PLACEHOLDER = /^(?:(?=.*\$\{)(?:[a-z0-9_]|\$\{[^{}\r\n]+\})+|:[A-Za-z_][A-Za-z0-9_]*)$/;

/** An identifier for SQL, quoted where PostgreSQL needs it. Names that came from a parse tree are given as they are stored. */
export function quoteIdent(name: string): string {
  if (/^[a-z_][a-z0-9_$]*$/.test(name) && !quotedKeywords.has(name)) return name;
  if (PLACEHOLDER.test(name)) return name;
  return `"${name.replaceAll('"', '""')}"`;
}

/** A string literal. With a backslash it is an E'…' literal, which reads the same whatever standard_conforming_strings says. */
export function quoteLiteral(value: string): string {
  const quoted = value.replaceAll("'", "''");
  return quoted.includes('\\') ? `E'${quoted.replaceAll('\\', '\\\\')}'` : `'${quoted}'`;
}

/** `schema.name`, each part quoted where needed. */
export function qualified(schema: string | undefined, name: string): string {
  return schema === undefined ? quoteIdent(name) : `${quoteIdent(schema)}.${quoteIdent(name)}`;
}

/** Names for SQL, quoted where needed, between commas. */
export function quoteList(names: readonly string[]): string {
  return names.map(quoteIdent).join(', ');
}

/** A dollar-quoted string, with a tag that the body does not hold. */
export function dollarQuoted(body: string): string {
  let tag = '$$';
  for (let n = 0; body.includes(tag); n++) tag = `$lockstep${n || ''}$`;
  return `${tag}\n${body}\n${tag}`;
}

/** One line of comment, whatever the text. */
export function comment(text: string): string {
  return `-- ${text.replace(/[\p{Cc}\u2028\u2029\s]+/gu, ' ').trim()}`;
}

import { bytes, MAX_NAME_BYTES } from '../../sql/derivedName.js';
import { qualified } from '../../sql/quote.js';
import { parsesCleanly, readScript } from '../../sql/read.js';
import { as } from '../../sql/tree.js';
import { typeName as nameOfType, typeRef } from '../../sql/types.js';
import { InvalidValue } from './template.js';

export interface TableName {
  readonly schema: string | undefined;
  readonly name: string;
  /** Quoted for SQL, with the schema when there is one. */
  readonly sql: string;
}

/** `users`, `app.users` or `"odd.name"`; taken letter for letter, upper case too. */
export function tableName(text: string): TableName {
  const parts = nameParts(text);
  if (parts.length > 2)
    throw new InvalidValue(
      `"${text}" has too many dots for a table name. Write schema.table, and quote a name that holds a dot.`,
    );
  const name = parts.at(-1)!;
  const schema = parts.length === 2 ? parts[0] : undefined;
  return { schema, name, sql: qualified(schema, name) };
}

/** One identifier, not quoted. */
export function columnName(text: string): string {
  const quoted = /^"((?:[^"]|"")+)"$/s.exec(text);
  return checkName(quoted ? quoted[1]!.replaceAll('""', '"') : text);
}

/** `a, b`: identifiers, not quoted. */
export function columnNames(text: string): readonly string[] {
  return splitAt(text, ',').map((part) => columnName(part.trim()));
}

/** A type as PostgreSQL reads it. Between `AS` and the parenthesis nothing but a type fits. */
export function typeName(text: string): string {
  const plain = text.trim();
  const safe = /^[^;()'\\]+(\([\d\s,-]+\))?[^;()'\\]*$/.test(plain) && !plain.includes('--') && !plain.includes('/*');
  if (!safe || !parsesCleanly(`SELECT CAST(NULL AS ${plain})`)) {
    throw new InvalidValue(
      `PostgreSQL does not read "${text}" as a type. Write one such as text, bigint, numeric(10, 2) or timestamptz.`,
    );
  }
  return plain;
}

/** The type as Lockstep writes it, whatever of its names was typed: `int` and `int4` are `integer`. */
export function normalType(text: string): string {
  const node = readScript(`SELECT CAST(NULL AS ${text})`).statements[0]?.node;
  const cast = as(as(as(node, 'SelectStmt')?.targetList?.[0], 'ResTarget')?.val, 'TypeCast');
  return cast ? nameOfType(typeRef(cast.typeName)) : text;
}

/** An expression: the one thing selected of a SELECT that has nothing else. */
export function expression(text: string): string {
  const script = readScript(`SELECT (${text}\n)`);
  const node = script.statements[0]?.node;
  const select =
    script.errors.length === 0 && script.statements.length === 1 && node && 'SelectStmt' in node
      ? node.SelectStmt
      : undefined;
  const target = select?.targetList?.length === 1 ? select.targetList[0] : undefined;
  const only =
    select &&
    Object.keys(select).every((key) => ['targetList', 'limitOption', 'op'].includes(key)) &&
    select.op === 'SETOP_NONE';
  if (!only || !target || !('ResTarget' in target) || target.ResTarget.name !== undefined) {
    throw new InvalidValue(`"${text}" is not one SQL expression. Write a value such as lower(email), 0 or 'new'.`);
  }
  return text.includes('--') ? `${text}\n` : text;
}

/** Splits outside double quotes and parentheses. */
export function splitAt(text: string, separator: string): readonly string[] {
  const parts = [''];
  let depth = 0;
  let quoted = false;
  for (const character of text) {
    if (character === '"') quoted = !quoted;
    else if (!quoted && character === '(') depth++;
    else if (!quoted && character === ')') depth--;
    if (character === separator && !quoted && depth === 0) parts.push('');
    else parts[parts.length - 1] += character;
  }
  return parts;
}

function nameParts(text: string): readonly string[] {
  if (!text.includes('"')) return text.split('.').map((part) => checkName(part.trim()));
  return splitAt(text, '.').map((part) => columnName(part.trim()));
}

function checkName(name: string): string {
  if (name === '') throw new InvalidValue('A name is empty. Give every table and column a name.');
  if (/\p{Cc}|\p{Cs}/u.test(name)) throw new InvalidValue('A name holds a control character. Leave it out.');
  if (bytes(name) > MAX_NAME_BYTES) {
    throw new InvalidValue(
      `"${name}" is longer than the ${MAX_NAME_BYTES} bytes that PostgreSQL keeps of a name. Choose a shorter one.`,
    );
  }
  return name;
}

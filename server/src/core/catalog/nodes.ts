import type { DefElem, Node } from '@pgsql/types';
import type { Statement } from '../sql/script.js';

type NodeOf<K extends string> = Node extends infer N ? (N extends Record<K, infer T> ? T : never) : never;

/** The content of a node when it has this tag. */
export function as<K extends string>(node: Node | undefined, tag: K): NodeOf<K> | undefined {
  return node && tag in node ? (node as unknown as Record<K, NodeOf<K>>)[tag] : undefined;
}

export function text(node: Node | undefined): string | undefined {
  return as(node, 'String')?.sval ?? as(as(node, 'A_Const') && node, 'A_Const')?.sval?.sval;
}

/** The literal NULL: as a default it is the same as none (cookDefault and AddRelationNewConstraints drop it). */
export function isNull(node: Node | undefined): boolean {
  return as(node, 'A_Const')?.isnull === true;
}

export function texts(nodes: readonly Node[] | undefined): string[] {
  return (nodes ?? []).flatMap((node) => text(node) ?? []);
}

/** The names of an object that DROP, COMMENT or RENAME mentions: a list, a type name, a function with arguments. */
export function objectNames(node: Node | undefined): string[] {
  const list = as(node, 'List');
  if (list) return texts(list.items);
  const typeName = as(node, 'TypeName');
  if (typeName) return texts(typeName.names);
  const fn = as(node, 'ObjectWithArgs');
  if (fn) return texts(fn.objname);
  const one = text(node);
  return one === undefined ? [] : [one];
}

export function qualifiedName(names: readonly string[]): { schema: string | undefined; name: string } {
  return { schema: names.length > 1 ? names.at(-2) : undefined, name: names.at(-1) ?? '' };
}

/** A named option of a statement. */
export function optionOf(options: readonly Node[] | undefined, name: string): DefElem | undefined {
  return (options ?? []).flatMap((o) => as(o, 'DefElem') ?? []).find((o) => o.defname === name);
}

/** Every node under this one, itself included, with its tag. Depth first. */
export function* walk(value: unknown): Generator<{ readonly tag: string; readonly content: Record<string, unknown> }> {
  if (Array.isArray(value)) {
    for (const item of value) yield* walk(item);
    return;
  }
  if (value === null || typeof value !== 'object') return;
  for (const [tag, content] of Object.entries(value)) {
    if (content === null || typeof content !== 'object') continue;
    if (!Array.isArray(content) && /^[A-Z]/.test(tag)) yield { tag, content: content as Record<string, unknown> };
    yield* walk(content);
  }
}

/** Columns that an expression names, without the table. */
export function columnsIn(expression: unknown): string[] {
  const names = new Set<string>();
  for (const { tag, content } of walk(expression)) {
    if (tag !== 'ColumnRef') continue;
    const last = text((content['fields'] as Node[] | undefined)?.at(-1));
    if (last !== undefined) names.add(last);
  }
  return [...names];
}

/** Keywords that end a column's DEFAULT: the expression is a b_expr, so none of these can be part of it at depth 0. */
const AFTER_DEFAULT = new Set(['NOT', 'NULL', 'CONSTRAINT', 'CHECK', 'UNIQUE', 'PRIMARY', 'REFERENCES', 'GENERATED']);
const AFTER_DEFAULT_TOO = new Set([
  'DEFERRABLE',
  'INITIALLY',
  'COLLATE',
  'DEFAULT',
  'ENFORCED',
  'STORAGE',
  'COMPRESSION',
]);

/**
 * The source of the expression after the keyword at this location: `DEFAULT x`, `CHECK (x)`, `AS (x)`.
 * The parse tree has starts but no ends, so the tokens say where it ends.
 */
export function sourceAfter(
  statement: Statement,
  location: number | undefined,
  stopAtKeyword: boolean,
  from = statement.at(location),
): string | undefined {
  let depth = 0;
  let start: number | undefined;
  let end: number | undefined;
  for (const token of statement.tokens) {
    if (token.span.start <= from || isComment(token.type)) continue;
    const opens = token.type === 'ASCII_40' || token.type === 'ASCII_91';
    const closes = token.type === 'ASCII_41' || token.type === 'ASCII_93';
    if (start !== undefined && depth === 0) {
      if (closes || token.type === 'ASCII_44' || token.type === 'ASCII_59') break;
      if (stopAtKeyword && token.keyword && (AFTER_DEFAULT.has(token.type) || AFTER_DEFAULT_TOO.has(token.type))) break;
    }
    start ??= token.span.start;
    if (opens) depth++;
    if (closes) depth--;
    end = token.span.end;
    if (!stopAtKeyword && depth === 0) break;
  }
  if (start === undefined || end === undefined) return undefined;
  return statement.text.slice(start - statement.span.start, end - statement.span.start);
}

function isComment(type: string): boolean {
  return type === 'SQL_COMMENT' || type === 'C_COMMENT';
}

/** The source from the first location within an expression to the end of its clause. */
export function sourceOf(statement: Statement, expression: unknown): string | undefined {
  let first: number | undefined;
  for (const { content } of walk(expression)) {
    const location = content['location'];
    const at = typeof location === 'number' ? location : undefined;
    if (at !== undefined && at >= 0 && (first === undefined || at < first)) first = at;
  }
  return first === undefined ? undefined : sourceAfter(statement, first - 1, true);
}

import type { ColumnDef, Constraint, DefElem, Node } from '@pgsql/types';

type Wrapped<T extends string> = { readonly [K in T]?: unknown };

/** What tells the kind of a node. */
export type NodeTag = Node extends infer N ? (N extends unknown ? keyof N : never) : never;

/** The content of the nodes with this tag. */
export type NodeOf<K extends string> = Node extends infer N ? (N extends Record<K, infer T> ? T : never) : never;

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

/** The value behind casts. */
export function uncast(node: Node | undefined): Node | undefined {
  const inner = as(node, 'TypeCast')?.arg;
  return inner ? uncast(inner) : node;
}

/** A string literal's value. */
export function stringConstant(node: Node | undefined): string | undefined {
  const sval = as(node, 'A_Const')?.sval;
  // The JSON of libpg_query leaves the empty string out.
  return sval && (sval.sval ?? '');
}

/** The column that an expression is, without its table; undefined for any other expression. */
export function columnNamed(node: Node | undefined): string | undefined {
  return text(as(node, 'ColumnRef')?.fields?.at(-1));
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

/** A dotted name (objects of DROP, names of functions and types): the last part is the name, the one before its schema. */
export function qualifiedName(names: readonly string[]): { readonly schema?: string; readonly name: string } {
  const name = names.at(-1) ?? '';
  const schema = names.at(-2);
  return schema ? { schema, name } : { name };
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

/** A RangeVar, bare or as `{ RangeVar }`. */
export function rangeVar(node: unknown): { readonly schema?: string; readonly name: string } {
  const inner = unwrap(node, 'RangeVar') as { schemaname?: string; relname?: string };
  const name = inner.relname ?? '';
  return inner.schemaname ? { schema: inner.schemaname, name } : { name };
}

/** Strings of a list of String nodes; `*` for A_Star; other nodes (expressions) are left out. */
/**
 * The constraints written on a column. What PostgreSQL's grammar gives as a word behind one, NOT ENFORCED, is part of it here,
 * as it is in a constraint of a table (transformConstraintAttrs).
 */
export function columnConstraints(node: ColumnDef | undefined): readonly Constraint[] {
  const found: Constraint[] = [];
  for (const each of node?.constraints ?? []) {
    const constraint = as(each, 'Constraint');
    const last = found.at(-1);
    if (constraint?.contype === 'CONSTR_ATTR_NOT_ENFORCED' && last)
      found[found.length - 1] = { ...last, is_enforced: false, skip_validation: true };
    if (constraint) found.push(constraint);
  }
  return found;
}

export function nameList(nodes: readonly Node[] | undefined): string[] {
  const names: string[] = [];
  for (const node of nodes ?? []) {
    if ('String' in node) names.push(node.String.sval ?? '');
    else if ('A_Star' in node) names.push('*');
    else if ('List' in node) names.push(...nameList(node.List.items));
  }
  return names;
}

/** The content of a node that may come with its tag around it or without. */
export function unwrap(node: unknown, tag: string): object {
  if (typeof node !== 'object' || node === null) return {};
  const inner = (node as Wrapped<string>)[tag];
  return typeof inner === 'object' && inner !== null ? inner : node;
}

import type { Node } from '@pgsql/types';
import type { Span } from '../text/span.js';
import { type BodyItem, walkPlpgsql } from './plpgsqlWalk.js';

import type { Statement } from './script.js';
import { splitStatements } from './split.js';

export type { BodyItem } from './plpgsqlWalk.js';

/** The body of a DO statement or of a function or procedure. */
export interface Block {
  /** Lower case; `plpgsql` for DO without a language. */
  readonly language: string;
  /** The body as the server gets it. */
  readonly body: string;
  /** UTF-16 offset in the script of the body's first character. */
  readonly offset: number;
  /** False when the literal has escapes (`''`), so that offsets in the body are not offsets in the script. */
  readonly exact: boolean;
  /** The literal with its quotes, in the script. */
  readonly literal: Span;
  readonly of: 'do' | 'function' | 'procedure';
  /** The parse tree of the statement: what is found out about the body is kept with it. */
  readonly node: Node;
}

/** Bodies of a DO, CREATE FUNCTION or CREATE PROCEDURE statement; none for others and for BEGIN ATOMIC or C functions. */
export function blocksIn(statement: Statement): readonly Block[] {
  const { node } = statement;
  if ('DoStmt' in node) return oneBlock(statement, node.DoStmt.args, 'do');
  if ('CreateFunctionStmt' in node) {
    const of = node.CreateFunctionStmt.is_procedure ? 'procedure' : 'function';
    return oneBlock(statement, node.CreateFunctionStmt.options, of);
  }
  return [];
}

function oneBlock(statement: Statement, options: readonly Node[] | undefined, of: Block['of']): readonly Block[] {
  let language = of === 'do' ? 'plpgsql' : 'sql';
  let body: { readonly text: string; readonly at: number } | undefined;
  for (const option of options ?? []) {
    if (!('DefElem' in option)) continue;
    const { defname, arg, location } = option.DefElem;
    const text = stringOf(arg);
    if (defname === 'language' && text !== undefined) language = text.toLowerCase();
    if (defname === 'as' && text !== undefined) body = { text, at: statement.at(location) };
  }
  if (!body || language === 'c' || language === 'internal') return [];
  const { text, at } = body;
  const token = statement.tokens.find((candidate) => candidate.span.start >= at && candidate.type.endsWith('SCONST'));
  if (!token) return [];
  const source = statement.text.slice(token.span.start - statement.span.start, token.span.end - statement.span.start);
  const opening = source.match(/^(\$[^$]*\$|[eE]'|[uU]&'|')/)?.[0].length ?? 0;
  const exact = source.slice(opening, opening + text.length) === text;
  return [
    { language, body: text, offset: token.span.start + opening, exact, literal: token.span, of, node: statement.node },
  ];
}

function stringOf(node: Node | undefined): string | undefined {
  if (!node) return undefined;
  if ('String' in node) return node.String.sval ?? '';
  if ('List' in node && node.List.items?.length === 1) return stringOf(node.List.items[0]);
  return undefined;
}

const walked = new WeakMap<Node, readonly BodyItem[]>();

function walk({ language, body }: Block): readonly BodyItem[] {
  if (language === 'plpgsql') return walkPlpgsql(body);
  return language === 'sql' ? plainSql(body) : [];
}

/** SQL statements, loops, COMMIT, ROLLBACK and EXECUTE of a body. Never throws; what it cannot follow is left out. */
export function statementsInBody(block: Block): readonly BodyItem[] {
  const items = walked.get(block.node) ?? walk(block);
  walked.set(block.node, items);
  return items.map((item) => ({
    ...item,
    span: inScript(block, item.span),
    loop: item.loop && { kind: item.loop.kind, span: inScript(block, item.loop.span) },
  }));
}

const inScript = (block: Block, span: Span): Span =>
  block.exact ? { start: span.start + block.offset, end: span.end + block.offset } : block.literal;

function plainSql(body: string): readonly BodyItem[] {
  return splitStatements(body).ranges.map(({ span }) => {
    const text = body.slice(span.start, span.end);
    return { kind: 'sql', span, text, sql: text, loopDepth: 0, loop: undefined, guarded: false, sure: true };
  });
}

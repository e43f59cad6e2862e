import type { Node } from '@pgsql/types';
import { parseSql } from './parser.js';
import type { Statement, Token } from './script.js';

/** How many tokens a node's text may reach beyond the last location in it, and how many parentheses before the first. */
const MAX_AFTER = 60;
const MAX_BEFORE = 3;

/**
 * The source text of an expression or a type of this statement, as the author wrote it.
 * The parser keeps no ends, so texts from the node's first token on are parsed until one gives the very same node.
 * `undefined` when none does (a node without locations, a placeholder in it).
 */
export function sqlOf(statement: Statement, node: unknown): string | undefined {
  try {
    return sourceOf(statement, node);
  } catch {
    // Comparing trees recurses; one that is too deep for that has no text.
    return undefined;
  }
}

function sourceOf(statement: Statement, node: unknown): string | undefined {
  const range = locations(node);
  if (!range) return undefined;
  const tokens = statement.tokens.filter((token) => !token.type.endsWith('_COMMENT'));
  const first = tokens.findIndex((token) => token.span.end > statement.at(range.first));
  const last = tokens.findIndex((token) => token.span.end > statement.at(range.last));
  if (first < 0 || last < 0) return undefined;
  const wanted = fingerprint(node);
  const type = isTypeName(node);
  for (let before = 0; before <= MAX_BEFORE && first - before >= 0; before++) {
    if (before > 0 && tokens[first - before]?.type !== 'ASCII_40') break;
    const found = search(statement, tokens.slice(first - before), last - first + before, wanted, type);
    if (found !== undefined) return found;
  }
  return undefined;
}

function search(
  statement: Statement,
  tokens: readonly Token[],
  from: number,
  wanted: string,
  type: boolean,
): string | undefined {
  const start = tokens[0]!.span.start - statement.span.start;
  for (let i = from; i < Math.min(tokens.length, from + MAX_AFTER); i++) {
    const text = statement.text.slice(start, tokens[i]!.span.end - statement.span.start);
    const node = type ? parseType(text) : parseExpression(text);
    if (node !== undefined && fingerprint(node) === wanted) return text;
  }
  return undefined;
}

/** Parses a text as one expression; `undefined` when it is none. */
function parseExpression(sql: string): Node | undefined {
  const outcome = parseSql(`SELECT ${sql}`);
  const statement = outcome.ok && outcome.statements.length === 1 ? outcome.statements[0]?.node : undefined;
  if (!statement || !('SelectStmt' in statement)) return undefined;
  const { targetList, ...rest } = statement.SelectStmt;
  const plain = Object.keys(rest).every((key) => key === 'limitOption' || key === 'op');
  const target = plain && targetList?.length === 1 ? targetList[0] : undefined;
  if (!target || !('ResTarget' in target) || target.ResTarget.name) return undefined;
  return target.ResTarget.val;
}

function parseType(sql: string): unknown {
  const node = parseExpression(`NULL::${sql}`);
  return node && 'TypeCast' in node ? node.TypeCast.typeName : undefined;
}

function isTypeName(node: unknown): boolean {
  return typeof node === 'object' && node !== null && ('TypeName' in node || 'names' in node);
}

function fingerprint(node: unknown): string {
  const bare = typeof node === 'object' && node !== null && 'TypeName' in node ? node.TypeName : node;
  return JSON.stringify(bare, (key, value: unknown) =>
    key === 'location' || key.startsWith('rexpr_list_') || key.startsWith('list_') ? undefined : value,
  );
}

function locations(node: unknown): { readonly first: number; readonly last: number } | undefined {
  let first = Number.POSITIVE_INFINITY;
  let last = -1;
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      if (key === 'location' && typeof inner === 'number') {
        if (inner < 0) continue;
        first = Math.min(first, inner);
        last = Math.max(last, inner);
      } else visit(inner);
    }
  };
  visit(node);
  return last < 0 ? undefined : { first, last };
}

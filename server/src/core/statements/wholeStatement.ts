import type { Relation } from '../catalog/catalog.js';
import type { Statement } from '../sql/script.js';
import { walk } from '../sql/tree.js';
import { codeTokens, wordOf } from './spans.js';

/** A statement cut where the condition of a batch goes. */
export interface Parts {
  readonly head: string;
  readonly where: string | undefined;
  /** What follows the condition: `ON CONFLICT …`. */
  readonly tail: string;
}

/** Cuts a change of one table that treats each row by itself; undefined for others. `key`: the column that batches go along. */
export function partsOf(
  statement: Statement,
  walked: Relation,
  key: string,
  written: Relation | undefined,
): Parts | undefined {
  if (!isPlain(statement) || written?.key === walked.key || movesRows(statement, key) || looksAround(statement, walked))
    return undefined;
  const { start } = statement.span;
  let depth = 0;
  let where: { readonly from: number; readonly to: number } | undefined;
  let end = statement.text.length;
  for (const token of codeTokens(statement)) {
    const word = wordOf(statement, token).toUpperCase();
    if (word === '(') depth++;
    else if (word === ')') depth--;
    else if (depth > 0 || !token.keyword) continue;
    else if (word === 'RETURNING') return undefined;
    else if (word === 'WHERE') where ??= { from: token.span.start - start, to: token.span.end - start };
    else if (word === 'ON' && statement.kind === 'InsertStmt') {
      end = token.span.start - start;
      break;
    }
  }
  const { text } = statement;
  return {
    head: text.slice(0, where?.from ?? end).trimEnd(),
    where: where && text.slice(where.to, end).trim(),
    tail: text.slice(end),
  };
}

/** One table, row by row: no joins, no WITH, nothing that puts rows together. */
function isPlain({ node }: Statement): boolean {
  if ('UpdateStmt' in node) return !node.UpdateStmt.withClause && !node.UpdateStmt.fromClause;
  if ('DeleteStmt' in node) return !node.DeleteStmt.withClause && !node.DeleteStmt.usingClause;
  if (!('InsertStmt' in node) || node.InsertStmt.withClause) return false;
  const select = node.InsertStmt.selectStmt;
  if (!select || !('SelectStmt' in select)) return false;
  const { withClause, groupClause, havingClause, distinctClause, sortClause, windowClause, lockingClause } =
    select.SelectStmt;
  return ![withClause, groupClause, havingClause, distinctClause, sortClause, windowClause, lockingClause].some(
    (c) => c !== undefined,
  );
}

/** A row that gets another key may come up again in a later batch. */
function movesRows({ node }: Statement, key: string): boolean {
  const targets = 'UpdateStmt' in node ? (node.UpdateStmt.targetList ?? []) : [];
  return targets.some((t) => 'ResTarget' in t && t.ResTarget.name === key);
}

/** What a row gets depends on other rows of the table, and these change with each batch. */
function looksAround({ node }: Statement, walked: Relation): boolean {
  let mentions = 0;
  let windows = false;
  for (const { tag, content } of walk(node)) {
    if (tag === 'RangeVar' && content['relname'] === walked.name) mentions++;
    if (tag === 'FuncCall' && content['over']) windows = true;
  }
  // An INSERT names the table that it reads once, UPDATE and DELETE name theirs outside of FROM.
  return windows || mentions > ('InsertStmt' in node ? 1 : 0);
}

import { editFix, replace } from '../fixes/edits.js';
import type { Fix } from '../fixes/fix.js';
import { type BodyItem, blocksIn, statementsInBody } from '../sql/plpgsql.js';
import { parsesCleanly, readScript } from '../sql/read.js';
import type { Statement } from '../sql/script.js';
import { columnsIn, walk } from '../sql/tree.js';
import type { FileContext } from '../statements/analysed.js';
import { codeTokens, wordOf } from '../statements/spans.js';
import type { Span } from '../text/span.js';
import type { Rule } from './rule.js';

export const batchLoopOffset: Rule = {
  id: 'batch-loop-offset',
  title: 'Batch loop with OFFSET over rows that it takes out of the set',
  danger: 'loses-data',
  severity: 'error',
  statements: ['DoStmt', 'CreateFunctionStmt'],
  directions: ['up', 'down'],
  sources: ['https://www.postgresql.org/docs/current/queries-limit.html', 'https://use-the-index-luke.com/no-offset'],
  *check({ statement }, file) {
    for (const block of blocksIn(statement)) {
      const items = statementsInBody(block).filter((i) => i.kind === 'sql' && i.loop);
      const facts = items.map((item) => ({ item, ...read(item) }));
      for (const { item, offsets } of facts) {
        for (const offset of offsets) {
          const shrinks = facts.some((f) => f.item.loop?.span.start === item.loop?.span.start && shrinksSet(f, offset));
          if (!shrinks) continue;
          const clause = block.exact ? offsetClause(item) : undefined;
          yield {
            span: clause ?? item.span,
            message: `OFFSET skips rows here: each batch leaves the set of ${offset.table}, so the next offset jumps over others.`,
            detail:
              'The loop changes or deletes the rows that its own query selects. After the first batch they are gone from the result, and OFFSET counts ' +
              'from the new start: every second batch is never seen. Always take the first rows (no OFFSET), or go along the key: WHERE id > last_id ORDER BY id LIMIT n.',
            fixes: clause ? withoutOffset(statement, clause, file) : [],
          };
          break;
        }
      }
    }
  },
};

/** `OFFSET n` in the script; undefined when there is none or more than one. */
function offsetClause(item: BodyItem): Span | undefined {
  const [statement] = readScript(item.sql).statements;
  if (!statement) return undefined;
  const tokens = codeTokens(statement);
  const first = tokens.findIndex((t) => t.type === 'OFFSET');
  if (first < 0 || tokens.findLastIndex((t) => t.type === 'OFFSET') !== first) return undefined;
  let depth = 0;
  let last = first;
  for (let i = first + 1; i < tokens.length; i++) {
    const word = wordOf(statement, tokens[i]!);
    if (word === '(') depth++;
    if (word === ')') depth--;
    if (depth < 0 || (depth === 0 && AFTER_OFFSET.has(word.toUpperCase()))) break;
    last = i;
  }
  const clause = item.sql.slice(tokens[first]!.span.start, tokens[last]!.span.end);
  // What the body says may begin with other words (PERFORM, INTO) than what the grammar reads.
  const at = item.text.indexOf(clause);
  if (at < 0 || item.text.indexOf(clause, at + 1) >= 0) return undefined;
  return { start: item.span.start + at, end: item.span.start + at + clause.length };
}

const AFTER_OFFSET: ReadonlySet<string> = new Set(['LIMIT', 'FETCH', 'FOR']);

/** The rows that are left begin at the first: without OFFSET every batch is a new one. */
function withoutOffset(statement: Statement, clause: Span, file: FileContext): readonly Fix[] {
  const { start } = statement.span;
  const before = statement.text.slice(0, clause.start - start);
  const gap = before.length - before.trimEnd().length;
  const text = before.trimEnd() + statement.text.slice(clause.end - start);
  if (!parsesCleanly(text)) return [];
  const span = { start: clause.start - gap, end: clause.end };
  return [editFix(file, 'Leave OFFSET out: take the first rows that are left', 'review', [replace(span, '')])];
}

interface OffsetQuery {
  readonly table: string;
  /** Columns that decide whether a row is in the set. */
  readonly decides: readonly string[];
}

interface Facts {
  readonly offsets: readonly OffsetQuery[];
  readonly deletes: ReadonlySet<string>;
  readonly updates: ReadonlyMap<string, ReadonlySet<string>>;
}

function shrinksSet(facts: Facts, { table, decides }: OffsetQuery): boolean {
  if (facts.deletes.has(table)) return true;
  return [...(facts.updates.get(table) ?? [])].some((column) => decides.includes(column));
}

function read(item: BodyItem): Facts {
  const offsets: OffsetQuery[] = [];
  const deletes = new Set<string>();
  const updates = new Map<string, Set<string>>();
  for (const { node } of readScript(item.sql).statements) {
    for (const { tag, content: fields } of walk(node)) {
      const table = relname(fields['relation']);
      if (tag === 'DeleteStmt' && table) deletes.add(table);
      if (tag === 'UpdateStmt' && table) {
        const set = updates.get(table) ?? new Set<string>();
        for (const target of list(fields['targetList'])) set.add(resName(target));
        updates.set(table, set);
      }
      if (tag !== 'SelectStmt' || !fields['limitOffset']) continue;
      const from = list(fields['fromClause'])
        .map((f) => relname((f as { RangeVar?: unknown }).RangeVar))
        .find((n) => n !== undefined);
      if (from !== undefined) offsets.push({ table: from, decides: columnsIn(fields['whereClause']) });
    }
  }
  return { offsets, deletes, updates };
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function relname(value: unknown): string | undefined {
  return typeof value === 'object' && value !== null ? (value as { relname?: string }).relname : undefined;
}

function resName(target: unknown): string {
  return (target as { ResTarget?: { name?: string } }).ResTarget?.name ?? '';
}

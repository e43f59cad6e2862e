import { type BodyItem, blocksIn, statementsInBody } from '../sql/plpgsql.js';
import { readScript } from '../sql/read.js';
import { columnsIn, visit } from './lib/visit.js';
import type { Rule } from './rule.js';

export const batchLoopOffset: Rule = {
  id: 'batch-loop-offset',
  title: 'Batch loop with OFFSET over rows that it takes out of the set',
  danger: 'loses-data',
  severity: 'error',
  statements: ['DoStmt', 'CreateFunctionStmt'],
  directions: ['up', 'down'],
  sources: ['https://www.postgresql.org/docs/current/queries-limit.html', 'https://use-the-index-luke.com/no-offset'],
  *check({ statement }) {
    for (const block of blocksIn(statement)) {
      const items = statementsInBody(block).filter((i) => i.kind === 'sql' && i.loop);
      const facts = items.map((item) => ({ item, ...read(item) }));
      for (const { item, offsets } of facts) {
        for (const offset of offsets) {
          const shrinks = facts.some((f) => f.item.loop?.span.start === item.loop?.span.start && shrinksSet(f, offset));
          if (!shrinks) continue;
          yield {
            span: item.span,
            message: `OFFSET skips rows here: each batch leaves the set of ${offset.table}, so the next offset jumps over others.`,
            detail:
              'The loop changes or deletes the rows that its own query selects. After the first batch they are gone from the result, and OFFSET counts ' +
              'from the new start: every second batch is never seen. Always take the first rows (no OFFSET), or go along the key: WHERE id > last_id ORDER BY id LIMIT n.',
          };
          break;
        }
      }
    }
  },
};

interface OffsetQuery {
  readonly table: string;
  /** Columns that decide whether a row is in the set. */
  readonly decides: ReadonlySet<string>;
}

interface Facts {
  readonly offsets: readonly OffsetQuery[];
  readonly deletes: ReadonlySet<string>;
  readonly updates: ReadonlyMap<string, ReadonlySet<string>>;
}

function shrinksSet(facts: Facts, { table, decides }: OffsetQuery): boolean {
  if (facts.deletes.has(table)) return true;
  return [...(facts.updates.get(table) ?? [])].some((column) => decides.has(column));
}

function read(item: BodyItem): Facts {
  const offsets: OffsetQuery[] = [];
  const deletes = new Set<string>();
  const updates = new Map<string, Set<string>>();
  for (const { node } of readScript(item.sql).statements) {
    visit(node, (tag, fields) => {
      const table = relname(fields['relation']);
      if (tag === 'DeleteStmt' && table) deletes.add(table);
      if (tag === 'UpdateStmt' && table) {
        const set = updates.get(table) ?? new Set<string>();
        for (const target of list(fields['targetList'])) set.add(resName(target));
        updates.set(table, set);
      }
      if (tag !== 'SelectStmt' || !fields['limitOffset']) return;
      const from = list(fields['fromClause']).map((f) => relname((f as { RangeVar?: unknown }).RangeVar)).find((n) => n !== undefined);
      if (from !== undefined) offsets.push({ table: from, decides: columnsIn(fields['whereClause']) });
    });
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

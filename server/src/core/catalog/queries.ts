import type { RangeVar } from '@pgsql/types';
import { walk } from '../sql/tree.js';

/** Names of WITH queries in a statement: they hide relations of the same name. */
function withNames(query: unknown): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { tag, content } of walk(query)) {
    if (tag === 'CommonTableExpr' && typeof content['ctename'] === 'string') names.add(content['ctename']);
  }
  return names;
}

/** Every relation that a query names, with its alias; WITH queries left out. */
export function rangeVarsIn(query: unknown): readonly RangeVar[] {
  const hidden = withNames(query);
  const found: RangeVar[] = [];
  for (const { tag, content } of walk(query)) {
    if (tag !== 'RangeVar') continue;
    const range = content as RangeVar;
    if (range.schemaname === undefined && hidden.has(range.relname ?? '')) continue;
    found.push(range);
  }
  return found;
}

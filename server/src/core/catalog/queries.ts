import type { Node, RangeVar } from '@pgsql/types';
import { rangeVar } from '../sql/names.js';
import type { Relation } from './catalog.js';
import { text, walk } from './nodes.js';
import type { CatalogState } from './state.js';

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

/** `*` is expanded when the view is made: columns that come later are not read. */
function everyColumn(state: CatalogState, key: string): Set<string> | 'all' {
  const relation = state.relationByKey(key);
  return relation?.complete ? new Set(relation.columns.keys()) : 'all';
}

/** What a view reads: relations, and columns of each where they can be told. */
export function readsOf(state: CatalogState, query: Node | undefined): Relation['reads'] {
  const byAlias = new Map<string, string>();
  const reads = new Map<string, Set<string> | 'all'>();
  for (const range of rangeVarsIn(query)) {
    const { schema, name } = rangeVar(range);
    const relation = state.relation(schema, name);
    const key = relation?.key ?? `${schema ?? state.creationSchema}.${name}`;
    byAlias.set(range.alias?.aliasname ?? name, key);
    if (!reads.has(key)) reads.set(key, relation?.complete ? new Set() : 'all');
  }
  const note = (key: string, column: string) => {
    const known = reads.get(key);
    if (known !== undefined && known !== 'all') known.add(column);
  };
  for (const { tag, content } of walk(query)) {
    if (tag !== 'ColumnRef') continue;
    const fields = (content['fields'] as Node[] | undefined) ?? [];
    const star = fields.some((f) => 'A_Star' in f);
    const names = fields.flatMap((f) => text(f) ?? []);
    const owner = star ? names.at(-1) : names.at(-2);
    const keys = owner === undefined ? [...reads.keys()] : [byAlias.get(owner) ?? ''];
    for (const key of keys) {
      if (star) reads.set(key, everyColumn(state, key));
      else if (owner !== undefined || state.relationByKey(key)?.columns.has(names.at(-1) ?? ''))
        note(key, names.at(-1) ?? '');
    }
  }
  reads.delete('');
  return reads;
}

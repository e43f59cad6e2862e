import type { Catalog, Relation } from '../catalog/catalog.js';
import type { RowLoss } from '../effects/effect.js';
import type { AnalysedStatement } from './analysed.js';

/** A table whose rows a script takes away. */
export interface TableLoss extends Pick<RowLoss, 'display' | 'how'> {
  /** What it is called before the script runs; a name without a schema is looked up by the server. */
  readonly schema: string | undefined;
  readonly name: string;
}

/**
 * The tables that a script takes rows from, each once and by its worst. What it made itself is left out, and so is what
 * nothing is known of: a DO block that builds its SQL, a function.
 */
export function lossesOf(statements: readonly AnalysedStatement[]): readonly TableLoss[] {
  const found = new Map<string, TableLoss>();
  for (const { effect, before } of statements) {
    for (const { relation: key, display, how, bornHere } of effect.losses) {
      if (bornHere) continue;
      const now = before.relationByKey(key);
      const renamed = now && formerly(now, statements[0]!.before);
      const { schema, name } = renamed ?? now ?? written(key);
      const id = JSON.stringify([schema, name]);
      const known = found.get(id);
      if (known && WORST.indexOf(known.how) >= WORST.indexOf(how)) continue;
      found.set(id, { schema, name, display: renamed?.name ?? display, how });
    }
  }
  return [...found.values()];
}

const WORST: readonly RowLoss['how'][] = ['deleted', 'emptied', 'dropped'];

/** What a table was that the script renamed: where it was made stays the same. */
function formerly(now: Relation, start: Catalog): Relation | undefined {
  if (start.relationByKey(now.key)?.origin === now.origin) return undefined;
  const [only, ...more] = [...start.relations()].filter((r) => r.origin === now.origin && r.kind === now.kind);
  return more.length === 0 ? only : undefined;
}

function written(key: string): { readonly schema: string | undefined; readonly name: string } {
  const dot = key.indexOf('.');
  return dot < 0 ? { schema: undefined, name: key } : { schema: key.slice(0, dot), name: key.slice(dot + 1) };
}

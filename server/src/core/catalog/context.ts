import type { Statement } from '../sql/script.js';
import type { Origin } from './catalog.js';
import type { CatalogState } from './state.js';

/** Where a statement stands. */
export interface Where {
  readonly uri: string;
  readonly half: string;
  readonly migration: string | undefined;
}

/** What a handler sees: the schema before the statement, the statement, and the origin of what it makes. */
export interface Context {
  readonly state: CatalogState;
  readonly statement: Statement;
  readonly origin: Origin;
}

export function withState(context: Context, state: CatalogState): Context {
  return { ...context, state };
}

/** The schema and key that a name gets when it is made. */
export function newKey(
  state: CatalogState,
  name: { readonly schema?: string | undefined; readonly name: string },
  temporary = false,
): { readonly schema: string; readonly name: string; readonly key: string } {
  const schema = temporary ? 'pg_temp' : (name.schema ?? state.creationSchema);
  return { schema, name: name.name, key: `${schema}.${name.name}` };
}

/** A name in the namespace of relations: tables, views, sequences and indexes share it. */
export function relationNameTaken(state: CatalogState, schema: string): (name: string) => boolean {
  return (name) => state.parts.relations.has(`${schema}.${name}`) || state.parts.indexes.has(`${schema}.${name}`);
}

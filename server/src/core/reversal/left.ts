import type { Catalog } from '../catalog/catalog.js';
import type { ObjectRef } from './objects.js';

/** What is known of the schema around a down. */
export interface AroundDown {
  readonly afterUp: Catalog;
  readonly afterDown: Catalog;
  readonly upUri: string | undefined;
}

/** Whether the thing is there after the down as far as the replay knows; what it does not track is there. */
export function isLeft(ref: ObjectRef, { afterUp, afterDown, upUri }: AroundDown): boolean {
  if (ref.on !== undefined && !afterUp.relation(ref.schema, ref.on)) return true;
  const origin = originIn(afterUp, ref, upUri);
  if (origin === UNKNOWN) return true;
  // IF NOT EXISTS met something that an earlier migration made.
  if (origin !== upUri && upUri !== undefined && MAKES.has(ref.kind)) return false;
  return originIn(afterDown, ref, upUri) !== undefined;
}

/** The catalog does not track this kind of thing. */
const UNKNOWN = Symbol('unknown');
type OriginUri = string | typeof UNKNOWN | undefined;

const MAKES: ReadonlySet<string> = new Set(['table', 'view', 'sequence', 'index', 'type', 'column', 'constraint']);

/** URI of the file that made the thing; undefined when it is not there. */
function originIn(catalog: Catalog, ref: ObjectRef, upUri: string | undefined): OriginUri {
  const { schema, name } = ref;
  if (ref.on !== undefined && ref.kind !== 'index') return originOnTable(catalog, ref, upUri);
  if (name === undefined) return ref.kind === 'index' ? unnamedIndex(catalog, ref, upUri) : UNKNOWN;
  switch (ref.kind) {
    case 'table':
    case 'view':
    case 'sequence':
    case 'name':
      return catalog.relation(schema, name)?.origin.uri;
    case 'index':
      return catalog.index(schema, name)?.origin.uri;
    case 'type':
      return (catalog.type(schema, name) ?? catalog.relation(schema, name))?.origin.uri;
    case 'function':
      return catalog.functions(schema, name)[0]?.origin.uri;
    default:
      return UNKNOWN;
  }
}

function originOnTable(catalog: Catalog, ref: ObjectRef, upUri: string | undefined): OriginUri {
  const table = catalog.relation(ref.schema, ref.on ?? '');
  if (!table) return undefined;
  if (ref.name === undefined) {
    if (ref.kind !== 'constraint') return UNKNOWN;
    return [...table.constraints.values()].some((c) => c.origin.uri === upUri) ? upUri : undefined;
  }
  const column = table.columns.get(ref.name);
  switch (ref.kind) {
    case 'constraint':
      return table.constraints.get(ref.name)?.origin.uri;
    case 'trigger':
      return table.triggers.get(ref.name)?.origin.uri;
    case 'column':
    case 'columnName':
    case 'default':
    case 'columnType':
      return column?.origin.uri;
    case 'notNull':
      return column?.notNull ? column.origin.uri : undefined;
    default:
      return UNKNOWN;
  }
}

/** An index whose name PostgreSQL chose: any of the table that the same file made. */
function unnamedIndex(catalog: Catalog, ref: ObjectRef, upUri: string | undefined): OriginUri {
  const table = catalog.relation(ref.schema, ref.on ?? '');
  const indexes = table ? catalog.indexesOn(table.key) : [];
  return indexes.some((i) => i.origin.uri === upUri) ? upUri : undefined;
}

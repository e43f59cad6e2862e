import type { Catalog } from '../catalog/catalog.js';
import type { ObjectRef } from './objects.js';

/** What is known of the schema around a down. */
export interface AroundDown {
  readonly afterUp: Catalog;
  readonly afterDown: Catalog;
  readonly upHalf: string | undefined;
}

/** Whether the thing is there after the down as far as the replay knows; what it does not track is there. */
export function isLeft(ref: ObjectRef, { afterUp, afterDown, upHalf }: AroundDown): boolean {
  if (ref.on !== undefined && !afterUp.relation(ref.schema, ref.on)) return true;
  const origin = originIn(afterUp, ref, upHalf);
  if (origin === UNKNOWN) return true;
  // IF NOT EXISTS met something that an earlier migration made.
  if (origin !== upHalf && upHalf !== undefined && MAKES.has(ref.kind)) return false;
  return originIn(afterDown, ref, upHalf) !== undefined;
}

/** The catalog does not track this kind of thing. */
const UNKNOWN = Symbol('unknown');
type OriginUri = string | typeof UNKNOWN | undefined;

const MAKES: ReadonlySet<string> = new Set(['table', 'view', 'sequence', 'index', 'type', 'column', 'constraint']);

/** URI of the file that made the thing; undefined when it is not there. */
function originIn(catalog: Catalog, ref: ObjectRef, upHalf: string | undefined): OriginUri {
  const { schema, name } = ref;
  if (ref.on !== undefined && ref.kind !== 'index') return originOnTable(catalog, ref, upHalf);
  if (name === undefined) return ref.kind === 'index' ? unnamedIndex(catalog, ref, upHalf) : UNKNOWN;
  switch (ref.kind) {
    case 'table':
    case 'view':
    case 'sequence':
    case 'name':
      return catalog.relation(schema, name)?.origin.half;
    case 'index':
      return catalog.index(schema, name)?.origin.half;
    case 'type':
      return (catalog.type(schema, name) ?? catalog.relation(schema, name))?.origin.half;
    case 'function':
      return catalog.functions(schema, name)[0]?.origin.half;
    default:
      return UNKNOWN;
  }
}

function originOnTable(catalog: Catalog, ref: ObjectRef, upHalf: string | undefined): OriginUri {
  const table = catalog.relation(ref.schema, ref.on ?? '');
  if (!table) return undefined;
  if (ref.name === undefined) {
    if (ref.kind !== 'constraint') return UNKNOWN;
    return [...table.constraints.values()].some((c) => c.origin.half === upHalf) ? upHalf : undefined;
  }
  const column = table.columns.get(ref.name);
  switch (ref.kind) {
    case 'constraint':
      return table.constraints.get(ref.name)?.origin.half;
    case 'trigger':
      return table.triggers.get(ref.name)?.origin.half;
    case 'column':
    case 'columnName':
    case 'default':
    case 'columnType':
      return column?.origin.half;
    case 'notNull':
      return column?.notNull ? column.origin.half : undefined;
    default:
      return UNKNOWN;
  }
}

/** An index whose name PostgreSQL chose: any of the table that the same file made. */
function unnamedIndex(catalog: Catalog, ref: ObjectRef, upHalf: string | undefined): OriginUri {
  const table = catalog.relation(ref.schema, ref.on ?? '');
  const indexes = table ? catalog.indexesOn(table.key) : [];
  return indexes.some((i) => i.origin.half === upHalf) ? upHalf : undefined;
}

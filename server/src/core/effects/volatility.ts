import type { Node } from '@pgsql/types';
import type { Catalog } from '../catalog/catalog.js';
import { qualifiedName, texts, walk } from '../sql/tree.js';
import { BUILTIN_FUNCTIONS, VOLATILE_FUNCTIONS } from './builtinFunctions.js';

export interface Volatility {
  readonly volatile: boolean;
  /** One clause: "clock_timestamp() is volatile". */
  readonly reason: string;
}

/** Functions of common extensions that are VOLATILE (their install scripts). */
const EXTENSION_VOLATILE: ReadonlySet<string> = new Set([
  'uuid_generate_v1',
  'uuid_generate_v1mc',
  'uuid_generate_v4',
  'gen_random_bytes',
  'gen_salt',
  'uuid_generate_v7',
  'gen_ulid',
  'ulid_generate',
  'nanoid',
  'cuid',
]);
/** Functions of common extensions that are not. */
const EXTENSION_STEADY: ReadonlySet<string> = new Set([
  'uuid_nil',
  'uuid_ns_dns',
  'uuid_ns_url',
  'uuid_ns_oid',
  'uuid_ns_x500',
  'uuid_generate_v3',
  'uuid_generate_v5',
  'crypt',
  'digest',
  'hmac',
  'unaccent',
  'similarity',
  'st_geomfromtext',
  'st_setsrid',
  'st_makepoint',
  'hstore',
]);

/** Whether an expression has a volatile part: contain_volatile_functions in src/backend/optimizer/util/clauses.c. */
export function volatilityOf(expression: Node | undefined, catalog: Catalog): Volatility {
  for (const { tag, content } of walk(expression)) {
    if (tag === 'FuncCall') {
      const { schema, name } = qualifiedName(texts(content['funcname'] as Node[] | undefined));
      const verdict = functionVolatility(catalog, schema, name);
      if (verdict.volatile) return verdict;
    }
  }
  return { volatile: false, reason: 'it is evaluated once' };
}

export function functionVolatility(catalog: Catalog, schema: string | undefined, name: string): Volatility {
  const builtin = schema === undefined || schema === 'pg_catalog';
  if (builtin && VOLATILE_FUNCTIONS.has(name)) return { volatile: true, reason: `${name}() is volatile` };
  if (builtin && BUILTIN_FUNCTIONS.has(name)) return { volatile: false, reason: `${name}() is not volatile` };
  const own = catalog.functions(schema, name);
  if (own.length > 0) {
    const volatile = own.some((f) => f.volatility === 'volatile');
    return { volatile, reason: `${name}() is ${volatile ? 'volatile' : (own[0]?.volatility ?? 'stable')}` };
  }
  if (EXTENSION_VOLATILE.has(name)) return { volatile: true, reason: `${name}() is volatile` };
  if (EXTENSION_STEADY.has(name)) return { volatile: false, reason: `${name}() is not volatile` };
  return { volatile: true, reason: `${name}() is not known, and functions are volatile unless they say otherwise` };
}

/** A call of a function that may do anything: neither built in nor of a common extension, and volatile as far as one knows. */
export function callsUnknown(query: unknown, catalog: Catalog): boolean {
  for (const { tag, content } of walk(query)) {
    if (tag !== 'FuncCall') continue;
    const { schema, name } = qualifiedName(texts(content['funcname'] as Node[] | undefined));
    if (schema === 'pg_catalog' || name.startsWith('pg_') || VOLATILE_FUNCTIONS.has(name)) continue;
    if (!EXTENSION_VOLATILE.has(name) && functionVolatility(catalog, schema, name).volatile) return true;
  }
  return false;
}

import type { Node, TypeName } from '@pgsql/types';
import { quoteIdent } from './quote.js';
import { nameList, qualifiedName, unwrap } from './tree.js';

/** A data type as written, normalised: `schema` is undefined for pg_catalog types. */
export interface TypeRef {
  readonly schema: string | undefined;
  /** PostgreSQL's internal name, lower case: `int4`, `int8`, `varchar`, `bpchar`, `numeric`, `timestamptz`, `bool`, or a user type's name. */
  readonly name: string;
  /** Type modifiers as numbers: varchar(10) → [10], numeric(10,2) → [10, 2]; empty when none. */
  readonly mods: readonly number[];
  /** Array dimensions; 0 for a plain type. */
  readonly array: number;
}

const aliases: Readonly<Record<string, string>> = {
  int: 'int4',
  integer: 'int4',
  smallint: 'int2',
  bigint: 'int8',
  boolean: 'bool',
  real: 'float4',
  decimal: 'numeric',
  serial: 'int4',
  serial4: 'int4',
  bigserial: 'int8',
  serial8: 'int8',
  smallserial: 'int2',
  serial2: 'int2',
};
const serials = new Set(['serial', 'serial4', 'bigserial', 'serial8', 'smallserial', 'serial2']);

/** A type as written, normalised; `serial` gives the integer type behind it (see `isSerial`). Takes TypeName bare or wrapped. */
export function typeRef(node: unknown): TypeRef {
  const type = unwrap(node, 'TypeName') as TypeName;
  const { schema, name } = qualifiedName(nameList(type.names));
  const builtin = schema === undefined || schema === 'pg_catalog';
  const modifiers = (type.typmods ?? []).map(integerConstant);
  const mods = modifiers.every((mod) => mod !== undefined) ? modifiers : [];
  return {
    schema: builtin ? undefined : schema,
    name: builtin ? (aliases[name] ?? name) : name,
    mods,
    array: type.arrayBounds?.length ?? 0,
  };
}

/** Written as serial, bigserial or smallserial (or their numbered spellings). */
export function isSerial(node: unknown): boolean {
  const { schema, name } = qualifiedName(nameList((unwrap(node, 'TypeName') as TypeName).names));
  return (schema === undefined || schema === 'pg_catalog') && serials.has(name);
}

/** INTERVAL_FULL_RANGE of timestamp.h: an interval without a list of fields. */
const FULL_INTERVAL = 0x7fff;
const intervalFields: Readonly<Record<number, string>> = {
  4: 'year',
  2: 'month',
  8: 'day',
  1024: 'hour',
  2048: 'minute',
  4096: 'second',
  6: 'year to month',
  1032: 'day to hour',
  3080: 'day to minute',
  7176: 'day to second',
  3072: 'hour to minute',
  7168: 'hour to second',
  6144: 'minute to second',
};

const readable: Readonly<Record<string, string>> = {
  int2: 'smallint',
  int4: 'integer',
  int8: 'bigint',
  bool: 'boolean',
  float4: 'real',
  float8: 'double precision',
  bpchar: 'char',
};

/** The type in SQL, readable: `integer`, `varchar(10)`, `app.mood[]`. */
export function typeName(type: TypeRef): string {
  const array = '[]'.repeat(type.array);
  if (type.schema !== undefined)
    return `${quoteIdent(type.schema)}.${quoteIdent(type.name)}${modifiers(type.mods)}${array}`;
  if (type.name === 'interval') return intervalName(type.mods) + array;
  if (type.name === 'bpchar' && type.mods.length === 0) return `bpchar${array}`;
  const plain = /^[a-z_][a-z0-9_]*$/.test(type.name) && type.name !== 'char';
  const name = readable[type.name] ?? (plain && typeWords.has(type.name) ? type.name : quoteIdent(type.name));
  return name + modifiers(type.mods) + array;
}

/** Types whose name is a keyword that may not be an identifier, and yet names a type when bare. */
const typeWords = new Set(['bit', 'numeric', 'varchar', 'time', 'timestamp']);

const modifiers = (mods: readonly number[]) => (mods.length === 0 ? '' : `(${mods.join(', ')})`);

function intervalName(mods: readonly number[]): string {
  const fields = mods[0] === undefined ? undefined : intervalFields[mods[0]];
  if (fields === undefined) return `interval${modifiers(mods[0] === FULL_INTERVAL ? mods.slice(1) : mods)}`;
  return `interval ${fields}${modifiers(mods.slice(1))}`;
}

function integerConstant(node: Node): number | undefined {
  if (!('A_Const' in node) || !node.A_Const.ival) return undefined;
  // The JSON of libpg_query leaves zero out.
  return node.A_Const.ival.ival ?? 0;
}

import type { TypeRef, UserType } from '../catalog/catalog.js';
import { typeName } from '../sql/names.js';

export interface TypeChange {
  /** Every row is written again, and all indexes of the table are rebuilt. */
  readonly rewrite: boolean;
  /** The indexes on the column are rebuilt although the rows stay. */
  readonly rebuildsIndexes: boolean;
  /** What can happen to values: part of them is lost, they are rounded, or the statement fails on them. */
  readonly mayLose: 'data' | 'precision' | 'fails' | undefined;
  /** One clause: "integer and bigint are stored in different ways". */
  readonly reason: string;
}

export interface TypeChangeOptions {
  /** TimeZone of the session, when the script sets it. */
  readonly timeZone?: string | undefined;
  /** USING: a cast of the column itself, or anything else. */
  readonly using?: 'cast' | 'other' | undefined;
  /** COLLATE is given and differs from the column's. */
  readonly newCollation?: boolean | undefined;
  /** User types, for domains and enums. */
  readonly type?: (type: TypeRef) => UserType | undefined;
}

type Verdict = Omit<TypeChange, 'mayLose'>;

/**
 * What ALTER COLUMN … TYPE does to the table: ATColumnChangeRequiresRewrite and CheckIndexCompatible of PostgreSQL,
 * with the casts of pg_cast that only relabel, and the support functions that prove a length coercion to be a no-op.
 */
export function classifyTypeChange(from: TypeRef, to: TypeRef, options: TypeChangeOptions = {}): TypeChange {
  const verdict = options.using === 'other' ? rewritten('USING computes every value anew') : compare(from, to, options);
  const source = base(from, options);
  const target = base(to, options);
  const plain = loss(source, target, options.type?.(to)?.kind === 'enum');
  // An explicit cast cuts a value off where an assignment refuses it.
  const mayLose = plain === 'fails' && options.using === 'cast' && cutsOff(source, target) ? 'data' : plain;
  const collated = options.newCollation === true && !verdict.rewrite;
  if (collated) return { rewrite: false, rebuildsIndexes: true, mayLose, reason: 'its indexes are sorted by the new collation' };
  return { ...verdict, mayLose };
}

const kept = (reason: string): Verdict => ({ rewrite: false, rebuildsIndexes: false, reason });
const relabelled = (reason: string): Verdict => ({ rewrite: false, rebuildsIndexes: true, reason });
const rewritten = (reason: string): Verdict => ({ rewrite: true, rebuildsIndexes: true, reason });

function compare(from: TypeRef, to: TypeRef, options: TypeChangeOptions): Verdict {
  if (same(from, to)) return kept('the type stays the same');
  const domain = to.array === 0 ? options.type?.(to) : undefined;
  if (domain?.kind === 'domain' && (domain.hasCheck || domain.notNull)) {
    return rewritten(`the domain ${to.name} has constraints that every value must pass`);
  }
  return compareBases(base(from, options), base(to, options), options);
}

function compareBases(from: TypeRef, to: TypeRef, options: TypeChangeOptions): Verdict {
  const names = `${typeName(from)} and ${typeName(to)}`;
  if (from.array > 0 || to.array > 0) return compareArrays(from, to);
  if (from.schema === to.schema && from.name === to.name) {
    if (keepsLength(from, to)) return kept(`every ${typeName(from)} is a ${typeName(to)} as it is`);
    return rewritten(`every value has to be fitted into ${typeName(to)}`);
  }
  if (from.schema !== undefined || to.schema !== undefined) {
    if (from.name !== 'citext' && to.name !== 'citext') return rewritten(`${names} are stored in different ways`);
  }
  if (isTimestampPair(from.name, to.name)) return compareTimestamps(from, to, options);
  const coercion = RELABELS[`${from.name} ${to.name}`] ?? registeredOid(from.name, to.name);
  if (coercion === undefined) return rewritten(`${names} are stored in different ways`);
  if (to.mods.length > 0) return rewritten(`every value has to be fitted into ${typeName(to)}`);
  if (coercion === 'sameIndexes') return kept(`${names} are stored in the same way`);
  return relabelled(`${names} are stored in the same way, but their indexes are not ordered alike`);
}

/** Casts WITHOUT FUNCTION in pg_cast (and of citext): whether both types use the same operator class in an index. */
const RELABELS: Readonly<Record<string, 'sameIndexes' | 'otherIndexes'>> = {
  'varchar text': 'sameIndexes',
  'text varchar': 'sameIndexes',
  'xml text': 'sameIndexes',
  'xml varchar': 'sameIndexes',
  'cidr inet': 'sameIndexes',
  'varchar bpchar': 'otherIndexes',
  'text bpchar': 'otherIndexes',
  'xml bpchar': 'otherIndexes',
  'varchar citext': 'otherIndexes',
  'text citext': 'otherIndexes',
  'citext text': 'otherIndexes',
  'citext varchar': 'otherIndexes',
  'bit varbit': 'otherIndexes',
  'varbit bit': 'otherIndexes',
  'int4 oid': 'otherIndexes',
  'oid int4': 'otherIndexes',
};

const OID_ALIASES = new Set([
  'regclass', 'regcollation', 'regconfig', 'regdictionary', 'regnamespace', 'regoper', 'regoperator',
  'regproc', 'regprocedure', 'regrole', 'regtype',
]);

function registeredOid(from: string, to: string): 'sameIndexes' | 'otherIndexes' | undefined {
  const alias = OID_ALIASES.has(from) ? to : OID_ALIASES.has(to) ? from : undefined;
  if (alias === 'oid') return 'sameIndexes';
  return alias === 'int4' ? 'otherIndexes' : undefined;
}

/** Elements are coerced one by one unless the element type stays and loses its limit. */
function compareArrays(from: TypeRef, to: TypeRef): Verdict {
  const sameElement = from.array > 0 && to.array > 0 && from.schema === to.schema && from.name === to.name;
  if (sameElement && (to.mods.length === 0 || sameNumbers(from.mods, to.mods))) {
    return kept(`every ${typeName(from)} is a ${typeName(to)} as it is`);
  }
  return rewritten('the elements of every array are converted');
}

function isTimestampPair(a: string, b: string): boolean {
  return (a === 'timestamp' && b === 'timestamptz') || (a === 'timestamptz' && b === 'timestamp');
}

/** TimestampTimestampTzRequiresRewrite: nothing to do while the zone is UTC and has no daylight saving. */
function compareTimestamps(from: TypeRef, to: TypeRef, { timeZone }: TypeChangeOptions): Verdict {
  const names = `${typeName(from)} and ${typeName(to)}`;
  if (to.mods.length > 0) return rewritten(`every value has to be fitted into ${typeName(to)}`);
  if (timeZone !== undefined && /^(etc\/)?(utc|gmt|uct|zulu|greenwich|universal|gmt[+-]?0)$/i.test(timeZone)) {
    return relabelled(`${names} are stored in the same way while the session's TimeZone is ${timeZone}`);
  }
  return rewritten("every value is shifted by the session's TimeZone, unless that is UTC");
}

/** Precision that stands for none. */
const MAX_FRACTION = 6;

/** The support functions varchar_support, numeric_support, varbit_support, TemporalSimplify and interval_support. */
function keepsLength(from: TypeRef, to: TypeRef): boolean {
  if (sameNumbers(from.mods, to.mods) || to.mods.length === 0) return true;
  const [had, has] = [from.mods[0], to.mods[0]];
  switch (from.name) {
    case 'varchar':
    case 'varbit':
      return had !== undefined && has !== undefined && has >= had;
    case 'numeric':
      return had !== undefined && has !== undefined && has >= had && (from.mods[1] ?? 0) === (to.mods[1] ?? 0);
    case 'timestamp':
    case 'timestamptz':
    case 'time':
    case 'timetz':
      return (has ?? MAX_FRACTION) >= Math.min(had ?? MAX_FRACTION, MAX_FRACTION);
    case 'interval':
      return keepsInterval(from.mods, to.mods);
    default:
      return false;
  }
}

/** Bits of an interval's fields (INTERVAL_MASK of timestamp.h), the smallest field first. */
const INTERVAL_FIELDS = [4096, 2048, 1024, 8, 2, 4];

function keepsInterval(from: readonly number[], to: readonly number[]): boolean {
  const least = (mods: readonly number[]) =>
    mods[0] === undefined ? 0 : INTERVAL_FIELDS.findIndex((bit) => ((mods[0] ?? 0) & bit) !== 0);
  const precision = (mods: readonly number[]) => mods[1] ?? MAX_FRACTION;
  return least(to) <= least(from) && (least(from) > 0 || precision(to) >= precision(from));
}

/** The type behind a domain. */
function base(type: TypeRef, options: TypeChangeOptions, depth = 0): TypeRef {
  const domain = type.array === 0 && depth < 8 ? options.type?.(type) : undefined;
  return domain?.kind === 'domain' && domain.base ? base(domain.base, options, depth + 1) : type;
}

function same(a: TypeRef, b: TypeRef): boolean {
  return a.schema === b.schema && a.name === b.name && a.array === b.array && sameNumbers(a.mods, b.mods);
}

function sameNumbers(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((n, i) => n === b[i]);
}

const TEXT = new Set(['text', 'varchar', 'bpchar', 'citext', 'name']);
/** Numbers from the narrowest to the widest range; each holds all values of those before it, apart from rounding. */
const NUMBERS = ['int2', 'int4', 'int8', 'numeric'];
const FLOATS = new Set(['float4', 'float8']);

function loss(from: TypeRef, to: TypeRef, toEnum: boolean): TypeChange['mayLose'] {
  if (from.array > 0 && to.array > 0) return loss({ ...from, array: 0 }, { ...to, array: 0 }, toEnum);
  if (TEXT.has(from.name)) return TEXT.has(to.name) ? lossOfLength(from, to) : 'fails';
  if (TEXT.has(to.name)) return to.mods.length > 0 || to.name === 'name' ? 'fails' : undefined;
  if (toEnum) return from.name === to.name ? undefined : 'fails';
  if (from.name === to.name) return lossOfLength(from, to);
  const number = lossOfNumber(from, to);
  if (number !== undefined) return number;
  return LOSSES[`${from.name} ${to.name}`];
}

function lossOfLength(from: TypeRef, to: TypeRef): TypeChange['mayLose'] {
  if (from.name !== to.name && TEXT.has(from.name)) {
    const [had, has] = [from.mods[0], to.mods[0]];
    return has !== undefined && (had === undefined || has < had) ? 'fails' : undefined;
  }
  if (keepsLength(from, to)) return undefined;
  if (from.name === 'numeric') {
    const [p, s] = [from.mods[0], from.mods[1] ?? 0];
    const [toP, toS] = [to.mods[0] ?? 0, to.mods[1] ?? 0];
    if (p === undefined || toP - toS < p - s) return 'fails';
    return toS < s ? 'precision' : undefined;
  }
  if (from.name === 'bpchar' && (from.mods[0] ?? Infinity) <= (to.mods[0] ?? 0)) return undefined;
  return ['varchar', 'varbit', 'bpchar', 'bit'].includes(from.name) ? 'fails' : 'precision';
}

function lossOfNumber(from: TypeRef, to: TypeRef): TypeChange['mayLose'] {
  const [a, b] = [NUMBERS.indexOf(from.name), NUMBERS.indexOf(to.name)];
  const fromFloat = FLOATS.has(from.name);
  if (FLOATS.has(to.name)) {
    if (fromFloat) return to.name === 'float4' ? 'precision' : undefined;
    return a > (to.name === 'float8' ? 1 : 0) ? 'precision' : undefined;
  }
  if (fromFloat) return b >= 0 && to.name !== 'numeric' ? 'precision' : b >= 0 && to.mods.length > 0 ? 'precision' : undefined;
  if (a < 0 || b < 0) return undefined;
  if (to.name === 'numeric') return to.mods.length > 0 ? 'fails' : undefined;
  if (from.name === 'numeric') return from.mods[1] === 0 || (from.mods.length === 1) ? 'fails' : 'precision';
  return b < a ? 'fails' : undefined;
}

/** Other conversions that lose something. */
const LOSSES: Readonly<Record<string, TypeChange['mayLose']>> = {
  'timestamp date': 'data',
  'timestamptz date': 'data',
  'timestamptz time': 'data',
  'timestamp time': 'data',
  'timestamptz timetz': 'data',
  'timetz time': 'data',
  'inet cidr': 'data',
  'int4 bool': 'data',
  'int2 bool': 'data',
  'int8 bool': 'data',
  'json jsonb': 'precision',
  'varbit bit': 'fails',
  'numeric money': 'precision',
};

/** Character and bit strings: `x::varchar(5)` cuts, an assignment of a longer value fails. */
function cutsOff(from: TypeRef, to: TypeRef): boolean {
  const strings = new Set(['varchar', 'bpchar', 'varbit', 'bit', 'name']);
  return strings.has(to.name) && (TEXT.has(from.name) || strings.has(from.name));
}

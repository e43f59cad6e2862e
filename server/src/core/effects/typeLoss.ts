import type { UserType } from '../catalog/catalog.js';
import type { TypeRef } from '../sql/types.js';
import { keepsLength } from './lengths.js';

/** Part of a value is lost, it is rounded, or the statement fails on it. */
export type Loss = 'data' | 'precision' | 'fails' | undefined;

export interface LossOptions {
  /** User types behind the two, where they are. */
  readonly source: UserType | undefined;
  readonly target: UserType | undefined;
}

const TEXT = new Set(['text', 'varchar', 'bpchar', 'citext', 'name']);
const BITS = new Set(['bit', 'varbit']);
const JSON_TYPES = new Set(['json', 'jsonb']);
const FLOATS = new Set(['float4', 'float8']);
const FRACTIONS = new Set(['timestamp', 'timestamptz', 'time', 'timetz', 'interval']);
/** Digits that every value of the type has at most, and digits that any number may have to fit into it. */
const INTEGERS: Readonly<Record<string, { readonly most: number; readonly fits: number }>> = {
  int2: { most: 5, fits: 4 },
  int4: { most: 10, fits: 9 },
  int8: { most: 19, fits: 18 },
};

/** What can happen to the values when they change from one type to the other; domains are replaced by their base. */
export function loss(from: TypeRef, to: TypeRef, options: LossOptions): Loss {
  if (from.array > 0 && to.array > 0) return loss({ ...from, array: 0 }, { ...to, array: 0 }, options);
  if (to.array > 0) return 'fails';
  if (TEXT.has(to.name)) return lossAsText(from, to, options.source);
  if (from.array > 0 || TEXT.has(from.name)) return 'fails';
  if (from.schema === to.schema && from.name === to.name) return lossOfLength(from, to);
  if (JSON_TYPES.has(from.name)) return JSON_TYPES.has(to.name) ? LOSSES[`${from.name} ${to.name}`] : 'fails';
  if (options.target?.kind === 'enum') return 'fails';
  if (BITS.has(from.name) && BITS.has(to.name)) return lossOfLength({ ...from, name: to.name }, to);
  if (FRACTIONS.has(from.name) && FRACTIONS.has(to.name))
    return LOSSES[`${from.name} ${to.name}`] ?? lossOfFraction(from, to);
  return lossOfNumber(from, to) ?? LOSSES[`${from.name} ${to.name}`];
}

function lossAsText(from: TypeRef, to: TypeRef, source: UserType | undefined): Loss {
  const limit = to.name === 'name' ? 63 : to.mods[0];
  if (limit === undefined) return undefined;
  return textWidth(from, source) <= limit ? undefined : 'fails';
}

/** Characters that the longest value has as text, where there is a limit. */
const WIDTHS: Readonly<Record<string, number>> = {
  bool: 5,
  char: 1,
  int2: 6,
  int4: 11,
  int8: 20,
  oid: 10,
  uuid: 36,
  date: 13,
  time: 15,
  timetz: 24,
  timestamp: 32,
  timestamptz: 41,
  macaddr: 17,
  macaddr8: 23,
  inet: 43,
  cidr: 43,
  name: 63,
};

function textWidth(from: TypeRef, source: UserType | undefined): number {
  if (from.array > 0) return Number.POSITIVE_INFINITY;
  if (source?.kind === 'enum') return Math.max(...source.values.map((value) => value.length));
  const [limit] = from.mods;
  // A sign and a decimal point come on top of the digits.
  if (from.name === 'numeric' && limit !== undefined) return limit + 2;
  if (['varchar', 'bpchar', 'bit', 'varbit'].includes(from.name) && limit !== undefined) return limit;
  return WIDTHS[from.name] ?? Number.POSITIVE_INFINITY;
}

/** The same type with another limit. */
function lossOfLength(from: TypeRef, to: TypeRef): Loss {
  if (keepsLength(from, to)) return undefined;
  if (from.name === 'numeric') return lossOfNumeric(from, to);
  if (from.name === 'bpchar' && (from.mods[0] ?? Number.POSITIVE_INFINITY) <= (to.mods[0] ?? 0)) return undefined;
  return ['varchar', 'varbit', 'bpchar', 'bit'].includes(from.name) ? 'fails' : 'precision';
}

/** The bit of SECOND among the fields of an interval (INTERVAL_MASK of timestamp.h). */
const SECOND = 4096;

function lossOfFraction(from: TypeRef, to: TypeRef): Loss {
  if (to.name === 'interval' && to.mods[0] !== undefined && (to.mods[0] & SECOND) === 0) return 'data';
  const fraction = ({ name, mods }: TypeRef) => (name === 'interval' ? mods[1] : mods[0]) ?? 6;
  return fraction(to) < fraction(from) ? 'precision' : undefined;
}

function lossOfNumeric(from: TypeRef, to: TypeRef): Loss {
  const [p, s] = [from.mods[0], from.mods[1] ?? 0];
  const [toP, toS] = [to.mods[0] ?? 0, to.mods[1] ?? 0];
  if (p === undefined || toP - toS < p - s) return 'fails';
  return toS < s ? 'precision' : undefined;
}

/** Digits that a float holds for certain (DBL_DIG, FLT_DIG). */
const FLOAT_DIGITS: Readonly<Record<string, number>> = { float4: 6, float8: 15 };

function lossOfNumber(from: TypeRef, to: TypeRef): Loss {
  const [a, b] = [INTEGERS[from.name], INTEGERS[to.name]];
  if (FLOATS.has(from.name)) {
    if (FLOATS.has(to.name)) return to.name === 'float4' ? 'precision' : undefined;
    return b || to.name === 'numeric' ? 'precision' : undefined;
  }
  if (FLOATS.has(to.name)) {
    const digits = a?.most ?? (from.name === 'numeric' ? (from.mods[0] ?? Number.POSITIVE_INFINITY) : undefined);
    return digits !== undefined && digits > (FLOAT_DIGITS[to.name] ?? 0) ? 'precision' : undefined;
  }
  if (a && b) return b.most < a.most ? 'fails' : undefined;
  if (a && to.name === 'numeric') {
    return to.mods.length > 0 && (to.mods[0] ?? 0) - (to.mods[1] ?? 0) < a.most ? 'fails' : undefined;
  }
  if (!b || from.name !== 'numeric') return undefined;
  const [p, s] = [from.mods[0], from.mods[1] ?? 0];
  if (p === undefined || s > 0) return 'precision';
  return p > b.fits ? 'fails' : undefined;
}

/** Other conversions that lose something. */
const LOSSES: Readonly<Record<string, Loss>> = {
  // White space, the order of keys, and all but the last of equal keys.
  'json jsonb': 'precision',
  'timestamp date': 'data',
  'timestamptz date': 'data',
  'timestamp time': 'data',
  'timestamptz time': 'data',
  'timestamptz timetz': 'data',
  'timetz time': 'data',
  'interval time': 'data',
  'inet cidr': 'data',
  'macaddr8 macaddr': 'fails',
  'int2 bool': 'data',
  'int4 bool': 'data',
  'int8 bool': 'data',
  'int4 char': 'fails',
  'int4 bit': 'data',
  'int8 bit': 'data',
  'int2 oid': 'fails',
  'int4 oid': 'fails',
  'int8 oid': 'fails',
  'oid int4': 'fails',
  'int8 money': 'fails',
  'numeric money': 'precision',
  'money numeric': 'precision',
};

/** `x::varchar(5)` cuts a longer value off where an assignment fails; so does a cast of bit strings. */
export function cutsOff(from: TypeRef, to: TypeRef): boolean {
  if (from.array > 0 !== to.array > 0) return false;
  return (TEXT.has(from.name) && TEXT.has(to.name)) || (BITS.has(from.name) && BITS.has(to.name));
}

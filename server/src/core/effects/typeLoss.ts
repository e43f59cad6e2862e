import type { TypeRef } from '../catalog/catalog.js';
import { keepsLength } from './lengths.js';

/** Part of a value is lost, it is rounded, or the statement fails on it. */
export type Loss = 'data' | 'precision' | 'fails' | undefined;

const TEXT = new Set(['text', 'varchar', 'bpchar', 'citext', 'name']);
/** Numbers from the narrowest to the widest range; each holds all values of those before it, apart from rounding. */
const NUMBERS = ['int2', 'int4', 'int8', 'numeric'];
const FLOATS = new Set(['float4', 'float8']);

/** What can happen to the values. */
export function loss(from: TypeRef, to: TypeRef, toEnum: boolean): Loss {
  if (from.array > 0 && to.array > 0) return loss({ ...from, array: 0 }, { ...to, array: 0 }, toEnum);
  if (TEXT.has(from.name)) return TEXT.has(to.name) ? lossOfLength(from, to) : 'fails';
  if (TEXT.has(to.name)) return to.mods.length > 0 || to.name === 'name' ? 'fails' : undefined;
  if (toEnum) return from.name === to.name ? undefined : 'fails';
  if (from.name === to.name) return lossOfLength(from, to);
  const number = lossOfNumber(from, to);
  if (number !== undefined) return number;
  return LOSSES[`${from.name} ${to.name}`];
}

function lossOfLength(from: TypeRef, to: TypeRef): Loss {
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

function lossOfNumber(from: TypeRef, to: TypeRef): Loss {
  const [a, b] = [NUMBERS.indexOf(from.name), NUMBERS.indexOf(to.name)];
  const fromFloat = FLOATS.has(from.name);
  if (FLOATS.has(to.name)) {
    if (fromFloat) return to.name === 'float4' ? 'precision' : undefined;
    return a > (to.name === 'float8' ? 1 : 0) ? 'precision' : undefined;
  }
  if (fromFloat)
    return b >= 0 && to.name !== 'numeric' ? 'precision' : b >= 0 && to.mods.length > 0 ? 'precision' : undefined;
  if (a < 0 || b < 0) return undefined;
  if (to.name === 'numeric') return to.mods.length > 0 ? 'fails' : undefined;
  if (from.name === 'numeric') return from.mods[1] === 0 || from.mods.length === 1 ? 'fails' : 'precision';
  return b < a ? 'fails' : undefined;
}

/** Other conversions that lose something. */
const LOSSES: Readonly<Record<string, Loss>> = {
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
export function cutsOff(from: TypeRef, to: TypeRef): boolean {
  const strings = new Set(['varchar', 'bpchar', 'varbit', 'bit', 'name']);
  return strings.has(to.name) && (TEXT.has(from.name) || strings.has(from.name));
}

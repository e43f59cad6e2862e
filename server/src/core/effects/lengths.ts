import type { TypeRef } from '../sql/types.js';

/** Precision that stands for none. */
const MAX_FRACTION = 6;

/** The support functions varchar_support, numeric_support, varbit_support, TemporalSimplify and interval_support. */
export function keepsLength(from: TypeRef, to: TypeRef): boolean {
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

export function sameNumbers(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((n, i) => n === b[i]);
}

import type { EffectBuilder, Target } from './builder.js';

/** No scan where the column is NOT NULL already or a valid CHECK proves it (NotNullImpliedByRelConstraints, 12+). */
function provesNotNull({ relation }: Target, column: string): boolean {
  if (!relation) return false;
  if (relation.columns.get(column)?.notNull) return true;
  return [...relation.constraints.values()].some((c) => c.validated && c.provesNotNull.includes(column));
}

export function scanForNulls(b: EffectBuilder, members: readonly Target[], column: string): void {
  for (const member of members) {
    if (!provesNotNull(member, column)) b.workOn('scan', [member], `every row is checked for NULL in ${column}`);
  }
}

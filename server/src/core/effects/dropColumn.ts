import type { Relation } from '../catalog/catalog.js';
import { dropsConstraint } from './alterConstraints.js';
import type { AlterContext } from './alterContext.js';
import type { EffectBuilder, Target } from './builder.js';

/** DROP COLUMN: catalog only, but everything on the column is dropped with it, under the same lock. */
export function dropColumn({ b, members, cmd }: AlterContext): void {
  for (const member of members) dropsColumn(b, member, cmd.name ?? '', cmd.behavior === 'DROP_CASCADE');
}

export function dropsColumn(b: EffectBuilder, owner: Target, column: string, cascade: boolean): void {
  const relation = owner.relation;
  if (!relation?.columns.has(column)) return;
  for (const index of b.catalog.indexesOn(owner.key)) {
    if (index.dependsOn.includes(column)) b.lockIndex(index.schema, index.name, owner.key, 'ACCESS EXCLUSIVE');
  }
  for (const constraint of relation.constraints.values()) {
    if (constraint.columns.includes(column)) dropsConstraint(b, owner, constraint, cascade);
  }
  for (const sequence of b.catalog.ownedSequences(owner.key)) {
    if (sequence.ownedBy?.[1] === column) b.lock(b.of(sequence), 'ACCESS EXCLUSIVE', 'sequence');
  }
  if (cascade) for (const view of b.catalog.viewsOn(owner.key)) dropsViewOn(b, view, owner.key, column);
}

function dropsViewOn(b: EffectBuilder, view: Relation, key: string, column: string): void {
  const reads = view.reads.get(key);
  if (reads === 'all' || reads?.has(column)) dropsView(b, view);
}

/** A view, its indexes, and the views on it. */
export function dropsView(b: EffectBuilder, view: Relation, seen: ReadonlySet<string> = new Set()): void {
  if (seen.has(view.key)) return;
  const known = new Set([...seen, view.key]);
  const target = b.of(view);
  b.lock(target, 'ACCESS EXCLUSIVE', 'view');
  b.lockIndexes(target, 'ACCESS EXCLUSIVE');
  for (const next of b.catalog.viewsOn(view.key)) dropsView(b, next, known);
}

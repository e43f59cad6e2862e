import type { Constraint, Index, Relation } from '../catalog/catalog.js';
import { as } from '../catalog/nodes.js';
import type { AlterContext } from './alterContext.js';
import type { EffectBuilder, Target } from './builder.js';
import { spanOfWord } from './spans.js';

export function attachPartition({ b, target, cmd }: AlterContext): void {
  const command = as(cmd.def, 'PartitionCmd');
  const partition = b.target(command?.name);
  for (const member of b.family(partition)) b.lock(member, 'ACCESS EXCLUSIVE', 'partition');
  joinsParent(b, target, partition, command?.bound?.is_default === true);
  b.workOn('scan', b.family(partition), 'its rows are checked against the bound, unless a valid CHECK proves it');
  for (const index of missingIndexes(b, target, partition)) {
    b.workOn('indexBuild', b.family(partition), `it lacks an index that matches ${index.name}`);
  }
}

/** What a new partition does around its parent, attached or made as a partition. */
export function joinsParent(b: EffectBuilder, parent: Target, partition: Target | undefined, isDefault: boolean): void {
  b.lockIndexes(parent, 'SHARE UPDATE EXCLUSIVE');
  const other = isDefault ? undefined : b.catalog.children(parent.key).find((child) => child.isDefaultPartition);
  if (other) {
    for (const member of b.family(b.of(other))) b.lock(member, 'ACCESS EXCLUSIVE', 'partition');
    b.workOn('scan', b.family(b.of(other)), 'the default partition may hold rows of the new one, unless a valid CHECK excludes it');
  }
  for (const constraint of parent.relation?.constraints.values() ?? []) {
    if (!constraint.references) continue;
    const merged = partition?.relation !== undefined && hasSame(partition.relation, constraint);
    // A foreign key that the partition has already is merged: its own triggers on the other table are dropped.
    b.lockOther(constraint.references.relation, merged ? 'ACCESS EXCLUSIVE' : 'SHARE ROW EXCLUSIVE', 'referenced');
  }
  for (const { relation } of b.catalog.referencing(parent.key)) {
    b.lockOther(relation.key, b.pg >= 15 ? 'SHARE ROW EXCLUSIVE' : 'ACCESS SHARE', 'referencing');
  }
}

function hasSame(partition: Relation, wanted: Constraint): boolean {
  return [...partition.constraints.values()].some(
    (c) =>
      c.references?.relation === wanted.references?.relation &&
      c.kind === 'foreignKey' &&
      c.columns.join() === wanted.columns.join(),
  );
}

function missingIndexes(b: EffectBuilder, parent: Target, partition: Target): readonly Index[] {
  const own = b.catalog.indexesOn(partition.key);
  const matches = (a: Index, c: Index) =>
    a.columns.join() === c.columns.join() && a.method === c.method && (a.unique || !c.unique) && a.partial === c.partial;
  return b.catalog.indexesOn(parent.key).filter((wanted) => !own.some((index) => matches(index, wanted)));
}

/** DETACH PARTITION [CONCURRENTLY | FINALIZE] */
export function detachPartition({ b, target, cmd }: AlterContext): void {
  const command = as(cmd.def, 'PartitionCmd');
  const partition = b.target(command?.name);
  const plain = cmd.subtype === 'AT_DetachPartition' && !command?.concurrent;
  if (command?.concurrent) {
    b.transaction = 'forbidden';
    b.span = spanOfWord(b.statement, 'CONCURRENTLY') ?? b.span;
  }
  const mode = plain && b.pg < 14 ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS EXCLUSIVE';
  b.lock(partition, mode, 'partition');
  b.lockIndexes(partition, 'ACCESS EXCLUSIVE');
  const other = plain ? b.catalog.children(target.key).find((c) => c.isDefaultPartition) : undefined;
  if (other && other.key !== partition.key) b.lock(b.of(other), 'ACCESS EXCLUSIVE', 'partition');
  for (const constraint of target.relation?.constraints.values() ?? []) {
    if (constraint.references) b.lockOther(constraint.references.relation, 'SHARE ROW EXCLUSIVE', 'referenced');
  }
  if (!plain) return;
  for (const { relation, constraint } of b.catalog.referencing(target.key)) {
    b.lockOther(relation.key, 'ACCESS EXCLUSIVE', 'referencing');
    b.workOn('scan', b.family(b.of(relation)), `its foreign key ${constraint.name} must not need the partition's rows`);
  }
}

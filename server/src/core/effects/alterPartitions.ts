import type { Node, PartitionBoundSpec } from '@pgsql/types';
import type { Constraint, Index, Relation } from '../catalog/catalog.js';
import { spanOfWords } from '../sql/parts.js';
import { as, uncast } from '../sql/tree.js';
import type { AlterContext } from './alterContext.js';
import type { EffectBuilder, Target } from './builder.js';

export function attachPartition({ b, target, cmd }: AlterContext): void {
  const command = as(cmd.def, 'PartitionCmd');
  const partition = b.target(command?.name);
  for (const member of b.family(partition)) b.lock(member, 'ACCESS EXCLUSIVE', 'partition');
  joinsParent(b, target, partition, command?.bound);
  if (!isProved(partition.relation, command?.bound)) {
    b.workOn('scan', b.family(partition), 'its rows are checked against the bound, unless a valid CHECK proves it');
  }
  for (const index of missingIndexes(b, target, partition)) {
    b.workOn('indexBuild', b.family(partition), `it lacks an index that matches ${index.name}`);
  }
}

/** What a new partition does around its parent, attached or made as a partition. */
export function joinsParent(
  b: EffectBuilder,
  parent: Target,
  partition: Target | undefined,
  bound: PartitionBoundSpec | undefined,
): void {
  b.lockIndexes(parent, 'SHARE UPDATE EXCLUSIVE');
  const other = bound?.is_default
    ? undefined
    : b.catalog.children(parent.key).find((child) => child.isDefaultPartition);
  if (other) {
    for (const member of b.family(b.of(other))) b.lock(member, 'ACCESS EXCLUSIVE', 'partition');
    if (!isProved(other, bound))
      b.workOn(
        'scan',
        b.family(b.of(other)),
        'the default partition may hold rows of the new one, unless a valid CHECK excludes it',
      );
  }
  for (const constraint of parent.relation?.constraints.values() ?? []) {
    if (!constraint.references) continue;
    const merged = partition?.relation !== undefined && hasSame(partition.relation, constraint);
    // A foreign key that the partition has already is merged: its own triggers on the other table are dropped.
    b.lockOther(constraint.references.relation, merged ? 'ACCESS EXCLUSIVE' : 'SHARE ROW EXCLUSIVE', 'referenced');
    if (!partition || merged) continue;
    const other = b.byKey(constraint.references.relation);
    b.workOn('scan', b.family(partition), `its rows are looked up in ${other.display} for the parent's foreign key`);
    b.readKeys(other, partition);
  }
  for (const { relation } of b.catalog.referencing(parent.key)) {
    b.lockOther(relation.key, b.pg >= 15 ? 'SHARE ROW EXCLUSIVE' : 'ACCESS SHARE', 'referencing');
  }
}

/**
 * A valid CHECK that names every value of the bound is taken for the proof that PostgreSQL looks for (predicate_implied_by);
 * on the default partition it is the same condition under NOT.
 */
function isProved(relation: Relation | undefined, bound: PartitionBoundSpec | undefined): boolean {
  const nodes = [...(bound?.lowerdatums ?? []), ...(bound?.upperdatums ?? []), ...(bound?.listdatums ?? [])];
  const values = nodes.flatMap((node) => constant(node) ?? []);
  if (values.length === 0) return false;
  return [...(relation?.constraints.values() ?? [])].some((constraint) => {
    const { kind, validated, expressionSql: sql } = constraint;
    return kind === 'check' && validated && sql !== undefined && values.every((value) => sql.includes(value));
  });
}

function constant(node: Node): string | undefined {
  const value = as(uncast(node), 'A_Const');
  if (!value) return undefined;
  return value.sval?.sval ?? value.fval?.fval ?? (value.ival ? String(value.ival.ival ?? 0) : undefined);
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
    a.columns.join() === c.columns.join() &&
    a.method === c.method &&
    (a.unique || !c.unique) &&
    a.partial === c.partial;
  return b.catalog.indexesOn(parent.key).filter((wanted) => !own.some((index) => matches(index, wanted)));
}

/** DETACH PARTITION [CONCURRENTLY | FINALIZE] */
export function detachPartition({ b, target, cmd }: AlterContext): void {
  const command = as(cmd.def, 'PartitionCmd');
  const partition = b.target(command?.name);
  const plain = cmd.subtype === 'AT_DetachPartition' && !command?.concurrent;
  if (command?.concurrent) {
    b.transaction = 'forbidden';
    b.span = spanOfWords(b.statement, 'CONCURRENTLY') ?? b.span;
  }
  // Before PostgreSQL 14 the partition's own lock was weaker, unless foreign keys reference the parent.
  const weak = plain && b.pg < 14 && b.catalog.referencing(target.key).length === 0;
  const mode = weak ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS EXCLUSIVE';
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
    b.workOn('scan', b.family(partition), `no row of ${relation.name} may reference its rows`);
  }
}

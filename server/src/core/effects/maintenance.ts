import type { ClusterStmt, LockStmt, Node, TruncateStmt, VacuumStmt } from '@pgsql/types';
import type { Relation } from '../catalog/catalog.js';
import { as, optionOf, rangeVar, text } from '../sql/tree.js';
import type { EffectBuilder, Target } from './builder.js';
import { LOCK_MODES, type LockMode } from './effect.js';
import { forbid, hasStorage } from './indexes.js';

export function truncate(b: EffectBuilder, node: TruncateStmt): void {
  b.source = 'TRUNCATE; ExecuteTruncateGuts in src/backend/commands/tablecmds.c';
  const restart = node.restart_seqs === true;
  for (const item of node.relations ?? []) {
    const written = as(item, 'RangeVar');
    const target = b.target(written);
    b.lose(target, 'emptied');
    for (const [i, member] of (written?.inh ? b.family(target) : [target]).entries()) {
      emptied(b, member, i === 0 ? 'target' : 'partition', restart, 'all its rows are removed');
    }
    if (target.relation?.isPartition && b.pg < 14) {
      for (const parent of target.relation.parents) b.lock(b.byKey(parent), 'ACCESS SHARE', 'parent');
    }
    if (node.behavior === 'DROP_CASCADE') cascade(b, target, restart, new Set());
  }
}

function emptied(
  b: EffectBuilder,
  target: Target,
  role: 'target' | 'partition' | 'referencing',
  restart: boolean,
  reason: string,
): void {
  b.lock(target, 'ACCESS EXCLUSIVE', role);
  if (target.relation?.kind !== 'partitionedTable') {
    b.lockIndexes(target, 'ACCESS EXCLUSIVE');
    b.work('dataChange', target, reason);
  }
  if (restart) b.lockSequences(target, 'ACCESS EXCLUSIVE');
}

/** Tables that reference a truncated one are emptied too, and those that reference them. */
function cascade(b: EffectBuilder, target: Target, restart: boolean, seen: Set<string>): void {
  if (seen.has(target.key)) return;
  seen.add(target.key);
  for (const { relation, constraint } of b.catalog.referencing(target.key)) {
    b.lose(b.of(relation), 'emptied');
    for (const member of b.family(b.of(relation))) {
      emptied(
        b,
        member,
        'referencing',
        restart,
        `CASCADE empties it too: ${constraint.name} references ${target.display}`,
      );
    }
    cascade(b, b.of(relation), restart, seen);
  }
}

export function vacuum(b: EffectBuilder, node: VacuumStmt): void {
  b.source = 'VACUUM, ANALYZE; src/backend/commands/vacuum.c';
  const full = isOn(node.options, 'full');
  if (node.is_vacuumcmd) forbid(b);
  for (const target of vacuumed(b, node)) {
    b.lock(target, full ? 'ACCESS EXCLUSIVE' : 'SHARE UPDATE EXCLUSIVE', 'target');
    if (full) b.rewrite([target], 'VACUUM FULL writes the table and its indexes to new files');
  }
}

/** A DefElem that is given, and not turned off. */
function isOn(options: readonly Node[] | undefined, name: string): boolean {
  const option = optionOf(options, name);
  if (!option) return false;
  const value = text(option.arg) ?? '';
  return !/^(false|off|0)$/i.test(value) && as(option.arg, 'Integer')?.ival !== 0;
}

function vacuumed(b: EffectBuilder, node: VacuumStmt): readonly Target[] {
  const written = (node.rels ?? []).flatMap((r) => as(r, 'VacuumRelation')?.relation ?? []);
  if (written.length === 0) return [...b.catalog.relations()].filter(isMaintained).map((r) => b.of(r));
  return written.flatMap((range) => {
    const target = b.target(range);
    return target.relation?.kind === 'partitionedTable' && range.inh ? b.family(target) : [target];
  });
}

function isMaintained(relation: Relation): boolean {
  return hasStorage(relation) || relation.kind === 'partitionedTable';
}

export function cluster(b: EffectBuilder, node: ClusterStmt): void {
  b.source = 'CLUSTER; src/backend/commands/cluster.c';
  if (!node.relation) {
    forbid(b);
    return;
  }
  const target = b.target(node.relation);
  const partitioned = target.relation?.kind === 'partitionedTable';
  if (partitioned) forbid(b);
  for (const [i, member] of (partitioned ? b.family(target) : [target]).entries()) {
    b.lock(member, 'ACCESS EXCLUSIVE', i === 0 ? 'target' : 'partition');
    b.rewrite([member], 'its rows are written in the order of an index');
  }
}

export function lockTable(b: EffectBuilder, node: LockStmt): void {
  b.source = 'LOCK; src/backend/commands/lockcmds.c';
  b.transaction = 'required';
  const mode = LOCK_MODES[(node.mode ?? 8) - 1] ?? 'ACCESS EXCLUSIVE';
  for (const item of node.relations ?? []) {
    const range = as(item, 'RangeVar');
    lockOne(b, b.target(rangeVar(item)), mode, range?.inh === true, new Set());
  }
}

/** A view's relations are locked with it. */
function lockOne(b: EffectBuilder, target: Target, mode: LockMode, under: boolean, seen: Set<string>): void {
  if (seen.has(target.key)) return;
  seen.add(target.key);
  const view = target.relation?.kind === 'view';
  if (under) b.lockFamily(target, mode, view ? 'view' : 'target');
  else b.lock(target, mode, view ? 'view' : 'target');
  if (view) for (const key of target.relation?.reads.keys() ?? []) lockOne(b, b.byKey(key), mode, under, seen);
}

import type {
  Constraint as ConstraintNode,
  CreateForeignTableStmt,
  CreateSeqStmt,
  CreateStatsStmt,
  CreateStmt,
  CreateTrigStmt,
  Node,
} from '@pgsql/types';
import { as, columnConstraints, rangeVar, texts } from '../sql/tree.js';
import { joinsParent } from './alterPartitions.js';
import type { EffectBuilder, Target } from './builder.js';

/** CREATE TABLE: nothing for its own, but the tables it refers to. */
export function createTable(b: EffectBuilder, node: CreateStmt): void {
  b.source = 'CREATE TABLE; DefineRelation in src/backend/commands/tablecmds.c';
  const own = b.target(node.relation);
  if (node.if_not_exists && own.relation) return;
  for (const element of node.tableElts ?? []) {
    for (const constraint of constraintsOf(element))
      if (constraint.contype === 'CONSTR_FOREIGN') reference(b, node, constraint);
    const like = as(element, 'TableLikeClause');
    if (like) b.lock(b.target(like.relation), 'ACCESS SHARE', 'source');
  }
  for (const written of node.inhRelations ?? []) {
    const parent = b.target(rangeVar(written));
    b.lock(parent, node.partbound ? 'ACCESS EXCLUSIVE' : 'SHARE UPDATE EXCLUSIVE', 'parent');
    if (node.partbound) joinsParent(b, parent, undefined, node.partbound);
  }
}

export function createForeignTable(b: EffectBuilder, node: CreateForeignTableStmt): void {
  if (node.base) createTable(b, node.base);
}

function constraintsOf(element: Node): readonly ConstraintNode[] {
  const own = as(element, 'Constraint');
  if (own) return [own];
  return columnConstraints(as(element, 'ColumnDef'));
}

function reference(b: EffectBuilder, node: CreateStmt, constraint: ConstraintNode): void {
  const self = rangeVar(node.relation);
  const other = rangeVar(constraint.pktable);
  if (self.name === other.name && self.schema === other.schema) return;
  for (const member of b.family(b.target(constraint.pktable))) b.lock(member, 'SHARE ROW EXCLUSIVE', 'referenced');
}

export function createSequence(b: EffectBuilder, node: CreateSeqStmt): void {
  b.source = 'CREATE SEQUENCE; process_owned_by in src/backend/commands/sequence.c';
  if (node.if_not_exists && b.target(node.sequence).relation) return;
  lockOwner(b, node.options);
}

/** OWNED BY table.column reads the table's definition. */
export function lockOwner(b: EffectBuilder, options: readonly Node[] | undefined): void {
  for (const option of options ?? []) {
    const item = as(option, 'DefElem');
    if (item?.defname !== 'owned_by') continue;
    const names = texts(as(item.arg, 'List')?.items);
    if (names.length > 1) b.lock(b.named(names.slice(0, -1)), 'ACCESS SHARE', 'source');
  }
}

/** CREATE TRIGGER: a row trigger of a partitioned table is made on its partitions too. */
export function createTrigger(b: EffectBuilder, node: CreateTrigStmt): void {
  b.source = 'CREATE TRIGGER; CreateTriggerFiringOn in src/backend/commands/trigger.c';
  const target = b.target(node.relation);
  const recurses = node.row === true && target.relation?.kind === 'partitionedTable';
  const role = target.relation?.kind === 'view' ? 'view' : 'target';
  if (recurses) b.lockFamily(target, 'SHARE ROW EXCLUSIVE', role);
  else b.lock(target, 'SHARE ROW EXCLUSIVE', role);
  if (node.constrrel) b.lock(b.target(node.constrrel), 'ACCESS SHARE', 'referenced');
}

export function createStatistics(b: EffectBuilder, node: CreateStatsStmt): void {
  b.source = 'CREATE STATISTICS; CreateStatistics in src/backend/commands/statscmds.c';
  for (const relation of node.relations ?? []) lockNode(b, relation);
}

function lockNode(b: EffectBuilder, node: Node): Target {
  const target = b.target(rangeVar(node));
  b.lock(target, 'SHARE UPDATE EXCLUSIVE', 'target');
  return target;
}

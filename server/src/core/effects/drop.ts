import type { DropStmt, Node } from '@pgsql/types';
import type { Constraint, Relation } from '../catalog/catalog.js';
import { objectNames, qualifiedName } from '../sql/tree.js';
import { columnsOfType, typeOfNode } from './alterTypes.js';
import type { EffectBuilder, Target } from './builder.js';
import { dropsColumn, dropsView } from './dropColumn.js';
import { forbid } from './indexes.js';

export function drop(b: EffectBuilder, node: DropStmt): void {
  b.source = 'DROP; RangeVarCallbackForDropRelation in src/backend/commands/tablecmds.c';
  if (node.concurrent) forbid(b, 'CONCURRENTLY');
  for (const object of node.objects ?? []) dropOne(b, node, object);
}

function dropOne(b: EffectBuilder, node: DropStmt, object: Node): void {
  const names = objectNames(object);
  const cascade = node.behavior === 'DROP_CASCADE';
  switch (node.removeType) {
    case 'OBJECT_TABLE':
    case 'OBJECT_FOREIGN_TABLE':
      if (node.removeType === 'OBJECT_TABLE') b.lose(b.named(names), 'dropped');
      dropTable(b, b.named(names), cascade);
      break;
    case 'OBJECT_VIEW':
    case 'OBJECT_MATVIEW':
      dropView(b, b.named(names), cascade);
      break;
    case 'OBJECT_SEQUENCE':
      dropSequence(b, b.named(names), cascade);
      break;
    case 'OBJECT_INDEX':
      dropIndex(b, names, node.concurrent === true);
      break;
    case 'OBJECT_TRIGGER':
    case 'OBJECT_RULE':
    case 'OBJECT_POLICY':
      dropPart(b, node, names);
      break;
    case 'OBJECT_TYPE':
    case 'OBJECT_DOMAIN':
      if (cascade) dropType(b, object);
      break;
    case 'OBJECT_SCHEMA':
      if (cascade) dropSchema(b, names.at(-1) ?? '');
      break;
    case 'OBJECT_STATISTIC_EXT':
      dropStatistics(b, names);
      break;
    default:
      if (cascade) dropUsed(b, node, names);
  }
}

/** The table, its indexes and sequences, and every table that a foreign key ties to it. */
function dropTable(b: EffectBuilder, target: Target, cascade: boolean): void {
  const partitioned = target.relation?.kind === 'partitionedTable';
  const members = partitioned || cascade ? b.family(target) : [target];
  for (const [i, member] of members.entries()) {
    b.lock(member, 'ACCESS EXCLUSIVE', i === 0 ? 'target' : 'partition');
    b.lockIndexes(member, 'ACCESS EXCLUSIVE');
    b.lockSequences(member, 'ACCESS EXCLUSIVE');
    for (const constraint of member.relation?.constraints.values() ?? []) {
      if (constraint.references && !isInherited(b, member, constraint))
        b.lockOther(constraint.references.relation, 'ACCESS EXCLUSIVE', 'referenced');
    }
    if (!cascade) continue;
    for (const { relation } of b.catalog.referencing(member.key))
      b.lockOther(relation.key, 'ACCESS EXCLUSIVE', 'referencing');
    for (const view of b.catalog.viewsOn(member.key)) dropsView(b, view);
  }
  if (target.relation?.isPartition) leaveParent(b, target.relation);
}

/** A partition's share of its parent's foreign key: dropping it leaves the parent's as it is. */
function isInherited(b: EffectBuilder, { relation }: Target, fk: Constraint): boolean {
  return (
    relation?.isPartition === true &&
    relation.parents.some((key) =>
      [...(b.catalog.relationByKey(key)?.constraints.values() ?? [])].some(
        (c) => c.references?.relation === fk.references?.relation && c.columns.join() === fk.columns.join(),
      ),
    )
  );
}

/** A partition takes its parent's lock, and that of the default partition, whose bound changes. */
function leaveParent(b: EffectBuilder, partition: Relation): void {
  for (const parent of partition.parents) {
    b.lock(b.byKey(parent), 'ACCESS EXCLUSIVE', 'parent');
    const other = b.catalog.children(parent).find((child) => child.isDefaultPartition);
    if (other && other.key !== partition.key) b.lock(b.of(other), 'ACCESS EXCLUSIVE', 'partition');
  }
}

function dropView(b: EffectBuilder, target: Target, cascade: boolean): void {
  b.lock(target, 'ACCESS EXCLUSIVE', 'view');
  b.lockIndexes(target, 'ACCESS EXCLUSIVE');
  if (cascade) for (const view of b.catalog.viewsOn(target.key)) dropsView(b, view);
}

/** CASCADE takes the default away from the columns that use the sequence. */
function dropSequence(b: EffectBuilder, target: Target, cascade: boolean): void {
  b.lock(target, 'ACCESS EXCLUSIVE', 'sequence');
  if (!cascade || !target.relation) return;
  const { name } = target.relation;
  for (const relation of b.catalog.relations()) {
    const uses = [...relation.columns.values()].some((c) => usesSequence(c.defaultSql, name));
    if (uses) b.lock(b.of(relation), 'ACCESS EXCLUSIVE', 'referencing');
  }
}

function usesSequence(defaultSql: string | undefined, name: string): boolean {
  const written = defaultSql?.match(/nextval\s*\(\s*'([^']+)'/i)?.[1];
  return written?.replaceAll('"', '').split('.').at(-1) === name;
}

function dropIndex(b: EffectBuilder, names: readonly string[], concurrently: boolean): void {
  const { schema, name } = qualifiedName(names);
  const index = b.catalog.index(schema, name);
  const mode = concurrently ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS EXCLUSIVE';
  if (!index) {
    b.lock(b.named(names), mode, 'index');
    return;
  }
  for (const [i, member] of b.family(b.byKey(index.relation)).entries()) {
    if (i > 0 && !member.relation?.isPartition) continue;
    b.lock(member, mode, i === 0 ? 'target' : 'partition');
    for (const own of b.catalog.indexesOn(member.key)) {
      const part = i > 0 && own.columns.join() === index.columns.join() && own.method === index.method;
      if (part || own === index) b.lockIndex(own.schema, own.name, member.key, mode);
    }
  }
}

/** DROP TRIGGER, RULE, POLICY: the table is the name before the last. One that is not there is not looked for long. */
function dropPart(b: EffectBuilder, node: DropStmt, names: readonly string[]): void {
  const target = b.named(names.slice(0, -1));
  const trigger = node.removeType === 'OBJECT_TRIGGER';
  if (node.missing_ok && trigger && target.relation && !target.relation.triggers.has(names.at(-1) ?? '')) return;
  b.lock(target, 'ACCESS EXCLUSIVE', 'target');
  if (trigger && target.relation?.kind === 'partitionedTable') b.lockFamily(target, 'ACCESS EXCLUSIVE', 'target');
}

function dropType(b: EffectBuilder, object: Node): void {
  const type = typeOfNode(b, object);
  if (!type) {
    b.known = false;
    return;
  }
  for (const { relation, column } of columnsOfType(b, type)) {
    b.lock(b.of(relation), 'ACCESS EXCLUSIVE', 'target');
    dropsColumn(b, b.of(relation), column, true);
  }
}

function dropSchema(b: EffectBuilder, name: string): void {
  for (const relation of b.catalog.relations()) {
    if (relation.schema !== name || relation.kind === 'compositeType') continue;
    if (relation.kind === 'sequence') b.lock(b.of(relation), 'ACCESS EXCLUSIVE', 'sequence');
    else if (relation.kind === 'view' || relation.kind === 'materializedView') dropView(b, b.of(relation), true);
    else {
      b.lose(b.of(relation), 'dropped');
      dropTable(b, b.of(relation), true);
    }
  }
}

function dropStatistics(b: EffectBuilder, names: readonly string[]): void {
  const { schema, name } = qualifiedName(names);
  const keys = (schema === undefined ? b.catalog.searchPath : [schema]).flatMap((s) =>
    b.catalog.attachedTo('statistics', `${s}.${name}`),
  );
  if (keys.length === 0) b.known = false;
  for (const key of keys) b.lock(b.byKey(key), 'SHARE UPDATE EXCLUSIVE', 'target');
}

/** DROP FUNCTION … CASCADE takes triggers with it; whatever else uses an object is not in the catalog. */
function dropUsed(b: EffectBuilder, node: DropStmt, names: readonly string[]): void {
  b.known = false;
  if (node.removeType !== 'OBJECT_FUNCTION') return;
  const { name } = qualifiedName(names);
  for (const relation of b.catalog.relations()) {
    if (![...relation.triggers.values()].some((t) => t.function.split('.').at(-1) === name)) continue;
    b.known = true;
    b.lock(b.of(relation), 'ACCESS EXCLUSIVE', 'target');
  }
}

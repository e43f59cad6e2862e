import type { AlterTableCmd, AlterTableStmt } from '@pgsql/types';
import { as, rangeVar } from '../sql/tree.js';
import type { Constraint, Index, Relation } from './catalog.js';
import { type Context, relationNameTaken, withState } from './context.js';
import { editRelation, family, putIndex, putRelation } from './edit.js';
import { freeName, joinedColumns } from './naming.js';
import type { CatalogState } from './state.js';

/** ALTER TABLE … ATTACH PARTITION: the partition gets what the parent demands of every partition. */
export function attachPartition(context: Context, key: string, cmd: AlterTableCmd): CatalogState {
  const command = as(cmd.def, 'PartitionCmd');
  const name = rangeVar(command?.name);
  const parent = context.state.relationByKey(key);
  const partition = context.state.relation(name.schema, name.name);
  if (!parent || !partition) return context.state;
  let next = putRelation(context.state, {
    ...partition,
    parents: [key],
    isPartition: true,
    isDefaultPartition: command?.bound?.is_default === true,
  });
  const foreignKeys = [...parent.constraints].filter(([, { kind }]) => kind === 'foreignKey');
  // Its own partitions get them as well.
  for (const part of foreignKeys.length > 0 ? family(next, partition.key) : [])
    next = putRelation(next, { ...part, constraints: new Map([...part.constraints, ...foreignKeys]) });
  for (const wanted of context.state.indexesOn(key)) {
    const there = next.indexesOn(partition.key).find((own) => own.parent === undefined && sameIndex(own, wanted));
    if (there) next = putIndex(next, { ...there, parent: keyOf(wanted) });
    else next = copyIndex(withState(context, next), partition.key, parent, wanted);
  }
  return next;
}

function sameIndex(a: Index, b: Index): boolean {
  const alike = a.unique === b.unique && a.partial === b.partial && a.method === b.method;
  return alike && a.columns.length === b.columns.length && a.columns.every((c, i) => c === b.columns[i]);
}

export function detachPartition(context: Context, cmd: AlterTableCmd): CatalogState {
  const name = rangeVar(as(cmd.def, 'PartitionCmd')?.name);
  const partition = context.state.relation(name.schema, name.name);
  if (!partition) return context.state;
  let next = editRelation(context.state, partition.key, (r) => ({
    ...r,
    parents: [],
    isPartition: false,
    isDefaultPartition: false,
  }));
  for (const index of next.indexesOn(partition.key)) next = putIndex(next, { ...index, parent: undefined });
  return next;
}

/** ALTER INDEX … ATTACH PARTITION. The index of the whole becomes valid with its last part. */
export function alterIndex(context: Context, node: AlterTableStmt): CatalogState {
  const { state } = context;
  const written = rangeVar(node.relation);
  const whole = state.index(written.schema, written.name);
  const attach = (node.cmds ?? [])
    .flatMap((c) => as(c, 'AlterTableCmd') ?? [])
    .find((c) => c.subtype === 'AT_AttachPartition');
  const name = rangeVar(as(attach?.def, 'PartitionCmd')?.name);
  const part = state.index(name.schema, name.name);
  if (!whole || !attach || !part) return state;
  const next = putIndex(state, { ...part, parent: keyOf(whole) });
  const complete = next
    .children(whole.relation)
    .every((p) => next.indexesOn(p.key).some((i) => i.parent === keyOf(whole) && i.valid));
  return complete ? putIndex(next, { ...whole, valid: true }) : next;
}

/** Indexes and key constraints of a parent or of LIKE … INCLUDING INDEXES, with names of their own. */
export function copyIndexes(context: Context, key: string, from: Relation): CatalogState {
  let next = context.state;
  for (const index of context.state.indexesOn(from.key)) next = copyIndex(withState(context, next), key, from, index);
  return next;
}

/** One index, and the key that stands on it; down to the partitions of partitions. */
function copyIndex(context: Context, key: string, from: Relation, index: Index): CatalogState {
  const relation = context.state.relationByKey(key);
  if (!relation) return context.state;
  const constraint = [...from.constraints.values()].find((c) => c.indexName === index.name);
  const taken = relationNameTaken(context.state, relation.schema);
  const label = constraint ? indexLabel(constraint.kind) : 'idx';
  const name = freeName(relation.name, label === 'pkey' ? undefined : joinedColumns(index.labels), label, taken);
  const parent = relation.isPartition ? keyOf(index) : undefined;
  const copy: Index = {
    ...index,
    name,
    schema: relation.schema,
    relation: key,
    parent,
    valid: true,
    origin: context.origin,
  };
  let next = putIndex(context.state, copy);
  if (constraint) next = copyKey(next, key, constraint, name, context);
  return spreadIndex(withState(context, next), key, copy);
}

/** What a partitioned table gets, its partitions get. */
export function spreadIndex(context: Context, key: string, index: Index): CatalogState {
  const relation = context.state.relationByKey(key);
  let next = context.state;
  if (relation?.kind !== 'partitionedTable') return next;
  for (const child of next.children(key)) {
    if (child.kind !== 'foreignTable')
      next = copyIndex(withState(context, next), child.key, next.relationByKey(key) ?? relation, index);
  }
  return next;
}

function copyKey(
  state: CatalogState,
  key: string,
  constraint: Constraint,
  name: string,
  context: Context,
): CatalogState {
  const copy = { ...constraint, name, indexName: name, origin: context.origin };
  return editRelation(state, key, (r) => {
    const columns = new Map(r.columns);
    for (const column of constraint.kind === 'primaryKey' ? constraint.columns : []) {
      const known = columns.get(column);
      if (known) columns.set(column, { ...known, notNull: true });
    }
    return { ...r, columns, constraints: new Map(r.constraints).set(name, copy) };
  });
}

function indexLabel(kind: Constraint['kind']): string {
  if (kind === 'primaryKey') return 'pkey';
  return kind === 'exclusion' ? 'excl' : 'key';
}

const keyOf = (index: Index) => `${index.schema}.${index.name}`;

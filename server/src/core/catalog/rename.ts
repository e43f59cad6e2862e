import type { AlterObjectSchemaStmt, RenameStmt } from '@pgsql/types';
import { as, objectNames, qualifiedName, rangeVar } from '../sql/tree.js';
import type { Constraint, Index, Relation } from './catalog.js';
import type { Context } from './context.js';
import { editRelation, family, moveIndex, putIndex, putRelation, rekey } from './edit.js';
import { moveFunction } from './functions.js';
import type { CatalogState } from './state.js';

export function rename(context: Context, node: RenameStmt): CatalogState {
  const { state } = context;
  const { schema, name } = rangeVar(node.relation);
  const newName = node.newname ?? '';
  switch (node.renameType) {
    case 'OBJECT_TABLE':
    case 'OBJECT_VIEW':
    case 'OBJECT_MATVIEW':
    case 'OBJECT_SEQUENCE':
    case 'OBJECT_FOREIGN_TABLE':
    case 'OBJECT_INDEX':
      return renameRelation(state, schema, name, newName);
    case 'OBJECT_COLUMN':
    case 'OBJECT_ATTRIBUTE':
      return renameColumn(state, state.relation(schema, name), node.subname ?? '', newName);
    case 'OBJECT_TABCONSTRAINT':
      return renameConstraint(state, state.relation(schema, name), node.subname ?? '', newName);
    case 'OBJECT_TRIGGER':
      return renameTrigger(state, state.relation(schema, name), node.subname ?? '', newName);
    case 'OBJECT_TYPE':
    case 'OBJECT_DOMAIN':
      return moveType(state, objectNames(node.object), undefined, newName);
    case 'OBJECT_SCHEMA':
      return renameSchema(state, node.subname ?? '', newName);
    case 'OBJECT_FUNCTION':
    case 'OBJECT_PROCEDURE':
    case 'OBJECT_ROUTINE':
    case 'OBJECT_AGGREGATE':
      return moveFunction(state, as(node.object, 'ObjectWithArgs'), undefined, newName);
    default:
      return state;
  }
}

function renameRelation(state: CatalogState, schema: string | undefined, name: string, to: string): CatalogState {
  const relation = state.relation(schema, name);
  if (relation) return rekey(state, relation.key, relation.schema, to);
  const index = state.index(schema, name);
  return index ? renameIndex(state, index, to) : state;
}

/** The index of a constraint and the constraint share their name. */
function renameIndex(state: CatalogState, index: Index, to: string): CatalogState {
  const next = moveIndex(state, index, { ...index, name: to });
  const constraint = next.relationByKey(index.relation)?.constraints.get(index.name);
  if (constraint?.indexName !== index.name) return next;
  return editRelation(next, index.relation, (r) => replaceConstraint(r, constraint, to));
}

function renameColumn(state: CatalogState, relation: Relation | undefined, from: string, to: string): CatalogState {
  if (!relation) return state;
  let next = state;
  for (const member of family(state, relation.key)) next = renameColumnOf(next, member, from, to);
  return next;
}

function renameColumnOf(state: CatalogState, relation: Relation, from: string, to: string): CatalogState {
  const swap = (name: string) => (name === from ? to : name);
  const columns = new Map(
    [...relation.columns].map(([k, c]) => [swap(k), k === from ? { ...c, name: to } : c] as const),
  );
  const constraints = new Map(
    [...relation.constraints].map(
      ([k, c]) => [k, { ...c, columns: c.columns.map(swap), provesNotNull: c.provesNotNull.map(swap) }] as const,
    ),
  );
  let next = putRelation(state, { ...relation, columns, constraints });
  for (const index of state.indexesOn(relation.key)) {
    if (!index.dependsOn.includes(from)) continue;
    const renamed = index.columns.map((c) => (c === undefined ? undefined : swap(c)));
    next = putIndex(next, {
      ...index,
      columns: renamed,
      labels: index.labels.map(swap),
      dependsOn: index.dependsOn.map(swap),
    });
  }
  for (const dependent of state.dependents(relation.key)) {
    next = editRelation(next, dependent.key, (r) => followColumn(r, relation.key, swap));
  }
  return next;
}

function followColumn(relation: Relation, target: string, swap: (name: string) => string): Relation {
  const constraints = new Map(relation.constraints);
  for (const c of relation.constraints.values()) {
    if (c.references?.relation !== target) continue;
    constraints.set(c.name, { ...c, references: { ...c.references, columns: c.references.columns.map(swap) } });
  }
  const reads = new Map(relation.reads);
  const read = reads.get(target);
  if (read !== undefined && read !== 'all') reads.set(target, new Set([...read].map(swap)));
  const owned = relation.ownedBy;
  const ownedBy = owned?.[0] === target ? ([target, swap(owned[1])] as const) : owned;
  return { ...relation, constraints, reads, ownedBy };
}

function replaceConstraint(relation: Relation, constraint: Constraint, to: string): Relation {
  const constraints = new Map(relation.constraints);
  constraints.delete(constraint.name);
  const indexName = constraint.indexName === undefined ? undefined : to;
  constraints.set(to, { ...constraint, name: to, indexName });
  return { ...relation, constraints };
}

function renameConstraint(state: CatalogState, relation: Relation | undefined, from: string, to: string): CatalogState {
  const constraint = relation?.constraints.get(from);
  if (!relation || !constraint) return state;
  const index = constraint.indexName === undefined ? undefined : state.index(relation.schema, constraint.indexName);
  if (index) return renameIndex(state, index, to);
  let next = state;
  for (const member of family(state, relation.key)) {
    const own = member.constraints.get(from);
    if (own) next = editRelation(next, member.key, (r) => replaceConstraint(r, own, to));
  }
  return next;
}

function renameTrigger(state: CatalogState, relation: Relation | undefined, from: string, to: string): CatalogState {
  const trigger = relation?.triggers.get(from);
  if (!relation || !trigger) return state;
  const triggers = new Map(relation.triggers);
  triggers.delete(from);
  triggers.set(to, { ...trigger, name: to });
  return putRelation(state, { ...relation, triggers });
}

function moveType(
  state: CatalogState,
  names: readonly string[],
  schema: string | undefined,
  name: string | undefined,
): CatalogState {
  const found = qualifiedName(names);
  const type = state.type(found.schema, found.name);
  if (!type) return state;
  const { schema: oldSchema } = splitKey(type.key);
  const key = `${schema ?? oldSchema}.${name ?? found.name}`;
  let next = state.with({ types: state.parts.types.delete(type.key).set(key, { ...type, key }) });
  for (const relation of state.relations()) {
    const uses = [...relation.columns.values()].some((c) => state.type(c.type.schema, c.type.name)?.key === type.key);
    if (uses) next = editRelation(next, relation.key, (r) => retype(r, state, type.key, key));
  }
  return type.kind === 'composite' ? rekey(next, type.key, splitKey(key).schema, splitKey(key).name) : next;
}

function retype(relation: Relation, state: CatalogState, from: string, to: string): Relation {
  const { schema, name } = splitKey(to);
  const columns = new Map(relation.columns);
  for (const column of relation.columns.values()) {
    if (state.type(column.type.schema, column.type.name)?.key !== from) continue;
    const written = column.type.schema === undefined && splitKey(from).schema === schema ? undefined : schema;
    columns.set(column.name, { ...column, type: { ...column.type, schema: written, name } });
  }
  return { ...relation, columns };
}

function splitKey(key: string): { schema: string; name: string } {
  const dot = key.indexOf('.');
  return { schema: key.slice(0, dot), name: key.slice(dot + 1) };
}

function renameSchema(state: CatalogState, from: string, to: string): CatalogState {
  let next = state;
  for (const relation of state.relations())
    if (relation.schema === from) next = rekey(next, relation.key, to, relation.name);
  for (const type of state.parts.types.values()) {
    if (type.key.startsWith(`${from}.`)) next = moveType(next, type.key.split('.'), to, undefined);
  }
  return next;
}

/** ALTER … SET SCHEMA. Owned sequences and indexes move with their table. */
export function setSchema(context: Context, node: AlterObjectSchemaStmt): CatalogState {
  const { state } = context;
  const schema = node.newschema ?? '';
  if (node.objectType === 'OBJECT_TYPE' || node.objectType === 'OBJECT_DOMAIN') {
    return moveType(state, objectNames(node.object), schema, undefined);
  }
  if (as(node.object, 'ObjectWithArgs')) {
    return moveFunction(state, as(node.object, 'ObjectWithArgs'), schema, undefined);
  }
  const written = rangeVar(node.relation);
  const relation = node.relation && state.relation(written.schema, written.name);
  if (!relation) return state;
  let next = rekey(state, relation.key, schema, relation.name);
  for (const sequence of next.ownedSequences(`${schema}.${relation.name}`))
    next = rekey(next, sequence.key, schema, sequence.name);
  return next;
}

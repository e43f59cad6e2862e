import type { ColumnDef, CreateStmt, Node } from '@pgsql/types';
import { as, columnConstraints, rangeVar } from '../sql/tree.js';
import type { Column, Relation } from './catalog.js';
import { addOwnedSequence, bareRelation, readColumn } from './columns.js';
import { addConstraint } from './constraints.js';
import { type Context, newKey, withState } from './context.js';
import { dropRelation, editRelation, putRelation } from './edit.js';
import { partAt } from './part.js';
import { copyIndexes } from './partitions.js';
import type { CatalogState } from './state.js';

export function createTable(context: Context, node: CreateStmt, foreign = false): CatalogState {
  const { state, origin } = context;
  const temporary = node.relation?.relpersistence === 't';
  const { schema, name, key } = newKey(state, rangeVar(node.relation), temporary);
  const existing = state.relationByKey(key);
  if (existing && node.if_not_exists) return state;
  const parents = (node.inhRelations ?? []).map((parent) => rangeVar(parent));
  const known = parents.map((p) => state.relation(p.schema, p.name));
  const ofType = node.ofTypename !== undefined;
  const relation: Relation = {
    ...bareRelation(foreign ? 'foreignTable' : node.partspec ? 'partitionedTable' : 'table', schema, name, origin),
    parents: parents.map((p, i) => known[i]?.key ?? `${p.schema ?? schema}.${p.name}`),
    isPartition: node.partbound !== undefined,
    isDefaultPartition: node.partbound?.is_default === true,
    unlogged: node.relation?.relpersistence === 'u',
    complete: !ofType && known.every((p) => p?.complete === true),
  };
  let next = putRelation(existing ? dropRelation(state, key, true, origin) : state, relation);
  for (const parent of known) if (parent) next = inheritFrom(withState(context, next), key, parent);
  return addElements(withState(context, next), key, node);
}

function addElements(context: Context, key: string, node: CreateStmt): CatalogState {
  let next = context.state;
  const elements = node.tableElts ?? [];
  for (const element of elements) {
    const column = as(element, 'ColumnDef');
    const like = as(element, 'TableLikeClause');
    if (column) next = addColumnOnly(partAt(withState(context, next), column.location), key, column);
    else if (like) next = likeTable(withState(context, next), key, rangeVar(like.relation), like.options ?? 0);
  }
  const primaryFirst = [...elements].sort((a, b) => rank(a) - rank(b));
  for (const element of primaryFirst) {
    const column = as(element, 'ColumnDef');
    const constraint = as(element, 'Constraint');
    if (constraint) {
      const part = partAt(withState(context, next), constraint.location);
      next = addConstraint(part, key, constraint, undefined);
    } else if (column) next = addColumnConstraints(withState(context, next), key, column);
  }
  return next;
}

/** transformIndexConstraints puts the primary key first; the rest keeps its order. */
function rank(element: Node): number {
  const own = as(element, 'Constraint');
  const constraints = own ? [own] : columnConstraints(as(element, 'ColumnDef'));
  return constraints.some((c) => c?.contype === 'CONSTR_PRIMARY') ? 0 : 1;
}

function addColumnOnly(context: Context, key: string, node: ColumnDef): CatalogState {
  const { column } = readColumn(context, node);
  let next = editRelation(context.state, key, (relation) => withColumn(relation, merged(relation, column, node)));
  if (column.serial || column.identity) next = addOwnedSequence(withState(context, next), key, column.name);
  return next;
}

/** A column that an inherited one already gives keeps what it had: PARTITION OF p (c NOT NULL), INHERITS. */
function merged(relation: Relation, column: Column, node: ColumnDef): Column {
  const inherited = relation.columns.get(column.name);
  if (!inherited) return column;
  return {
    ...column,
    type: node.typeName ? column.type : inherited.type,
    notNull: column.notNull || inherited.notNull,
    defaultSql: column.defaultSql ?? inherited.defaultSql,
  };
}

function addColumnConstraints(context: Context, key: string, node: ColumnDef): CatalogState {
  let next = context.state;
  const written = (node.constraints ?? []).flatMap((c) => as(c, 'Constraint')?.location ?? []);
  for (const constraint of readColumn(context, node).constraints) {
    const behind = written.find((location) => location > (constraint.location ?? 0));
    const part = partAt(withState(context, next), constraint.location, behind);
    next = addConstraint(part, key, constraint, node.colname);
  }
  return next;
}

/** ALTER TABLE ADD COLUMN, and its constraints. */
export function addColumn(context: Context, key: string, node: ColumnDef): CatalogState {
  const added = addColumnOnly(partAt(context, node.location), key, node);
  return addColumnConstraints(withState(context, added), key, node);
}

/** MaxHeapAttributeNumber: PostgreSQL makes no table of more columns. What a text writes beyond them is never there. */
const MOST_COLUMNS = 1600;

function withColumn(relation: Relation, column: Column): Relation {
  if (relation.columns.size >= MOST_COLUMNS && !relation.columns.has(column.name)) return relation;
  return { ...relation, columns: new Map(relation.columns).set(column.name, column) };
}

function inheritFrom(context: Context, key: string, parent: Relation): CatalogState {
  const { origin } = context;
  const child = context.state.relationByKey(key);
  if (!child) return context.state;
  const columns = new Map(child.columns);
  for (const column of parent.columns.values())
    columns.set(column.name, { ...column, identity: undefined, origin, typeOrigin: undefined });
  const constraints = new Map(child.constraints);
  for (const constraint of parent.constraints.values()) {
    const copied =
      constraint.kind === 'check' ||
      constraint.kind === 'notNull' ||
      (child.isPartition && constraint.kind === 'foreignKey');
    if (copied) constraints.set(constraint.name, { ...constraint, origin });
  }
  let next = putRelation(context.state, { ...child, columns, constraints });
  if (child.isPartition) next = copyIndexes(withState(context, next), key, parent);
  return next;
}

/** LIKE: options are bits, see TableLikeOption in parsenodes.h. */
const LIKE = { constraints: 4, defaults: 8, generated: 16, identity: 32, indexes: 64 } as const;

function likeTable(
  context: Context,
  key: string,
  source: { readonly schema?: string; readonly name: string },
  options: number,
): CatalogState {
  const from = context.state.relation(source.schema, source.name);
  if (!from) return editRelation(context.state, key, (relation) => ({ ...relation, complete: false }));
  let next = editRelation(context.state, key, (relation) => {
    const columns = new Map(relation.columns);
    for (const column of from.columns.values()) columns.set(column.name, likeColumn(column, options, context));
    const constraints = new Map(relation.constraints);
    for (const constraint of from.constraints.values()) {
      const copied =
        constraint.kind === 'notNull' || (constraint.kind === 'check' && (options & LIKE.constraints) !== 0);
      if (copied)
        constraints.set(constraint.name, { ...constraint, validated: constraint.enforced, origin: context.origin });
    }
    return { ...relation, columns, constraints, complete: relation.complete && from.complete };
  });
  for (const column of options & LIKE.identity ? from.columns.values() : []) {
    if (column.identity) next = addOwnedSequence(withState(context, next), key, column.name);
  }
  if (options & LIKE.indexes) next = copyIndexes(withState(context, next), key, from);
  return next;
}

function likeColumn(column: Column, options: number, context: Context): Column {
  return {
    ...column,
    defaultSql: options & LIKE.defaults ? column.defaultSql : undefined,
    generated: options & LIKE.generated ? column.generated : undefined,
    identity: options & LIKE.identity ? column.identity : undefined,
    serial: false,
    origin: context.origin,
    typeOrigin: undefined,
  };
}

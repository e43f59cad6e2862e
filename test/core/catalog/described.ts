import type {
  Catalog,
  Column,
  Constraint,
  Index,
  Relation,
  UserType,
} from '../../../server/src/core/catalog/catalog.js';
import { CatalogState } from '../../../server/src/core/catalog/state.js';
import { typeName } from '../../../server/src/core/sql/types.js';
import type {
  Described,
  DescribedColumn,
  DescribedConstraint,
  DescribedIndex,
  DescribedRelation,
  DescribedType,
} from './observed.js';

/** Our catalog in the form in which PostgreSQL is observed. `spell`: how PostgreSQL writes a type. */
export function describe(catalog: Catalog, spell: (type: string) => string): Described {
  assertState(catalog);
  const relations: Record<string, DescribedRelation> = {};
  for (const relation of catalog.relations()) relations[relation.key] = describeRelation(catalog, relation, spell);
  const types: Record<string, DescribedType> = {};
  for (const type of catalog.parts.types.values()) types[type.key] = describeType(type, spell);
  const functions: string[] = [];
  for (const entries of catalog.parts.functions.values()) {
    for (const { fn } of entries) functions.push(`${fn.key} ${fn.kind} ${fn.volatility}`);
  }
  return { relations, types, functions };
}

/** Every type that the catalog mentions, as SQL. */
export function typesIn(catalog: Catalog): string[] {
  assertState(catalog);
  const found = new Set<string>();
  for (const relation of catalog.relations())
    for (const column of relation.columns.values()) found.add(typeName(column.type));
  for (const type of catalog.parts.types.values()) if (type.base) found.add(typeName(type.base));
  return [...found];
}

function assertState(catalog: Catalog): asserts catalog is CatalogState {
  if (!(catalog instanceof CatalogState)) throw new TypeError('a catalog of another make');
}

function describeRelation(catalog: Catalog, relation: Relation, spell: (type: string) => string): DescribedRelation {
  return {
    kind: relation.kind,
    persistence: relation.temporary ? 'temporary' : relation.unlogged ? 'unlogged' : 'permanent',
    parents: relation.parents,
    isPartition: relation.isPartition,
    isDefaultPartition: relation.isDefaultPartition,
    ownedBy: relation.ownedBy ? relation.ownedBy.join('.') : null,
    columns: [...relation.columns.values()].map((column) => describeColumn(column, spell)),
    constraints: [...relation.constraints.values()].filter((c) => c.kind !== 'notNull').map(describeConstraint),
    indexes: catalog.indexesOn(relation.key).map(describeIndex),
    triggers: [...relation.triggers.values()].map((trigger) => `${trigger.name} ${trigger.function}`),
    reads: describeReads(catalog, relation),
  };
}

function describeColumn(column: Column, spell: (type: string) => string): DescribedColumn {
  return {
    name: column.name,
    type: spell(typeName(column.type)),
    notNull: column.notNull,
    hasDefault: column.defaultSql !== undefined || column.generated !== undefined,
    identity: column.identity ?? null,
    generated: column.generated ?? null,
  };
}

function describeConstraint(constraint: Constraint): DescribedConstraint {
  const foreign = constraint.kind === 'foreignKey';
  return {
    name: constraint.name,
    kind: constraint.kind,
    columns: constraint.columns,
    validated: constraint.validated,
    references: constraint.references
      ? `${constraint.references.relation} ${JSON.stringify(constraint.references.columns)}`
      : null,
    onDelete: foreign ? (constraint.onDelete ?? null) : null,
    onUpdate: foreign ? (constraint.onUpdate ?? null) : null,
    index: constraint.indexName ?? null,
  };
}

function describeIndex(index: Index): DescribedIndex {
  return {
    name: index.name,
    columns: index.columns.map((column) => column ?? null),
    dependsOn: index.dependsOn,
    unique: index.unique,
    method: index.method,
    partial: index.partial,
    valid: index.valid,
    parent: index.parent ?? null,
  };
}

function describeReads(catalog: Catalog, relation: Relation): string[] {
  return [...relation.reads].flatMap(([key, columns]) => {
    const names = columns === 'all' ? [...(catalog.relationByKey(key)?.columns.keys() ?? [])] : [...columns];
    return [key, ...names.map((name) => `${key}.${name}`)];
  });
}

function describeType(type: UserType, spell: (type: string) => string): DescribedType {
  return {
    kind: type.kind,
    values: type.values,
    base: type.base ? spell(typeName(type.base)) : null,
    notNull: type.notNull,
    hasCheck: type.hasCheck,
  };
}

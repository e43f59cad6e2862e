import type { ColumnDef, Constraint as ConstraintNode, TypeName } from '@pgsql/types';
import { sourceAfter } from '../sql/clauseSource.js';
import { columnConstraints, isNull } from '../sql/tree.js';
import { isSerial, type TypeRef, typeRef } from '../sql/types.js';
import type { Column, Relation } from './catalog.js';
import { type Context, relationNameTaken } from './context.js';
import { editRelation, putRelation } from './edit.js';
import { freeName } from './naming.js';
import type { CatalogState } from './state.js';

export interface ReadColumn {
  readonly column: Column;
  /** Constraints written on the column that are objects of their own. */
  readonly constraints: readonly ConstraintNode[];
}

const OBJECTS = new Set(['CONSTR_PRIMARY', 'CONSTR_UNIQUE', 'CONSTR_CHECK', 'CONSTR_FOREIGN', 'CONSTR_EXCLUSION']);

/** A type as written; with its schema when only this session's search path finds it. */
export function typeOf(state: CatalogState, node: TypeName | undefined): TypeRef {
  const type = typeRef(node);
  const key = type.schema === undefined ? state.type(undefined, type.name)?.key : undefined;
  const schema = key?.slice(0, key.indexOf('.'));
  return schema === undefined || state.parts.basePath.includes(schema) ? type : { ...type, schema };
}

export function readColumn(context: Context, node: ColumnDef): ReadColumn {
  const nodes = columnConstraints(node);
  const find = (type: string) => nodes.find((c) => c.contype === type);
  const serial = isSerial(node.typeName);
  const identity = find('CONSTR_IDENTITY');
  const generated = find('CONSTR_GENERATED');
  const defaultNode = find('CONSTR_DEFAULT');
  const notNull = serial || [identity, find('CONSTR_NOTNULL'), find('CONSTR_PRIMARY')].some((c) => c !== undefined);
  const column: Column = {
    name: node.colname ?? '',
    type: typeOf(context.state, node.typeName),
    notNull,
    defaultSql:
      defaultNode && !isNull(defaultNode.raw_expr)
        ? sourceAfter(context.statement, defaultNode.location, true)
        : undefined,
    generated: generated ? (generated.generated_kind === 'v' ? 'virtual' : 'stored') : undefined,
    identity: identity ? (identity.generated_when === 'a' ? 'always' : 'byDefault') : undefined,
    serial,
    origin: context.origin,
  };
  const named = nodes.filter((c) => c.contype === 'CONSTR_NOTNULL' && c.conname !== undefined);
  return { column, constraints: [...nodes.filter((c) => OBJECTS.has(c.contype ?? '')), ...named] };
}

/** The sequence behind a serial or identity column: `table_column_seq`, owned by the column. */
export function addOwnedSequence(context: Context, key: string, column: string): CatalogState {
  const { state, origin } = context;
  const table = state.relationByKey(key);
  if (!table) return state;
  const name = freeName(table.name, column, 'seq', relationNameTaken(state, table.schema));
  const sequence = bareRelation('sequence', table.schema, name, origin);
  const next = putRelation(state, { ...sequence, ownedBy: [key, column], temporary: table.temporary });
  return editRelation(next, key, (relation) => {
    const known = relation.columns.get(column);
    if (!known?.serial) return relation;
    const defaultSql = `nextval('${table.schema}.${name}'::regclass)`;
    return { ...relation, columns: new Map(relation.columns).set(column, { ...known, defaultSql }) };
  });
}

export function bareRelation(
  kind: Relation['kind'],
  schema: string,
  name: string,
  origin: Relation['origin'],
): Relation {
  return {
    key: `${schema}.${name}`,
    schema,
    name,
    kind,
    columns: new Map(),
    constraints: new Map(),
    triggers: new Map(),
    parents: [],
    isPartition: false,
    isDefaultPartition: false,
    temporary: schema === 'pg_temp',
    unlogged: false,
    reads: new Map(),
    ownedBy: undefined,
    origin,
    complete: true,
  };
}

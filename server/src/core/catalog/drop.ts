import type { DropStmt, Node } from '@pgsql/types';
import { as, objectNames, qualifiedName } from '../sql/tree.js';
import { dropColumn } from './alter.js';
import type { Column, Relation, UserType } from './catalog.js';
import { type Context, withState } from './context.js';
import { dropRelation, editRelation, putRelation, removeIndex } from './edit.js';
import { dropFunction } from './functions.js';
import type { CatalogState } from './state.js';

export function drop(context: Context, node: DropStmt): CatalogState {
  let next = context.state;
  for (const object of node.objects ?? []) {
    next = dropOne(withState(context, next), node, object);
  }
  return next;
}

function dropOne(context: Context, node: DropStmt, object: Node): CatalogState {
  const { state, origin } = context;
  const names = objectNames(object);
  const { schema, name } = qualifiedName(names);
  const cascade = node.behavior === 'DROP_CASCADE';
  switch (node.removeType) {
    case 'OBJECT_TABLE':
    case 'OBJECT_VIEW':
    case 'OBJECT_MATVIEW':
    case 'OBJECT_SEQUENCE':
    case 'OBJECT_FOREIGN_TABLE': {
      const relation = state.relation(schema, name);
      if (!relation) return state;
      const without = cascade && relation.kind === 'sequence' ? withoutDefaultsFrom(state, relation) : state;
      return dropRelation(without, relation.key, cascade, origin);
    }
    case 'OBJECT_INDEX': {
      const index = state.index(schema, name);
      return index ? removeIndex(state, `${index.schema}.${index.name}`) : state;
    }
    case 'OBJECT_TYPE':
    case 'OBJECT_DOMAIN': {
      const type = state.type(schema, name);
      return type ? dropType(context, type, cascade) : state;
    }
    case 'OBJECT_FUNCTION':
    case 'OBJECT_PROCEDURE':
    case 'OBJECT_ROUTINE':
    case 'OBJECT_AGGREGATE':
      return dropFunction(context, as(object, 'ObjectWithArgs'), cascade);
    case 'OBJECT_TRIGGER':
      return dropTrigger(state, names);
    case 'OBJECT_SCHEMA':
      return dropSchema(context, name, cascade);
    case 'OBJECT_STATISTIC_EXT':
      return state.with({
        attachments: state.parts.attachments.delete(`statistics:${schema ?? state.creationSchema}.${name}`),
      });
    case 'OBJECT_PUBLICATION':
      return state.with({ attachments: state.parts.attachments.delete(`publication:${name}`) });
    default:
      return state;
  }
}

/** DROP SEQUENCE … CASCADE takes the defaults that call nextval on it. */
function withoutDefaultsFrom(state: CatalogState, sequence: Relation): CatalogState {
  const calls = ({ defaultSql }: Column) => {
    const written = defaultSql?.match(/^nextval\s*\(\s*'([^']+)'/i)?.[1]?.replaceAll('"', '');
    return (
      written === sequence.key || (written !== undefined && state.relation(undefined, written)?.key === sequence.key)
    );
  };
  let next = state;
  for (const relation of state.relations()) {
    if (![...relation.columns.values()].some(calls)) continue;
    const columns = new Map(
      [...relation.columns].map(
        ([n, c]) => [n, calls(c) ? { ...c, defaultSql: undefined, serial: false } : c] as const,
      ),
    );
    next = putRelation(next, { ...relation, columns });
  }
  return next;
}

/** Columns of a type: those of DROP TYPE … CASCADE go, those that are looked at for locks are found the same way. */
function columnsOfType(state: CatalogState, type: UserType): readonly { relation: Relation; column: string }[] {
  const found: { relation: Relation; column: string }[] = [];
  for (const relation of state.relations()) {
    for (const column of relation.columns.values()) {
      if (state.type(column.type.schema, column.type.name)?.key === type.key)
        found.push({ relation, column: column.name });
    }
  }
  return found;
}

function dropType(context: Context, type: UserType, cascade: boolean): CatalogState {
  let next = context.state;
  for (const { relation, column } of cascade ? columnsOfType(next, type) : []) {
    next = dropColumn(withState(context, next), relation.key, column, true);
  }
  next = next.with({ types: next.parts.types.delete(type.key) });
  return type.kind === 'composite' ? dropRelation(next, type.key, true, context.origin) : next;
}

function dropTrigger(state: CatalogState, names: readonly string[]): CatalogState {
  const trigger = names.at(-1) ?? '';
  const { schema, name } = qualifiedName(names.slice(0, -1));
  const relation = state.relation(schema, name);
  if (!relation?.triggers.has(trigger)) return state;
  return editRelation(state, relation.key, (r) => {
    const triggers = new Map(r.triggers);
    triggers.delete(trigger);
    return { ...r, triggers };
  });
}

function dropSchema(context: Context, schema: string, cascade: boolean): CatalogState {
  if (!cascade) return context.state;
  let next = context.state;
  for (const relation of [...next.relations()]) {
    if (relation.schema === schema) next = dropRelation(next, relation.key, true, context.origin);
  }
  for (const type of [...next.parts.types.values()]) {
    if (type.key.startsWith(`${schema}.`)) next = dropType(withState(context, next), type, true);
  }
  return next;
}

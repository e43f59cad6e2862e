import type { AlterSeqStmt, CreatePublicationStmt, CreateSeqStmt, CreateStatsStmt, Node } from '@pgsql/types';
import { as, optionOf, qualifiedName, rangeVar, texts } from '../sql/tree.js';
import { bareRelation } from './columns.js';
import { type Context, newKey } from './context.js';
import { putRelation } from './edit.js';
import type { CatalogState } from './state.js';

export function createSequence(context: Context, node: CreateSeqStmt): CatalogState {
  const { state, origin } = context;
  const temporary = node.sequence?.relpersistence === 't';
  const { schema, name, key } = newKey(state, rangeVar(node.sequence), temporary);
  if (state.relationByKey(key)) return state;
  const ownedBy = owner(state, node.options);
  return putRelation(state, { ...bareRelation('sequence', schema, name, origin), ownedBy });
}

export function alterSequence(context: Context, node: AlterSeqStmt): CatalogState {
  const { schema, name } = rangeVar(node.sequence);
  const sequence = context.state.relation(schema, name);
  if (!sequence || !optionOf(node.options, 'owned_by')) return context.state;
  return putRelation(context.state, { ...sequence, ownedBy: owner(context.state, node.options) });
}

/** OWNED BY schema.table.column; NONE has one part. */
function owner(state: CatalogState, options: readonly Node[] | undefined): readonly [string, string] | undefined {
  const names = texts(as(optionOf(options, 'owned_by')?.arg, 'List')?.items);
  if (names.length < 2) return undefined;
  const { schema, name } = qualifiedName(names.slice(0, -1));
  const key = state.relation(schema, name)?.key ?? `${schema ?? state.creationSchema}.${name}`;
  return [key, names.at(-1) ?? ''];
}

export function createStatistics(context: Context, node: CreateStatsStmt): CatalogState {
  const { state } = context;
  const source = rangeVar(as(node.relations?.[0], 'RangeVar'));
  const relation = state.relation(source.schema, source.name);
  if (!relation || node.defnames === undefined) return state;
  const { key } = newKey(state, qualifiedName(texts(node.defnames)));
  return state.with({ attachments: state.parts.attachments.set(`statistics:${key}`, [relation.key]) });
}

/** Tables named in a publication's list. */
function publicationTables(state: CatalogState, objects: readonly Node[] | undefined): readonly string[] {
  return (objects ?? []).flatMap((object) => {
    const table = as(object, 'PublicationObjSpec')?.pubtable?.relation;
    const { schema, name } = rangeVar(table);
    return (table && state.relation(schema, name)?.key) ?? [];
  });
}

export function createPublication(context: Context, node: CreatePublicationStmt): CatalogState {
  const { state } = context;
  const tables = publicationTables(state, node.pubobjects);
  return state.with({ attachments: state.parts.attachments.set(`publication:${node.pubname}`, tables) });
}

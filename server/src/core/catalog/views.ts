import type { CreateTableAsStmt, IntoClause, Node, SelectStmt, ViewStmt } from '@pgsql/types';
import { nameList, rangeVar } from '../sql/tree.js';
import type { Column, Relation } from './catalog.js';
import { bareRelation } from './columns.js';
import { type Context, newKey } from './context.js';
import { dropRelation, putRelation } from './edit.js';
import { QueryReader, renamed } from './queryScope.js';
import type { CatalogState } from './state.js';

export function createView(context: Context, node: ViewStmt): CatalogState {
  const { state, origin } = context;
  const temporary = node.view?.relpersistence === 't';
  const { schema, name, key } = newKey(state, rangeVar(node.view), temporary);
  const existing = state.relationByKey(key);
  const made = readQuery(context, node.query, nameList(node.aliases));
  const base = existing && node.replace ? existing : bareRelation('view', schema, name, origin);
  return putRelation(state, { ...base, ...made });
}

/** CREATE TABLE AS, CREATE MATERIALIZED VIEW. */
export function createTableAs(context: Context, node: CreateTableAsStmt): CatalogState {
  const kind = node.objtype === 'OBJECT_MATVIEW' ? 'materializedView' : 'table';
  return fill(context, node.into, node.query, kind, node.if_not_exists === true);
}

/** SELECT … INTO; other queries make nothing. */
export function selectInto(context: Context, node: SelectStmt): CatalogState {
  const into = node.intoClause;
  return into ? fill(context, into, { SelectStmt: node }, 'table', false) : context.state;
}

function fill(
  context: Context,
  into: IntoClause | undefined,
  query: Node | undefined,
  kind: 'table' | 'materializedView',
  ifNotExists: boolean,
): CatalogState {
  const { state, origin } = context;
  const temporary = into?.rel?.relpersistence === 't';
  const { schema, name, key } = newKey(state, rangeVar(into?.rel), temporary);
  const existing = state.relationByKey(key);
  if (existing && ifNotExists) return state;
  const made = readQuery(context, query, nameList(into?.colNames));
  const reads: Relation['reads'] = kind === 'materializedView' ? made.reads : new Map();
  const cleared = existing ? dropRelation(state, key, true, origin) : state;
  return putRelation(cleared, { ...bareRelation(kind, schema, name, origin), ...made, reads });
}

/** What a query reads, and the columns that it gives; where a type cannot be told from the catalog, the relation is incomplete. */
function readQuery(
  { state, origin }: Context,
  query: Node | undefined,
  aliases: readonly string[],
): Pick<Relation, 'columns' | 'complete' | 'reads'> {
  const reader = new QueryReader(state);
  const given = renamed(reader.read(query), aliases);
  const columns = new Map<string, Column>();
  for (const [name, type] of given.columns) {
    if (type) columns.set(name, { ...PLAIN, name, type, origin });
  }
  return { columns, complete: given.complete && columns.size === given.columns.length, reads: reader.reads };
}

const PLAIN = {
  notNull: false,
  defaultSql: undefined,
  generated: undefined,
  identity: undefined,
  serial: false,
} as const;

import type { CreateTableAsStmt, IntoClause, Node, SelectStmt, ViewStmt } from '@pgsql/types';
import { nameList, rangeVar } from '../sql/names.js';
import type { Column, Relation } from './catalog.js';
import { bareRelation } from './columns.js';
import { type Context, newKey } from './context.js';
import { dropRelation, putRelation } from './edit.js';
import { as, text } from './nodes.js';
import { rangeVarsIn, readsOf } from './queries.js';
import type { CatalogState } from './state.js';

export function createView(context: Context, node: ViewStmt): CatalogState {
  const { state, origin } = context;
  const temporary = node.view?.relpersistence === 't';
  const { schema, name, key } = newKey(state, rangeVar(node.view), temporary);
  const existing = state.relationByKey(key);
  const made = queryColumns(context, node.query, nameList(node.aliases));
  const base = existing && node.replace ? existing : bareRelation('view', schema, name, origin);
  return putRelation(state, { ...base, ...made, reads: readsOf(state, node.query) });
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
  const reads: Relation['reads'] = kind === 'materializedView' ? readsOf(state, query) : new Map();
  const made = queryColumns(context, query, nameList(into?.colNames));
  const cleared = existing ? dropRelation(state, key, true, origin) : state;
  return putRelation(cleared, { ...bareRelation(kind, schema, name, origin), ...made, reads });
}

/** Columns that a query gives, where names and types can be told from the catalog; else the relation is incomplete. */
function queryColumns(
  context: Context,
  query: Node | undefined,
  aliases: readonly string[],
): Pick<Relation, 'columns' | 'complete'> {
  const { state, origin } = context;
  const columns = new Map<string, Column>();
  const sources = rangeVarsIn(as(query, 'SelectStmt')?.fromClause).flatMap(
    (r) => state.relation(r.schemaname, r.relname ?? '') ?? [],
  );
  const targets = leftmost(as(query, 'SelectStmt'))?.targetList ?? [];
  let complete = targets.length > 0;
  for (const [i, item] of targets.entries()) {
    const target = as(item, 'ResTarget');
    const fields = as(target?.val, 'ColumnRef')?.fields ?? [];
    const source = text(fields.at(-1));
    const known =
      source === undefined ? undefined : sources.map((s) => s.columns.get(source)).find((c) => c !== undefined);
    const name = aliases[i] ?? target?.name ?? source;
    if (name === undefined || !known) complete = false;
    else
      columns.set(name, {
        ...known,
        name,
        notNull: false,
        defaultSql: undefined,
        generated: undefined,
        identity: undefined,
        serial: false,
        origin,
      });
  }
  return { columns, complete };
}

function leftmost(select: SelectStmt | undefined): SelectStmt | undefined {
  return select?.larg ? leftmost(select.larg) : select;
}

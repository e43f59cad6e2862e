import type { IndexElem, IndexStmt } from '@pgsql/types';
import { as, columnsIn, rangeVar, text } from '../sql/tree.js';
import type { Index, Relation } from './catalog.js';
import { type Context, relationNameTaken, withState } from './context.js';
import { putIndex } from './edit.js';
import { figureName } from './figureName.js';
import { clip, freeName, joinedColumns, MAX_BYTES } from './naming.js';
import { spreadIndex } from './partitions.js';
import type { CatalogState } from './state.js';

export function createIndex(context: Context, node: IndexStmt): CatalogState {
  const { state } = context;
  const target = rangeVar(node.relation);
  const relation = state.relation(target.schema, target.name);
  if (!relation) return state;
  if (node.if_not_exists && node.idxname && relationNameTaken(state, relation.schema)(node.idxname)) return state;
  const index = indexOn(context, node, relation, node.idxname);
  const next = putIndex(state, index);
  return node.relation?.inh === true ? spreadIndex(withState(context, next), relation.key, index) : next;
}

function indexOn(context: Context, node: IndexStmt, relation: Relation, written: string | undefined): Index {
  const { state, origin } = context;
  const elements = (node.indexParams ?? []).flatMap((p) => as(p, 'IndexElem') ?? []).map(plainColumn);
  const including = (node.indexIncludingParams ?? []).flatMap((p) => as(p, 'IndexElem')?.name ?? []);
  const columns = elements.map((e) => e.name);
  const labels = indexLabels([...elements.map((e) => e.name ?? figureName(e.expr) ?? 'expr'), ...including]);
  const name =
    written ?? freeName(relation.name, joinedColumns(labels), 'idx', relationNameTaken(state, relation.schema));
  const used = [
    ...columns.flatMap((c) => c ?? []),
    ...including,
    ...columnsIn(node.indexParams),
    ...columnsIn(node.whereClause),
  ];
  return {
    schema: relation.schema,
    name,
    relation: relation.key,
    columns,
    dependsOn: [...new Set(used)],
    unique: node.unique === true,
    method: node.accessMethod ?? 'btree',
    partial: node.whereClause !== undefined,
    expression: columns.includes(undefined),
    valid:
      node.relation?.inh === true || relation.kind !== 'partitionedTable' || state.children(relation.key).length === 0,
    labels,
    origin,
  };
}

/** `((a))` and `((a COLLATE "C"))` are columns, not expressions (ComputeIndexAttrs). */
function plainColumn(element: IndexElem): IndexElem {
  let expression = element.expr;
  for (let collate = as(expression, 'CollateClause'); collate; collate = as(expression, 'CollateClause'))
    expression = collate.arg;
  const fields = as(expression, 'ColumnRef')?.fields;
  const name = fields?.length === 1 ? text(fields[0]) : undefined;
  return name === undefined ? element : { ...element, name };
}

/** ChooseIndexColumnNames: a name that is taken gets a number. */
function indexLabels(names: readonly string[]): string[] {
  const labels: string[] = [];
  for (const name of names) {
    let label = name;
    for (let n = 1; labels.includes(label); n++) label = clip(name, MAX_BYTES - String(n).length) + n;
    labels.push(label);
  }
  return labels;
}

import type { Constraint as ConstraintNode, Node } from '@pgsql/types';
import { sourceAfter } from '../sql/clauseSource.js';
import { as, columnNamed, columnsIn, nameList, rangeVar } from '../sql/tree.js';
import type { Constraint, Index, Relation } from './catalog.js';
import { type Context, relationNameTaken, withState } from './context.js';
import { editRelation, family, putIndex, removeIndex } from './edit.js';
import { freeName, joinedColumns } from './naming.js';
import { spreadIndex } from './partitions.js';
import type { CatalogState } from './state.js';

const ACTIONS: Readonly<Record<string, NonNullable<Constraint['onDelete']>>> = {
  a: 'noAction',
  r: 'restrict',
  c: 'cascade',
  n: 'setNull',
  d: 'setDefault',
};

/** Columns that an expression proves NOT NULL: `c IS NOT NULL`, alone or AND-ed (ConstraintImpliedByRelConstraint). */
function provenNotNull(expression: Node | undefined): string[] {
  const test = as(expression, 'NullTest');
  if (test) {
    const column = test.nulltesttype === 'IS_NOT_NULL' ? columnNamed(test.arg) : undefined;
    return column === undefined ? [] : [column];
  }
  const bool = as(expression, 'BoolExpr');
  return bool?.boolop === 'AND_EXPR' ? (bool.args ?? []).flatMap((arg) => provenNotNull(arg)) : [];
}

/** Adds a constraint of CREATE TABLE or ALTER TABLE. `column`: it was written on this column. */
export function addConstraint(
  context: Context,
  key: string,
  node: ConstraintNode,
  column: string | undefined,
): CatalogState {
  switch (node.contype) {
    case 'CONSTR_PRIMARY':
    case 'CONSTR_UNIQUE':
    case 'CONSTR_EXCLUSION':
      return node.indexname ? promoteIndex(context, key, node) : addIndexConstraint(context, key, node, column);
    case 'CONSTR_FOREIGN':
      return addForeignKey(context, key, node, column);
    case 'CONSTR_CHECK':
      return addCheck(context, key, node, column);
    case 'CONSTR_NOTNULL':
      return addNotNull(context, key, node, column);
    default:
      return context.state;
  }
}

type Draft = Omit<Constraint, 'name' | 'kind' | 'origin'>;

const BLANK: Draft = {
  columns: [],
  validated: true,
  enforced: true,
  references: undefined,
  onDelete: undefined,
  expressionSql: undefined,
  provesNotNull: [],
  indexName: undefined,
};

function put(state: CatalogState, key: string, constraint: Constraint): CatalogState {
  return editRelation(state, key, (relation) => ({
    ...relation,
    constraints: new Map(relation.constraints).set(constraint.name, constraint),
  }));
}

/** Constraint names are looked up in the whole schema, so that generated names do not meet. */
function constraintNameTaken(relation: Relation): (name: string) => boolean {
  return (name) => relation.constraints.has(name);
}

function addIndexConstraint(
  context: Context,
  key: string,
  node: ConstraintNode,
  column: string | undefined,
): CatalogState {
  const { state, origin } = context;
  const relation = state.relationByKey(key);
  if (!relation) return state;
  const exclusion = (node.exclusions ?? []).map((item) => as(as(item, 'List')?.items?.[0], 'IndexElem'));
  const keys = nameList(node.keys);
  const columns =
    node.contype === 'CONSTR_EXCLUSION'
      ? exclusion.map((e) => e?.name)
      : keys.length > 0
        ? keys
        : column === undefined
          ? []
          : [column];
  const named = columns.flatMap((c) => c ?? []);
  const primary = node.contype === 'CONSTR_PRIMARY';
  const label = primary ? 'pkey' : node.contype === 'CONSTR_EXCLUSION' ? 'excl' : 'key';
  const including = nameList(node.including);
  const nameColumns = [...columns.map((c) => c ?? 'expr'), ...including];
  const taken = relationNameTaken(state, relation.schema);
  const name = node.conname ?? freeName(relation.name, primary ? undefined : joinedColumns(nameColumns), label, taken);
  const index: Index = {
    schema: relation.schema,
    name,
    relation: key,
    columns,
    dependsOn: [...new Set([...named, ...including, ...columnsIn(node.exclusions), ...columnsIn(node.where_clause)])],
    unique: node.contype !== 'CONSTR_EXCLUSION',
    method: node.access_method ?? 'btree',
    partial: node.where_clause !== undefined,
    expression: columns.includes(undefined),
    valid: true,
    labels: nameColumns,
    origin,
  };
  let next = putIndex(state, index);
  next = put(next, key, { ...BLANK, name, kind: indexKind(node), columns: named, indexName: name, origin });
  next = spreadIndex(withState(context, next), key, index);
  return primary ? markNotNull(next, key, named) : next;
}

function indexKind(node: ConstraintNode): Constraint['kind'] {
  if (node.contype === 'CONSTR_PRIMARY') return 'primaryKey';
  return node.contype === 'CONSTR_EXCLUSION' ? 'exclusion' : 'unique';
}

/** ADD CONSTRAINT … USING INDEX: the index takes the constraint's name. */
function promoteIndex(context: Context, key: string, node: ConstraintNode): CatalogState {
  const { state, origin } = context;
  const relation = state.relationByKey(key);
  if (!relation || node.indexname === undefined) return state;
  const index = state.index(relation.schema, node.indexname);
  const name = node.conname ?? node.indexname;
  const columns = index?.columns.flatMap((c) => c ?? []) ?? [];
  let next = state;
  if (index) {
    next = removeIndex(next, `${index.schema}.${index.name}`);
    next = putIndex(next, { ...index, name, origin });
  }
  next = put(next, key, { ...BLANK, name, kind: indexKind(node), columns, indexName: name, origin });
  return node.contype === 'CONSTR_PRIMARY' ? markNotNull(next, key, columns) : next;
}

export function markNotNull(
  state: CatalogState,
  key: string,
  columns: readonly string[],
  notNull = true,
  inherit = true,
): CatalogState {
  let next = state;
  const own = state.relationByKey(key);
  for (const member of inherit || !own ? family(state, key) : [own]) {
    next = editRelation(next, member.key, (relation) => {
      const changed = new Map(relation.columns);
      for (const name of columns) {
        const column = changed.get(name);
        if (column) changed.set(name, { ...column, notNull });
      }
      return { ...relation, columns: changed };
    });
  }
  return next;
}

function addForeignKey(context: Context, key: string, node: ConstraintNode, column: string | undefined): CatalogState {
  const { state, origin } = context;
  const relation = state.relationByKey(key);
  if (!relation) return state;
  const attrs = nameList(node.fk_attrs);
  const columns = attrs.length > 0 ? attrs : column === undefined ? [] : [column];
  const target = rangeVar(node.pktable);
  const referenced = state.relation(target.schema, target.name);
  const written = nameList(node.pk_attrs);
  const primary = referenced && [...referenced.constraints.values()].find((c) => c.kind === 'primaryKey');
  const name = node.conname ?? freeName(relation.name, joinedColumns(columns), 'fkey', constraintNameTaken(relation));
  const constraint: Constraint = {
    ...BLANK,
    name,
    kind: 'foreignKey',
    columns,
    validated: !(node.skip_validation ?? false),
    enforced: node.is_enforced === true,
    references: {
      relation: referenced?.key ?? `${target.schema ?? state.creationSchema}.${target.name}`,
      columns: written.length > 0 ? written : (primary?.columns ?? []),
    },
    onDelete: ACTIONS[node.fk_del_action ?? 'a'] ?? 'noAction',
    onUpdate: ACTIONS[node.fk_upd_action ?? 'a'] ?? 'noAction',
    origin,
  };
  let next = state;
  for (const member of relation.kind === 'partitionedTable' ? family(state, key) : [relation])
    next = put(next, member.key, constraint);
  return next;
}

function addCheck(context: Context, key: string, node: ConstraintNode, column: string | undefined): CatalogState {
  const { state, origin } = context;
  const relation = state.relationByKey(key);
  if (!relation) return state;
  const columns = columnsIn(node.raw_expr);
  const addition = columns.length === 1 ? columns[0] : undefined;
  const name = node.conname ?? freeName(relation.name, addition ?? column, 'check', constraintNameTaken(relation));
  const constraint: Constraint = {
    ...BLANK,
    name,
    kind: 'check',
    columns,
    validated: !(node.skip_validation ?? false),
    enforced: node.is_enforced === true,
    expressionSql: checkSource(context, node),
    provesNotNull: provenNotNull(node.raw_expr),
    origin,
  };
  let next = state;
  for (const member of node.is_no_inherit ? [relation] : family(state, key)) next = put(next, member.key, constraint);
  return next;
}

/** `CHECK (…)`: the location of a named constraint is that of CONSTRAINT, so the search starts at CHECK. */
function checkSource(context: Context, node: ConstraintNode): string | undefined {
  const { statement } = context;
  const from = statement.at(node.location);
  const check = statement.tokens.find((token) => token.span.start >= from && token.type === 'CHECK');
  if (!check) return undefined;
  const open = statement.tokens.find((token) => token.span.start > check.span.start && token.type === 'ASCII_40');
  if (!open) return undefined;
  const source = sourceAfter(statement, undefined, false, open.span.start - 1);
  return source?.slice(1, -1).trim();
}

/** ADD CONSTRAINT n NOT NULL c (PostgreSQL 18). */
function addNotNull(context: Context, key: string, node: ConstraintNode, column: string | undefined): CatalogState {
  const columns = column === undefined ? nameList(node.keys) : [column];
  const validated = !(node.skip_validation ?? false);
  let next = context.state;
  const relation = next.relationByKey(key);
  if (!relation) return next;
  if (node.conname !== undefined || column === undefined) {
    const name = node.conname ?? freeName(relation.name, columns[0], 'not_null', constraintNameTaken(relation));
    next = put(next, key, { ...BLANK, name, kind: 'notNull', columns, validated, origin: context.origin });
  }
  return validated ? markNotNull(next, key, columns, true, node.is_no_inherit !== true) : next;
}

import type { AlterDomainStmt, AlterEnumStmt, CompositeTypeStmt, CreateDomainStmt, CreateEnumStmt } from '@pgsql/types';
import { as, qualifiedName, rangeVar, texts } from '../sql/tree.js';
import type { UserType } from './catalog.js';
import { bareRelation, readColumn, typeOf } from './columns.js';
import { type Context, newKey } from './context.js';
import { putRelation } from './edit.js';
import { freeName } from './naming.js';
import type { CatalogState } from './state.js';

function putType(state: CatalogState, type: UserType): CatalogState {
  return state.with({ types: state.parts.types.set(type.key, type) });
}

function blankType(context: Context, names: readonly string[], kind: UserType['kind']): UserType {
  const { key } = newKey(context.state, qualifiedName(names));
  return { key, kind, values: [], base: undefined, notNull: false, hasCheck: false, origin: context.origin };
}

export function createEnum(context: Context, node: CreateEnumStmt): CatalogState {
  return putType(context.state, { ...blankType(context, texts(node.typeName), 'enum'), values: texts(node.vals) });
}

export function createPlainType(context: Context, names: readonly string[], kind: 'range' | 'shell'): CatalogState {
  return putType(context.state, blankType(context, names, kind));
}

export function createDomain(context: Context, node: CreateDomainStmt): CatalogState {
  const constraints = (node.constraints ?? []).flatMap((c) => as(c, 'Constraint') ?? []);
  let type: UserType = {
    ...blankType(context, texts(node.domainname), 'domain'),
    base: typeOf(context.state, node.typeName),
    notNull: constraints.some((c) => c.contype === 'CONSTR_NOTNULL'),
  };
  for (const constraint of constraints)
    if (constraint.contype === 'CONSTR_CHECK') type = withCheck(type, constraint.conname);
  return putType(context.state, type);
}

/** Names as ChooseConstraintName gives them: `domain_check`. */
function withCheck(type: UserType, name: string | undefined): UserType {
  const { checks = [] } = type;
  const added =
    name ?? freeName(type.key.slice(type.key.indexOf('.') + 1), undefined, 'check', (n) => checks.includes(n));
  return { ...type, hasCheck: true, checks: [...checks, added] };
}

export function createComposite(context: Context, node: CompositeTypeStmt): CatalogState {
  const { schema, name, key } = newKey(context.state, rangeVar(node.typevar));
  const columns = (node.coldeflist ?? [])
    .flatMap((c) => as(c, 'ColumnDef') ?? [])
    .map((c) => readColumn(context, c).column);
  const relation = {
    ...bareRelation('compositeType', schema, name, context.origin),
    columns: new Map(columns.map((c) => [c.name, c])),
  };
  const type: UserType = {
    key,
    kind: 'composite',
    values: [],
    base: undefined,
    notNull: false,
    hasCheck: false,
    origin: context.origin,
  };
  return putType(putRelation(context.state, relation), type);
}

export function alterEnum(context: Context, node: AlterEnumStmt): CatalogState {
  const { schema, name } = qualifiedName(texts(node.typeName));
  const type = context.state.type(schema, name);
  if (!type) return context.state;
  const { oldVal, newVal = '' } = node;
  if (oldVal !== undefined)
    return putType(context.state, { ...type, values: type.values.map((v) => (v === oldVal ? newVal : v)) });
  if (type.values.includes(newVal)) return context.state;
  const neighbour = node.newValNeighbor === undefined ? -1 : type.values.indexOf(node.newValNeighbor);
  const at = neighbour < 0 ? type.values.length : neighbour + (node.newValIsAfter ? 1 : 0);
  return putType(context.state, { ...type, values: [...type.values.slice(0, at), newVal, ...type.values.slice(at)] });
}

export function alterDomain(context: Context, node: AlterDomainStmt): CatalogState {
  const { schema, name } = qualifiedName(texts(node.typeName));
  const type = context.state.type(schema, name);
  if (!type) return context.state;
  if (node.subtype === 'O') return putType(context.state, { ...type, notNull: true });
  if (node.subtype === 'N') return putType(context.state, { ...type, notNull: false });
  if (node.subtype === 'X') {
    const checks = (type.checks ?? []).filter((name) => name !== node.name);
    return putType(context.state, { ...type, checks, hasCheck: checks.length > 0 });
  }
  const added = node.subtype === 'C' ? as(node.def, 'Constraint') : undefined;
  if (!added) return context.state;
  return putType(
    context.state,
    added.contype === 'CONSTR_NOTNULL' ? { ...type, notNull: true } : withCheck(type, added.conname),
  );
}

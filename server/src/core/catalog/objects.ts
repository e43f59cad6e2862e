import type {
  AlterEnumStmt, AlterDomainStmt, AlterFunctionStmt, AlterSeqStmt, CompositeTypeStmt, CreateDomainStmt, CreateEnumStmt,
  CreateFunctionStmt, CreatePublicationStmt, CreateSeqStmt, CreateStatsStmt, CreateTrigStmt, DefElem, IndexStmt, Node,
} from '@pgsql/types';
import { nameList, rangeVar, typeRef } from '../sql/names.js';
import type { Relation, UserFunction, UserType } from './catalog.js';
import { bareRelation, readColumn } from './columns.js';
import { type Context, newKey, relationNameTaken } from './context.js';
import { editRelation, family, putIndex, putRelation } from './edit.js';
import { freeName, joinedColumns } from './naming.js';
import { as, columnsIn, qualifiedName, text, texts } from './nodes.js';
import type { CatalogState } from './state.js';

export function createIndex(context: Context, node: IndexStmt): CatalogState {
  const { state } = context;
  const target = rangeVar(node.relation);
  const relation = state.relation(target.schema, target.name);
  if (!relation) return state;
  if (node.if_not_exists && node.idxname && relationNameTaken(state, relation.schema)(node.idxname)) return state;
  const members = node.relation?.inh === true ? family(state, relation.key).filter((m) => m.kind !== 'foreignTable') : [relation];
  const spread = relation.kind === 'partitionedTable' ? members : [relation];
  let next = state;
  for (const [i, member] of spread.entries()) next = indexOn({ ...context, state: next }, node, member, i === 0 ? node.idxname : undefined);
  return next;
}

function indexOn(context: Context, node: IndexStmt, relation: Relation, written: string | undefined): CatalogState {
  const { state, origin } = context;
  const elements = (node.indexParams ?? []).flatMap((p) => as(p, 'IndexElem') ?? []);
  const including = (node.indexIncludingParams ?? []).flatMap((p) => as(p, 'IndexElem')?.name ?? []);
  const columns = elements.map((e) => e.name);
  const names = [...elements.map((e) => e.name ?? expressionName(e.expr)), ...including];
  const name = written ?? freeName(relation.name, joinedColumns(names), 'idx', relationNameTaken(state, relation.schema));
  const used = [...columns.flatMap((c) => c ?? []), ...including, ...columnsIn(node.indexParams), ...columnsIn(node.whereClause)];
  return putIndex(state, {
    schema: relation.schema,
    name,
    relation: relation.key,
    columns,
    dependsOn: [...new Set(used)],
    unique: node.unique === true,
    method: node.accessMethod ?? 'btree',
    partial: node.whereClause !== undefined,
    expression: columns.includes(undefined),
    valid: true,
    origin,
  });
}

/** FigureIndexColname in parse_target.c, for the forms that occur: a function's name, a column, else `expr`. */
function expressionName(expression: Node | undefined): string {
  const call = as(expression, 'FuncCall');
  if (call) return text(call.funcname?.at(-1)) ?? 'expr';
  const column = as(expression, 'ColumnRef');
  if (column) return text(column.fields?.at(-1)) ?? 'expr';
  const cast = as(expression, 'TypeCast');
  if (cast) {
    const inner = expressionName(cast.arg);
    return inner === 'expr' ? (text(cast.typeName?.names?.at(-1)) ?? 'expr') : inner;
  }
  const collate = as(expression, 'CollateClause');
  if (collate) return expressionName(collate.arg);
  return as(expression, 'CoalesceExpr') ? 'coalesce' : 'expr';
}

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
  const kinds = (node.constraints ?? []).map((c) => as(c, 'Constraint')?.contype);
  return putType(context.state, {
    ...blankType(context, texts(node.domainname), 'domain'),
    base: typeRef(node.typeName),
    notNull: kinds.includes('CONSTR_NOTNULL'),
    hasCheck: kinds.includes('CONSTR_CHECK'),
  });
}

export function createComposite(context: Context, node: CompositeTypeStmt): CatalogState {
  const { schema, name, key } = newKey(context.state, rangeVar(node.typevar));
  const columns = (node.coldeflist ?? []).flatMap((c) => as(c, 'ColumnDef') ?? []).map((c) => readColumn(context, c).column);
  const relation = { ...bareRelation('compositeType', schema, name, context.origin), columns: new Map(columns.map((c) => [c.name, c])) };
  const type: UserType = { key, kind: 'composite', values: [], base: undefined, notNull: false, hasCheck: false, origin: context.origin };
  return putType(putRelation(context.state, relation), type);
}

export function alterEnum(context: Context, node: AlterEnumStmt): CatalogState {
  const { schema, name } = qualifiedName(texts(node.typeName));
  const type = context.state.type(schema, name);
  if (!type) return context.state;
  const { oldVal, newVal = '' } = node;
  if (oldVal !== undefined) return putType(context.state, { ...type, values: type.values.map((v) => (v === oldVal ? newVal : v)) });
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
  if (node.subtype !== 'C') return context.state;
  const notNull = as(node.def, 'Constraint')?.contype === 'CONSTR_NOTNULL';
  return putType(context.state, notNull ? { ...type, notNull } : { ...type, hasCheck: true });
}

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

export function optionOf(options: readonly Node[] | undefined, name: string): DefElem | undefined {
  return (options ?? []).flatMap((o) => as(o, 'DefElem') ?? []).find((o) => o.defname === name);
}

/** OWNED BY schema.table.column; NONE has one part. */
export function owner(state: CatalogState, options: readonly Node[] | undefined): readonly [string, string] | undefined {
  const names = texts(as(optionOf(options, 'owned_by')?.arg, 'List')?.items);
  if (names.length < 2) return undefined;
  const { schema, name } = qualifiedName(names.slice(0, -1));
  const key = state.relation(schema, name)?.key ?? `${schema ?? state.creationSchema}.${name}`;
  return [key, names.at(-1) ?? ''];
}

const VOLATILITIES: ReadonlySet<string> = new Set(['immutable', 'stable', 'volatile']);

function volatilityOf(options: readonly Node[] | undefined): UserFunction['volatility'] | undefined {
  const word = text(optionOf(options, 'volatility')?.arg);
  return word !== undefined && VOLATILITIES.has(word) ? (word as UserFunction['volatility']) : undefined;
}

export function createFunction(context: Context, node: CreateFunctionStmt): CatalogState {
  const { state, origin } = context;
  const { key } = newKey(state, qualifiedName(nameList(node.funcname)));
  const args = (node.parameters ?? []).flatMap((p) => as(p, 'FunctionParameter') ?? []).map((p) => typeRef(p.argType).name).join(',');
  const volatility = volatilityOf(node.options) ?? 'volatile';
  const fn: UserFunction = { key, kind: node.is_procedure ? 'procedure' : 'function', volatility, origin };
  const others = (state.parts.functions.get(key) ?? []).filter((entry) => entry.args !== args);
  return state.with({ functions: state.parts.functions.set(key, [...others, { args, fn }]) });
}

export function alterFunction(context: Context, node: AlterFunctionStmt): CatalogState {
  const { state } = context;
  const volatility = volatilityOf(node.actions);
  const { schema, name } = qualifiedName(texts(node.func?.objname));
  const key = state.functions(schema, name)[0]?.key;
  if (volatility === undefined || key === undefined) return state;
  const entries = (state.parts.functions.get(key) ?? []).map((entry) => ({ ...entry, fn: { ...entry.fn, volatility } }));
  return state.with({ functions: state.parts.functions.set(key, entries) });
}

export function createTrigger(context: Context, node: CreateTrigStmt): CatalogState {
  const { state, origin } = context;
  const { schema, name } = rangeVar(node.relation);
  const relation = state.relation(schema, name);
  if (!relation) return state;
  const called = qualifiedName(nameList(node.funcname));
  const fn = state.functions(called.schema, called.name)[0]?.key ?? `${called.schema ?? state.creationSchema}.${called.name}`;
  const trigger = { name: node.trigname ?? '', function: fn, columns: [...texts(node.columns), ...columnsIn(node.whenClause)], origin };
  return editRelation(state, relation.key, (r) => ({ ...r, triggers: new Map(r.triggers).set(trigger.name, trigger) }));
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
export function publicationTables(state: CatalogState, objects: readonly Node[] | undefined): readonly string[] {
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

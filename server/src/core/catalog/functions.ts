import type {
  AlterFunctionStmt,
  CreateFunctionStmt,
  CreateTrigStmt,
  DefineStmt,
  FunctionParameter,
  Node,
  ObjectWithArgs,
} from '@pgsql/types';
import { as, columnsIn, nameList, optionOf, qualifiedName, rangeVar, text, texts } from '../sql/tree.js';
import { typeRef } from '../sql/types.js';
import type { Relation, UserFunction } from './catalog.js';
import { type Context, newKey } from './context.js';
import { editRelation } from './edit.js';
import type { CatalogState, FunctionEntry } from './state.js';

const VOLATILITIES: ReadonlySet<string> = new Set(['immutable', 'stable', 'volatile']);
/** Parameters that a call does not give. */
const RESULTS: ReadonlySet<string> = new Set(['FUNC_PARAM_OUT', 'FUNC_PARAM_TABLE']);

function volatilityOf(options: readonly Node[] | undefined): UserFunction['volatility'] | undefined {
  const word = text(optionOf(options, 'volatility')?.arg);
  return word !== undefined && VOLATILITIES.has(word) ? (word as UserFunction['volatility']) : undefined;
}

function argumentType(node: unknown): string {
  const type = typeRef(node);
  return `${type.name}${type.array > 0 ? '[]' : ''}`;
}

function signature(parameters: readonly Node[] | undefined): string {
  const inputs = (parameters ?? []).flatMap((p): FunctionParameter[] => {
    const parameter = as(p, 'FunctionParameter');
    return parameter && !RESULTS.has(parameter.mode ?? '') ? [parameter] : [];
  });
  return inputs.map((p) => argumentType(p.argType)).join(',');
}

function putFunction(state: CatalogState, entry: FunctionEntry): CatalogState {
  const { key } = entry.fn;
  const others = (state.parts.functions.get(key) ?? []).filter((other) => other.args !== entry.args);
  return state.with({ functions: state.parts.functions.set(key, [...others, entry]) });
}

export function createFunction(context: Context, node: CreateFunctionStmt): CatalogState {
  const { state, origin } = context;
  const { key } = newKey(state, qualifiedName(nameList(node.funcname)));
  const volatility = volatilityOf(node.options) ?? 'volatile';
  const kind = node.is_procedure ? 'procedure' : 'function';
  return putFunction(state, { args: signature(node.parameters), fn: { key, kind, volatility, origin } });
}

/** CREATE AGGREGATE; the old syntax gives the argument as an option. */
export function createAggregate(context: Context, node: DefineStmt): CatalogState {
  const { state, origin } = context;
  const { key } = newKey(state, qualifiedName(texts(node.defnames)));
  const list = as(node.args?.[0], 'List')?.items;
  const base = as(optionOf(node.definition, 'basetype')?.arg, 'TypeName');
  const args = list ? signature(list) : base ? argumentType(base) : '';
  return putFunction(state, { args, fn: { key, kind: 'aggregate', volatility: 'immutable', origin } });
}

/** What a statement means by a name, with or without argument types. */
export interface FunctionsMeant {
  readonly key: string;
  readonly entries: readonly FunctionEntry[];
  readonly others: readonly FunctionEntry[];
}

function functionsMeant(state: CatalogState, object: ObjectWithArgs | undefined): FunctionsMeant | undefined {
  const { schema, name } = qualifiedName(texts(object?.objname));
  const key = state.functions(schema, name)[0]?.key;
  const all = key === undefined ? undefined : state.parts.functions.get(key);
  if (key === undefined || !all) return undefined;
  const written = object?.args_unspecified ? undefined : (object?.objargs ?? []).map(argumentType).join(',');
  const exact = all.filter((entry) => entry.args === written);
  // Types may be written in ways that we do not tell apart: with one function of that name, it is meant.
  const entries = exact.length > 0 ? exact : written === undefined || all.length === 1 ? all : [];
  return { key, entries, others: all.filter((entry) => !entries.includes(entry)) };
}

function withFunctions(state: CatalogState, key: string, entries: readonly FunctionEntry[]): CatalogState {
  const { functions } = state.parts;
  return state.with({ functions: entries.length > 0 ? functions.set(key, entries) : functions.delete(key) });
}

export function alterFunction(context: Context, node: AlterFunctionStmt): CatalogState {
  const volatility = volatilityOf(node.actions);
  const meant = functionsMeant(context.state, node.func);
  if (volatility === undefined || !meant) return context.state;
  const changed = meant.entries.map((entry) => ({ ...entry, fn: { ...entry.fn, volatility } }));
  return withFunctions(context.state, meant.key, [...meant.others, ...changed]);
}

/** RENAME and SET SCHEMA; triggers follow. */
export function moveFunction(
  state: CatalogState,
  object: ObjectWithArgs | undefined,
  schema: string | undefined,
  name: string | undefined,
): CatalogState {
  const meant = functionsMeant(state, object);
  if (!meant) return state;
  const dot = meant.key.indexOf('.');
  const key = `${schema ?? meant.key.slice(0, dot)}.${name ?? meant.key.slice(dot + 1)}`;
  const moved = meant.entries.map((entry) => ({ ...entry, fn: { ...entry.fn, key } }));
  let next = withFunctions(state, meant.key, meant.others);
  next = withFunctions(next, key, [...(next.parts.functions.get(key) ?? []), ...moved]);
  const triggers = moved.some((entry) => entry.args === '');
  for (const relation of triggers ? calling(state, meant.key) : []) {
    next = editRelation(next, relation.key, (r) => ({
      ...r,
      triggers: new Map(
        [...r.triggers].map(([n, t]) => [n, t.function === meant.key ? { ...t, function: key } : t] as const),
      ),
    }));
  }
  return next;
}

function calling(state: CatalogState, fn: string): readonly Relation[] {
  return [...state.relations()].filter((relation) => [...relation.triggers.values()].some((t) => t.function === fn));
}

/** DROP FUNCTION; with CASCADE the triggers and defaults that call it. */
export function dropFunction(context: Context, object: ObjectWithArgs | undefined, cascade: boolean): CatalogState {
  const { state } = context;
  const meant = functionsMeant(state, object);
  if (!meant) return state;
  let next = withFunctions(state, meant.key, meant.others);
  if (!cascade || meant.others.length > 0) return next;
  const name = meant.key.slice(meant.key.indexOf('.') + 1);
  for (const relation of state.relations())
    next = editRelation(next, relation.key, (r) => withoutCalls(r, meant.key, name));
  return next;
}

function withoutCalls(relation: Relation, key: string, name: string): Relation {
  const triggers = [...relation.triggers].filter(([, trigger]) => trigger.function !== key);
  const columns = [...relation.columns].map(([n, c]) => {
    const calls = c.defaultSql !== undefined && callsIn(c.defaultSql).includes(name);
    return [n, calls ? { ...c, defaultSql: undefined } : c] as const;
  });
  const same = triggers.length === relation.triggers.size && columns.every(([n, c]) => relation.columns.get(n) === c);
  return same ? relation : { ...relation, triggers: new Map(triggers), columns: new Map(columns) };
}

/** Names before an opening parenthesis. */
function callsIn(sql: string): string[] {
  return [...sql.matchAll(/([\p{L}_][\p{L}\p{N}_$]*)"?\s*\(/gu)].map((match) => match[1] ?? '');
}

export function createTrigger(context: Context, node: CreateTrigStmt): CatalogState {
  const { state, origin } = context;
  const { schema, name } = rangeVar(node.relation);
  const relation = state.relation(schema, name);
  if (!relation) return state;
  const called = qualifiedName(nameList(node.funcname));
  const fn =
    state.functions(called.schema, called.name)[0]?.key ?? `${called.schema ?? state.creationSchema}.${called.name}`;
  const trigger = {
    name: node.trigname ?? '',
    function: fn,
    columns: [...texts(node.columns), ...columnsIn(node.whenClause)],
    origin,
  };
  return editRelation(state, relation.key, (r) => ({ ...r, triggers: new Map(r.triggers).set(trigger.name, trigger) }));
}

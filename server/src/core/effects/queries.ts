import type { Node, RangeVar } from '@pgsql/types';
import { rangeVarsIn } from '../catalog/queries.js';
import { as, qualifiedName, text, walk } from '../sql/tree.js';
import type { EffectBuilder, Target } from './builder.js';
import type { LockMode } from './effect.js';

export interface QueryOptions {
  /** Base tables behind views are locked too: a query runs, a definition only names them. */
  readonly runs: boolean;
}

/** Locks of a query: ACCESS SHARE on what it reads, ROW SHARE on what it locks rows of; sequences that it advances. */
export function lockQuery(b: EffectBuilder, query: unknown, { runs }: QueryOptions): void {
  const locked = lockedRows(query);
  const pruned = hasWhere(query);
  for (const range of rangeVarsIn(query)) {
    if (isSystemCatalog(b, range)) continue;
    const target = b.target(range);
    const forUpdate = locked === 'all' || locked.has(range.alias?.aliasname ?? range.relname ?? '');
    const mode: LockMode = forUpdate ? 'ROW SHARE' : 'ACCESS SHARE';
    read(b, target, mode, runs, runs && range.inh === true && !pruned);
  }
  if (runs) lockSequences(b, query);
}

/** Locks of a query that is analysed and not run: a rule's action, the body of a function. */
export function analyse(b: EffectBuilder, query: Node): void {
  lockQuery(b, query, { runs: false });
  for (const { tag, content } of walk(query)) {
    if (CHANGES.has(tag) && content['relation'])
      b.lock(b.target(content['relation'] as RangeVar), 'ROW EXCLUSIVE', 'source');
  }
}

const CHANGES = new Set(['InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt']);

/** A relation that a running query reads; through a view, what the view reads. */
export function read(
  b: EffectBuilder,
  target: Target,
  mode: LockMode,
  runs: boolean,
  under: boolean,
  seen: ReadonlySet<string> = new Set(),
): void {
  if (seen.has(target.key)) return;
  const kind = target.relation?.kind;
  const role = kind === 'view' ? 'view' : kind === 'sequence' ? 'sequence' : 'source';
  for (const [i, member] of (under ? b.family(target) : [target]).entries())
    b.lock(member, mode, i === 0 ? role : 'partition');
  if (!runs || kind !== 'view') return;
  const known = new Set([...seen, target.key]);
  for (const key of target.relation?.reads.keys() ?? []) read(b, b.byKey(key), mode, runs, under, known);
}

/** Every query reads system catalogs; nobody waits for that. */
function isSystemCatalog(b: EffectBuilder, { schemaname, relname = '' }: RangeVar): boolean {
  if (schemaname !== undefined) return schemaname === 'pg_catalog' || schemaname === 'information_schema';
  return relname.startsWith('pg_') && !b.catalog.relation(undefined, relname);
}

/** FOR UPDATE and the like: the relations that they name, or all. */
function lockedRows(query: unknown): ReadonlySet<string> | 'all' {
  const names = new Set<string>();
  for (const { tag, content } of walk(query)) {
    if (tag !== 'LockingClause') continue;
    const relations = content['lockedRels'] as Node[] | undefined;
    if (!relations || relations.length === 0) return 'all';
    for (const relation of relations) names.add(as(relation, 'RangeVar')?.relname ?? '');
  }
  return names;
}

/** With a condition the planner may leave partitions out; which ones is not known here. */
function hasWhere(query: unknown): boolean {
  return JSON.stringify(query ?? null).includes('"whereClause"');
}

const SEQUENCE_FUNCTIONS = new Set(['nextval', 'setval', 'currval']);

/** nextval('s'), setval('s', …) and currval('s') anywhere in an expression. */
export function lockSequences(b: EffectBuilder, expression: unknown): void {
  for (const { tag, content } of walk(expression)) {
    if (tag !== 'FuncCall') continue;
    if (!SEQUENCE_FUNCTIONS.has(text((content['funcname'] as Node[] | undefined)?.at(-1)) ?? '')) continue;
    const argument = (content['args'] as Node[] | undefined)?.[0];
    const literal = text(as(argument, 'TypeCast')?.arg ?? argument);
    if (literal === undefined) continue;
    b.lock(b.target(qualifiedName(literal.replaceAll('"', '').split('.'))), 'ROW EXCLUSIVE', 'sequence');
  }
}

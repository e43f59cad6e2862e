import type { Index, Origin, Relation } from './catalog.js';
import { KeyList } from './keyList.js';
import type { CatalogState, Parts } from './state.js';

/** What this relation names: the tables that its foreign keys point at, and all of them with what a view reads and who owns a sequence. */
function mentions({ parents, reads, constraints, ownedBy }: Relation): Mentions {
  const referrers = new Set([...constraints.values()].flatMap((c) => c.references?.relation ?? []));
  const dependents = new Set([...parents, ...reads.keys(), ...referrers, ...(ownedBy ? [ownedBy[0]] : [])]);
  return { children: new Set(parents), referrers, dependents };
}

type Mentions = Readonly<Record<'children' | 'referrers' | 'dependents', ReadonlySet<string>>>;

/** A table that hundreds refer to is asked for its few children at every statement: each way has a lookup of its own. */
function relink({ parts }: CatalogState, key: string, before: Mentions, after: Mentions): Pick<Parts, keyof Mentions> {
  const of = (way: keyof Mentions) => relinked(parts[way], key, before[way], after[way]);
  return { children: of('children'), referrers: of('referrers'), dependents: of('dependents') };
}

function relinked(
  lookup: Parts['dependents'],
  key: string,
  before: ReadonlySet<string>,
  after: ReadonlySet<string>,
): Parts['dependents'] {
  let next = lookup;
  for (const target of before) {
    if (after.has(target)) continue;
    next = next.set(target, (next.get(target) ?? KeyList.empty).without(key));
  }
  for (const target of after) {
    if (before.has(target)) continue;
    next = next.set(target, (next.get(target) ?? KeyList.empty).with(key));
  }
  return next;
}

const NOTHING: ReadonlySet<string> = new Set();
const NO_MENTIONS: Mentions = { children: NOTHING, referrers: NOTHING, dependents: NOTHING };

/** Adds or replaces a relation. */
export function putRelation(state: CatalogState, relation: Relation): CatalogState {
  const old = state.relationByKey(relation.key);
  return state.with({
    ...relink(state, relation.key, old ? mentions(old) : NO_MENTIONS, mentions(relation)),
    relations: state.parts.relations.set(relation.key, relation),
    dropped: state.parts.dropped.delete(relation.key),
  });
}

/** Changes a relation when the catalog has it. */
export function editRelation(state: CatalogState, key: string, change: (relation: Relation) => Relation): CatalogState {
  const relation = state.relationByKey(key);
  if (!relation) return state;
  const changed = change(relation);
  return changed === relation ? state : putRelation(state, changed);
}

function removeRelation(state: CatalogState, key: string): CatalogState {
  const old = state.relationByKey(key);
  if (!old) return state;
  const links = relink(state, key, mentions(old), NO_MENTIONS);
  return state.with({ ...links, relations: state.parts.relations.delete(key) });
}

export function putIndex(state: CatalogState, index: Index): CatalogState {
  const key = `${index.schema}.${index.name}`;
  const old = state.parts.indexes.get(key);
  const without = old ? takeIndex(state, old) : state;
  const on = without.parts.indexesOn.get(index.relation) ?? KeyList.empty;
  return without.with({
    indexes: without.parts.indexes.set(key, index),
    indexesOn: without.parts.indexesOn.set(index.relation, on.with(key)),
  });
}

/** Drops an index; with that of a partitioned table go those of its partitions, and their keys. */
export function removeIndex(state: CatalogState, key: string): CatalogState {
  const index = state.parts.indexes.get(key);
  if (!index) return state;
  let next = takeIndex(state, index);
  for (const child of state.children(index.relation)) {
    for (const part of state.indexesOn(child.key)) {
      if (part.parent !== key) continue;
      next = removeIndex(next, `${part.schema}.${part.name}`);
      next = editRelation(next, child.key, (r) => withoutKey(r, part.name));
    }
  }
  return next;
}

function withoutKey(relation: Relation, indexName: string): Relation {
  const constraints = new Map([...relation.constraints].filter(([, c]) => c.indexName !== indexName));
  return constraints.size === relation.constraints.size ? relation : { ...relation, constraints };
}

/** Puts an index in the place of one that had another name; its parts follow. */
export function moveIndex(state: CatalogState, from: Index, to: Index): CatalogState {
  const parent = `${to.schema}.${to.name}`;
  let next = putIndex(takeIndex(state, from), to);
  for (const child of next.children(to.relation)) {
    for (const part of next.indexesOn(child.key)) {
      if (part.parent === `${from.schema}.${from.name}`) next = putIndex(next, { ...part, parent });
    }
  }
  return next;
}

function takeIndex(state: CatalogState, index: Index): CatalogState {
  const key = `${index.schema}.${index.name}`;
  const on = (state.parts.indexesOn.get(index.relation) ?? KeyList.empty).without(key);
  return state.with({
    indexes: state.parts.indexes.delete(key),
    indexesOn: state.parts.indexesOn.set(index.relation, on),
  });
}

/** Drops a relation with what falls with it: indexes, owned sequences, partitions; CASCADE: views and foreign keys. */
export function dropRelation(state: CatalogState, key: string, cascade: boolean, origin: Origin): CatalogState {
  const relation = state.relationByKey(key);
  if (!relation) return state;
  let next = removeRelation(state, key);
  next = next.with({ dropped: next.parts.dropped.set(key, origin) });
  for (const index of state.indexesOn(key)) next = removeIndex(next, `${index.schema}.${index.name}`);
  for (const dependent of state.dependents(key)) {
    if (dependent.key === key) continue;
    const isPart = dependent.ownedBy?.[0] === key || (dependent.isPartition && dependent.parents.includes(key));
    const falls = isPart || (cascade && (dependent.reads.has(key) || dependent.parents.includes(key)));
    if (falls) next = dropRelation(next, dependent.key, cascade, origin);
    else next = editRelation(next, dependent.key, (r) => withoutMention(r, key));
  }
  return next;
}

function withoutMention(relation: Relation, key: string): Relation {
  const constraints = new Map(relation.constraints);
  for (const constraint of relation.constraints.values()) {
    if (constraint.references?.relation === key) constraints.delete(constraint.name);
  }
  const reads = new Map(relation.reads);
  reads.delete(key);
  return { ...relation, constraints, reads, parents: relation.parents.filter((p) => p !== key) };
}

/** Gives a relation another name or schema; everything that names it follows. */
export function rekey(state: CatalogState, oldKey: string, schema: string, name: string): CatalogState {
  const relation = state.relationByKey(oldKey);
  const key = `${schema}.${name}`;
  if (!relation || key === oldKey) return state;
  const dependents = state.dependents(oldKey);
  let next = removeRelation(state, oldKey);
  next = putRelation(next, retarget({ ...relation, key, schema, name }, oldKey, key));
  for (const dependent of dependents) {
    if (dependent.key !== oldKey) next = editRelation(next, dependent.key, (r) => retarget(r, oldKey, key));
  }
  for (const index of state.indexesOn(oldKey)) next = moveIndex(next, index, { ...index, relation: key, schema });
  return next;
}

function retarget(relation: Relation, from: string, to: string): Relation {
  const constraints = new Map(relation.constraints);
  for (const constraint of relation.constraints.values()) {
    if (constraint.references?.relation !== from) continue;
    constraints.set(constraint.name, { ...constraint, references: { ...constraint.references, relation: to } });
  }
  const reads = new Map([...relation.reads].map(([k, v]) => [k === from ? to : k, v] as const));
  return {
    ...relation,
    constraints,
    reads,
    parents: relation.parents.map((p) => (p === from ? to : p)),
    ownedBy: relation.ownedBy?.[0] === from ? [to, relation.ownedBy[1]] : relation.ownedBy,
  };
}

/** The relation and everything under it: partitions and inheritance children at any depth. */
export function family(state: CatalogState, key: string, seen: ReadonlySet<string> = NOTHING): readonly Relation[] {
  const relation = state.relationByKey(key);
  if (!relation || seen.has(key)) return [];
  const known = new Set([...seen, key]);
  return [relation, ...state.children(key).flatMap((child) => family(state, child.key, known))];
}

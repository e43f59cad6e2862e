import type { RangeVar } from '@pgsql/types';
import type { Catalog, Relation } from '../catalog/catalog.js';
import type { Statement } from '../sql/script.js';
import { rangeVar } from '../sql/tree.js';
import type { Span } from '../text/span.js';
import { strongerMode } from './conflicts.js';
import type { Effect, LockMode, PgMajor, RelationLock, RowLoss, Work } from './effect.js';

export interface EffectOptions {
  readonly pg: PgMajor;
  readonly bornHere: Pick<ReadonlySet<string>, 'has'>;
}

/** A relation that a statement names: known to the catalog, or only a name. */
export interface Target {
  readonly key: string;
  readonly display: string;
  readonly relation: Relation | undefined;
}

export function roleOf({ relation }: Target): 'target' | 'view' | 'sequence' {
  if (relation?.kind === 'view' || relation?.kind === 'materializedView') return 'view';
  return relation?.kind === 'sequence' ? 'sequence' : 'target';
}

/** Collects the locks and the work of one statement. A relation is listed once, with its strongest mode. */
export class EffectBuilder {
  readonly statement: Statement;
  readonly catalog: Catalog;
  readonly pg: PgMajor;
  readonly #bornHere: Pick<ReadonlySet<string>, 'has'>;
  readonly #locks = new Map<string, RelationLock>();
  readonly #work = new Map<string, Work>();
  readonly #losses = new Map<string, RowLoss>();
  transaction: Effect['transaction'] = 'any';
  source = '';
  known = true;
  span: Span;

  constructor(statement: Statement, catalog: Catalog, options: EffectOptions) {
    this.statement = statement;
    this.catalog = catalog;
    this.pg = options.pg;
    this.#bornHere = options.bornHere;
    this.span = statement.span;
  }

  /** The relation behind a name. */
  target(written: RangeVar | { readonly schema?: string | undefined; readonly name: string } | undefined): Target {
    const name = written && 'name' in written ? written : rangeVar(written);
    const relation = this.catalog.relation(name.schema, name.name);
    if (relation) return this.of(relation);
    const key = name.schema === undefined ? name.name : `${name.schema}.${name.name}`;
    return { key, display: key, relation: undefined };
  }

  of(relation: Relation): Target {
    const found = this.catalog.relation(undefined, relation.name)?.key === relation.key;
    return { key: relation.key, display: found ? relation.name : relation.key, relation };
  }

  /** A relation by its catalog key, known or not. */
  byKey(key: string): Target {
    const relation = this.catalog.relationByKey(key);
    return relation ? this.of(relation) : { key, display: key.replace(/^public\./, ''), relation: undefined };
  }

  /** A target and everything under it: partitions and inheritance children. */
  family(target: Target, seen: ReadonlySet<string> = new Set()): readonly Target[] {
    if (seen.has(target.key)) return [];
    const known = new Set([...seen, target.key]);
    return [target, ...this.catalog.children(target.key).flatMap((c) => this.family(this.of(c), known))];
  }

  /** Members of a family that hold rows. */
  stored(targets: readonly Target[]): readonly Target[] {
    return targets.filter((t) => t.relation?.kind !== 'partitionedTable');
  }

  lock(target: Target, mode: LockMode, role: RelationLock['role']): void {
    const { key: relation, display } = target;
    this.#put({ relation, display, mode, role, bornHere: this.#isPrivate(target) });
  }

  #put(lock: RelationLock): void {
    const known = this.#locks.get(lock.relation);
    if (known && strongerMode(known.mode, lock.mode) === known.mode) return;
    this.#locks.set(lock.relation, { ...lock, role: known?.role ?? lock.role });
  }

  /** The target with `role`, what is under it as partitions. */
  lockFamily(target: Target, mode: LockMode, role: RelationLock['role']): void {
    for (const [i, member] of this.family(target).entries()) this.lock(member, mode, i === 0 ? role : 'partition');
  }

  lockIndex(schema: string, name: string, table: string, mode: LockMode): void {
    const found = this.catalog.index(undefined, name)?.schema === schema;
    const relation = `${schema}.${name}`;
    const bornHere = this.#isPrivate(this.byKey(table));
    this.#put({ relation, display: found ? name : relation, mode, role: 'index', bornHere });
  }

  /** A table by its catalog key and what is under it, in another role than the statement's own table. */
  lockOther(key: string, mode: LockMode, role: RelationLock['role']): void {
    for (const member of this.family(this.byKey(key))) this.lock(member, mode, role);
  }

  /** The keys of a referenced table are read to check a foreign key of another one. */
  readKeys(other: Target, forTable: Target): void {
    if (other.key !== forTable.key)
      this.workOn('scan', this.family(other), `its keys are compared with the rows of ${forTable.display}`);
  }

  lockIndexes(target: Target, mode: LockMode): void {
    for (const index of this.catalog.indexesOn(target.key)) this.lockIndex(index.schema, index.name, target.key, mode);
  }

  lockSequences(target: Target, mode: LockMode): void {
    for (const sequence of this.catalog.ownedSequences(target.key)) this.lock(this.of(sequence), mode, 'sequence');
  }

  /** A rewrite covers scans and index builds: what it says is enough. */
  work(kind: Work['kind'], target: Target, reason: string): void {
    const key = `${kind} ${target.key}`;
    if (this.#work.has(key)) return;
    const { key: relation, display } = target;
    this.#work.set(key, { kind, relation, display, reason, bornHere: this.#isPrivate(target) });
  }

  /** Made in this migration, or temporary: nobody else can see it. */
  #isPrivate(target: Target): boolean {
    return this.#bornHere.has(target.key) || target.relation?.temporary === true;
  }

  workOn(kind: Work['kind'], targets: readonly Target[], reason: string): void {
    for (const target of this.stored(targets)) this.work(kind, target, reason);
  }

  /** Members that hold rows get new files, and with them all their indexes, which are locked like the table. */
  rewrite(targets: readonly Target[], reason: string): void {
    for (const target of this.stored(targets)) {
      this.work('rewrite', target, reason);
      this.lockIndexes(target, 'ACCESS EXCLUSIVE');
    }
  }

  /** A view and a foreign table hold no rows of their own. */
  lose(target: Target, how: RowLoss['how']): void {
    const { key: relation, display } = target;
    const kind = target.relation?.kind ?? 'table';
    if (this.#losses.has(relation) || (kind !== 'table' && kind !== 'partitionedTable')) return;
    this.#losses.set(relation, { relation, display, how, bornHere: this.#isPrivate(target) });
  }

  /** What the name in a list of strings refers to: DROP, COMMENT, publications. */
  named(names: readonly string[]): Target {
    const schema = names.at(-2);
    const name = names.at(-1) ?? '';
    return this.target(schema === undefined ? { name } : { schema, name });
  }

  get changesData(): boolean {
    return [...this.#work.values()].some((w) => w.kind === 'dataChange');
  }

  /** Locks and work of another statement inside this one: DO, EXPLAIN ANALYZE, CREATE SCHEMA with elements. */
  include(effect: Effect): void {
    for (const lock of effect.locks) {
      this.lock({ ...this.byKey(lock.relation), display: lock.display }, lock.mode, lock.role);
    }
    for (const w of effect.work) this.work(w.kind, { ...this.byKey(w.relation), display: w.display }, w.reason);
    for (const { relation, display, how } of effect.losses) this.lose({ ...this.byKey(relation), display }, how);
  }

  build(): Effect {
    const { transaction, span, source } = this;
    if (!this.known) return { locks: [], work: [], losses: [], transaction, span, source, known: false };
    const work = [...this.#work.values()].filter(
      (w) => w.kind === 'rewrite' || w.kind === 'dataChange' || !this.#work.has(`rewrite ${w.relation}`),
    );
    const losses = [...this.#losses.values()];
    return { locks: [...this.#locks.values()], work, losses, transaction, span, source, known: true };
  }
}

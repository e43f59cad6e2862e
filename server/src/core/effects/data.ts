import type { CopyStmt, DeleteStmt, InsertStmt, MergeStmt, RangeVar, SelectStmt, UpdateStmt } from '@pgsql/types';
import type { Constraint } from '../catalog/catalog.js';
import { as, walk } from '../sql/tree.js';
import type { EffectBuilder, Target } from './builder.js';
import type { LockMode } from './effect.js';
import { lockQuery, read } from './queries.js';
import { callsUnknown } from './volatility.js';

const SOURCE = 'Explicit Locking, 13.3.1; row checks of foreign keys in src/backend/utils/adt/ri_triggers.c';

/** SELECT, with INSERT, UPDATE and DELETE in its WITH queries. */
export function select(b: EffectBuilder, node: SelectStmt): void {
  b.source = SOURCE;
  readAndChange(b, { SelectStmt: node });
  // What a function of one's own does is not known.
  if (!b.changesData && callsUnknown(node, b.catalog)) b.known = false;
}

export function insert(b: EffectBuilder, node: InsertStmt): void {
  b.source = SOURCE;
  const target = changed(b, node.relation, false);
  const query = as(node.selectStmt, 'SelectStmt');
  readAndChange(b, node);
  const given = insertedColumns(target, node, query);
  advanceSequences(b, target, given);
  for (const fk of foreignKeys(target)) if (canBeSet(target, fk, given)) lookUp(b, fk);
  if (query && !query.valuesLists) b.work('dataChange', target, 'a query gives the rows');
}

export function update(b: EffectBuilder, node: UpdateStmt): void {
  b.source = SOURCE;
  const target = changed(b, node.relation, node.whereClause === undefined);
  readAndChange(b, node);
  const columns = (node.targetList ?? []).flatMap((t) => as(t, 'ResTarget')?.name ?? []);
  for (const fk of foreignKeys(target)) if (fk.columns.some((c) => columns.includes(c))) lookUp(b, fk);
  followReferences(b, target, (fk) =>
    fk.references?.columns.some((c) => columns.includes(c)) ? (fk.onUpdate ?? 'noAction') : undefined,
  );
  b.work(
    'dataChange',
    target,
    node.whereClause ? 'the rows that WHERE finds are written again' : 'every row is written again',
  );
}

export function deleteRows(b: EffectBuilder, node: DeleteStmt): void {
  b.source = SOURCE;
  const target = changed(b, node.relation, node.whereClause === undefined);
  b.lose(target, node.whereClause ? 'deleted' : 'emptied');
  readAndChange(b, node);
  followReferences(b, target, (fk) => fk.onDelete ?? 'noAction');
  loseReferencing(b, target.key, new Set());
  b.work('dataChange', target, node.whereClause ? 'the rows that WHERE finds are deleted' : 'every row is deleted');
}

/** ON DELETE CASCADE. */
function loseReferencing(b: EffectBuilder, key: string, seen: Set<string>): void {
  for (const { relation, constraint } of b.catalog.referencing(key)) {
    if (constraint.onDelete !== 'cascade' || seen.has(relation.key)) continue;
    seen.add(relation.key);
    b.lose(b.of(relation), 'deleted');
    loseReferencing(b, relation.key, seen);
  }
}

export function merge(b: EffectBuilder, node: MergeStmt): void {
  b.source = SOURCE;
  const target = changed(b, node.relation, false);
  const deletes = (node.mergeWhenClauses ?? []).some((c) => as(c, 'MergeWhenClause')?.commandType === 'CMD_DELETE');
  if (deletes) b.lose(target, 'deleted');
  readAndChange(b, node);
  b.work('dataChange', target, 'the rows that match are written');
}

export function copy(b: EffectBuilder, node: CopyStmt): void {
  b.source = 'COPY; DoCopy in src/backend/commands/copy.c';
  if (node.is_from) {
    const target = changed(b, node.relation, false);
    for (const fk of foreignKeys(target)) lookUp(b, fk);
    advanceSequences(b, target, new Set((node.attlist ?? []).flatMap((n) => as(n, 'String')?.sval ?? [])));
    b.work('dataChange', target, 'the input gives the rows');
  } else if (node.query) lockQuery(b, node.query, { runs: true });
  // PostgreSQL 12 gives the lock back at the end of the statement.
  else if (b.pg >= 13) read(b, b.target(node.relation), 'ACCESS SHARE', true, false);
}

/** The table whose rows change; through a view, the view and what it reads. */
function changed(b: EffectBuilder, written: RangeVar | undefined, all: boolean): Target {
  const target = b.target(written);
  b.lock(target, 'ROW EXCLUSIVE', target.relation?.kind === 'view' ? 'view' : 'target');
  if (all && written?.inh) b.lockFamily(target, 'ROW EXCLUSIVE', 'target');
  if (target.relation?.kind === 'view')
    for (const key of target.relation.reads.keys()) b.lock(b.byKey(key), 'ROW EXCLUSIVE', 'target');
  return target;
}

const CHANGES: Readonly<Record<string, string>> = {
  InsertStmt: 'rows are added',
  UpdateStmt: 'rows are written again',
  DeleteStmt: 'rows are deleted',
  MergeStmt: 'rows are written',
};

/** What a statement reads, and what its WITH queries change. */
function readAndChange(b: EffectBuilder, node: unknown): void {
  lockQuery(b, node, { runs: true });
  for (const { tag, content } of walk(node)) {
    const what = CHANGES[tag];
    if (what === undefined || !content['relation']) continue;
    const target = changed(b, content['relation'] as RangeVar, false);
    if (tag === 'DeleteStmt') b.lose(target, 'deleted');
    b.work('dataChange', target, `${what} in a WITH query`);
  }
}

function foreignKeys(target: Target): readonly Constraint[] {
  return [...(target.relation?.constraints.values() ?? [])].filter((c) => c.references !== undefined);
}

/** The row that a foreign key points to is locked FOR KEY SHARE. */
function lookUp(b: EffectBuilder, fk: Constraint): void {
  if (fk.references) b.lock(b.byKey(fk.references.relation), 'ROW SHARE', 'referenced');
}

function insertedColumns(target: Target, node: InsertStmt, query: SelectStmt | undefined): ReadonlySet<string> {
  const named = (node.cols ?? []).flatMap((c) => as(c, 'ResTarget')?.name ?? []);
  if (named.length > 0) return new Set(named);
  const width = query?.valuesLists
    ? (as(query.valuesLists[0], 'List')?.items?.length ?? 0)
    : (query?.targetList?.length ?? 0);
  return new Set([...(target.relation?.columns.keys() ?? [])].slice(0, width));
}

/** A foreign key whose columns stay NULL is not looked up. */
function canBeSet(target: Target, fk: Constraint, given: ReadonlySet<string>): boolean {
  return fk.columns.every((c) => given.has(c) || target.relation?.columns.get(c)?.defaultSql !== undefined);
}

/** Sequences of serial and identity columns that the statement gives no value for. */
function advanceSequences(b: EffectBuilder, target: Target, given: ReadonlySet<string>): void {
  for (const sequence of b.catalog.ownedSequences(target.key)) {
    if (!given.has(sequence.ownedBy?.[1] ?? '')) b.lock(b.of(sequence), 'ROW EXCLUSIVE', 'sequence');
  }
}

/** Tables whose foreign keys point here are searched, and changed where the foreign key says so. */
function followReferences(
  b: EffectBuilder,
  target: Target,
  action: (fk: Constraint) => Constraint['onDelete'],
  seen: ReadonlySet<string> = new Set(),
): void {
  if (seen.has(target.key)) return;
  for (const { relation, constraint } of b.catalog.referencing(target.key)) {
    const does = action(constraint);
    if (does === undefined) continue;
    const changes = does !== 'noAction' && does !== 'restrict';
    const mode: LockMode = changes ? 'ROW EXCLUSIVE' : 'ROW SHARE';
    b.lockOther(relation.key, mode, 'referencing');
    if (!hasIndexFor(b, relation.key, constraint)) {
      b.work(
        'scan',
        b.of(relation),
        `once for each changed row, because no index begins with the columns of ${constraint.name}`,
      );
    }
    if (does === 'cascade') followReferences(b, b.of(relation), action, new Set([...seen, target.key]));
  }
}

function hasIndexFor(b: EffectBuilder, key: string, fk: Constraint): boolean {
  return b.catalog
    .indexesOn(key)
    .some((i) => !i.partial && i.valid && fk.columns.every((c) => i.columns.slice(0, fk.columns.length).includes(c)));
}

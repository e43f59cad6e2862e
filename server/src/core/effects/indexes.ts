import type { IndexStmt, ReindexStmt } from '@pgsql/types';
import type { Index, Relation } from '../catalog/catalog.js';
import { spanOfWords } from '../sql/parts.js';
import { as, rangeVar } from '../sql/tree.js';
import { lockNamed } from './alterIndex.js';
import type { EffectBuilder, Target } from './builder.js';

/** Refused inside a transaction block (PreventInTransactionBlock); the span is the word that makes it so. */
export function forbid(b: EffectBuilder, word?: string): void {
  b.transaction = 'forbidden';
  if (word !== undefined) b.span = spanOfWords(b.statement, word) ?? b.span;
}

export function createIndex(b: EffectBuilder, node: IndexStmt): void {
  b.source = 'CREATE INDEX; DefineIndex in src/backend/commands/indexcmds.c';
  const target = b.target(node.relation);
  const members = partitionsOf(b, target, node.relation?.inh === true);
  const exists =
    node.if_not_exists &&
    node.idxname !== undefined &&
    b.catalog.index(target.relation?.schema, node.idxname) !== undefined;
  if (node.concurrent) {
    forbid(b, 'CONCURRENTLY');
    b.lock(target, 'SHARE UPDATE EXCLUSIVE', 'target');
  } else {
    for (const [i, member] of members.entries()) b.lock(member, 'SHARE', i === 0 ? 'target' : 'partition');
  }
  if (exists) return;
  const how = node.concurrent ? 'reads and writes go on, the table is read twice' : 'writes wait until it is built';
  for (const [i, member] of members.entries()) {
    const match = i === 0 ? undefined : matching(b, member, node);
    if (match) b.lockIndex(match.schema, match.name, member.key, 'SHARE');
    else b.workOn('indexBuild', [member], how);
  }
}

/** A partitioned table's indexes are built on its partitions; inheritance children have their own. */
function partitionsOf(b: EffectBuilder, target: Target, recurses: boolean): readonly Target[] {
  return target.relation?.kind === 'partitionedTable' && recurses ? b.family(target) : [target];
}

/** A partition that has such an index keeps it. */
function matching(b: EffectBuilder, member: Target, node: IndexStmt): Index | undefined {
  const wanted = (node.indexParams ?? []).map((item) => as(item, 'IndexElem')?.name).join();
  return b.catalog
    .indexesOn(member.key)
    .find(
      (i) =>
        i.columns.join() === wanted &&
        i.method === (node.accessMethod ?? 'btree') &&
        !i.partial &&
        (i.unique || !node.unique),
    );
}

export function reindex(b: EffectBuilder, node: ReindexStmt): void {
  b.source = 'REINDEX; src/backend/commands/indexcmds.c';
  const concurrently = (node.params ?? []).some((p) => as(p, 'DefElem')?.defname === 'concurrently');
  if (concurrently) forbid(b, 'CONCURRENTLY');
  switch (node.kind) {
    case 'REINDEX_OBJECT_INDEX':
      reindexIndex(b, node, concurrently);
      break;
    case 'REINDEX_OBJECT_TABLE':
      reindexTable(b, b.target(node.relation), concurrently);
      break;
    default:
      forbid(b);
      reindexMany(b, node, concurrently);
      break;
  }
}

function reindexIndex(b: EffectBuilder, node: ReindexStmt, concurrently: boolean): void {
  const { schema, name } = rangeVar(node.relation);
  const index = b.catalog.index(schema, name);
  lockNamed(b, index, node.relation, concurrently ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS EXCLUSIVE');
  if (!index) return;
  const table = b.byKey(index.relation);
  if (table.relation?.kind === 'partitionedTable') {
    reindexPartitions(b, table, concurrently, index);
    return;
  }
  b.lock(table, concurrently ? 'SHARE UPDATE EXCLUSIVE' : 'SHARE', 'target');
  b.work('indexBuild', table, `${index.name} is built anew`);
}

function reindexTable(b: EffectBuilder, table: Target, concurrently: boolean): void {
  if (table.relation?.kind === 'partitionedTable') {
    reindexPartitions(b, table, concurrently, undefined);
    return;
  }
  b.lock(table, concurrently ? 'SHARE UPDATE EXCLUSIVE' : 'SHARE', 'target');
  b.lockIndexes(table, concurrently ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS EXCLUSIVE');
  b.work('indexBuild', table, 'all its indexes are built anew');
}

/** From PostgreSQL 14 on each partition in a transaction of its own; before that nothing is done. */
function reindexPartitions(b: EffectBuilder, table: Target, concurrently: boolean, only: Index | undefined): void {
  if (b.pg < 14) {
    b.lock(table, concurrently ? 'SHARE UPDATE EXCLUSIVE' : 'SHARE', 'target');
    return;
  }
  forbid(b);
  b.lock(table, concurrently ? 'SHARE UPDATE EXCLUSIVE' : 'SHARE', 'target');
  for (const member of b.stored(b.family(table))) {
    b.lock(member, 'SHARE', 'partition');
    for (const index of b.catalog.indexesOn(member.key)) {
      if (only && index.columns.join() !== only.columns.join()) continue;
      b.lockIndex(index.schema, index.name, member.key, concurrently ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS EXCLUSIVE');
    }
    b.work('indexBuild', member, only ? `its part of ${only.name} is built anew` : 'all its indexes are built anew');
  }
}

/** REINDEX SCHEMA, DATABASE, SYSTEM: one table after the other. */
function reindexMany(b: EffectBuilder, node: ReindexStmt, concurrently: boolean): void {
  if (node.kind === 'REINDEX_OBJECT_SYSTEM') return;
  for (const relation of b.catalog.relations()) {
    const wanted = node.kind !== 'REINDEX_OBJECT_SCHEMA' || relation.schema === node.name;
    if (wanted && hasStorage(relation)) reindexTable(b, b.of(relation), concurrently);
  }
}

export function hasStorage(relation: Relation): boolean {
  return relation.kind === 'table' || relation.kind === 'materializedView';
}

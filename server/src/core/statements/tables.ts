import type { RangeVar } from '@pgsql/types';
import type { Catalog, Column, Relation } from '../catalog/catalog.js';
import type { Work } from '../effects/effect.js';
import { as, rangeVar } from '../sql/tree.js';
import type { ObjectName } from '../sql/write.js';
import type { AnalysedStatement, FileContext } from './analysed.js';
import { statementsOfKind } from './sameTransaction.js';
import type { Subject } from './subject.js';

/** The name that finds a relation: with its schema only where the search path does not. */
export function nameOf(relation: Relation, catalog: Catalog): ObjectName {
  const found = catalog.relation(undefined, relation.name)?.key === relation.key;
  return found ? { name: relation.name } : { schema: relation.schema, name: relation.name };
}

/** The column that batches can go along: a primary key of one column. */
export function batchKey(table: Relation | undefined): Column | undefined {
  const primary = table && [...table.constraints.values()].find((c) => c.kind === 'primaryKey');
  return primary?.columns.length === 1 ? table?.columns.get(primary.columns[0]!) : undefined;
}

/** A valid CHECK that lets no NULL in: SET NOT NULL then reads nothing (12 and later). */
export function provesNotNull(table: Relation, column: string): boolean {
  return [...table.constraints.values()].some(
    (c) => c.kind === 'check' && c.validated && c.provesNotNull.includes(column),
  );
}

/** What the statement does to the rows of its table, which for a partitioned one lie in the partitions. */
export function workOn(at: AnalysedStatement, { relation, display }: Subject): readonly Work[] {
  const key = relation?.key ?? display;
  const all = relation?.kind === 'partitionedTable';
  return at.effect.work.filter((w) => !w.bornHere && (all || w.relation === key));
}

/** Other relations that stay under ACCESS EXCLUSIVE with the target: what a foreign key or CASCADE drags in. */
export function alsoLocked(at: AnalysedStatement, target: string): readonly string[] {
  return at.effect.locks
    .filter(
      (l) =>
        l.mode === 'ACCESS EXCLUSIVE' &&
        !l.bornHere &&
        l.relation !== target &&
        (l.role === 'referenced' || l.role === 'referencing' || l.role === 'parent'),
    )
    .map((l) => l.display);
}

/** An earlier statement of this file took all rows out of the table: TRUNCATE, or DELETE without WHERE, which leaves the file as large as it was. */
export function emptiedBefore(
  at: AnalysedStatement,
  file: FileContext,
  table: Subject,
  by: 'any' | 'truncate',
): boolean {
  const key = table.relation?.key ?? table.display;
  const kinds = by === 'any' ? ['TruncateStmt', 'DeleteStmt'] : ['TruncateStmt'];
  const emptying = kinds.flatMap((kind) => statementsOfKind(file, kind));
  return emptying.some(({ statement: { index, node }, before }) => {
    if (index >= at.statement.index) return false;
    const is = (relation: RangeVar | undefined) => {
      const { schema, name } = rangeVar(relation);
      return (
        relation !== undefined &&
        (before.relation(schema, name)?.key ?? (schema === undefined ? name : `${schema}.${name}`)) === key
      );
    };
    const truncate = as(node, 'TruncateStmt');
    if (truncate) return (truncate.relations ?? []).some((r) => is(as(r, 'RangeVar')));
    const remove = as(node, 'DeleteStmt');
    return remove !== undefined && !remove.whereClause && !remove.usingClause && is(remove.relation);
  });
}

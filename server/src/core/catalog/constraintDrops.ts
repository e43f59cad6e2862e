import type { Relation } from './catalog.js';
import { markNotNull } from './constraints.js';
import { type Context, withState } from './context.js';
import { family, putRelation, removeIndex } from './edit.js';
import { objectName } from './naming.js';
import type { CatalogState } from './state.js';

/** DROP CONSTRAINT; the index of a key goes with it, and with CASCADE the foreign keys that need it. */
export function dropConstraint(context: Context, key: string, name: string, cascade: boolean): CatalogState {
  let next = context.state;
  const relation = next.relationByKey(key);
  const constraint = relation?.constraints.get(name);
  if (!relation) return next;
  if (!constraint) return dropUnnamedNotNull(next, relation, name);
  if (constraint.indexName !== undefined) next = removeIndex(next, `${relation.schema}.${constraint.indexName}`);
  for (const member of family(next, key)) {
    if (member.constraints.has(name)) next = putRelation(next, withoutConstraint(member, name));
  }
  if (constraint.kind === 'notNull') next = markNotNull(next, key, constraint.columns, false);
  const isKey = constraint.kind === 'primaryKey' || constraint.kind === 'unique';
  if (!cascade || !isKey) return next;
  for (const { relation: other, constraint: fk } of next.referencing(key)) {
    if (sameColumns(fk.references?.columns ?? [], constraint.columns)) {
      next = dropConstraint(withState(context, next), other.key, fk.name, false);
    }
  }
  return next;
}

/** From PostgreSQL 18 every NOT NULL is a constraint, `table_column_not_null` when nobody named it. */
function dropUnnamedNotNull(state: CatalogState, relation: Relation, name: string): CatalogState {
  const column = [...relation.columns.values()].find(
    (c) => c.notNull && objectName(relation.name, c.name, 'not_null') === name,
  );
  return column ? markNotNull(state, relation.key, [column.name], false) : state;
}

function withoutConstraint(relation: Relation, name: string): Relation {
  const constraints = new Map(relation.constraints);
  constraints.delete(name);
  return { ...relation, constraints };
}

function sameColumns(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((column) => b.includes(column));
}

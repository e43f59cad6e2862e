import type { ColumnDef, Node } from '@pgsql/types';
import type { Column, Constraint } from '../catalog/catalog.js';
import { as, text } from '../sql/tree.js';
import { type TypeRef, typeRef } from '../sql/types.js';
import type { AlterContext } from './alterContext.js';
import type { EffectBuilder, Target } from './builder.js';
import { classifyTypeChange, type TypeChange, type TypeChangeOptions } from './typeChange.js';

/** ALTER COLUMN … TYPE: the rows, the indexes, and the constraints of the column (ATExecAlterColumnType). */
export function alterColumnType({ b, target, members, cmd }: AlterContext): void {
  const def = as(cmd.def, 'ColumnDef');
  const name = cmd.name ?? '';
  if (!def || target.relation?.kind === 'foreignTable') return;
  const column = target.relation?.columns.get(name);
  if (!column) {
    b.rewrite(members, `the present type of ${name} is not known, and most changes of type rewrite`);
    return;
  }
  const change = typeChangeOf(b, column, def);
  if (change.rewrite) b.rewrite(members, change.reason);
  for (const member of members) {
    rebuildIndexes(b, member, name, change);
    recheck(b, member, name, change.rewrite);
  }
  referencedBy(b, members, name, change.rewrite);
  for (const sequence of column.identity ? b.catalog.ownedSequences(target.key) : []) {
    if (sequence.ownedBy?.[1] === name) b.lock(b.of(sequence), 'SHARE ROW EXCLUSIVE', 'sequence');
  }
}

/** What the new type in the clause does to the column's values, indexes and rows. */
export function typeChangeOf(b: Pick<EffectBuilder, 'catalog'>, column: Column, def: ColumnDef): TypeChange {
  const collation = text(def.collClause?.collname?.at(-1));
  const to = typeRef(def.typeName);
  const { using, via } = usingOf(def.raw_default, column.name);
  const options: TypeChangeOptions = {
    timeZone: b.catalog.timeZone,
    using,
    newCollation: collation !== undefined && collation !== 'default',
    type: (type) => b.catalog.type(type.schema, type.name),
  };
  const change = classifyTypeChange(column.type, to, options);
  const first = via && classifyTypeChange(column.type, via, options);
  const second = via && classifyTypeChange(via, to, options);
  return [first, second].find((step) => step?.rewrite) ?? change;
}

/** USING that is the column itself, or a cast of it, computes nothing beyond the cast. */
function usingOf(expression: Node | undefined, column: string): { using?: 'cast' | 'other'; via?: TypeRef } {
  if (!expression) return {};
  const cast = as(expression, 'TypeCast');
  const fields = as(cast ? cast.arg : expression, 'ColumnRef')?.fields;
  if (text(fields?.at(-1)) !== column) return { using: 'other' };
  return cast ? { using: 'cast', via: typeRef(cast.typeName) } : {};
}

/** Every index on the column is made anew; its file is kept when it is plain and sorted as before. */
function rebuildIndexes(b: EffectBuilder, member: Target, column: string, change: TypeChange): void {
  for (const index of b.catalog.indexesOn(member.key)) {
    if (!index.dependsOn.includes(column)) continue;
    b.lockIndex(index.schema, index.name, member.key, 'ACCESS EXCLUSIVE');
    if (change.rewrite) continue;
    if (index.partial || index.expression) {
      const why = index.partial ? 'it is partial' : 'it has an expression';
      b.workOn('indexBuild', [member], `${index.name} is rebuilt because ${why}`);
    } else if (change.rebuildsIndexes && (index.columns.includes(column) || index.method !== 'btree')) {
      b.workOn('indexBuild', [member], `${index.name} is rebuilt: ${change.reason}`);
    }
  }
}

/** Checks and foreign keys on the column are made anew. */
function recheck(b: EffectBuilder, member: Target, column: string, rewrite: boolean): void {
  for (const constraint of member.relation?.constraints.values() ?? []) {
    if (!constraint.columns.includes(column)) continue;
    if (constraint.kind === 'check' && constraint.validated && !rewrite) {
      b.workOn('scan', [member], `every row is checked against ${constraint.name} again`);
    }
    if (!constraint.references) continue;
    b.lockOther(constraint.references.relation, 'ACCESS EXCLUSIVE', 'referenced');
    if (rewrite && constraint.validated) b.readKeys(b.byKey(constraint.references.relation), member);
  }
}

/** Foreign keys that reference the column: their tables are locked, and read when the key's values are written anew. */
function referencedBy(b: EffectBuilder, members: readonly Target[], column: string, rewrite: boolean): void {
  for (const member of members) {
    for (const { relation, constraint } of b.catalog.referencing(member.key)) {
      if (!constraint.references?.columns.includes(column)) continue;
      b.lockOther(relation.key, 'ACCESS EXCLUSIVE', 'referencing');
      if (rewrite && constraint.validated) checkAgain(b, relation.key, constraint);
    }
  }
}

function checkAgain(b: EffectBuilder, key: string, constraint: Constraint): void {
  b.workOn('scan', b.family(b.byKey(key)), `its foreign key ${constraint.name} is checked again`);
}

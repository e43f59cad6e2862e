import type { Constraint } from '@pgsql/types';
import { freeName, joinedColumns } from '../catalog/naming.js';
import { columnsIn, nameList } from '../sql/tree.js';
import type { AnalysedStatement } from './analysed.js';
import type { Subject } from './subject.js';

/** The name that a constraint has, or the one that PostgreSQL gives it (ChooseConstraintName, ChooseIndexName). */
export function constraintName(at: AnalysedStatement, table: Subject, constraint: Constraint, column?: string): string {
  if (constraint.conname !== undefined) return constraint.conname;
  const taken = (name: string) =>
    table.relation?.constraints.has(name) === true || at.before.index(table.name.schema, name) !== undefined;
  const keys = column === undefined ? nameList(constraint.keys) : [column];
  const of = table.name.name;
  switch (constraint.contype) {
    case 'CONSTR_PRIMARY':
      return freeName(of, undefined, 'pkey', taken);
    case 'CONSTR_UNIQUE':
      // INCLUDE columns are in the name too (ChooseIndexColumnNames).
      return freeName(of, joinedColumns([...keys, ...nameList(constraint.including)]), 'key', taken);
    case 'CONSTR_FOREIGN':
      return freeName(of, joinedColumns(column === undefined ? nameList(constraint.fk_attrs) : keys), 'fkey', taken);
    default: {
      const inside = columnsIn(constraint.raw_expr);
      return freeName(of, column ?? (inside.length === 1 ? inside[0] : undefined), 'check', taken);
    }
  }
}

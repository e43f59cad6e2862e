import type { RangeVar } from '@pgsql/types';
import type { Relation } from '../catalog/catalog.js';
import { rangeVar } from '../sql/tree.js';
import type { ObjectName } from '../sql/write.js';
import type { AnalysedStatement } from './analysed.js';

/** The relation that a statement is about, as written and as known. */
export interface Subject {
  readonly name: ObjectName;
  /** As written, for messages. */
  readonly display: string;
  /** Undefined: no migration created it. It is taken as old, large and in use. */
  readonly relation: Relation | undefined;
  /** Made in this migration, or temporary: nobody else can see it. */
  readonly isNew: boolean;
}

/** The relation that a node of the parse tree names, as it is just before the statement. */
export function subjectOf(at: AnalysedStatement, node: RangeVar | undefined): Subject {
  return subjectNamed(at, rangeVar(node), node?.relpersistence === 't');
}

/** The relation of this name, as it is just before the statement. */
export function subjectNamed(at: AnalysedStatement, name: ObjectName, temporary = false): Subject {
  const relation = at.before.relation(name.schema, name.name);
  const isNew = temporary || (relation !== undefined && isBornHere(at, relation.key)) || relation?.temporary === true;
  return { name, display: name.schema === undefined ? name.name : `${name.schema}.${name.name}`, relation, isNew };
}

/** A table made earlier in the same migration has no rows and no readers. */
function isBornHere(at: AnalysedStatement, key: string): boolean {
  return at.bornHere.has(key);
}

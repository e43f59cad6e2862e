import type { Catalog, Index, Relation } from '../catalog/catalog.js';
import type { Statement } from '../sql/script.js';
import { objectNames, qualifiedName } from '../sql/tree.js';
import type { AnalysedStatement } from './analysed.js';
import type { Subject } from './subject.js';

export interface NamedIndex {
  readonly schema?: string;
  readonly name: string;
  /** Undefined: no migration made it. */
  readonly index: Index | undefined;
  readonly table: Relation | undefined;
}

/** The indexes that a DROP INDEX names. */
export function droppedIndexes(statement: Statement, catalog: Catalog): readonly NamedIndex[] {
  if (!('DropStmt' in statement.node) || statement.node.DropStmt.removeType !== 'OBJECT_INDEX') return [];
  return (statement.node.DropStmt.objects ?? []).map((object) => {
    const { schema, name } = qualifiedName(objectNames(object));
    const index = catalog.index(schema, name);
    return {
      ...(schema === undefined ? {} : { schema }),
      name,
      index,
      table: index && catalog.relationByKey(index.relation),
    };
  });
}

/** Whether a statement drops the index of this name, and nothing else. */
export function dropsIndex(name: string): (statement: Statement) => boolean {
  return ({ node }) => {
    if (!('DropStmt' in node) || node.DropStmt.removeType !== 'OBJECT_INDEX') return false;
    const [only, ...more] = node.DropStmt.objects ?? [];
    return more.length === 0 && only !== undefined && qualifiedName(objectNames(only)).name === name;
  };
}

/** The index that a statement makes, as the catalog names it after. */
export function madeIndex(at: AnalysedStatement): Index | undefined {
  if (!('IndexStmt' in at.statement.node)) return undefined;
  const { idxname, relation } = at.statement.node.IndexStmt;
  const table = at.after.relation(relation?.schemaname, relation?.relname ?? '');
  if (!table) return undefined;
  const before = new Set(at.before.indexesOn(table.key).map((i) => i.name));
  return at.after.indexesOn(table.key).find((i) => (idxname === undefined ? !before.has(i.name) : i.name === idxname));
}

/** DROP INDEX, or DROP CONSTRAINT of one with an index, on the same table. */
export function dropsIndexOf({ statement, before }: AnalysedStatement, table: Subject): boolean {
  if (droppedIndexes(statement, before).some((i) => i.table !== undefined && i.table.key === table.relation?.key))
    return true;
  if (!('AlterTableStmt' in statement.node) || statement.node.AlterTableStmt.relation?.relname !== table.name.name)
    return false;
  return (statement.node.AlterTableStmt.cmds ?? []).some(
    (cmd) =>
      'AlterTableCmd' in cmd &&
      cmd.AlterTableCmd.subtype === 'AT_DropConstraint' &&
      table.relation !== undefined &&
      before.relationByKey(table.relation.key)?.constraints.get(cmd.AlterTableCmd.name ?? '')?.indexName !== undefined,
  );
}

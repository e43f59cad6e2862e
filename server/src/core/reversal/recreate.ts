import type { Catalog, Column, Constraint, Index, Relation } from '../catalog/catalog.js';
import { typeName } from '../sql/names.js';
import { quoteIdent } from '../sql/quote.js';
import { cannot, type Reversal } from './reversal.js';

const SERIAL: Readonly<Record<string, string>> = { int2: 'smallserial', int4: 'serial', int8: 'bigserial' };

/** A column as CREATE TABLE or ADD COLUMN takes it. */
export function columnSql(column: Column): string {
  const parts = [quoteIdent(column.name)];
  const serial = column.serial ? SERIAL[column.type.name] : undefined;
  parts.push(serial ?? typeName(column.type));
  if (column.generated)
    parts.push(`GENERATED ALWAYS AS (${column.defaultSql ?? 'NULL'}) ${column.generated.toUpperCase()}`);
  else if (column.identity)
    parts.push(`GENERATED ${column.identity === 'always' ? 'ALWAYS' : 'BY DEFAULT'} AS IDENTITY`);
  else if (!serial && column.defaultSql !== undefined) parts.push(`DEFAULT ${column.defaultSql}`);
  if (column.notNull && !serial) parts.push('NOT NULL');
  return parts.join(' ');
}

/** A constraint as ADD takes it; undefined when the catalog does not know enough. */
export function constraintSql(constraint: Constraint, catalog: Catalog): string | undefined {
  const body = constraintBody(constraint, catalog);
  return body && `CONSTRAINT ${quoteIdent(constraint.name)} ${body}${constraint.validated ? '' : ' NOT VALID'}`;
}

const ON_DELETE = {
  noAction: '',
  restrict: ' ON DELETE RESTRICT',
  cascade: ' ON DELETE CASCADE',
  setNull: ' ON DELETE SET NULL',
  setDefault: ' ON DELETE SET DEFAULT',
} as const;

function constraintBody(constraint: Constraint, catalog: Catalog): string | undefined {
  const columns = list(constraint.columns);
  switch (constraint.kind) {
    case 'primaryKey':
      return `PRIMARY KEY ${columns}`;
    case 'unique':
      return constraint.columns.length > 0 ? `UNIQUE ${columns}` : undefined;
    case 'check':
      return constraint.expressionSql === undefined ? undefined : `CHECK (${constraint.expressionSql})`;
    case 'foreignKey': {
      const target = constraint.references && catalog.relationByKey(constraint.references.relation);
      if (!constraint.references || !target) return undefined;
      const referenced = constraint.references.columns.length > 0 ? ` ${list(constraint.references.columns)}` : '';
      const onDelete = ON_DELETE[constraint.onDelete ?? 'noAction'];
      return `FOREIGN KEY ${columns} REFERENCES ${shown(target, catalog)}${referenced}${onDelete}`;
    }
    default:
      return undefined;
  }
}

/** An index that is no constraint's; undefined when its definition is not fully known. */
export function indexSql(index: Index, catalog: Catalog, concurrently: boolean): string | undefined {
  const table = catalog.relationByKey(index.relation);
  const columns = index.columns.filter((c) => c !== undefined);
  const plain = !index.partial && !index.expression && columns.length === index.columns.length && columns.length > 0;
  if (!table || !plain || index.dependsOn.some((c) => !columns.includes(c))) return undefined;
  const method = index.method === 'btree' ? '' : ` USING ${quoteIdent(index.method)}`;
  const words = `CREATE ${index.unique ? 'UNIQUE ' : ''}INDEX ${concurrently ? 'CONCURRENTLY ' : ''}`;
  return `${words}${quoteIdent(index.name)} ON ${shown(table, catalog)}${method} ${list(columns)}`;
}

/** The table with its columns, constraints and indexes, as far as the migrations tell. */
export function tableSql(table: Relation, catalog: Catalog): Reversal {
  if (table.kind !== 'table' || table.isPartition || table.parents.length > 0 || !table.complete) {
    return cannot(`${table.name} was dropped; its definition is not fully known, so it is not made again.`);
  }
  const lost: string[] = [];
  const parts = [...table.columns.values()].map(columnSql);
  const constraints = [...table.constraints.values()];
  for (const constraint of constraints.filter((c) => c.kind !== 'notNull')) {
    const sql = constraint.validated ? constraintSql(constraint, catalog) : undefined;
    if (sql) parts.push(sql);
    else lost.push(`constraint ${constraint.name}`);
  }
  const statements = [
    `CREATE ${table.unlogged ? 'UNLOGGED ' : ''}TABLE ${shown(table, catalog)} (\n  ${parts.join(',\n  ')}\n)`,
  ];
  const owned = new Set(constraints.flatMap((c) => c.indexName ?? []));
  for (const index of catalog.indexesOn(table.key).filter((i) => !owned.has(i.name))) {
    const sql = indexSql(index, catalog, false);
    if (sql) statements.push(sql);
    else lost.push(`index ${index.name}`);
  }
  lost.push(...[...table.triggers.keys()].map((name) => `trigger ${name}`));
  const notes = [`${table.name} is made again empty: its rows are lost.`];
  if (lost.length > 0) notes.push(`Not made again, for the replay does not know enough: ${lost.join(', ')}.`);
  return { statements, notes };
}

/** The relation's name as a statement at this point would write it. */
export function shown(relation: Relation, catalog: Catalog): string {
  const name = quoteIdent(relation.name);
  return catalog.relation(undefined, relation.name)?.key === relation.key
    ? name
    : `${quoteIdent(relation.schema)}.${name}`;
}

export function list(names: readonly string[]): string {
  return `(${names.map(quoteIdent).join(', ')})`;
}

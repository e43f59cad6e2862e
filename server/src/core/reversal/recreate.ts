import type { RangeVar } from '@pgsql/types';
import type { Catalog, Column, Constraint, Index, Relation } from '../catalog/catalog.js';
import { quoteIdent } from '../sql/quote.js';
import type { Statement } from '../sql/script.js';
import { columnsIn, rangeVar } from '../sql/tree.js';
import { typeName } from '../sql/types.js';
import { constraintSource } from './constraintSource.js';
import { cannot, type Reversal } from './reversal.js';
import { lastDefinition, reworded } from './sources.js';
import type { Ground, Stage } from './stage.js';

const SERIAL: Readonly<Record<string, string>> = { int2: 'smallserial', int4: 'serial', int8: 'bigserial' };

/** A column as CREATE TABLE or ADD COLUMN takes it. */
export function columnSql(column: Column): string {
  const parts = [quoteIdent(column.name)];
  const serial = column.serial ? SERIAL[column.type.name] : undefined;
  parts.push(serial ?? typeName(column.type));
  if (column.generated)
    parts.push(`GENERATED ALWAYS AS (${column.defaultSql ?? 'NULL'}) ${column.generated.toUpperCase()}`);
  else if (column.identity) parts.push(identitySql(column.identity));
  else if (!serial && column.defaultSql !== undefined) parts.push(`DEFAULT ${column.defaultSql}`);
  if (column.notNull && !serial) parts.push('NOT NULL');
  return parts.join(' ');
}

/** The clause that makes a column an identity column. */
export function identitySql(identity: NonNullable<Column['identity']>): string {
  return `GENERATED ${identity === 'always' ? 'ALWAYS' : 'BY DEFAULT'} AS IDENTITY`;
}

/** A constraint as ADD takes it: as it was written, else as the catalog knows it; undefined when that is not enough. */
export function constraintAgain(constraint: Constraint, table: Relation, ground: Ground): string | undefined {
  const source = constraintSource(constraint, table, ground);
  if (source !== undefined) return source;
  const body = constraintBody(constraint, ground.before);
  return body && `CONSTRAINT ${quoteIdent(constraint.name)} ${body}${constraint.validated ? '' : ' NOT VALID'}`;
}

const ACTION = {
  noAction: '',
  restrict: 'RESTRICT',
  cascade: 'CASCADE',
  setNull: 'SET NULL',
  setDefault: 'SET DEFAULT',
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
      const onUpdate = ACTION[constraint.onUpdate ?? 'noAction'];
      const onDelete = ACTION[constraint.onDelete ?? 'noAction'];
      const actions = (onUpdate && ` ON UPDATE ${onUpdate}`) + (onDelete && ` ON DELETE ${onDelete}`);
      return `FOREIGN KEY ${columns} REFERENCES ${shown(target, catalog)}${referenced}${actions}`;
    }
    default:
      return undefined;
  }
}

/** An index that is no constraint's, as it was written or as the catalog knows it; undefined when that is not enough. */
export function indexAgain(index: Index, ground: Ground, concurrently: boolean): string | undefined {
  const { before } = ground;
  const table = before.relationByKey(index.relation);
  if (!table) return undefined;
  const ref = { kind: 'index', schema: undefined, name: index.name, on: table.name } as const;
  const source = lastDefinition(ground.earlier, ref, ({ node }) => {
    if (!('IndexStmt' in node)) return false;
    const on = rangeVar(node.IndexStmt.relation);
    const { indexParams, indexIncludingParams, whereClause } = node.IndexStmt;
    const columns = [...index.dependsOn].sort();
    const names = [...(indexParams ?? []), ...(indexIncludingParams ?? [])].flatMap((p) =>
      'IndexElem' in p ? (p.IndexElem.name ?? []) : [],
    );
    const used = new Set([...names, ...columnsIn(indexParams), ...columnsIn(whereClause)]);
    return (
      before.relation(on.schema, on.name)?.key === table.key &&
      JSON.stringify([...used].sort()) === JSON.stringify(columns)
    );
  });
  if (source) return reworded(source, { concurrently });
  return indexSql(index, before, concurrently);
}

/** An index as the catalog knows it; undefined when that is not enough. */
function indexSql(index: Index, catalog: Catalog, concurrently: boolean): string | undefined {
  const table = catalog.relationByKey(index.relation);
  const columns = index.columns.filter((c) => c !== undefined);
  const plain = !index.partial && !index.expression && columns.length === index.columns.length && columns.length > 0;
  if (!table || !plain || index.dependsOn.some((c) => !columns.includes(c))) return undefined;
  const method = index.method === 'btree' ? '' : ` USING ${quoteIdent(index.method)}`;
  const words = `CREATE ${index.unique ? 'UNIQUE ' : ''}INDEX ${concurrently ? 'CONCURRENTLY ' : ''}`;
  return `${words}${quoteIdent(index.name)} ON ${shown(table, catalog)}${method} ${list(columns)}`;
}

/** The table with its columns, constraints, indexes and triggers, as far as the migrations tell. */
export function tableAgain(table: Relation, stage: Stage): Reversal {
  const { before } = stage;
  if (table.kind !== 'table' || table.isPartition || table.parents.length > 0 || !table.complete) {
    return cannot(`${table.name} was dropped; its definition is not fully known, so it is not made again.`);
  }
  const lost: string[] = [];
  const parts = [...table.columns.values()].map(columnSql);
  const constraints = [...table.constraints.values()];
  const later: string[] = [];
  for (const constraint of constraints.filter((c) => c.kind !== 'notNull')) {
    const sql = constraintAgain(constraint, table, stage);
    if (!sql) lost.push(`constraint ${constraint.name}`);
    // CREATE TABLE takes no NOT VALID for what it checks at once.
    else if (constraint.validated) parts.push(sql);
    else later.push(`ALTER TABLE ${shown(table, before)} ADD ${sql}`);
  }
  const sequences = sequencesAgain(table, stage);
  const statements = [
    ...sequences.first,
    `CREATE ${table.unlogged ? 'UNLOGGED ' : ''}TABLE ${shown(table, before)} (\n  ${parts.join(',\n  ')}\n)`,
    ...sequences.last,
    ...later,
  ];
  const more = hangingOn(table, stage);
  lost.push(...more.lost);
  const notes = [`${table.name} is made again empty: its rows are lost.`];
  if (lost.length > 0) notes.push(`Not made again, for the migrations do not tell enough: ${lost.join(', ')}.`);
  return { statements: [...statements, ...more.statements], notes };
}

/** Indexes that are no constraint's, and triggers. */
function hangingOn(
  table: Relation,
  stage: Stage,
): { readonly statements: readonly string[]; readonly lost: readonly string[] } {
  const { before, earlier } = stage;
  const statements: string[] = [];
  const lost: string[] = [];
  const owned = new Set([...table.constraints.values()].flatMap((c) => c.indexName ?? []));
  for (const index of before.indexesOn(table.key).filter((i) => !owned.has(i.name))) {
    const sql = indexAgain(index, stage, false);
    if (sql) statements.push(sql);
    else lost.push(`index ${index.name}`);
  }
  for (const name of table.triggers.keys()) {
    const ref = { kind: 'trigger', schema: undefined, name, on: table.name } as const;
    const isOurs = ({ node }: Statement) =>
      'CreateTrigStmt' in node && isOn(node.CreateTrigStmt.relation, table, before);
    const source = lastDefinition(earlier, ref, isOurs);
    if (source) statements.push(source.text);
    else lost.push(`trigger ${name}`);
  }
  return { statements, lost };
}

/** The name that a definition gives means this table here. */
function isOn(relation: RangeVar | undefined, table: Relation, catalog: Catalog): boolean {
  const { schema, name } = rangeVar(relation);
  return catalog.relation(schema, name)?.key === table.key;
}

/** Sequences that a column owns without being serial: they went with it, and its default needs them before. */
export function sequencesAgain(
  table: Relation,
  stage: Stage,
  column?: string,
): { readonly first: readonly string[]; readonly last: readonly string[] } {
  const first: string[] = [];
  const last: string[] = [];
  for (const sequence of stage.before.ownedSequences(table.key)) {
    const owner = table.columns.get(sequence.ownedBy?.[1] ?? '');
    if (!owner || owner.serial || owner.identity || (column !== undefined && owner.name !== column)) continue;
    const name = shown(sequence, stage.before);
    const ref = { kind: 'sequence', schema: undefined, name: sequence.name, on: undefined } as const;
    const source = lastDefinition(stage.earlier, ref);
    first.push(source && !isOwned(source) ? source.text : `CREATE SEQUENCE ${name}`);
    last.push(`ALTER SEQUENCE ${name} OWNED BY ${shown(table, stage.before)}.${quoteIdent(owner.name)}`);
  }
  return { first, last };
}

/** OWNED BY in CREATE SEQUENCE names a table that is not there yet. */
function isOwned({ node }: Statement): boolean {
  const options = 'CreateSeqStmt' in node ? (node.CreateSeqStmt.options ?? []) : [];
  return options.some((o) => 'DefElem' in o && o.DefElem.defname === 'owned_by');
}

/** The relation's name as a statement at this point would write it. */
export function shown(relation: Relation, catalog: Catalog): string {
  const name = quoteIdent(relation.name);
  return catalog.relation(undefined, relation.name)?.key === relation.key
    ? name
    : `${quoteIdent(relation.schema)}.${name}`;
}

function list(names: readonly string[]): string {
  return `(${names.map(quoteIdent).join(', ')})`;
}

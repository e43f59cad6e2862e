import type { IndexStmt, Node, RangeVar } from '@pgsql/types';
import type { AnalysedStatement } from '../core/statements/analysed.js';
import type { Session } from '../database/session.js';
import { quote } from '../tools/lib/table.js';

/** What the database shows of a statement that ran, or may have run, outside a transaction. */
export type Look =
  | { readonly kind: 'absent' }
  /** Its result is there, whole. */
  | { readonly kind: 'there'; readonly what: string }
  /** A part of it is there: `remedy` clears that up, or (`finishes`) does the rest. */
  | { readonly kind: 'half'; readonly what: string; readonly remedy: string; readonly finishes: boolean }
  /** It does no harm to run it again. */
  | { readonly kind: 'repeatable' }
  /** Nothing that can be looked at tells. */
  | { readonly kind: 'unknown' };

/** Asks in the session that runs the script: names mean what they mean there. */
export async function lookAt(session: Session, { statement: { node } }: AnalysedStatement): Promise<Look> {
  if ('IndexStmt' in node) return lookAtIndex(session, node.IndexStmt);
  if ('DropStmt' in node && node.DropStmt.removeType === 'OBJECT_INDEX') return lookAtDrop(session, node);
  if ('ReindexStmt' in node) return lookAtReindex(session, node.ReindexStmt.relation);
  if ('AlterTableStmt' in node) return lookAtDetach(session, node);
  const repeats = ['VacuumStmt', 'ClusterStmt', 'CheckPointStmt', 'RefreshMatViewStmt', 'AlterSystemStmt'];
  return { kind: repeats.some((tag) => tag in node) ? 'repeatable' : 'unknown' };
}

export interface FoundIndex {
  /** Quoted, with its schema. */
  readonly name: string;
  readonly valid: boolean;
  /** Of a partitioned table: valid when each partition has one that is attached. */
  readonly partitioned: boolean;
}

/** The index that a CREATE INDEX with a name means, when it is there, on that table. */
export async function indexOfStatement(
  session: Session,
  { idxname, relation }: IndexStmt,
): Promise<FoundIndex | undefined> {
  if (idxname === undefined || !relation) return undefined;
  const { rows } = await session.query(`${INDEXES} WHERE i.indrelid = pg_catalog.to_regclass($1) AND c.relname = $2`, [
    qualified(relation),
    idxname,
  ]);
  return rows[0] && found(rows[0]);
}

async function lookAtIndex(session: Session, node: IndexStmt): Promise<Look> {
  if (node.idxname === undefined) return { kind: 'unknown' };
  const index = await indexOfStatement(session, node);
  if (!index) return { kind: 'absent' };
  if (index.valid || index.partitioned) return { kind: 'there', what: `the index ${index.name} is there and valid` };
  return {
    kind: 'half',
    what: `the index ${index.name} is INVALID`,
    remedy: `DROP INDEX CONCURRENTLY ${index.name}`,
    finishes: false,
  };
}

async function lookAtDrop(session: Session, node: Node): Promise<Look> {
  const [object, ...more] = 'DropStmt' in node ? (node.DropStmt.objects ?? []) : [];
  const items = object && 'List' in object ? (object.List.items ?? []) : [];
  const names = items.map((item) => ('String' in item ? (item.String.sval ?? '') : ''));
  if (names.length === 0 || more.length > 0) return { kind: 'unknown' };
  const name = names.map(quote).join('.');
  const { rows } = await session.query('SELECT pg_catalog.to_regclass($1) IS NULL AS gone', [name]);
  // What is left of a drop that was interrupted is an invalid index, which the same statement removes.
  return rows[0]?.gone === true ? { kind: 'there', what: `the index ${name} is gone` } : { kind: 'absent' };
}

/** REINDEX CONCURRENTLY leaves its new or its old index behind (documentation, REINDEX, "Rebuilding Indexes Concurrently"). */
async function lookAtReindex(session: Session, relation: RangeVar | undefined): Promise<Look> {
  if (!relation) return { kind: 'repeatable' };
  const { rows } = await session.query(
    `${INDEXES} WHERE NOT i.indisvalid AND c.relname ~ '_cc(new|old)[0-9]*$'
       AND i.indrelid IN (SELECT pg_catalog.to_regclass($1) UNION SELECT indrelid FROM pg_catalog.pg_index WHERE indexrelid = pg_catalog.to_regclass($1))`,
    [qualified(relation)],
  );
  const left = rows[0] && found(rows[0]);
  if (!left) return { kind: 'repeatable' };
  return {
    kind: 'half',
    what: `the index ${left.name} of an interrupted REINDEX is left`,
    remedy: `DROP INDEX CONCURRENTLY ${left.name}`,
    finishes: false,
  };
}

async function lookAtDetach(session: Session, node: Node): Promise<Look> {
  const command = 'AlterTableStmt' in node ? node.AlterTableStmt.cmds?.[0] : undefined;
  const detach = command && 'AlterTableCmd' in command ? command.AlterTableCmd : undefined;
  const parent = 'AlterTableStmt' in node ? node.AlterTableStmt.relation : undefined;
  const partition = detach?.def && 'PartitionCmd' in detach.def ? detach.def.PartitionCmd.name : undefined;
  if (detach?.subtype !== 'AT_DetachPartition' || !parent || !partition) return { kind: 'unknown' };
  // `inhdetachpending` came with PostgreSQL 14: JSON does not mind a column that is missing.
  const { rows } = await session.query(
    `SELECT pg_catalog.to_jsonb(i) ->> 'inhdetachpending' = 'true' AS pending FROM pg_catalog.pg_inherits i
      WHERE i.inhrelid = pg_catalog.to_regclass($1) AND i.inhparent = pg_catalog.to_regclass($2)`,
    [qualified(partition), qualified(parent)],
  );
  const [row] = rows;
  if (!row) return { kind: 'there', what: `${qualified(partition)} is no partition any more` };
  if (row.pending !== true) return { kind: 'absent' };
  return {
    kind: 'half',
    what: `the partition ${qualified(partition)} is half detached`,
    remedy: `ALTER TABLE ${qualified(parent)} DETACH PARTITION ${qualified(partition)} FINALIZE`,
    finishes: true,
  };
}

const INDEXES = `SELECT n.nspname AS schema, c.relname AS name, i.indisvalid AS valid, c.relkind = 'I' AS partitioned
   FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
   JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace`;

function found(row: Readonly<Record<string, unknown>>): FoundIndex {
  return {
    name: `${quote(String(row.schema))}.${quote(String(row.name))}`,
    valid: row.valid === true,
    partitioned: row.partitioned === true,
  };
}

function qualified({ schemaname, relname }: RangeVar): string {
  return schemaname ? `${quote(schemaname)}.${quote(relname ?? '')}` : quote(relname ?? '');
}

/** Indexes of a REINDEX that are still invalid when it has ended: it leaves out what it cannot rebuild, with a warning only. */
export async function invalidAfterReindex(session: Session, relation: RangeVar): Promise<readonly string[]> {
  const { rows } = await session.query(
    `${INDEXES} WHERE NOT i.indisvalid AND c.relkind = 'i'
       AND (i.indexrelid = pg_catalog.to_regclass($1) OR i.indrelid = pg_catalog.to_regclass($1))`,
    [qualified(relation)],
  );
  return rows.map((row) => found(row).name);
}

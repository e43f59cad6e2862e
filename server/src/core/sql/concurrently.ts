import type { Node } from '@pgsql/types';

/**
 * A command that works beside readers and writers and waits for their transactions: CREATE, DROP and REINDEX INDEX CONCURRENTLY,
 * DETACH PARTITION CONCURRENTLY. (REFRESH MATERIALIZED VIEW CONCURRENTLY takes its lock for the whole time, as others do.)
 */
export function waitsForTransactions(node: Node): boolean {
  if ('IndexStmt' in node) return node.IndexStmt.concurrent === true;
  if ('DropStmt' in node) return node.DropStmt.concurrent === true;
  if ('ReindexStmt' in node)
    return (node.ReindexStmt.params ?? []).some((p) => 'DefElem' in p && p.DefElem.defname === 'concurrently');
  const command = 'AlterTableStmt' in node ? node.AlterTableStmt.cmds?.[0] : undefined;
  const def = command && 'AlterTableCmd' in command ? command.AlterTableCmd.def : undefined;
  return def !== undefined && 'PartitionCmd' in def && def.PartitionCmd.concurrent === true;
}

import type { AlterTableType } from '@pgsql/types';
import type { LockMode } from './effect.js';

export interface AlterFact {
  readonly mode: LockMode;
  /** Partitions and inheritance children get the same lock. */
  readonly recurses: boolean;
  /** Mode for partitions and children when it is not that of the table. */
  readonly under?: LockMode;
}

const own = (mode: LockMode): AlterFact => ({ mode, recurses: false });
const all = (mode: LockMode): AlterFact => ({ mode, recurses: true });
const AX = 'ACCESS EXCLUSIVE';
const SRX = 'SHARE ROW EXCLUSIVE';
const SUX = 'SHARE UPDATE EXCLUSIVE';

/**
 * Lock of each ALTER TABLE subcommand: AlterTableGetLockLevel and ATPrepCmd in src/backend/commands/tablecmds.c.
 * What depends on more than the subcommand (constraints, options, partitions, triggers by version) is in alterTable.ts.
 */
export const ALTER_FACTS: Readonly<Partial<Record<AlterTableType, AlterFact>>> = {
  AT_AddColumn: all(AX),
  AT_DropColumn: all(AX),
  AT_ColumnDefault: all(AX),
  AT_SetNotNull: all(AX),
  AT_DropNotNull: all(AX),
  AT_AlterColumnType: all(AX),
  AT_SetExpression: all(AX),
  AT_DropExpression: all(AX),
  AT_AddIdentity: all(AX),
  AT_SetIdentity: all(AX),
  AT_DropIdentity: all(AX),
  AT_SetStatistics: all(SUX),
  AT_SetOptions: own(SUX),
  AT_ResetOptions: own(SUX),
  AT_SetStorage: all(AX),
  AT_SetCompression: own(AX),
  AT_AddConstraint: all(AX),
  AT_DropConstraint: all(AX),
  AT_AlterConstraint: all(AX),
  AT_ValidateConstraint: all(SUX),
  AT_ChangeOwner: own(AX),
  AT_ClusterOn: own(SUX),
  AT_DropCluster: own(SUX),
  AT_SetLogged: own(AX),
  AT_SetUnLogged: own(AX),
  AT_DropOids: own(AX),
  AT_SetAccessMethod: own(AX),
  AT_SetTableSpace: own(AX),
  AT_SetRelOptions: own(SUX),
  AT_ResetRelOptions: own(SUX),
  AT_EnableTrig: own(SRX),
  AT_EnableAlwaysTrig: own(SRX),
  AT_EnableReplicaTrig: own(SRX),
  AT_DisableTrig: own(SRX),
  AT_EnableTrigAll: own(SRX),
  AT_DisableTrigAll: own(SRX),
  AT_EnableTrigUser: own(SRX),
  AT_DisableTrigUser: own(SRX),
  AT_EnableRule: own(AX),
  AT_EnableAlwaysRule: own(AX),
  AT_EnableReplicaRule: own(AX),
  AT_DisableRule: own(AX),
  AT_AddInherit: own(AX),
  AT_DropInherit: own(AX),
  AT_AddOf: own(AX),
  AT_DropOf: own(AX),
  AT_ReplicaIdentity: own(AX),
  AT_EnableRowSecurity: own(AX),
  AT_DisableRowSecurity: own(AX),
  AT_ForceRowSecurity: own(AX),
  AT_NoForceRowSecurity: own(AX),
  AT_GenericOptions: own(AX),
  AT_AlterColumnGenericOptions: own(AX),
  AT_AttachPartition: own(SUX),
  AT_DetachPartition: own(AX),
  AT_DetachPartitionFinalize: own(SUX),
};

/** Storage parameters of tables that need ACCESS EXCLUSIVE; all other known ones take SHARE UPDATE EXCLUSIVE (reloptions.c). */
export const STRONG_TABLE_OPTIONS: ReadonlySet<string> = new Set(['user_catalog_table']);
export const WEAK_TABLE_OPTION =
  /^(fillfactor|toast_tuple_target|parallel_workers|autovacuum_\w+|vacuum_\w+|log_auto\w+)$/;
/** Index options that take SHARE UPDATE EXCLUSIVE; the others need ACCESS EXCLUSIVE. */
export const WEAK_INDEX_OPTIONS: ReadonlySet<string> = new Set(['fillfactor', 'deduplicate_items']);

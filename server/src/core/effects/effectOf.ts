import type { Node } from '@pgsql/types';
import type { Catalog } from '../catalog/catalog.js';
import type { Statement } from '../sql/script.js';
import { alterTable, moveAll } from './alterTable.js';
import { alterDomain } from './alterTypes.js';
import { EffectBuilder, type EffectOptions } from './builder.js';
import * as create from './create.js';
import * as data from './data.js';
import { drop } from './drop.js';
import type { Effect } from './effect.js';
import { createIndex, reindex } from './indexes.js';
import * as maintenance from './maintenance.js';
import * as nested from './nested.js';
import * as objects from './objects.js';
import * as server from './server.js';
import { createRule, createTableAs, createView, policy, refresh } from './views.js';

export type { EffectOptions } from './builder.js';

type Handler = (builder: EffectBuilder, node: never, inner: nested.EffectOfStatement) => void;

/** One handler for each kind of statement whose effect is known. */
const HANDLERS: Readonly<Record<string, Handler>> = {
  AlterTableStmt: alterTable,
  AlterTableMoveAllStmt: moveAll,
  AlterDomainStmt: alterDomain,
  AlterSeqStmt: objects.alterSequence,
  AlterObjectDependsStmt: objects.dependsOnExtension,
  AlterObjectSchemaStmt: objects.setSchema,
  AlterPolicyStmt: policy,
  AlterPublicationStmt: objects.publication,
  AlterExtensionContentsStmt: objects.extensionContents,
  AlterDatabaseStmt: server.alterDatabase,
  AlterSubscriptionStmt: server.alterSubscription,
  AlterSystemStmt: server.alone,
  ClusterStmt: maintenance.cluster,
  CommentStmt: objects.comment,
  CopyStmt: data.copy,
  CreateForeignTableStmt: create.createForeignTable,
  CreateFunctionStmt: nested.createFunction,
  CreatePolicyStmt: policy,
  CreatePublicationStmt: objects.publication,
  CreateSchemaStmt: nested.createSchema,
  CreateSeqStmt: create.createSequence,
  CreateStatsStmt: create.createStatistics,
  CreateStmt: create.createTable,
  CreateSubscriptionStmt: server.createSubscription,
  CreateTableAsStmt: createTableAs,
  CreateTableSpaceStmt: server.alone,
  CreateTrigStmt: create.createTrigger,
  CreatedbStmt: server.alone,
  DeclareCursorStmt: server.declareCursor,
  DeleteStmt: data.deleteRows,
  DiscardStmt: server.discard,
  DoStmt: (builder, _node, inner) => nested.doBlock(builder, inner),
  DropStmt: drop,
  DropSubscriptionStmt: server.dropSubscription,
  DropTableSpaceStmt: server.alone,
  DropdbStmt: server.alone,
  ExplainStmt: nested.explain,
  GrantStmt: objects.grant,
  IndexStmt: createIndex,
  InsertStmt: data.insert,
  LockStmt: maintenance.lockTable,
  MergeStmt: data.merge,
  PrepareStmt: server.prepare,
  RefreshMatViewStmt: refresh,
  ReindexStmt: reindex,
  RenameStmt: objects.rename,
  RuleStmt: createRule,
  SecLabelStmt: objects.comment,
  SelectStmt: data.select,
  TransactionStmt: server.transaction,
  TruncateStmt: maintenance.truncate,
  UpdateStmt: data.update,
  VacuumStmt: maintenance.vacuum,
  ViewStmt: createView,
};

/** Kinds that lock no relation and may run anywhere. */
const HARMLESS: ReadonlySet<string> = new Set([
  'AlterCollationStmt',
  'AlterDatabaseRefreshCollStmt',
  'AlterDatabaseSetStmt',
  'AlterDefaultPrivilegesStmt',
  'AlterEnumStmt',
  'AlterEventTrigStmt',
  'AlterExtensionStmt',
  'AlterFdwStmt',
  'AlterForeignServerStmt',
  'AlterFunctionStmt',
  'AlterOpFamilyStmt',
  'AlterOperatorStmt',
  'AlterOwnerStmt',
  'AlterRoleSetStmt',
  'AlterRoleStmt',
  'AlterStatsStmt',
  'AlterTSConfigurationStmt',
  'AlterTSDictionaryStmt',
  'AlterTypeStmt',
  'AlterUserMappingStmt',
  'CheckPointStmt',
  'ClosePortalStmt',
  'CompositeTypeStmt',
  'ConstraintsSetStmt',
  'CreateAmStmt',
  'CreateCastStmt',
  'CreateConversionStmt',
  'CreateDomainStmt',
  'CreateEnumStmt',
  'CreateEventTrigStmt',
  'CreateExtensionStmt',
  'CreateFdwStmt',
  'CreateForeignServerStmt',
  'CreateOpClassStmt',
  'CreateOpFamilyStmt',
  'CreatePLangStmt',
  'CreateRangeStmt',
  'CreateRoleStmt',
  'CreateTransformStmt',
  'CreateUserMappingStmt',
  'DeallocateStmt',
  'DefineStmt',
  'DropRoleStmt',
  'DropUserMappingStmt',
  'FetchStmt',
  'GrantRoleStmt',
  'ListenStmt',
  'LoadStmt',
  'NotifyStmt',
  'UnlistenStmt',
  'VariableSetStmt',
  'VariableShowStmt',
]);

/** What a statement does to a live database, given the schema that it meets. Never throws. */
export function effectOf(statement: Statement, before: Catalog, options: EffectOptions): Effect {
  const builder = new EffectBuilder(statement, before, options);
  const handler = HANDLERS[statement.kind];
  const content = (statement.node as unknown as Record<string, Node>)[statement.kind];
  try {
    if (handler) handler(builder, (content ?? {}) as never, (inner) => effectOf(inner, before, options));
    else builder.known = HARMLESS.has(statement.kind);
  } catch {
    // A tree that no handler expects (a new grammar, a damaged text) must not take the analysis of the file down.
    builder.known = false;
  }
  return builder.build();
}

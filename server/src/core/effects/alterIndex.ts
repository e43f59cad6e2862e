import type { AlterTableCmd, AlterTableStmt } from '@pgsql/types';
import type { Index } from '../catalog/catalog.js';
import { as, rangeVar } from '../sql/tree.js';
import { WEAK_INDEX_OPTIONS } from './alterFacts.js';
import type { EffectBuilder } from './builder.js';
import { strongerMode } from './conflicts.js';
import type { LockMode } from './effect.js';

/** ALTER INDEX: the index alone is locked, but queries on its table need it when they are planned. */
export function alterIndex(b: EffectBuilder, node: AlterTableStmt): void {
  b.source = 'ALTER INDEX; AlterTableGetLockLevel in src/backend/commands/tablecmds.c';
  const { schema, name } = rangeVar(node.relation);
  const index = b.catalog.index(schema, name);
  const cmds = (node.cmds ?? []).flatMap((item) => as(item, 'AlterTableCmd') ?? []);
  const mode = cmds.map(modeOf).reduce(strongerMode, 'SHARE UPDATE EXCLUSIVE');
  lockNamed(b, index, node.relation, mode);
  for (const cmd of cmds) if (cmd.subtype === 'AT_AttachPartition') attach(b, index, cmd);
}

/** An index by name, known to the catalog or not. */
export function lockNamed(
  b: EffectBuilder,
  index: Index | undefined,
  written: { readonly schemaname?: string; readonly relname?: string } | undefined,
  mode: LockMode,
): void {
  if (index) b.lockIndex(index.schema, index.name, index.relation, mode);
  else b.lock(b.target(written), mode, 'index');
}

function modeOf(cmd: AlterTableCmd): LockMode {
  switch (cmd.subtype) {
    case 'AT_SetRelOptions':
    case 'AT_ResetRelOptions': {
      const names = (as(cmd.def, 'List')?.items ?? []).map((item) => as(item, 'DefElem')?.defname ?? '');
      return names.every((n) => WEAK_INDEX_OPTIONS.has(n)) ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS EXCLUSIVE';
    }
    case 'AT_SetStatistics':
    case 'AT_AttachPartition':
      return 'SHARE UPDATE EXCLUSIVE';
    default:
      return 'ACCESS EXCLUSIVE';
  }
}

function attach(b: EffectBuilder, parent: Index | undefined, cmd: AlterTableCmd): void {
  const written = as(cmd.def, 'PartitionCmd')?.name;
  const { schema, name } = rangeVar(written);
  const child = b.catalog.index(schema, name);
  lockNamed(b, child, written, 'ACCESS EXCLUSIVE');
  if (parent) b.lock(b.byKey(parent.relation), 'ACCESS SHARE', 'parent');
  if (child) b.lock(b.byKey(child.relation), 'ACCESS SHARE', 'partition');
}

import type { AlterTableCmd, AlterTableMoveAllStmt, AlterTableStmt, AlterTableType, Node } from '@pgsql/types';
import { subcommandParts } from '../sql/parts.js';
import { as, rangeVar } from '../sql/tree.js';
import { addColumn } from './addColumn.js';
import {
  addConstraint,
  addConstraintFact,
  alterConstraint,
  dropConstraint,
  validateConstraint,
} from './alterConstraints.js';
import type { AlterContext } from './alterContext.js';
import { ALTER_FACTS, type AlterFact, STRONG_TABLE_OPTIONS, WEAK_TABLE_OPTION } from './alterFacts.js';
import { alterIndex } from './alterIndex.js';
import { attachPartition, detachPartition } from './alterPartitions.js';
import {
  changeOwner,
  clusterOn,
  inherit,
  replicaIdentity,
  setAccessMethod,
  setLogged,
  setTableSpace,
} from './alterStorage.js';
import { alterComposite } from './alterTypes.js';
import { type EffectBuilder, roleOf, type Target } from './builder.js';
import { alterColumnType } from './columnType.js';
import { strongerMode } from './conflicts.js';
import { dropColumn } from './dropColumn.js';
import type { LockMode } from './effect.js';
import { scanForNulls } from './notNull.js';

const SOURCE = 'ALTER TABLE; AlterTableGetLockLevel in src/backend/commands/tablecmds.c';

export function alterTable(b: EffectBuilder, node: AlterTableStmt): void {
  const { schema, name } = rangeVar(node.relation);
  const target = b.target(node.relation);
  const index = !target.relation && (node.objtype === 'OBJECT_INDEX' || b.catalog.index(schema, name) !== undefined);
  if (node.objtype === 'OBJECT_TYPE') alterComposite(b, node);
  else if (index) alterIndex(b, node);
  else alterRelation(b, node, target);
}

function alterRelation(b: EffectBuilder, node: AlterTableStmt, target: Target): void {
  b.source = SOURCE;
  const cmds = (node.cmds ?? []).flatMap((item) => as(item, 'AlterTableCmd') ?? []);
  const facts = cmds.map((cmd) => factOf(b, target, cmd));
  const mode = facts.map((fact) => fact.mode).reduce(strongerMode, 'ACCESS SHARE');
  const members = node.relation?.inh ? b.family(target) : [target];
  const parts = cmds.length > 1 ? subcommandParts(b.statement) : [];
  const strongest = facts.findIndex((fact) => fact.mode === mode);
  b.span = (parts.length === cmds.length ? parts[strongest] : undefined) ?? b.statement.span;
  b.lock(target, mode, roleOf(target));
  for (const [i, cmd] of cmds.entries()) {
    const fact = facts[i];
    if (fact?.recurses) lockUnder(b, members, fact.under ?? mode);
    const under = fact?.recurses ? members : [target];
    PARTS[cmd.subtype ?? 'AT_ReAddIndex']?.({ b, target, members: under, cmd, cmds });
  }
}

function lockUnder(b: EffectBuilder, members: readonly Target[], mode: LockMode): void {
  for (const member of members.slice(1)) b.lock(member, mode, 'partition');
}

/** What the table of facts says, and what depends on more than the subcommand. */
function factOf(b: EffectBuilder, target: Target, cmd: AlterTableCmd): AlterFact {
  const fact = ALTER_FACTS[cmd.subtype ?? 'AT_ReAddIndex'] ?? { mode: 'ACCESS EXCLUSIVE', recurses: false };
  switch (cmd.subtype) {
    case 'AT_AddConstraint':
      return addConstraintFact(b, target, as(cmd.def, 'Constraint'));
    case 'AT_SetRelOptions':
    case 'AT_ResetRelOptions':
      return { mode: optionsMode(target, cmd.def), recurses: false };
    case 'AT_DetachPartition':
      return as(cmd.def, 'PartitionCmd')?.concurrent ? { mode: 'SHARE UPDATE EXCLUSIVE', recurses: false } : fact;
    case 'AT_AlterConstraint': {
      const def = as(cmd.def, 'ATAlterConstraint');
      return { ...fact, recurses: !(def?.alterInheritability && def.noinherit) };
    }
    default:
      // Triggers of partitions were left alone before PostgreSQL 15.
      return TRIGGER_SWITCH.test(cmd.subtype ?? '') ? { ...fact, recurses: b.pg >= 15 } : fact;
  }
}

const TRIGGER_SWITCH = /^AT_(En|Dis)able\w*Trig/;

/** Storage parameters: the strongest lock of those named (reloptions.c); those of a view need ACCESS EXCLUSIVE. */
function optionsMode(target: Target, def: Node | undefined): LockMode {
  if (target.relation?.kind === 'view') return 'ACCESS EXCLUSIVE';
  const names = (as(def, 'List')?.items ?? []).map((item) => as(item, 'DefElem')?.defname ?? '');
  const weak = names.every((name) => WEAK_TABLE_OPTION.test(name) && !STRONG_TABLE_OPTIONS.has(name));
  return weak ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS EXCLUSIVE';
}

/** What a subcommand does beyond locking the table. */
const PARTS: Readonly<Partial<Record<AlterTableType, (context: AlterContext) => void>>> = {
  AT_AddColumn: addColumn,
  AT_DropColumn: dropColumn,
  AT_AlterColumnType: alterColumnType,
  AT_SetNotNull: ({ b, members, cmd }) => scanForNulls(b, members, cmd.name ?? ''),
  AT_SetExpression: setExpression,
  AT_SetIdentity: (c) => lockIdentity(c, 'SHARE ROW EXCLUSIVE'),
  AT_DropIdentity: (c) => lockIdentity(c, 'ACCESS EXCLUSIVE'),
  AT_AddConstraint: addConstraint,
  AT_AlterConstraint: alterConstraint,
  AT_ValidateConstraint: validateConstraint,
  AT_DropConstraint: dropConstraint,
  AT_SetLogged: setLogged,
  AT_SetUnLogged: setLogged,
  AT_SetAccessMethod: setAccessMethod,
  AT_SetTableSpace: setTableSpace,
  AT_ChangeOwner: changeOwner,
  AT_ClusterOn: clusterOn,
  AT_ReplicaIdentity: replicaIdentity,
  AT_AddInherit: inherit,
  AT_DropInherit: inherit,
  AT_AttachPartition: attachPartition,
  AT_DetachPartition: detachPartition,
  AT_DetachPartitionFinalize: detachPartition,
};

function setExpression({ b, members, cmd }: AlterContext): void {
  if (members[0]?.relation?.columns.get(cmd.name ?? '')?.generated === 'virtual') return;
  b.rewrite(members, `the stored values of ${cmd.name ?? 'the column'} are computed anew`);
}

function lockIdentity({ b, target, cmd }: AlterContext, mode: LockMode): void {
  for (const sequence of b.catalog.ownedSequences(target.key)) {
    if (sequence.ownedBy?.[1] === cmd.name) b.lock(b.of(sequence), mode, 'sequence');
  }
}

/** ALTER TABLE ALL IN TABLESPACE: which tables those are is not known to a script. */
export function moveAll(b: EffectBuilder, _node: AlterTableMoveAllStmt): void {
  b.known = false;
}

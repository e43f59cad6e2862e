import type { Constraint as ConstraintNode } from '@pgsql/types';
import type { Constraint } from '../catalog/catalog.js';
import { as, nameList } from '../sql/tree.js';
import type { AlterContext } from './alterContext.js';
import type { AlterFact } from './alterFacts.js';
import type { EffectBuilder, Target } from './builder.js';
import { scanForNulls } from './notNull.js';

const KEYS = new Set(['CONSTR_PRIMARY', 'CONSTR_UNIQUE', 'CONSTR_EXCLUSION']);

/** The lock of ADD CONSTRAINT, and on partitions and children. */
export function addConstraintFact(b: EffectBuilder, target: Target, node: ConstraintNode | undefined): AlterFact {
  const partitioned = target.relation?.kind === 'partitionedTable';
  if (node?.contype === 'CONSTR_FOREIGN') return { mode: 'SHARE ROW EXCLUSIVE', recurses: partitioned };
  if (node && KEYS.has(node.contype ?? '')) {
    // Before PostgreSQL 18 the partitions' indexes are built under the lock of CREATE INDEX.
    return { mode: 'ACCESS EXCLUSIVE', recurses: partitioned, under: b.pg >= 18 ? 'ACCESS EXCLUSIVE' : 'SHARE' };
  }
  // PostgreSQL 18 locks the children of a NO INHERIT check too.
  const recurses = !(node?.is_no_inherit && (b.pg < 18 || node.contype === 'CONSTR_NOTNULL'));
  return { mode: 'ACCESS EXCLUSIVE', recurses };
}

export function addConstraint(context: AlterContext): void {
  const node = as(context.cmd.def, 'Constraint');
  switch (node?.contype) {
    case 'CONSTR_FOREIGN':
      addForeignKey(context, node);
      break;
    case 'CONSTR_CHECK':
      addCheck(context, node);
      break;
    case 'CONSTR_NOTNULL':
      addNotNull(context, node);
      break;
    case 'CONSTR_PRIMARY':
    case 'CONSTR_UNIQUE':
    case 'CONSTR_EXCLUSION':
      if (node.indexname === undefined) addKey(context, node);
      else useIndex(context, node);
      break;
    default:
  }
}

function addForeignKey({ b, target, members }: AlterContext, node: ConstraintNode): void {
  const other = b.target(node.pktable);
  if (other.key !== target.key) {
    for (const member of b.family(other)) b.lock(member, 'SHARE ROW EXCLUSIVE', 'referenced');
  }
  if (node.skip_validation) return;
  b.workOn('scan', members, `every row is looked up in ${other.display}, while both tables are locked against writes`);
  b.readKeys(other, target);
}

function addCheck({ b, target, members }: AlterContext, node: ConstraintNode): void {
  if (node.skip_validation) return;
  const name = node.conname === undefined ? 'the CHECK' : `the CHECK ${node.conname}`;
  b.workOn('scan', node.is_no_inherit ? [target] : members, `every row is checked against ${name}`);
}

function addNotNull({ b, members }: AlterContext, node: ConstraintNode): void {
  if (node.skip_validation) return;
  for (const column of nameList(node.keys)) scanForNulls(b, members, column);
}

const KEY_NAMES: Readonly<Record<string, string>> = {
  CONSTR_PRIMARY: 'the primary key',
  CONSTR_UNIQUE: 'the UNIQUE constraint',
  CONSTR_EXCLUSION: 'the EXCLUDE constraint',
};

function addKey({ b, members }: AlterContext, node: ConstraintNode): void {
  b.workOn('indexBuild', members, `${KEY_NAMES[node.contype ?? '']} gets its index while the table is locked`);
  if (node.contype === 'CONSTR_PRIMARY') for (const column of nameList(node.keys)) scanForNulls(b, members, column);
}

/** ADD CONSTRAINT … USING INDEX: free, but a primary key's columns have to be NOT NULL. The index takes the name. */
function useIndex({ b, target }: AlterContext, node: ConstraintNode): void {
  const schema = target.relation?.schema;
  const index = b.catalog.index(schema, node.indexname ?? '');
  if (index && node.conname !== undefined && node.conname !== index.name) {
    b.lockIndex(index.schema, index.name, target.key, 'SHARE UPDATE EXCLUSIVE');
  }
  if (node.contype !== 'CONSTR_PRIMARY') return;
  for (const column of index?.columns ?? []) if (column !== undefined) scanForNulls(b, [target], column);
}

/** ALTER CONSTRAINT … [NOT] ENFORCED makes or drops the foreign key's triggers; INHERIT adds a constraint to children. */
export function alterConstraint({ b, target, members, cmd }: AlterContext): void {
  const def = as(cmd.def, 'ATAlterConstraint');
  const constraint = target.relation?.constraints.get(def?.conname ?? '');
  if (def?.alterEnforceability) {
    if (constraint?.references === undefined) return;
    const other = b.byKey(constraint.references.relation);
    b.lockOther(other.key, def.is_enforced ? 'SHARE ROW EXCLUSIVE' : 'ACCESS EXCLUSIVE', 'referenced');
    if (!def.is_enforced) return;
    b.workOn('scan', members, `every row is looked up in ${other.display}`);
    b.readKeys(other, target);
  } else if (def?.alterInheritability && !def.noinherit) {
    for (const column of constraint?.columns ?? []) scanForNulls(b, members.slice(1), column);
  }
}

export function validateConstraint({ b, target, members, cmd, cmds }: AlterContext): void {
  const name = cmd.name ?? '';
  const constraint = target.relation?.constraints.get(name);
  if (constraint?.validated) return;
  const added = cmds
    .map((c) => as(c.def, 'Constraint'))
    .find((c) => c?.conname === name && c.contype === 'CONSTR_FOREIGN');
  const other = added ? b.target(added.pktable) : constraint?.references && b.byKey(constraint.references.relation);
  if (!other) {
    b.workOn('scan', members, `every row is checked against ${name}; reads and writes go on`);
    return;
  }
  b.lock(other, 'ROW SHARE', 'referenced');
  for (const member of b.family(other).slice(1)) b.lock(member, 'ACCESS SHARE', 'referenced');
  b.workOn('scan', members, `every row is looked up in ${other.display}; reads and writes go on`);
  b.readKeys(other, target);
}

/** Dropping a foreign key drops its triggers on the other table; dropping a key drops its index. */
export function dropConstraint({ b, members, cmd }: AlterContext): void {
  const name = cmd.name ?? '';
  for (const member of members) {
    const constraint = member.relation?.constraints.get(name);
    if (constraint) dropsConstraint(b, member, constraint, cmd.behavior === 'DROP_CASCADE');
  }
}

export function dropsConstraint(b: EffectBuilder, owner: Target, constraint: Constraint, cascade: boolean): void {
  if (constraint.references) b.lockOther(constraint.references.relation, 'ACCESS EXCLUSIVE', 'referenced');
  if (constraint.indexName !== undefined && owner.relation) {
    b.lockIndex(owner.relation.schema, constraint.indexName, owner.key, 'ACCESS EXCLUSIVE');
  }
  if (!cascade || (constraint.kind !== 'primaryKey' && constraint.kind !== 'unique')) return;
  for (const { relation, constraint: fk } of b.catalog.referencing(owner.key)) {
    const same = fk.references?.columns.every((column) => constraint.columns.includes(column));
    if (same) b.lockOther(relation.key, 'ACCESS EXCLUSIVE', 'referencing');
  }
}

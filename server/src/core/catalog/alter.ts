import type { AlterTableCmd, AlterTableStmt, ATAlterConstraint, Node } from '@pgsql/types';
import { sourceOf } from '../sql/clauseSource.js';
import { as, isNull, optionOf, rangeVar } from '../sql/tree.js';
import type { Column, Relation } from './catalog.js';
import { addOwnedSequence, typeOf } from './columns.js';
import { dropConstraint } from './constraintDrops.js';
import { addConstraint, markNotNull } from './constraints.js';
import { type Context, withState } from './context.js';
import { dropRelation, editRelation, family, putRelation, removeIndex } from './edit.js';
import { partAt } from './part.js';
import { alterIndex, attachPartition, detachPartition } from './partitions.js';
import type { CatalogState } from './state.js';
import { addColumn } from './tables.js';

export function alterTable(context: Context, node: AlterTableStmt): CatalogState {
  const { schema, name } = rangeVar(node.relation);
  if (node.objtype === 'OBJECT_INDEX') return alterIndex(context, node);
  const relation = context.state.relation(schema, name);
  if (!relation) return context.state;
  let next = context.state;
  for (const item of node.cmds ?? []) {
    const cmd = as(item, 'AlterTableCmd');
    if (cmd) next = alterOne(withState(context, next), relation.key, cmd);
  }
  return next;
}

function alterOne(context: Context, key: string, cmd: AlterTableCmd): CatalogState {
  const { state } = context;
  const name = cmd.name ?? '';
  switch (cmd.subtype) {
    case 'AT_AddColumn':
      return addColumns(context, key, cmd);
    case 'AT_DropColumn':
      return dropColumn(context, key, name, cmd.behavior === 'DROP_CASCADE');
    case 'AT_ColumnDefault': {
      const defaultSql = cmd.def && !isNull(cmd.def) ? sourceOf(context.statement, cmd.def) : undefined;
      return editColumn(state, key, name, (c) => ({ ...c, defaultSql, serial: c.serial && cmd.def !== undefined }));
    }
    case 'AT_SetNotNull':
      return markNotNull(state, key, [name]);
    case 'AT_DropNotNull':
      return markNotNull(state, key, [name], false);
    case 'AT_AlterColumnType': {
      const def = as(cmd.def, 'ColumnDef');
      const { origin } = partAt(context, def?.location);
      return editColumn(state, key, name, (c) => ({ ...c, type: typeOf(state, def?.typeName), typeOrigin: origin }));
    }
    case 'AT_DropExpression':
      return editColumn(state, key, name, (c) => ({ ...c, generated: undefined }));
    case 'AT_AddIdentity':
    case 'AT_SetIdentity':
    case 'AT_DropIdentity':
      return alterIdentity(context, key, cmd);
    default:
      return alterConstraintOrPlace(context, key, cmd);
  }
}

function alterConstraintOrPlace(context: Context, key: string, cmd: AlterTableCmd): CatalogState {
  const { state } = context;
  const name = cmd.name ?? '';
  switch (cmd.subtype) {
    case 'AT_AddConstraint': {
      const constraint = as(cmd.def, 'Constraint');
      return constraint ? addConstraint(partAt(context, constraint.location), key, constraint, undefined) : state;
    }
    case 'AT_DropConstraint':
      return dropConstraint(context, key, name, cmd.behavior === 'DROP_CASCADE');
    case 'AT_ValidateConstraint':
      return validate(state, key, name);
    case 'AT_AlterConstraint':
      return enforce(state, key, as(cmd.def, 'ATAlterConstraint'));
    case 'AT_SetLogged':
    case 'AT_SetUnLogged':
      return editRelation(state, key, (r) => ({ ...r, unlogged: cmd.subtype === 'AT_SetUnLogged' }));
    case 'AT_AddInherit':
      return inherit(context, key, cmd.def, true);
    case 'AT_DropInherit':
      return inherit(context, key, cmd.def, false);
    case 'AT_AttachPartition':
      return attachPartition(context, key, cmd);
    case 'AT_DetachPartition':
    case 'AT_DetachPartitionFinalize':
      return detachPartition(context, cmd);
    default:
      return state;
  }
}

function editColumn(state: CatalogState, key: string, name: string, change: (c: Column) => Column): CatalogState {
  let next = state;
  for (const member of family(state, key)) {
    const column = member.columns.get(name);
    if (!column) continue;
    next = putRelation(next, { ...member, columns: new Map(member.columns).set(name, change(column)) });
  }
  return next;
}

function addColumns(context: Context, key: string, cmd: AlterTableCmd): CatalogState {
  const def = as(cmd.def, 'ColumnDef');
  if (!def) return context.state;
  const own = context.state.relationByKey(key);
  if (cmd.missing_ok && own?.columns.has(def.colname ?? '')) return context.state;
  let next = addColumn(context, key, def);
  const added = next.relationByKey(key)?.columns.get(def.colname ?? '');
  for (const child of family(next, key).slice(1)) {
    if (!added || child.columns.has(added.name)) continue;
    next = putRelation(next, {
      ...child,
      columns: new Map(child.columns).set(added.name, { ...added, identity: undefined }),
    });
  }
  return next;
}

export function dropColumn(context: Context, key: string, name: string, cascade: boolean): CatalogState {
  let next = context.state;
  for (const member of family(next, key)) {
    if (!member.columns.has(name)) continue;
    next = dropColumnOf(withState(context, next), member, name, cascade);
  }
  return next;
}

function dropColumnOf(context: Context, relation: Relation, name: string, cascade: boolean): CatalogState {
  const { origin } = context;
  let next = context.state;
  for (const index of next.indexesOn(relation.key)) {
    if (index.dependsOn.includes(name)) next = removeIndex(next, `${index.schema}.${index.name}`);
  }
  for (const sequence of next.ownedSequences(relation.key)) {
    if (sequence.ownedBy?.[1] === name) next = dropRelation(next, sequence.key, true, origin);
  }
  for (const constraint of relation.constraints.values()) {
    if (constraint.columns.includes(name))
      next = dropConstraint(withState(context, next), relation.key, constraint.name, cascade);
  }
  for (const { relation: other, constraint } of cascade ? next.referencing(relation.key) : []) {
    if (constraint.references?.columns.includes(name))
      next = dropConstraint(withState(context, next), other.key, constraint.name, false);
  }
  for (const view of cascade ? next.viewsOn(relation.key) : []) {
    const reads = view.reads.get(relation.key);
    if (reads === 'all' || reads?.has(name)) next = dropRelation(next, view.key, true, origin);
  }
  return editRelation(next, relation.key, (r) => {
    const columns = new Map(r.columns);
    columns.delete(name);
    return { ...r, columns };
  });
}

/** ATTRIBUTE_IDENTITY_ALWAYS of pg_attribute.h, the letter a. */
const ALWAYS = 97;

function alterIdentity(context: Context, key: string, cmd: AlterTableCmd): CatalogState {
  const { state, origin } = context;
  const name = cmd.name ?? '';
  if (cmd.subtype === 'AT_DropIdentity') {
    let next = state;
    for (const sequence of state.ownedSequences(key)) {
      if (sequence.ownedBy?.[1] === name) next = dropRelation(next, sequence.key, true, origin);
    }
    return editColumn(next, key, name, (c) => ({ ...c, identity: undefined }));
  }
  if (cmd.subtype === 'AT_SetIdentity') {
    const generated = as(optionOf(as(cmd.def, 'List')?.items, 'generated')?.arg, 'Integer')?.ival;
    if (generated === undefined) return state;
    const set = generated === ALWAYS ? ('always' as const) : ('byDefault' as const);
    return editColumn(state, key, name, (c) => ({ ...c, identity: set }));
  }
  const kind = as(cmd.def, 'Constraint')?.generated_when === 'a' ? ('always' as const) : ('byDefault' as const);
  const next = editColumn(state, key, name, (c) => ({ ...c, identity: kind, notNull: true }));
  return addOwnedSequence(withState(context, next), key, name);
}

function validate(state: CatalogState, key: string, name: string): CatalogState {
  let next = state;
  for (const member of family(state, key)) {
    const constraint = member.constraints.get(name);
    if (!constraint) continue;
    const constraints = new Map(member.constraints).set(name, { ...constraint, validated: true });
    next = putRelation(next, { ...member, constraints });
    if (constraint.kind === 'notNull') next = markNotNull(next, member.key, constraint.columns);
  }
  return next;
}

/** ALTER CONSTRAINT … [NOT] ENFORCED: what is enforced from now on has been checked. */
function enforce(state: CatalogState, key: string, def: ATAlterConstraint | undefined): CatalogState {
  if (!def?.alterEnforceability) return state;
  const enforced = def.is_enforced === true;
  let next = state;
  for (const member of family(state, key)) {
    const constraint = member.constraints.get(def.conname ?? '');
    if (!constraint) continue;
    const constraints = new Map(member.constraints).set(constraint.name, {
      ...constraint,
      enforced,
      validated: enforced,
    });
    next = putRelation(next, { ...member, constraints });
  }
  return next;
}

function inherit(context: Context, key: string, def: Node | undefined, add: boolean): CatalogState {
  const name = rangeVar(def);
  const parent = context.state.relation(name.schema, name.name);
  if (!parent) return context.state;
  return editRelation(context.state, key, (r) => ({
    ...r,
    parents: add
      ? [...r.parents.filter((p) => p !== parent.key), parent.key]
      : r.parents.filter((p) => p !== parent.key),
  }));
}

import { as, rangeVar } from '../sql/tree.js';
import type { AlterContext } from './alterContext.js';

/** SET LOGGED, SET UNLOGGED: nothing to do when it is so already. */
export function setLogged({ b, target, cmd }: AlterContext): void {
  const unlogged = cmd.subtype === 'AT_SetUnLogged';
  if (target.relation?.unlogged === unlogged || target.relation?.kind === 'partitionedTable') return;
  if (target.relation?.kind === 'sequence') return;
  b.rewrite([target], unlogged ? 'an unlogged table gets files of its own' : 'the whole table is written to the WAL');
  if (b.pg >= 15) b.lockSequences(target, 'ACCESS EXCLUSIVE');
}

export function setAccessMethod({ b, target, cmd }: AlterContext): void {
  if (cmd.name === 'heap' && target.relation && target.relation.kind !== 'materializedView') return;
  b.rewrite([target], `every row is stored by ${cmd.name ?? 'the new access method'}`);
}

/** The file is copied block by block; its indexes stay where they are. */
export function setTableSpace({ b, target, cmd }: AlterContext): void {
  if (cmd.name === 'pg_default') return;
  b.workOn('rewrite', [target], `its file is copied to the tablespace ${cmd.name ?? ''}, without its indexes`);
}

export function changeOwner({ b, target }: AlterContext): void {
  b.lockIndexes(target, 'ACCESS EXCLUSIVE');
  b.lockSequences(target, 'ACCESS EXCLUSIVE');
}

export function clusterOn({ b, target, cmd }: AlterContext): void {
  const index = b.catalog.index(target.relation?.schema, cmd.name ?? '');
  if (index) b.lockIndex(index.schema, index.name, target.key, 'SHARE UPDATE EXCLUSIVE');
}

export function replicaIdentity({ b, target, cmd }: AlterContext): void {
  const name = as(cmd.def, 'ReplicaIdentityStmt')?.name;
  const index = name === undefined ? undefined : b.catalog.index(target.relation?.schema, name);
  if (index) b.lockIndex(index.schema, index.name, target.key, 'SHARE');
}

/** INHERIT, NO INHERIT */
export function inherit({ b, cmd }: AlterContext): void {
  const parent = b.target(rangeVar(cmd.def));
  b.lock(parent, cmd.subtype === 'AT_AddInherit' ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS SHARE', 'parent');
}

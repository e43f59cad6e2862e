import type {
  AlterExtensionContentsStmt,
  AlterObjectDependsStmt,
  AlterObjectSchemaStmt,
  AlterPublicationStmt,
  AlterSeqStmt,
  CommentStmt,
  CreatePublicationStmt,
  GrantStmt,
  Node,
  ObjectType,
  RenameStmt,
} from '@pgsql/types';
import { as, objectNames, rangeVar } from '../sql/tree.js';
import { lockNamed } from './alterIndex.js';
import { type EffectBuilder, roleOf, type Target } from './builder.js';
import { lockOwner } from './create.js';
import type { LockMode } from './effect.js';

export function rename(b: EffectBuilder, node: RenameStmt): void {
  b.source = 'ALTER … RENAME; src/backend/commands/tablecmds.c';
  const { schema, name } = rangeVar(node.relation);
  const target = b.target(node.relation);
  const index = target.relation ? undefined : b.catalog.index(schema, name);
  const partitioned = target.relation?.kind === 'partitionedTable';
  switch (node.renameType) {
    case 'OBJECT_INDEX':
      lockNamed(b, index, node.relation, 'SHARE UPDATE EXCLUSIVE');
      break;
    case 'OBJECT_COLUMN':
      lockWith(b, target, node.relation?.inh === true);
      break;
    case 'OBJECT_TABCONSTRAINT':
      renameConstraint(b, target, node);
      break;
    case 'OBJECT_TRIGGER':
      lockWith(b, target, b.pg >= 15 && partitioned);
      break;
    case 'OBJECT_ATTRIBUTE':
      // CASCADE renames the column in tables OF the type: which those are is not in the catalog.
      if (node.behavior === 'DROP_CASCADE') b.known = false;
      break;
    default:
      if (node.relation) lockRelation(b, node, target);
  }
}

/** ACCESS EXCLUSIVE, on what is under it too when the change recurses. */
function lockWith(b: EffectBuilder, target: Target, recurses: boolean): void {
  if (recurses) b.lockFamily(target, 'ACCESS EXCLUSIVE', roleOf(target));
  else b.lock(target, 'ACCESS EXCLUSIVE', roleOf(target));
}

function lockRelation(b: EffectBuilder, node: RenameStmt | AlterObjectSchemaStmt, target: Target): void {
  const { schema, name } = rangeVar(node.relation);
  const index = target.relation ? undefined : b.catalog.index(schema, name);
  if (index) b.lockIndex(index.schema, index.name, index.relation, 'ACCESS EXCLUSIVE');
  else b.lock(target, 'ACCESS EXCLUSIVE', roleOf(target));
}

function renameConstraint(b: EffectBuilder, target: Target, node: RenameStmt): void {
  const constraint = target.relation?.constraints.get(node.subname ?? '');
  const inherited = constraint?.kind === 'check' || constraint?.kind === 'notNull';
  lockWith(b, target, inherited && node.relation?.inh === true);
  if (constraint?.indexName !== undefined && target.relation) {
    b.lockIndex(target.relation.schema, constraint.indexName, target.key, 'SHARE UPDATE EXCLUSIVE');
  }
}

export function setSchema(b: EffectBuilder, node: AlterObjectSchemaStmt): void {
  b.source = 'ALTER … SET SCHEMA; AlterTableNamespace in src/backend/commands/tablecmds.c';
  if (!node.relation) return;
  const target = b.target(node.relation);
  lockRelation(b, node, target);
  b.lockSequences(target, 'ACCESS EXCLUSIVE');
}

export function dependsOnExtension(b: EffectBuilder, node: AlterObjectDependsStmt): void {
  b.source = 'ALTER … DEPENDS ON EXTENSION; ExecAlterObjectDependsStmt in src/backend/commands/alter.c';
  const { schema, name } = rangeVar(node.relation);
  if (node.objectType === 'OBJECT_INDEX')
    lockNamed(b, b.catalog.index(schema, name), node.relation, 'ACCESS EXCLUSIVE');
  else if (node.objectType === 'OBJECT_TRIGGER') b.lock(b.target(node.relation), 'ACCESS SHARE', 'target');
  else if (node.objectType === 'OBJECT_MATVIEW') b.lock(b.target(node.relation), 'ACCESS EXCLUSIVE', 'view');
}

const RELATIONS: ReadonlySet<ObjectType | undefined> = new Set<ObjectType>([
  'OBJECT_TABLE',
  'OBJECT_VIEW',
  'OBJECT_MATVIEW',
  'OBJECT_SEQUENCE',
  'OBJECT_FOREIGN_TABLE',
  'OBJECT_COLUMN',
]);
const PARTS: ReadonlySet<ObjectType | undefined> = new Set<ObjectType>([
  'OBJECT_TABCONSTRAINT',
  'OBJECT_TRIGGER',
  'OBJECT_POLICY',
  'OBJECT_RULE',
]);

/** COMMENT and SECURITY LABEL: on a relation like a small ALTER, on a part of a table a look at the table. */
export function comment(b: EffectBuilder, node: Pick<CommentStmt, 'objtype' | 'object'>): void {
  b.source = 'COMMENT; CommentObject in src/backend/commands/comment.c';
  const names = objectNames(node.object);
  if (node.objtype === 'OBJECT_INDEX') {
    const index = b.catalog.index(names.at(-2), names.at(-1) ?? '');
    const written = { relname: names.at(-1) ?? '', ...(names.length > 1 && { schemaname: names.at(-2) ?? '' }) };
    lockNamed(b, index, written, 'SHARE UPDATE EXCLUSIVE');
  } else if (RELATIONS.has(node.objtype)) {
    const target = b.named(node.objtype === 'OBJECT_COLUMN' ? names.slice(0, -1) : names);
    b.lock(target, 'SHARE UPDATE EXCLUSIVE', roleOf(target));
  } else if (PARTS.has(node.objtype)) {
    b.lock(b.named(names.slice(0, -1)), 'ACCESS SHARE', 'target');
  }
}

/** PostgreSQL 18 locks the relation while its privileges change. */
export function grant(b: EffectBuilder, node: GrantStmt): void {
  b.source = 'GRANT; objectNamesToOids in src/backend/catalog/aclchk.c';
  const relation = node.objtype === 'OBJECT_TABLE' || node.objtype === 'OBJECT_SEQUENCE';
  if (b.pg < 18 || !relation || node.targtype !== 'ACL_TARGET_OBJECT') return;
  for (const object of node.objects ?? []) {
    const target = b.target(rangeVar(object));
    b.lock(target, 'ACCESS SHARE', roleOf(target));
  }
}

export function alterSequence(b: EffectBuilder, node: AlterSeqStmt): void {
  b.source = 'ALTER SEQUENCE; AlterSequence in src/backend/commands/sequence.c';
  b.lock(b.target(node.sequence), 'SHARE ROW EXCLUSIVE', 'sequence');
  lockOwner(b, node.options);
}

export function publication(b: EffectBuilder, node: CreatePublicationStmt | AlterPublicationStmt): void {
  b.source = 'CREATE PUBLICATION; OpenTableList in src/backend/commands/publicationcmds.c';
  const mode: LockMode = 'SHARE UPDATE EXCLUSIVE';
  for (const object of node.pubobjects ?? []) {
    const written = as(object, 'PublicationObjSpec')?.pubtable?.relation;
    if (written) b.lock(b.target(written), mode, 'target');
  }
  const replaces = 'action' in node && node.action === 'AP_SetObjects' && (node.pubobjects ?? []).length > 0;
  if (!replaces) return;
  for (const key of b.catalog.attachedTo('publication', node.pubname ?? '')) b.lock(b.byKey(key), mode, 'target');
}

export function extensionContents(b: EffectBuilder, node: AlterExtensionContentsStmt): void {
  b.source = 'ALTER EXTENSION; ExecAlterExtensionContentsStmt in src/backend/commands/extension.c';
  if (!RELATIONS.has(node.objtype)) return;
  b.lock(
    b.named(objectNames(node.object as Node)),
    (node.action ?? 0) > 0 ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS SHARE',
    'target',
  );
}

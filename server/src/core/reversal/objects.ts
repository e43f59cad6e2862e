import type { DropStmt, Node } from '@pgsql/types';
import type { Statement } from '../sql/script.js';
import { objectNames, rangeVar, texts } from '../sql/tree.js';

/** Kinds of things that a statement can make and another can take away again. */
export type ObjectKind =
  | 'table'
  | 'view'
  | 'index'
  | 'sequence'
  | 'type'
  | 'function'
  | 'trigger'
  | 'policy'
  | 'rule'
  | 'schema'
  | 'extension'
  | 'column'
  | 'constraint'
  | 'default'
  | 'notNull'
  | 'columnType'
  | 'columnName'
  | 'name';

/** A thing in the schema, as the statement names it. */
export interface ObjectRef {
  readonly kind: ObjectKind;
  readonly schema: string | undefined;
  /** Undefined when PostgreSQL chooses the name. */
  readonly name: string | undefined;
  /** The table it is on: of a column, constraint, trigger, policy; of an index where the statement says so. */
  readonly on: string | undefined;
}

/** What a statement makes or changes so that a down has something to undo. Only what can be undone by a statement. */
export function made(statement: Statement): readonly ObjectRef[] {
  return replaces(statement.node) ? [] : defined(statement);
}

/** `CREATE OR REPLACE`: the thing may have been there before. */
function replaces(node: Node): boolean {
  if ('ViewStmt' in node) return node.ViewStmt.replace === true;
  if ('CreateFunctionStmt' in node) return node.CreateFunctionStmt.replace === true;
  if ('CreateTrigStmt' in node) return node.CreateTrigStmt.replace === true;
  return 'RuleStmt' in node && node.RuleStmt.replace === true;
}

/** The same, with what CREATE OR REPLACE defines. */
export function defined(statement: Statement): readonly ObjectRef[] {
  const { node } = statement;
  if ('CreateStmt' in node) return relation('table', node.CreateStmt.relation);
  if ('CreateForeignTableStmt' in node) return relation('table', node.CreateForeignTableStmt.base?.relation);
  if ('CreateTableAsStmt' in node) {
    const { into, objtype } = node.CreateTableAsStmt;
    return relation(objtype === 'OBJECT_MATVIEW' ? 'view' : 'table', into?.rel);
  }
  if ('ViewStmt' in node) return relation('view', node.ViewStmt.view);
  if ('CreateSeqStmt' in node) return relation('sequence', node.CreateSeqStmt.sequence);
  if ('IndexStmt' in node) {
    const { relation: table, idxname } = node.IndexStmt;
    return [{ kind: 'index', schema: table?.schemaname, name: idxname, on: table?.relname }];
  }
  if ('AlterTableStmt' in node) return alterations(node.AlterTableStmt.relation, node.AlterTableStmt.cmds, madeBy);
  if ('RenameStmt' in node) return renamed(node, 'new');
  return madeOther(node);
}

/** What a statement takes away, or puts back as another statement found it. */
export function removed(statement: Statement): readonly ObjectRef[] {
  const { node } = statement;
  if ('DropStmt' in node) return dropped(node);
  if ('AlterTableStmt' in node) return alterations(node.AlterTableStmt.relation, node.AlterTableStmt.cmds, removedBy);
  if ('RenameStmt' in node) return renamed(node, 'old');
  return [];
}

function madeOther(node: Node): readonly ObjectRef[] {
  if ('CreateEnumStmt' in node) return named('type', node.CreateEnumStmt.typeName);
  if ('CreateDomainStmt' in node) return named('type', node.CreateDomainStmt.domainname);
  if ('CreateRangeStmt' in node) return named('type', node.CreateRangeStmt.typeName);
  if ('CompositeTypeStmt' in node) return relation('type', node.CompositeTypeStmt.typevar);
  if ('CreateFunctionStmt' in node) return named('function', node.CreateFunctionStmt.funcname);
  if ('CreateTrigStmt' in node) {
    const { trigname, relation: table } = node.CreateTrigStmt;
    return [{ kind: 'trigger', schema: table?.schemaname, name: trigname, on: table?.relname }];
  }
  if ('CreatePolicyStmt' in node) {
    const { policy_name, table } = node.CreatePolicyStmt;
    return [{ kind: 'policy', schema: table?.schemaname, name: policy_name, on: table?.relname }];
  }
  if ('RuleStmt' in node) {
    const { rulename, relation: table } = node.RuleStmt;
    return [{ kind: 'rule', schema: table?.schemaname, name: rulename, on: table?.relname }];
  }
  if ('CreateSchemaStmt' in node) return [simple('schema', node.CreateSchemaStmt.schemaname)];
  return [];
}

type Part = { readonly kind: ObjectKind; readonly name: string | undefined };
type AlterPart = (cmd: { subtype?: string; name?: string; def?: Node }) => Part | undefined;

function alterations(
  table: { schemaname?: string; relname?: string } | undefined,
  cmds: readonly Node[] | undefined,
  part: AlterPart,
): readonly ObjectRef[] {
  const found: ObjectRef[] = [];
  for (const cmd of cmds ?? []) {
    const one = 'AlterTableCmd' in cmd ? part(cmd.AlterTableCmd) : undefined;
    if (one) found.push({ ...one, schema: table?.schemaname, on: table?.relname });
  }
  return found;
}

const madeBy: AlterPart = ({ subtype, name, def }) => {
  switch (subtype) {
    case 'AT_AddColumn':
      return { kind: 'column', name: def && 'ColumnDef' in def ? def.ColumnDef.colname : undefined };
    case 'AT_AddConstraint':
      return { kind: 'constraint', name: def && 'Constraint' in def ? def.Constraint.conname : undefined };
    case 'AT_SetNotNull':
      return { kind: 'notNull', name };
    case 'AT_ColumnDefault':
      return { kind: 'default', name };
    case 'AT_AlterColumnType':
      return { kind: 'columnType', name };
    default:
      return undefined;
  }
};

const removedBy: AlterPart = ({ subtype, name }) => {
  switch (subtype) {
    case 'AT_DropColumn':
      return { kind: 'column', name };
    case 'AT_DropConstraint':
      return { kind: 'constraint', name };
    case 'AT_DropNotNull':
      return { kind: 'notNull', name };
    case 'AT_ColumnDefault':
      return { kind: 'default', name };
    case 'AT_AlterColumnType':
      return { kind: 'columnType', name };
    default:
      return undefined;
  }
};

/** A rename gives a new name and takes the old one away: of two renames there and back, nothing is left. */
function renamed(node: Extract<Node, { RenameStmt: unknown }>, side: 'old' | 'new'): readonly ObjectRef[] {
  const { renameType, relation: table, subname, newname } = node.RenameStmt;
  if (!table) return [];
  const schema = table.schemaname;
  if (renameType === 'OBJECT_COLUMN') {
    return [{ kind: 'columnName', schema, name: side === 'new' ? newname : subname, on: table.relname }];
  }
  if (renameType !== 'OBJECT_TABLE') return [];
  return [{ kind: 'name', schema, name: side === 'new' ? newname : table.relname, on: undefined }];
}

const DROP_KINDS: Readonly<Record<string, ObjectKind>> = {
  OBJECT_TABLE: 'table',
  OBJECT_FOREIGN_TABLE: 'table',
  OBJECT_VIEW: 'view',
  OBJECT_MATVIEW: 'view',
  OBJECT_INDEX: 'index',
  OBJECT_SEQUENCE: 'sequence',
  OBJECT_TYPE: 'type',
  OBJECT_DOMAIN: 'type',
  OBJECT_FUNCTION: 'function',
  OBJECT_PROCEDURE: 'function',
  OBJECT_ROUTINE: 'function',
  OBJECT_TRIGGER: 'trigger',
  OBJECT_POLICY: 'policy',
  OBJECT_RULE: 'rule',
  OBJECT_SCHEMA: 'schema',
  OBJECT_EXTENSION: 'extension',
};

/** Kinds whose last name part is on a table named by the parts before it: `DROP TRIGGER x ON s.t`. */
const ON_TABLE: ReadonlySet<ObjectKind> = new Set(['trigger', 'policy', 'rule']);

function dropped({ DropStmt: node }: Extract<Node, { DropStmt: unknown }>): readonly ObjectRef[] {
  return (node.objects ?? []).flatMap((object) => droppedObject(node, object) ?? []);
}

/** One of the objects of a DROP; undefined for kinds that are not followed. */
export function droppedObject({ removeType }: DropStmt, object: Node): ObjectRef | undefined {
  const kind = DROP_KINDS[removeType ?? ''];
  if (!kind) return undefined;
  const parts = objectNames(object);
  const name = parts.at(-1);
  if (ON_TABLE.has(kind)) return { kind, schema: parts.at(-3), name, on: parts.at(-2) };
  return { kind, schema: parts.at(-2), name, on: undefined };
}

function relation(
  kind: ObjectKind,
  node: { schemaname?: string; relname?: string; relpersistence?: string } | undefined,
) {
  if (!node || node.relpersistence === 't') return [];
  const { schema, name } = rangeVar(node);
  return [{ kind, schema, name, on: undefined }];
}

function named(kind: ObjectKind, nodes: readonly Node[] | undefined): readonly ObjectRef[] {
  const parts = texts(nodes);
  return [{ kind, schema: parts.at(-2), name: parts.at(-1), on: undefined }];
}

function simple(kind: ObjectKind, name: string | undefined): ObjectRef {
  return { kind, schema: undefined, name, on: undefined };
}

/** Same thing by name; a missing schema matches any, for scripts rely on the search path. */
export function sameObject(a: ObjectRef, b: ObjectRef): boolean {
  if (a.kind !== b.kind || !sameSchema(a, b)) return false;
  if (a.name !== b.name) return false;
  return a.on === undefined || b.on === undefined || a.on === b.on;
}

/** A missing schema matches any. */
export function sameSchema(a: { schema: string | undefined }, b: { schema: string | undefined }): boolean {
  return a.schema === undefined || b.schema === undefined || a.schema === b.schema;
}

import type { CommentStmt } from '@pgsql/types';
import type { Catalog } from '../catalog/catalog.js';
import { rangeVar } from '../sql/names.js';
import type { Statement } from '../sql/script.js';
import { made, nameParts, type ObjectKind, type ObjectRef, removed, sameObject } from './objects.js';
import type { Scene } from './step.js';

/** Whether a statement needs no way back of its own: what it does goes when another statement of the script is undone. */
export function goesWithAnother(up: readonly Scene[], i: number): boolean {
  const scene = up[i]!;
  if (up.some((s) => s.statement.kind === 'RenameStmt'))
    return isOnOwnTable(up, i) && scene.statement.kind !== 'RenameStmt';
  return isOnOwnTable(up, i) || isTransient(up, i) || isPromoted(up, i);
}

/** It changes a table that the script makes, and nothing made in between has to let go of that table first. */
function isOnOwnTable(up: readonly Scene[], i: number): boolean {
  const scene = up[i]!;
  const key = targetKey(scene);
  if (key === undefined || !wasMadeIn(up, key)) return false;
  const makes = up.findIndex((s) => madeKey(s) === key);
  return !mayLeanOn(scene.statement) || !up.slice(makes + 1, i).some((s) => MAKERS.has(s.statement.kind));
}

/** Statements whose doing others can lean on, so that they cannot be undone before these. */
const MAKERS: ReadonlySet<string> = new Set([
  'CreateStmt',
  'CreateTableAsStmt',
  'CreateForeignTableStmt',
  'CreateFunctionStmt',
  'CreateEnumStmt',
  'CreateDomainStmt',
  'CreateRangeStmt',
  'CompositeTypeStmt',
  'CreateSeqStmt',
  'CreateExtensionStmt',
  'CreateSchemaStmt',
  'DefineStmt',
]);

/** A foreign key, an expression, a type: it can name other things. A plain index or NOT NULL cannot. */
function mayLeanOn({ node }: Statement): boolean {
  if ('CreateTrigStmt' in node || 'CreatePolicyStmt' in node) return true;
  if ('IndexStmt' in node) {
    const { indexParams, whereClause } = node.IndexStmt;
    return (
      whereClause !== undefined || (indexParams ?? []).some((p) => 'IndexElem' in p && p.IndexElem.expr !== undefined)
    );
  }
  if (!('AlterTableStmt' in node)) return false;
  return (node.AlterTableStmt.cmds ?? []).some((c) => {
    if (!('AlterTableCmd' in c)) return false;
    const { subtype, def } = c.AlterTableCmd;
    // A key names columns of its own table only.
    if (def && 'Constraint' in def && OWN.has(def.Constraint.contype ?? '')) return false;
    return LEANING.has(subtype ?? '');
  });
}

const LEANING: ReadonlySet<string> = new Set([
  'AT_AddColumn',
  'AT_AddConstraint',
  'AT_ColumnDefault',
  'AT_AlterColumnType',
]);
const OWN: ReadonlySet<string> = new Set(['CONSTR_PRIMARY', 'CONSTR_UNIQUE', 'CONSTR_NOTNULL']);

/** The script makes something and takes it away again: both need no undoing. */
function isTransient(up: readonly Scene[], i: number): boolean {
  const { statement } = up[i]!;
  const own = whole(statement, made(statement));
  if (own.length > 0) return own.every((ref) => isGoneAfter(up, i, ref));
  const gone = whole(statement, removed(statement));
  return (
    gone.length > 0 &&
    gone.every((ref) =>
      up
        .slice(0, i)
        .some(
          (s, k) => whole(s.statement, made(s.statement)).some((m) => sameObject(m, ref)) && isGoneAfter(up, k, ref),
        ),
    )
  );
}

function isGoneAfter(up: readonly Scene[], i: number, ref: ObjectRef): boolean {
  const later = up.slice(i + 1);
  const drop = later.findIndex((s) => whole(s.statement, removed(s.statement)).some((r) => sameObject(r, ref)));
  return drop >= 0 && !later.slice(drop + 1).some((s) => made(s.statement).some((m) => sameObject(m, ref)));
}

/** Things that are there or not; a default or a type is always something. */
const CHANGES: ReadonlySet<ObjectKind> = new Set(['default', 'notNull', 'columnType', 'columnName', 'name']);

/** The things, when they are all that the statement is about and have names. */
function whole({ node }: Statement, refs: readonly ObjectRef[]): readonly ObjectRef[] {
  if (refs.some((r) => r.name === undefined || CHANGES.has(r.kind))) return [];
  const isWhole = !('AlterTableStmt' in node) || node.AlterTableStmt.cmds?.length === refs.length;
  return isWhole ? refs : [];
}

/** An index that a later statement makes a constraint: it goes with that. */
function isPromoted(up: readonly Scene[], i: number): boolean {
  const { node } = up[i]!.statement;
  if (!('IndexStmt' in node) || node.IndexStmt.idxname === undefined) return false;
  return up.slice(i + 1).some(({ statement: { node: later } }) => {
    if (!('AlterTableStmt' in later)) return false;
    return (later.AlterTableStmt.cmds ?? []).some((c) => {
      const def = 'AlterTableCmd' in c ? c.AlterTableCmd.def : undefined;
      return def && 'Constraint' in def && def.Constraint.indexname === node.IndexStmt.idxname;
    });
  });
}

/** The table that a comment is on, or on a part of. */
function commentTarget({ objtype, object }: CommentStmt, before: Catalog): string | undefined {
  const names = object ? [...nameParts(object)] : [];
  if (objtype !== 'OBJECT_TABLE') names.pop();
  return before.relation(names.at(-2), names.at(-1) ?? '')?.key;
}

/** Key of the relation that a statement changes or adds to; undefined for one that makes or drops a relation. */
function targetKey({ statement: { node }, before }: Scene): string | undefined {
  const target =
    ('AlterTableStmt' in node && node.AlterTableStmt.relation) ||
    ('IndexStmt' in node && node.IndexStmt.relation) ||
    ('CreateTrigStmt' in node && node.CreateTrigStmt.relation) ||
    ('CreatePolicyStmt' in node && node.CreatePolicyStmt.table) ||
    ('InsertStmt' in node && node.InsertStmt.relation) ||
    ('UpdateStmt' in node && node.UpdateStmt.relation) ||
    ('DeleteStmt' in node && node.DeleteStmt.relation);
  if ('CommentStmt' in node) return commentTarget(node.CommentStmt, before);
  if (!target) return dropTarget(node, before);
  const { schema, name } = rangeVar(target);
  return before.relation(schema, name)?.key;
}

/** The table of a DROP TABLE of one table, or of the index that is dropped. */
function dropTarget(node: Scene['statement']['node'], before: Catalog): string | undefined {
  if (!('DropStmt' in node) || node.DropStmt.objects?.length !== 1) return undefined;
  const [object] = node.DropStmt.objects;
  const parts =
    object && 'List' in object
      ? object.List.items?.flatMap((i) => ('String' in i ? [i.String.sval ?? ''] : []))
      : undefined;
  const [name, schema] = [...(parts ?? [])].reverse();
  if (name === undefined) return undefined;
  if (node.DropStmt.removeType === 'OBJECT_TABLE') return before.relation(schema, name)?.key;
  return node.DropStmt.removeType === 'OBJECT_INDEX' ? before.index(schema, name)?.relation : undefined;
}

/** Whether the relation was not there before the first statement. */
function wasMadeIn(up: readonly Scene[], key: string): boolean {
  return up[0] !== undefined && up[0].before.relationByKey(key) === undefined && up.some((s) => madeKey(s) === key);
}

function madeKey({ statement: { node }, before, after }: Scene): string | undefined {
  const relation =
    'CreateStmt' in node
      ? node.CreateStmt.relation
      : 'CreateTableAsStmt' in node
        ? node.CreateTableAsStmt.into?.rel
        : undefined;
  if (!relation) return undefined;
  const { schema, name } = rangeVar(relation);
  const key = after.relation(schema, name)?.key;
  return key !== undefined && before.relationByKey(key) === undefined ? key : undefined;
}

import type { CommentStmt } from '@pgsql/types';
import type { Catalog } from '../catalog/catalog.js';
import type { Statement } from '../sql/script.js';
import { objectNames, rangeVar } from '../sql/tree.js';
import { made, type ObjectKind, type ObjectRef, removed, sameObject } from './objects.js';
import type { Scene } from './stage.js';

/** Tells which statements of a script need no way back of their own: what they do goes when another statement is undone. */
export function companions(up: readonly Scene[]): (i: number) => boolean {
  const facts = read(up);
  return (i) => {
    const { statement } = up[i]!;
    if (facts.renames) return statement.kind !== 'RenameStmt' && isOnOwnTable(up[i]!, i, facts);
    return isOnOwnTable(up[i]!, i, facts) || isTransient(statement, i, facts) || isPromoted(statement, i, facts);
  };
}

type Places = Map<string, { readonly at: number; readonly ref: ObjectRef }[]>;

/** A script read once, for names to be looked up in it. */
interface Facts {
  readonly renames: boolean;
  /** Where the script makes a relation that was not there before it, by key. */
  readonly tables: ReadonlyMap<string, number>;
  /** How many statements before each make something that others can lean on. */
  readonly makers: readonly number[];
  readonly made: Places;
  /** Made and removed by statements that do nothing else. */
  readonly madeWhole: Places;
  readonly removedWhole: Places;
  /** Where an index becomes a constraint's, by its name. */
  readonly promoted: ReadonlyMap<string, number>;
}

function read(up: readonly Scene[]): Facts {
  const tables = new Map<string, number>();
  const makers = [0];
  const [made_, madeWhole, removedWhole]: [Places, Places, Places] = [new Map(), new Map(), new Map()];
  const promoted = new Map<string, number>();
  const put = (places: Places, at: number, refs: readonly ObjectRef[]) => {
    for (const ref of refs) {
      const key = placeOf(ref);
      const known = places.get(key);
      if (known) known.push({ at, ref });
      else places.set(key, [{ at, ref }]);
    }
  };
  for (const [at, scene] of up.entries()) {
    const { statement } = scene;
    const key = madeKey(scene);
    if (key !== undefined && !tables.has(key) && up[0]!.before.relationByKey(key) === undefined) tables.set(key, at);
    makers.push(makers[at]! + (MAKERS.has(statement.kind) ? 1 : 0));
    const own = made(statement);
    put(made_, at, own);
    put(madeWhole, at, whole(statement, own));
    put(removedWhole, at, whole(statement, removed(statement)));
    for (const name of promotedBy(statement)) promoted.set(name, at);
  }
  const renames = up.some((s) => s.statement.kind === 'RenameStmt');
  return { renames, tables, makers, made: made_, madeWhole, removedWhole, promoted };
}

function placeOf(ref: ObjectRef): string {
  return `${ref.kind} ${ref.name}`;
}

/** It changes a table that the script makes, and nothing made in between has to let go of that table first. */
function isOnOwnTable(scene: Scene, i: number, { tables, makers }: Facts): boolean {
  const makes = tables.get(targetKey(scene) ?? '');
  if (makes === undefined) return false;
  return !mayLeanOn(scene.statement) || makers[i]! === makers[Math.min(makes + 1, i)]!;
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
function isTransient(statement: Statement, i: number, facts: Facts): boolean {
  const own = whole(statement, made(statement));
  if (own.length > 0) return own.every((ref) => isGoneAfter(i, ref, facts));
  const gone = whole(statement, removed(statement));
  const isOurs = (ref: ObjectRef) =>
    places(facts.madeWhole, ref).some(({ at, ref: m }) => at < i && isGoneAfter(at, m, facts));
  return gone.length > 0 && gone.every(isOurs);
}

function isGoneAfter(i: number, ref: ObjectRef, facts: Facts): boolean {
  const drop = places(facts.removedWhole, ref).find(({ at }) => at > i);
  return drop !== undefined && !places(facts.made, ref).some(({ at }) => at > drop.at);
}

function places(all: Places, ref: ObjectRef) {
  return (all.get(placeOf(ref)) ?? []).filter((place) => sameObject(place.ref, ref));
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
function isPromoted({ node }: Statement, i: number, { promoted }: Facts): boolean {
  return 'IndexStmt' in node && (promoted.get(node.IndexStmt.idxname ?? '') ?? -1) > i;
}

/** Names of indexes that ADD CONSTRAINT … USING INDEX takes. */
function promotedBy({ node }: Statement): readonly string[] {
  if (!('AlterTableStmt' in node)) return [];
  return (node.AlterTableStmt.cmds ?? []).flatMap((c) => {
    const def = 'AlterTableCmd' in c ? c.AlterTableCmd.def : undefined;
    return def && 'Constraint' in def && def.Constraint.indexname ? [def.Constraint.indexname] : [];
  });
}

/** The table that a comment is on, or on a part of. */
function commentTarget({ objtype, object }: CommentStmt, before: Catalog): string | undefined {
  const names = objectNames(object);
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

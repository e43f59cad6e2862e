import type { Catalog } from '../catalog/catalog.js';
import type { Script, Statement } from '../sql/script.js';
import { made, type ObjectRef, removed, sameObject, sameSchema } from './objects.js';

/** Something that an up leaves behind, so that its down has to undo it. */
export interface Need {
  readonly ref: ObjectRef;
  readonly statement: Statement;
  /** The up took something of the same name away before: its down puts that back, in one way or another. */
  readonly replaces: boolean;
}

/** What is known of the schema around a down. */
export interface AroundDown {
  readonly afterUp: Catalog;
  readonly afterDown: Catalog;
  readonly upUri: string | undefined;
}

/**
 * What a down must undo: everything that the up makes and still has at its end. Things on a table that the up makes
 * go with that table. What no statement can take back (data, dropped things, enum values) is not asked for.
 */
export function needs(up: readonly Statement[]): readonly Need[] {
  let open: Need[] = [];
  const foreign: ObjectRef[] = [];
  for (const statement of up) {
    const gone = removed(statement);
    foreign.push(...gone.filter((ref) => !open.some((need) => covers(ref, need.ref))));
    const renamedTo = tableRename(statement);
    const before = open.length;
    if (renamedTo) open = open.map((need) => followRename(need, renamedTo));
    else open = open.filter((need) => !gone.some((ref) => covers(ref, need.ref)));
    const wasOurs = renamedTo
      ? open.some((n) => n.ref.kind === 'table' && n.ref.name === renamedTo.to)
      : before > open.length;
    for (const ref of made(statement)) {
      const onOurs = open.some((n) => isTable(n.ref) && n.ref.name === ref.on && sameSchema(n.ref, ref));
      const renameOfOurs = wasOurs && (ref.kind === 'name' || ref.kind === 'columnName');
      const replaces = !CHANGED.has(ref.kind) && foreign.some((other) => sameObject(other, ref));
      if (!onOurs && !renameOfOurs) open.push({ ref, statement, replaces });
    }
  }
  return open;
}

/** What a column always has, in one form or another. */
const CHANGED: ReadonlySet<string> = new Set(['default', 'notNull', 'columnType', 'columnName', 'name']);

/** Whether a statement of a down does nothing else than undo these statements. */
export function takesBack(down: Statement, up: readonly Statement[]): boolean {
  const gone = removed(down);
  const wanted = up.flatMap(made);
  return gone.length > 0 && gone.every((removal) => wanted.some((ref) => sameObject(removal, ref)));
}

/** Whether a statement of a down meets a need. */
export function meets(down: Statement, { ref }: Need): boolean {
  return removed(down).some(
    (removal) => covers(removal, ref) || (ref.name === undefined && removal.kind === ref.kind && mayBeOn(removal, ref)),
  );
}

/** DROP INDEX does not say which table it is on. */
function mayBeOn(removal: ObjectRef, ref: ObjectRef): boolean {
  return sameSchema(removal, ref) && (removal.on === undefined || removal.on === ref.on);
}

/** The needs that a down does not meet. */
export function unmet(
  all: readonly Need[],
  down: readonly Statement[],
  around: AroundDown | undefined,
): readonly Need[] {
  const gone = down.flatMap(removed);
  return all.filter(({ ref }) => {
    if (gone.some((removal) => covers(removal, ref))) return false;
    return !around || isLeft(ref, around);
  });
}

/** A script whose doings cannot be read from its statements: DO, CALL, a function call, or a syntax error. */
export function isOpaque(script: Script): boolean {
  return (
    script.errors.length > 0 ||
    script.statements.some(({ kind, node }) => {
      if (kind === 'DoStmt' || kind === 'CallStmt' || kind === 'ExecuteStmt') return true;
      if (!('SelectStmt' in node)) return false;
      return (node.SelectStmt.targetList ?? []).some(
        (t) => 'ResTarget' in t && t.ResTarget.val && 'FuncCall' in t.ResTarget.val,
      );
    })
  );
}

/** `table users`, `column users.email`: as a person would say it. */
export function describe(ref: ObjectRef): string {
  const on = ref.on ?? 'its table';
  switch (ref.kind) {
    case 'column':
    case 'constraint':
    case 'policy':
    case 'rule':
    case 'trigger':
      return ref.name === undefined ? `a ${ref.kind} of ${on}` : `${ref.kind} ${ref.name} on ${on}`;
    case 'index':
      return ref.name === undefined ? `an index on ${on}` : `index ${ref.name}`;
    case 'default':
      return `the default of ${on}.${ref.name}`;
    case 'notNull':
      return `NOT NULL on ${on}.${ref.name}`;
    case 'columnType':
      return `the type of ${on}.${ref.name}`;
    case 'columnName':
      return `the new name of column ${on}.${ref.name}`;
    case 'name':
      return `the new name of table ${ref.name}`;
    default:
      return `${ref.kind} ${ref.name}`;
  }
}

/** Whether the removal takes the thing with it. */
function covers(removal: ObjectRef, ref: ObjectRef): boolean {
  if (sameObject(removal, ref)) return true;
  if (removal.kind === 'schema') return ref.schema === removal.name;
  if (isTable(removal) && sameSchema(removal, ref))
    return ref.on === removal.name || (ref.kind === 'name' && ref.name === removal.name);
  if (removal.kind === 'column') return ref.on === removal.on && ref.name === removal.name && OF_COLUMN.has(ref.kind);
  return false;
}

const OF_COLUMN: ReadonlySet<string> = new Set(['default', 'notNull', 'columnType', 'columnName']);

function isTable(ref: ObjectRef): boolean {
  return ref.kind === 'table' || ref.kind === 'view';
}

/** Whether the thing is there after the down as far as the replay knows; what it does not track is there. */
function isLeft(ref: ObjectRef, { afterUp, afterDown, upUri }: AroundDown): boolean {
  if (ref.on !== undefined && !afterUp.relation(ref.schema, ref.on)) return true;
  const origin = originIn(afterUp, ref, upUri);
  if (origin === UNKNOWN) return true;
  // IF NOT EXISTS met something that an earlier migration made.
  if (origin !== upUri && upUri !== undefined && MAKES.has(ref.kind)) return false;
  return originIn(afterDown, ref, upUri) !== undefined;
}

/** The catalog does not track this kind of thing. */
const UNKNOWN = Symbol('unknown');
type OriginUri = string | typeof UNKNOWN | undefined;

const MAKES: ReadonlySet<string> = new Set(['table', 'view', 'sequence', 'index', 'type', 'column', 'constraint']);

/** URI of the file that made the thing; undefined when it is not there. */
function originIn(catalog: Catalog, ref: ObjectRef, upUri: string | undefined): OriginUri {
  const { schema, name } = ref;
  if (ref.on !== undefined && ref.kind !== 'index') return originOnTable(catalog, ref, upUri);
  if (name === undefined) return ref.kind === 'index' ? unnamedIndex(catalog, ref, upUri) : UNKNOWN;
  switch (ref.kind) {
    case 'table':
    case 'view':
    case 'sequence':
    case 'name':
      return catalog.relation(schema, name)?.origin.uri;
    case 'index':
      return catalog.index(schema, name)?.origin.uri;
    case 'type':
      return (catalog.type(schema, name) ?? catalog.relation(schema, name))?.origin.uri;
    case 'function':
      return catalog.functions(schema, name)[0]?.origin.uri;
    default:
      return UNKNOWN;
  }
}

function originOnTable(catalog: Catalog, ref: ObjectRef, upUri: string | undefined): OriginUri {
  const table = catalog.relation(ref.schema, ref.on ?? '');
  if (!table) return undefined;
  if (ref.name === undefined) {
    if (ref.kind !== 'constraint') return UNKNOWN;
    return [...table.constraints.values()].some((c) => c.origin.uri === upUri) ? upUri : undefined;
  }
  const column = table.columns.get(ref.name);
  switch (ref.kind) {
    case 'constraint':
      return table.constraints.get(ref.name)?.origin.uri;
    case 'trigger':
      return table.triggers.get(ref.name)?.origin.uri;
    case 'column':
    case 'columnName':
    case 'default':
    case 'columnType':
      return column?.origin.uri;
    case 'notNull':
      return column?.notNull ? column.origin.uri : undefined;
    default:
      return UNKNOWN;
  }
}

/** An index whose name PostgreSQL chose: any of the table that the same file made. */
function unnamedIndex(catalog: Catalog, ref: ObjectRef, upUri: string | undefined): OriginUri {
  const table = catalog.relation(ref.schema, ref.on ?? '');
  const indexes = table ? catalog.indexesOn(table.key) : [];
  return indexes.some((i) => i.origin.uri === upUri) ? upUri : undefined;
}

function tableRename(statement: Statement): { from: string; to: string } | undefined {
  if (!('RenameStmt' in statement.node)) return undefined;
  const { renameType, relation, newname } = statement.node.RenameStmt;
  if (renameType !== 'OBJECT_TABLE' || !relation?.relname || !newname) return undefined;
  return { from: relation.relname, to: newname };
}

function followRename(need: Need, { from, to }: { from: string; to: string }): Need {
  const { ref } = need;
  if (isTable(ref) && ref.name === from) return { ...need, ref: { ...ref, name: to } };
  return ref.on === from ? { ...need, ref: { ...ref, on: to } } : need;
}

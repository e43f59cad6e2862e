import type { Catalog } from '../catalog/catalog.js';
import type { Script, Statement } from '../sql/script.js';
import { type AroundDown, isLeft } from './left.js';
import { made, type ObjectRef, removed, sameObject, sameSchema } from './objects.js';

/** Something that an up leaves behind, so that its down has to undo it. */
export interface Need {
  readonly ref: ObjectRef;
  readonly statement: Statement;
  /** The up took something of the same name away before: its down puts that back, in one way or another. */
  readonly replaces: boolean;
}

/**
 * What a down must undo: everything that the up makes and still has at its end. Things on a table that the up makes
 * go with that table. What no statement can take back (data, dropped things, enum values) is not asked for.
 */
export function needs(up: readonly Statement[]): readonly Need[] {
  let open: Need[] = [];
  let ours = new Set<string | undefined>();
  const foreign = new Map<string | undefined, ObjectRef[]>();
  for (const statement of up) {
    const gone = removed(statement);
    for (const ref of gone) {
      if (open.some((need) => covers(ref, need.ref))) continue;
      foreign.set(ref.name, [...(foreign.get(ref.name) ?? []), ref]);
    }
    const renamedTo = tableRename(statement);
    const before = open.length;
    if (renamedTo) open = open.map((need) => followRename(need, renamedTo));
    else if (gone.length > 0) open = open.filter((need) => !gone.some((ref) => covers(ref, need.ref)));
    if (renamedTo || before > open.length) ours = new Set(open.filter((n) => isTable(n.ref)).map((n) => n.ref.name));
    const wasOurs = renamedTo ? ours.has(renamedTo.to) : before > open.length;
    for (const ref of made(statement)) {
      const onOurs =
        ours.has(ref.on) && open.some((n) => isTable(n.ref) && n.ref.name === ref.on && sameSchema(n.ref, ref));
      const renameOfOurs = wasOurs && (ref.kind === 'name' || ref.kind === 'columnName');
      const replaces = !CHANGED.has(ref.kind) && (foreign.get(ref.name) ?? []).some((other) => sameObject(other, ref));
      if (onOurs || renameOfOurs) continue;
      open.push({ ref, statement, replaces });
      if (isTable(ref)) ours.add(ref.name);
    }
  }
  return open;
}

/** A statement with the schema around it. */
interface Scene {
  readonly statement: Statement;
  readonly before: Catalog;
  readonly after: Catalog;
}

/** The same needs as the catalog knows them: with the names that PostgreSQL chose, without what was so before. */
export function asMade(all: readonly Need[], scenes: readonly Scene[]): readonly Need[] {
  const taken = new Map<Statement, number>();
  return all.flatMap((need) => {
    const { ref, statement } = need;
    const scene = scenes[statement.index]?.statement === statement ? scenes[statement.index] : undefined;
    if (!scene || ref.on === undefined) return [need];
    if (ref.name !== undefined) return isSame(scene, ref) ? [] : [need];
    const nth = taken.get(statement) ?? 0;
    taken.set(statement, nth + 1);
    const name = newNames(scene, ref)[nth];
    return [name === undefined ? need : { ...need, ref: { ...ref, name } }];
  });
}

/** NOT NULL, a default or a type that the column had already. */
function isSame({ before, after }: Scene, ref: ObjectRef): boolean {
  const was = before.relation(ref.schema, ref.on ?? '')?.columns.get(ref.name ?? '');
  const is = after.relation(ref.schema, ref.on ?? '')?.columns.get(ref.name ?? '');
  if (!was || !is) return false;
  if (ref.kind === 'notNull') return was.notNull;
  if (ref.kind === 'default') return was.defaultSql === is.defaultSql;
  return ref.kind === 'columnType' && JSON.stringify(was.type) === JSON.stringify(is.type);
}

/** Names of constraints or indexes on the table that the statement brought, in the order in which they came. */
function newNames({ before, after, statement }: Scene, ref: ObjectRef): readonly string[] {
  const was = before.relation(ref.schema, ref.on ?? '');
  const is = after.relation(ref.schema, ref.on ?? '');
  if (!was || !is) return [];
  if (ref.kind === 'index') {
    const known = new Set(before.indexesOn(was.key).map((i) => i.name));
    return after.indexesOn(is.key).flatMap((i) => (known.has(i.name) ? [] : [i.name]));
  }
  const written = new Set(made(statement).map((m) => m.name));
  return [...is.constraints.values()].flatMap((c) =>
    was.constraints.has(c.name) || c.kind === 'notNull' || written.has(c.name) ? [] : [c.name],
  );
}

/** What a column always has, in one form or another. */
const CHANGED: ReadonlySet<string> = new Set(['default', 'notNull', 'columnType', 'columnName', 'name']);

/** Whether a statement of a down does nothing else than undo these statements: take away what they make, or make what they take away. */
export function takesBack(down: Statement, up: readonly Statement[]): boolean {
  const [gone, again] = [removed(down), made(down)];
  const within = (refs: readonly ObjectRef[], all: readonly ObjectRef[]) =>
    refs.length > 0 && refs.every((ref) => all.some((other) => sameObject(ref, other)));
  return within(gone, up.flatMap(made)) || (gone.length === 0 && within(again, up.flatMap(removed)));
}

/** Whether a statement of a down meets a need. */
export function meets(down: Statement, need: Need): boolean {
  return removed(down).some((removal) => answers(removal, need));
}

function answers(removal: ObjectRef, { ref }: Need): boolean {
  return covers(removal, ref) || (ref.name === undefined && removal.kind === ref.kind && mayBeOn(removal, ref));
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
  const byName = new Map<string | undefined, ObjectRef[]>();
  const gone = down.flatMap(removed);
  for (const removal of gone) {
    const known = byName.get(removal.name);
    if (known) known.push(removal);
    else byName.set(removal.name, [removal]);
  }
  return all.filter((need) => {
    const { name, on, schema } = need.ref;
    // A thing goes by its own name, with its table, or with its schema.
    const near = name === undefined ? gone : [name, on, schema].flatMap((word) => byName.get(word) ?? []);
    if (near.some((removal) => answers(removal, need))) return false;
    return !around || isLeft(need.ref, around);
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

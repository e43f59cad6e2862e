import type { DropStmt, Node } from '@pgsql/types';
import type { Catalog } from '../catalog/catalog.js';
import { qualified, quoteLiteral } from '../sql/quote.js';
import type { Statement } from '../sql/script.js';
import { objectNames } from '../sql/tree.js';
import { droppedObject, type ObjectRef } from './objects.js';
import { constraintAgain, indexAgain, shown, tableAgain } from './recreate.js';
import { cannot, joined, NOTHING, type Reversal, undo } from './reversal.js';
import { inputTypes, isFoundThere, lastDefinition, reworded, typeKey } from './sources.js';
import type { Stage } from './stage.js';

/** What a DROP takes away is made again: from the catalog, else from the migration that made it. */
export function reverseDrop(node: DropStmt, stage: Stage): Reversal {
  const parts = [...(node.objects ?? [])].reverse().map((object) => oneAgain(node, object, stage));
  return joined([...parts, ...dragged(node, stage)]);
}

function oneAgain(node: DropStmt, object: Node, stage: Stage): Reversal {
  const names = objectNames(object);
  const [schema, name] = [names.at(-2), names.at(-1) ?? ''];
  const { before } = stage;
  switch (node.removeType) {
    case 'OBJECT_TABLE': {
      const table = before.relation(schema, name);
      if (table?.temporary) return NOTHING;
      if (table) return tableAgain(table, stage);
      return cannot(`Table ${name} was dropped; its definition is not known, so it is not made again.`);
    }
    case 'OBJECT_INDEX': {
      const index = before.index(schema, name);
      const sql = index && indexAgain(index, stage, node.concurrent === true);
      return sql
        ? undo(sql)
        : cannot(`Index ${name} was dropped; its definition is not fully known, so it is not made again.`);
    }
    case 'OBJECT_SCHEMA':
      return undo(`CREATE SCHEMA ${qualified(undefined, name)}`);
    case 'OBJECT_EXTENSION':
      return undo(`CREATE EXTENSION ${qualified(undefined, name)}`);
    case 'OBJECT_TYPE':
      return enumAgain(before, schema, name) ?? fromSource(node, object, stage);
    default:
      return fromSource(node, object, stage);
  }
}

function fromSource(node: DropStmt, object: Node, stage: Stage): Reversal {
  const name = objectNames(object).at(-1) ?? '';
  const ref = droppedObject(node, object);
  const unknown = cannot(`${name} was dropped; write its definition here to make it again.`);
  if (!ref) return unknown;
  const { kind } = ref;
  const source = lastDefinition(stage.earlier, ref, (s) => kind !== 'function' || sameInputs(s, object));
  if (!source || !isFoundThere(source, ref, stage.before)) return unknown;
  const indexes = node.removeType === 'OBJECT_MATVIEW' ? viewIndexes(ref, stage) : NOTHING;
  const notes = kind === 'sequence' ? [`${name} begins again at its start.`] : [];
  return joined([{ statements: [reworded(source, { replace: false })], notes }, indexes]);
}

/** The indexes that go with a materialized view. */
function viewIndexes({ schema, name }: ObjectRef, stage: Stage): Reversal {
  const view = stage.before.relation(schema, name ?? '');
  const indexes = view ? stage.before.indexesOn(view.key) : [];
  return joined(
    indexes.map((index) => {
      const sql = indexAgain(index, stage, false);
      return sql ? undo(sql) : cannot(`Index ${index.name} is not made again: its definition is not fully known.`);
    }),
  );
}

function sameInputs(source: Statement, object: Node): boolean {
  if (!('ObjectWithArgs' in object) || object.ObjectWithArgs.args_unspecified) return true;
  return inputTypes(source) === (object.ObjectWithArgs.objargs ?? []).map(typeKey).join(',');
}

function enumAgain(before: Catalog, schema: string | undefined, name: string): Reversal | undefined {
  const type = before.type(schema, name);
  if (type?.kind !== 'enum') return undefined;
  return undo(`CREATE TYPE ${qualified(schema, name)} AS ENUM (${type.values.map(quoteLiteral).join(', ')})`);
}

/** CASCADE takes along what nobody named: foreign keys come back, the rest is said. */
function dragged(node: DropStmt, stage: Stage): readonly Reversal[] {
  if (node.behavior !== 'DROP_CASCADE') return [];
  const { before, after } = stage;
  const named = new Set((node.objects ?? []).map((o) => objectNames(o).at(-1)));
  const lost: string[] = [];
  const again: string[] = [];
  for (const relation of before.relations()) {
    const left = after.relationByKey(relation.key);
    const isOwned = relation.ownedBy !== undefined;
    if (!left && !named.has(relation.name) && !isOwned)
      lost.push(`${relation.kind === 'view' ? 'view' : 'table'} ${relation.name}`);
    for (const constraint of left ? relation.constraints.values() : []) {
      if (left?.constraints.has(constraint.name)) continue;
      const sql = constraintAgain(constraint, relation, stage);
      if (sql) again.push(`ALTER TABLE ${shown(relation, before)} ADD ${sql}`);
      else lost.push(`constraint ${constraint.name} on ${relation.name}`);
    }
  }
  const note =
    lost.length > 0
      ? `CASCADE took more with it, which is not made again: ${lost.join(', ')}.`
      : 'CASCADE may have taken more with it than the migrations tell: look what is missing.';
  return [{ statements: again, notes: [note] }];
}

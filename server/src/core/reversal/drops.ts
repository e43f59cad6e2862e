import type { DropStmt, Node } from '@pgsql/types';
import type { Catalog } from '../catalog/catalog.js';
import { qualified, quoteLiteral } from '../sql/quote.js';
import type { Statement } from '../sql/script.js';
import { nameParts, type ObjectKind, type ObjectRef } from './objects.js';
import { indexAgain, tableAgain } from './recreate.js';
import { cannot, joined, type Reversal, undo } from './reversal.js';
import { inputTypes, lastDefinition, reworded, typeKey } from './sources.js';
import type { Step } from './step.js';

/** What a DROP takes away is made again: from the catalog, else from the migration that made it. */
export function reverseDrop(node: DropStmt, step: Step): Reversal {
  const parts = [...(node.objects ?? [])].reverse().map((object) => oneAgain(node, object, step));
  return joined([...parts, ...dragged(node, step)]);
}

function oneAgain(node: DropStmt, object: Node, step: Step): Reversal {
  const names = nameParts(object);
  const [schema, name] = [names.at(-2), names.at(-1) ?? ''];
  const { before } = step;
  // IF EXISTS, and it did not.
  switch (node.removeType) {
    case 'OBJECT_TABLE': {
      const table = before.relation(schema, name);
      if (table) return tableAgain(table, step);
      return cannot(`Table ${name} was dropped; its definition is not known, so it is not made again.`);
    }
    case 'OBJECT_INDEX': {
      const index = before.index(schema, name);
      const sql = index && indexAgain(index, step, node.concurrent === true);
      return sql
        ? undo(sql)
        : cannot(`Index ${name} was dropped; its definition is not fully known, so it is not made again.`);
    }
    case 'OBJECT_SCHEMA':
      return undo(`CREATE SCHEMA ${qualified(undefined, name)}`);
    case 'OBJECT_EXTENSION':
      return undo(`CREATE EXTENSION ${qualified(undefined, name)}`);
    case 'OBJECT_TYPE':
      return enumAgain(before, schema, name) ?? fromSource(node, names, object, step);
    default:
      return fromSource(node, names, object, step);
  }
}

const KINDS: Readonly<Record<string, ObjectKind>> = {
  OBJECT_VIEW: 'view',
  OBJECT_MATVIEW: 'view',
  OBJECT_SEQUENCE: 'sequence',
  OBJECT_FOREIGN_TABLE: 'table',
  OBJECT_TYPE: 'type',
  OBJECT_DOMAIN: 'type',
  OBJECT_FUNCTION: 'function',
  OBJECT_PROCEDURE: 'function',
  OBJECT_ROUTINE: 'function',
  OBJECT_TRIGGER: 'trigger',
  OBJECT_POLICY: 'policy',
  OBJECT_RULE: 'rule',
};
const ON_TABLE: ReadonlySet<ObjectKind> = new Set(['trigger', 'policy', 'rule']);

function fromSource(node: DropStmt, names: readonly string[], object: Node, step: Step): Reversal {
  const name = names.at(-1) ?? '';
  const kind = KINDS[node.removeType ?? ''];
  const unknown = cannot(`${name} was dropped; write its definition here to make it again.`);
  if (!kind) return unknown;
  const onTable = ON_TABLE.has(kind);
  const ref: ObjectRef = {
    kind,
    name,
    schema: onTable ? names.at(-3) : names.at(-2),
    on: onTable ? names.at(-2) : undefined,
  };
  const source = lastDefinition(step.earlier, ref, (s) => kind !== 'function' || sameInputs(s, object));
  if (!source || !isFoundThere(source, ref, step)) return unknown;
  const notes =
    kind === 'sequence'
      ? [`${name} begins again at its start.`]
      : kind === 'view' && node.removeType === 'OBJECT_MATVIEW'
        ? [`Indexes on ${name} are not made again.`]
        : [];
  return {
    statements: [reworded(source, { replace: false })],
    notes: hasIndexes(step, ref) || kind !== 'view' ? notes : [],
  };
}

function hasIndexes({ before }: Step, { schema, name }: ObjectRef): boolean {
  const relation = before.relation(schema, name ?? '');
  return relation !== undefined && before.indexesOn(relation.key).length > 0;
}

function sameInputs(source: Statement, object: Node): boolean {
  if (!('ObjectWithArgs' in object) || object.ObjectWithArgs.args_unspecified) return true;
  return inputTypes(source) === (object.ObjectWithArgs.objargs ?? []).map(typeKey).join(',');
}

/** A name without a schema means the same thing here as where the definition stands. */
function isFoundThere(source: Statement, ref: ObjectRef, { before }: Step): boolean {
  if (ref.schema === undefined || ref.on !== undefined) return true;
  const written = 'ViewStmt' in source.node ? source.node.ViewStmt.view?.schemaname : ref.schema;
  return written === ref.schema || before.relation(undefined, ref.name ?? '')?.schema === ref.schema;
}

function enumAgain(before: Catalog, schema: string | undefined, name: string): Reversal | undefined {
  const type = before.type(schema, name);
  if (type?.kind !== 'enum') return undefined;
  return undo(`CREATE TYPE ${qualified(schema, name)} AS ENUM (${type.values.map(quoteLiteral).join(', ')})`);
}

/** CASCADE takes along what nobody named. */
function dragged(node: DropStmt, { before, after }: Step): readonly Reversal[] {
  if (node.behavior !== 'DROP_CASCADE') return [];
  const named = new Set((node.objects ?? []).map((o) => nameParts(o).at(-1)));
  const lost: string[] = [];
  for (const relation of before.relations()) {
    const left = after.relationByKey(relation.key);
    if (!left && !named.has(relation.name))
      lost.push(
        `${relation.kind === 'view' ? 'view' : relation.kind === 'sequence' ? 'sequence' : 'table'} ${relation.name}`,
      );
    if (left)
      lost.push(
        ...[...relation.constraints.keys()]
          .filter((c) => !left.constraints.has(c))
          .map((c) => `constraint ${c} on ${relation.name}`),
      );
  }
  const what = lost.length > 0 ? `: ${lost.join(', ')}` : ' may have taken more with it';
  return [
    cannot(
      lost.length > 0
        ? `CASCADE took more with it, which is not made again${what}.`
        : `CASCADE${what}: look what is missing.`,
    ),
  ];
}

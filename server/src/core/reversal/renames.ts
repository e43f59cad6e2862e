import type { RenameStmt } from '@pgsql/types';
import { qualified, quoteIdent } from '../sql/quote.js';
import { nameList, qualifiedName, rangeVar } from '../sql/tree.js';
import { typeName, typeRef } from '../sql/types.js';
import { cannot, type Reversal, undo } from './reversal.js';

const RENAMED: Readonly<Record<string, string>> = {
  OBJECT_TABLE: 'TABLE',
  OBJECT_FOREIGN_TABLE: 'FOREIGN TABLE',
  OBJECT_VIEW: 'VIEW',
  OBJECT_MATVIEW: 'MATERIALIZED VIEW',
  OBJECT_INDEX: 'INDEX',
  OBJECT_SEQUENCE: 'SEQUENCE',
  OBJECT_TYPE: 'TYPE',
  OBJECT_DOMAIN: 'DOMAIN',
  OBJECT_FUNCTION: 'FUNCTION',
  OBJECT_PROCEDURE: 'PROCEDURE',
};

const ON_TABLE: Readonly<Record<string, string>> = {
  OBJECT_TRIGGER: 'TRIGGER',
  OBJECT_POLICY: 'POLICY',
  OBJECT_RULE: 'RULE',
};

/** The new name gives way to the old one. */
export function reverseRename(node: RenameStmt): Reversal {
  const to = quoteIdent(node.subname ?? '');
  const from = quoteIdent(node.newname ?? '');
  const table = node.relation && rangeVar(node.relation);
  const plain = table && qualified(table.schema, table.name);
  const maybe = node.missing_ok ? 'IF EXISTS ' : '';
  const on = plain && `${maybe}${plain}`;
  const type = node.renameType ?? '';
  if (type === 'OBJECT_COLUMN' && on) return undo(`ALTER ${columnOwner(node)} ${on} RENAME COLUMN ${from} TO ${to}`);
  if (type === 'OBJECT_ATTRIBUTE' && on) return undo(`ALTER TYPE ${on} RENAME ATTRIBUTE ${from} TO ${to}`);
  if (type === 'OBJECT_TABCONSTRAINT' && on) return undo(`ALTER TABLE ${on} RENAME CONSTRAINT ${from} TO ${to}`);
  if (ON_TABLE[type] && plain) return undo(`ALTER ${ON_TABLE[type]} ${from} ON ${plain} RENAME TO ${to}`);
  if (type === 'OBJECT_SCHEMA') return undo(`ALTER SCHEMA ${from} RENAME TO ${to}`);
  const what = RENAMED[type];
  const object = objectOf(node);
  if (!what || !object) return cannot('This renaming is not undone by itself: write the statement.');
  return undo(
    `ALTER ${what} ${maybe}${qualified(object.schema, node.newname ?? '')}${object.args} RENAME TO ${quoteIdent(object.name)}`,
  );
}

function columnOwner({ relationType }: RenameStmt): string {
  return RENAMED[relationType ?? ''] ?? 'TABLE';
}

function objectOf({ relation, object }: RenameStmt): { schema?: string; name: string; args: string } | undefined {
  if (relation) return { ...rangeVar(relation), args: '' };
  if (object && 'List' in object) return { ...qualifiedName(nameList(object.List.items)), args: '' };
  if (!object || !('ObjectWithArgs' in object)) return undefined;
  const { objname, objargs, args_unspecified } = object.ObjectWithArgs;
  const args = args_unspecified ? '' : `(${(objargs ?? []).map((t) => typeName(typeRef(t))).join(', ')})`;
  return { ...qualifiedName(nameList(objname)), args };
}

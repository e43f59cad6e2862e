import type { Relation } from '../../catalog/catalog.js';
import { guardOfNew } from '../../fixes/lockTimeout.js';
import { quoteIdent } from '../../sql/quote.js';
import { typeName as written } from '../../sql/types.js';
import { batchKey } from '../../statements/tables.js';
import { updateLoop } from '../batchLoop.js';
import { expandContract, type Held } from '../expandContract.js';
import { type Plan, ROWS_STAY } from '../plan.js';
import { heldBy, whyNot } from '../replaceColumn.js';
import { field, InvalidValue, type Template, type TemplateInput, template } from './template.js';
import { columnName, expression, normalType, tableName, typeName } from './values.js';

const KEY = field('key', 'Key column, to go in batches', 'id', false);

export const renameColumn: Template = template(
  {
    id: 'rename-column',
    label: 'Rename column safely',
    description: 'A second column kept in step, old rows in batches, old column dropped: a migration each.',
    readsSchema: true,
    fields: [
      field('table', 'Table', 'users'),
      field('column', 'Column', 'mail'),
      field('to', 'New name', 'email'),
      field('type', 'Type of the column', 'text'),
      KEY,
    ],
  },
  (values, input) => replacing(values, input, values.type!),
);

export const changeType: Template = template(
  {
    id: 'change-type',
    label: 'Change type safely',
    description: 'A new column kept in step, old rows in batches, old column dropped: a migration each.',
    readsSchema: true,
    fields: [
      field('table', 'Table', 'orders'),
      field('column', 'Column', 'amount'),
      field('oldType', 'Type now', 'integer'),
      field('type', 'New type', 'bigint'),
      field('to', 'Name of the new column', 'amount_big'),
      KEY,
    ],
  },
  (values, input) => replacing(values, input, values.oldType!),
);

export const backfill: Template = template(
  {
    id: 'backfill',
    label: 'Backfill',
    description: 'Fills a column in batches that commit one by one, so that no row is locked for long.',
    readsSchema: true,
    fields: [
      field('table', 'Table', 'users'),
      field('column', 'Column', 'nickname'),
      field('value', 'Value (SQL)', 'lower(name)'),
      KEY,
    ],
  },
  (values, input) => {
    const table = tableName(values.table!);
    const column = quoteIdent(columnName(values.column!));
    const known = input.met?.before.relation(table.schema, table.name);
    checkColumn(known, columnName(values.column!), 'Add it in a migration before.');
    const key = keyOf(values, known);
    const set = `${column} = (${expression(values.value!)})`;
    const up = [updateLoop(table, key, set, `${column} IS NULL`, known?.columns)];
    return [{ name: input.name, up, down: ROWS_STAY }];
  },
);

/** What is typed, else the primary key. */
function keyOf(values: Readonly<Record<string, string>>, table: Relation | undefined): string {
  const key = columnName(values.key || batchKey(table)?.name || 'id');
  checkColumn(table, key, 'Name the column that batches can go along: unique and never NULL.');
  return key;
}

/** Of a table whose columns are all known, one that it does not have is a slip. */
function checkColumn(table: Relation | undefined, column: string, advice: string): void {
  if (table?.complete && !table.columns.has(column))
    throw new InvalidValue(`${table.name} has no column ${column}, as the migrations tell. ${advice}`);
}

/** A column gives way to another: with all that it has, as far as the folder's migrations tell. */
function replacing(
  values: Readonly<Record<string, string>>,
  { name, lockTimeout, met }: TemplateInput,
  typed: string,
): Plan {
  const table = tableName(values.table!);
  const from = columnName(values.column!);
  const to = columnName(values.to!);
  if (from === to) throw new InvalidValue('The new column needs another name: both exist side by side for a while.');
  const type = typeName(values.type!);
  const relation = met?.before.relation(table.schema, table.name);
  const key = keyOf(values, relation);
  checkColumn(relation, from, 'Name one that it has.');
  const column = relation?.columns.get(from);
  // What the migrations say goes before what is typed.
  const oldType = column ? written(column.type) : typeName(typed);
  const kept = normalType(type) === normalType(oldType) ? oldType : type;
  let held: Held | undefined;
  if (met && relation && column) {
    const reason = whyNot(met.before, relation, column, to);
    if (reason !== undefined)
      throw new InvalidValue(`${table.name}.${from} ${reason}: a second column in step does not do. Plan it by hand.`);
    held = heldBy(met, relation, column, to, kept !== oldType);
  }
  const swap = { table, from, to, key, type: kept, oldType, columns: relation?.columns };
  const { expand, later } = expandContract(name, swap, held, lockTimeout);
  return [
    { ...expand, up: [guardOfNew(lockTimeout), ...expand.up], down: [guardOfNew(lockTimeout), ...expand.down] },
    ...later,
  ];
}

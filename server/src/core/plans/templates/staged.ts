import { qualified, quoteIdent } from '../../sql/quote.js';
import { addColumn, dropColumn } from '../../sql/write.js';
import { guarded, nothing } from './simple.js';
import {
  field,
  InvalidValue,
  type Template,
  type TemplateInput,
  type TemplateMigration,
  template,
} from './template.js';
import {
  columnName,
  comment,
  derivedName,
  dollarQuoted,
  expression,
  type TableName,
  tableName,
  typeName,
} from './values.js';

const BATCH = 1000;
const KEY = field('key', 'Key column, to go in batches', 'id', false);

export const renameColumn: Template = template(
  {
    id: 'rename-column',
    label: 'Rename column safely',
    description: 'Three migrations: a second column kept in step, old rows in batches, old column dropped.',
    fields: [
      field('table', 'Table', 'users'),
      field('column', 'Column', 'mail'),
      field('to', 'New name', 'email'),
      field('type', 'Type of the column', 'text'),
      KEY,
    ],
  },
  (values, input) => {
    const type = typeName(values.type!);
    return expandContract(input, { ...target(values), type, oldType: type, cast: false });
  },
);

export const changeType: Template = template(
  {
    id: 'change-type',
    label: 'Change type safely',
    description: 'Three migrations: a new column kept in step, old rows in batches, old column dropped.',
    fields: [
      field('table', 'Table', 'orders'),
      field('column', 'Column', 'amount'),
      field('oldType', 'Type now', 'integer'),
      field('type', 'New type', 'bigint'),
      field('to', 'Name of the new column', 'amount_big'),
      KEY,
    ],
  },
  (values, input) =>
    expandContract(input, {
      ...target(values),
      type: typeName(values.type!),
      oldType: typeName(values.oldType!),
      cast: true,
    }),
);

export const backfill: Template = template(
  {
    id: 'backfill',
    label: 'Backfill',
    description: 'Fills a column in batches that commit one by one, so that no row is locked for long.',
    fields: [
      field('table', 'Table', 'users'),
      field('column', 'Column', 'nickname'),
      field('value', 'Value (SQL)', 'lower(name)'),
      KEY,
    ],
  },
  (values, input) => {
    const column = quoteIdent(columnName(values.column!));
    const up = batches(
      tableName(values.table!),
      columnName(values.key || 'id'),
      `${column} = (${expression(values.value!)})`,
      `${column} IS NULL`,
    );
    return [{ name: input.name, up, down: nothing('the rows that were empty before are not known any more.') }];
  },
);

/** A column and the one that takes its place, with the key that batches go along. */
export interface Change {
  readonly table: TableName;
  readonly from: string;
  readonly to: string;
  readonly key: string;
  readonly type: string;
  readonly oldType: string;
  readonly cast: boolean;
}

function target(values: Readonly<Record<string, string>>): Pick<Change, 'table' | 'from' | 'to' | 'key'> {
  const from = columnName(values.column!);
  const to = columnName(values.to!);
  if (from === to) throw new InvalidValue('The new column needs another name: both exist side by side for a while.');
  return { table: tableName(values.table!), from, to, key: columnName(values.key || 'id') };
}

/** Expand → migrate → contract, with deploys of the application between. */
function expandContract(input: TemplateInput, change: Change): readonly TemplateMigration[] {
  const { table, type, oldType } = change;
  const [from, to] = [quoteIdent(change.from), quoteIdent(change.to)];
  const sync = syncing(change);
  const copy = change.cast ? `${from}::${type}` : from;
  const back = change.cast ? `${to}::${oldType}` : to;
  const contract = [
    comment(`Apply this only when no running version of the application uses ${from} any more.`),
    comment(`If ${from} is NOT NULL or has indexes or constraints, give ${to} the same before.`),
  ].join('\n');
  return [
    {
      name: `${input.name} expand`,
      up: guarded(input, `${addColumn(table, { name: change.to, type })};`, sync.create),
      down: guarded(input, sync.drop, `${dropColumn(table, change.to)};`),
    },
    {
      name: `${input.name} backfill`,
      up: batches(table, change.key, `${to} = ${copy}`, `${to} IS DISTINCT FROM ${copy}`),
      down: nothing('the migration before takes the copies away with their column.'),
    },
    {
      name: `${input.name} contract`,
      up: `${contract}\n${guarded(input, sync.drop, `${dropColumn(table, change.from)};`)}`,
      down: guarded(
        input,
        `${addColumn(table, { name: change.from, type: oldType })};`,
        `UPDATE ${table.sql} SET ${from} = ${back};`,
        sync.create,
      ),
    },
  ];
}

/** A trigger that keeps both columns equal, whichever one a version of the application writes. */
export function syncing({ table, from, to, type, oldType, cast }: Change): { create: string; drop: string } {
  const name = derivedName([table.name, from, to], 'sync');
  const [a, b] = [quoteIdent(from), quoteIdent(to)];
  const forth = `NEW.${b} := NEW.${a}${cast ? `::${type}` : ''};`;
  const back = `NEW.${a} := NEW.${b}${cast ? `::${oldType}` : ''};`;
  const body = `BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.${b} IS NOT NULL THEN
      ${back}
    ELSE
      ${forth}
    END IF;
  ELSIF NEW.${b} IS DISTINCT FROM OLD.${b} THEN
    ${back}
  ELSE
    ${forth}
  END IF;
  RETURN NEW;
END`;
  const routine = qualified(table.schema, name);
  const trigger = quoteIdent(name);
  return {
    create: `CREATE FUNCTION ${routine}() RETURNS trigger LANGUAGE plpgsql AS ${dollarQuoted(body)};

CREATE TRIGGER ${trigger} BEFORE INSERT OR UPDATE ON ${table.sql}
  FOR EACH ROW EXECUTE FUNCTION ${routine}();`,
    drop: `DROP TRIGGER ${trigger} ON ${table.sql};\n\nDROP FUNCTION ${routine}();`,
  };
}

/** Goes through the table by its key. Each batch is found anew from the last key, so nothing is skipped; alone in its file, because COMMIT needs to be outside a transaction. */
export function batches(table: TableName, keyColumn: string, set: string, where: string): string {
  const key = quoteIdent(keyColumn);
  const body = `DECLARE
  batch_from ${table.sql}.${key}%TYPE;
  batch_to ${table.sql}.${key}%TYPE;
BEGIN
  SELECT ${key} INTO batch_from FROM ${table.sql} ORDER BY ${key} LIMIT 1;
  WHILE batch_from IS NOT NULL LOOP
    SELECT ${key} INTO batch_to
    FROM (SELECT ${key} FROM ${table.sql} WHERE ${key} >= batch_from ORDER BY ${key} LIMIT ${BATCH}) AS batch
    ORDER BY ${key} DESC LIMIT 1;

    UPDATE ${table.sql} SET ${set}
    WHERE ${key} BETWEEN batch_from AND batch_to AND ${where};
    COMMIT;

    SELECT ${key} INTO batch_from FROM ${table.sql} WHERE ${key} > batch_to ORDER BY ${key} LIMIT 1;
  END LOOP;
END`;
  return `DO ${dollarQuoted(body)};\n`;
}

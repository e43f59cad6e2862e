import { guardOfNew } from '../../fixes/lockTimeout.js';
import { derivedName } from '../../sql/derivedName.js';
import { comment, quoteIdent, quoteList } from '../../sql/quote.js';
import * as write from '../../sql/write.js';
import { nothing } from '../plan.js';
import { field, InvalidValue, type Template, type TemplateInput, template } from './template.js';
import { columnName, columnNames, splitAt, tableName, typeName } from './values.js';

export const empty: Template = template(
  { id: 'empty', label: 'Empty', description: 'An up and a down file to fill in.', fields: [] },
  (_, { name }) => [{ name, up: [comment(name)], down: [comment(`Undoes: ${name}`)] }],
);

export const createTable: Template = template(
  {
    id: 'create-table',
    label: 'Create table',
    description: 'A table with an identity key and the times of creation and change.',
    fields: [
      field('table', 'Table', 'users'),
      field('columns', 'Columns (name type, …)', 'email text, age integer', false),
    ],
  },
  (values, input) => {
    const table = tableName(values.table!);
    const own = values.columns ? splitAt(values.columns, ',').map(columnDefinition) : [];
    const lines = [
      'id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY',
      ...own,
      'created_at timestamptz NOT NULL DEFAULT now()',
      'updated_at timestamptz NOT NULL DEFAULT now()',
    ];
    const up = [`CREATE TABLE ${table.sql} (\n${lines.map((line) => `  ${line}`).join(',\n')}\n)`];
    return [{ name: input.name, up, down: [guard(input), write.drop('table', table)] }];
  },
);

export const addColumn: Template = template(
  {
    id: 'add-column',
    label: 'Add column',
    description: 'A column that may be null: no rewrite, no scan, a short lock.',
    fields: [field('table', 'Table', 'users'), field('column', 'Column', 'nickname'), field('type', 'Type', 'text')],
  },
  (values, input) => {
    const table = tableName(values.table!);
    const name = columnName(values.column!);
    const up = [guard(input), write.addColumn(table, { name, type: typeName(values.type!) })];
    return [{ name: input.name, up, down: [guard(input), write.dropColumn(table, name)] }];
  },
);

/** Alone in its file: a second statement would put it into a transaction, which CONCURRENTLY refuses. */
export const addIndex: Template = template(
  {
    id: 'add-index',
    label: 'Add index',
    description: 'An index built CONCURRENTLY: nobody waits for it.',
    fields: [field('table', 'Table', 'users'), field('columns', 'Columns', 'email, created_at')],
  },
  (values, input) => {
    const table = tableName(values.table!);
    const columns = columnNames(values.columns!);
    const name = derivedName([table.name, ...columns], 'idx');
    const up = write.createIndex({ name, table, keys: columns, concurrently: true });
    const down = write.drop('index', { schema: table.schema, name }, { concurrently: true });
    return [{ name: input.name, up: [up], down: [down] }];
  },
);

export const addForeignKey: Template = template(
  {
    id: 'add-foreign-key',
    label: 'Add foreign key',
    description: 'Two migrations: NOT VALID for new rows, then VALIDATE without blocking writes.',
    fields: [
      field('table', 'Table', 'orders'),
      field('columns', 'Columns', 'user_id'),
      field('target', 'Referenced table', 'users'),
      field('targetColumns', 'Referenced columns', 'id', false),
    ],
  },
  (values, input) => {
    const table = tableName(values.table!);
    const target = tableName(values.target!);
    const columns = columnNames(values.columns!);
    const referenced = columnNames(values.targetColumns || 'id');
    if (columns.length !== referenced.length)
      throw new InvalidValue(
        'A foreign key needs as many referenced columns as columns. Name both lists in the same order.',
      );
    const constraint = derivedName([table.name, ...columns], 'fkey');
    const add = `ALTER TABLE ${table.sql}\n  ADD CONSTRAINT ${quoteIdent(constraint)} FOREIGN KEY (${quoteList(columns)})\n  REFERENCES ${target.sql} (${quoteList(referenced)}) NOT VALID`;
    return [
      {
        name: input.name,
        up: [guard(input), add],
        down: [guard(input), write.dropConstraint(table, constraint)],
      },
      {
        name: `${input.name} validate`,
        up: [guard(input), write.validateConstraint(table, constraint)],
        down: nothing('the migration before takes the constraint away, checked or not.'),
      },
    ];
  },
);

/** `SET lock_timeout` for the migration's transaction only. */
function guard({ lockTimeout }: TemplateInput): string {
  return guardOfNew(lockTimeout);
}

/** `"Odd name" numeric(10, 2)` → a column definition. */
function columnDefinition(text: string): string {
  const match = /^\s*("(?:[^"]|"")+"|\S+)\s+(\S.*)$/su.exec(text);
  if (!match) throw new InvalidValue(`"${text.trim()}" is not a column. Write name and type, such as email text.`);
  return `${quoteIdent(columnName(match[1]!))} ${typeName(match[2]!)}`;
}

import { quoteIdent, quoteLiteral } from '../../sql/quote.js';
import * as write from '../../sql/write.js';
import { field, InvalidValue, type Template, type TemplateInput, template } from './template.js';
import { columnName, columnNames, comment, derivedName, quoteList, splitAt, tableName, typeName } from './values.js';

export const empty: Template = template(
  { id: 'empty', label: 'Empty', description: 'An up and a down file to fill in.', fields: [] },
  (_, { name }) => [{ name, up: `${comment(name)}\n\n`, down: `${comment(`Undoes: ${name}`)}\n\n` }],
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
    const up = `CREATE TABLE ${table.sql} (\n${lines.map((line) => `  ${line}`).join(',\n')}\n);\n`;
    return [{ name: input.name, up, down: guarded(input, `${write.drop('table', table)};`) }];
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
    const up = guarded(input, `${write.addColumn(table, { name, type: typeName(values.type!) })};`);
    return [{ name: input.name, up, down: guarded(input, `${write.dropColumn(table, name)};`) }];
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
    return [{ name: input.name, up: `${up};\n`, down: `${down};\n` }];
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
    const add = `ALTER TABLE ${table.sql}\n  ADD CONSTRAINT ${quoteIdent(constraint)} FOREIGN KEY (${quoteList(columns)})\n  REFERENCES ${target.sql} (${quoteList(referenced)}) NOT VALID;`;
    return [
      {
        name: input.name,
        up: guarded(input, add),
        down: guarded(input, `${write.dropConstraint(table, constraint)};`),
      },
      {
        name: `${input.name} validate`,
        up: guarded(input, `${write.validateConstraint(table, constraint)};`),
        down: nothing('the migration before takes the constraint away, checked or not.'),
      },
    ];
  },
);

/** Statements behind a lock_timeout that holds for the migration's transaction only. */
export function guarded(input: TemplateInput, ...statements: readonly string[]): string {
  return `SET LOCAL lock_timeout = ${quoteLiteral(input.lockTimeout ?? '5s')};\n\n${statements.join('\n\n')}\n`;
}

/** A script that does nothing, with a statement: some tools refuse an empty file. */
export function nothing(because: string): string {
  return `${comment(`Nothing to undo: ${because}`)}\nSELECT 1;\n`;
}

/** `"Odd name" numeric(10, 2)` → a column definition. */
function columnDefinition(text: string): string {
  const match = /^\s*("(?:[^"]|"")+"|\S+)\s+(\S.*)$/su.exec(text);
  if (!match) throw new InvalidValue(`"${text.trim()}" is not a column. Write name and type, such as email text.`);
  return `${quoteIdent(columnName(match[1]!))} ${typeName(match[2]!)}`;
}

import {
  type AlterTableStatement,
  type Statement as Ast,
  type DropStatement,
  type TableAlteration,
  toSql,
} from 'pgsql-ast-parser';
import { qualified, quoteIdent, quoteLiteral } from './quote.js';
import { parseExpression } from './source.js';
import { tidy } from './tidy.js';

export { qualified, quoteIdent, quoteLiteral } from './quote.js';
export { sqlOf } from './source.js';

/** A relation, index or other object by name. */
export interface ObjectName {
  readonly schema?: string | undefined;
  readonly name: string;
}

/**
 * Prints a tree of pgsql-ast-parser. Its printer neither doubles quotes inside names nor knows every keyword,
 * so names go through it as harmless words and are put in afterwards, quoted as PostgreSQL does.
 */
class Printer {
  readonly #parts: string[] = [];

  /** A stand-in for a name. */
  name(name: string): { name: string } {
    return { name: this.#standIn(quoteIdent(name)) };
  }

  object({ schema, name }: ObjectName): { name: string; schema?: string } {
    return schema === undefined ? this.name(name) : { ...this.name(name), schema: this.#standIn(quoteIdent(schema)) };
  }

  /** A stand-in for SQL that is known to be right: an expression of the author, a type. */
  raw(sql: string): { name: string } {
    return { name: this.#standIn(sql) };
  }

  print(statement: Ast): string {
    // Every name and expression is a stand-in, so all other words are keywords.
    return tidy(toSql.statement(statement)).replace(/[a-z_][a-z0-9_]*/g, (word) => {
      const part = word.match(/^lockstep_part_(\d+)_$/)?.[1];
      return part === undefined ? word.toUpperCase() : (this.#parts[Number(part)] ?? word);
    });
  }

  #standIn(sql: string): string {
    return `lockstep_part_${this.#parts.push(sql) - 1}_`;
  }
}

interface DropOptions {
  readonly ifExists?: boolean;
  readonly cascade?: boolean;
  readonly concurrently?: boolean;
}

/** `DROP TABLE | INDEX | SEQUENCE | TYPE`. Statements have no semicolon at the end. */
export function drop(
  kind: 'table' | 'index' | 'sequence' | 'type',
  name: ObjectName,
  options: DropOptions = {},
): string {
  const printer = new Printer();
  const statement: DropStatement = {
    type: `drop ${kind}`,
    names: [printer.object(name)],
    ...(options.ifExists && { ifExists: true }),
    ...(options.cascade && { cascade: 'cascade' }),
    ...(options.concurrently && { concurrently: true }),
  };
  return printer.print(statement);
}

export interface NewColumn {
  readonly name: string;
  /** In SQL spelling (see `typeName`). */
  readonly type: string;
  readonly notNull?: boolean;
  readonly primaryKey?: boolean;
  /** An SQL expression. */
  readonly default?: string | undefined;
}

function alter(table: ObjectName, change: (printer: Printer) => TableAlteration): string {
  const printer = new Printer();
  const statement: AlterTableStatement = {
    type: 'alter table',
    table: printer.object(table),
    changes: [change(printer)],
  };
  return printer.print(statement);
}

/** The grammar of a column's DEFAULT takes less than any expression; in parentheses everything goes. */
function asDefault(expression: string): string {
  const node = parseExpression(expression);
  const bare =
    node &&
    ('A_Const' in node ||
      'SQLValueFunction' in node ||
      ('FuncCall' in node && node.FuncCall.funcformat === 'COERCE_EXPLICIT_CALL') ||
      ('TypeCast' in node && expression.includes('::')));
  return bare ? expression : `(${expression})`;
}

function columnNode(printer: Printer, column: NewColumn) {
  const constraints = [
    ...(column.primaryKey ? [{ type: 'primary key' as const }] : []),
    ...(column.notNull ? [{ type: 'not null' as const }] : []),
    ...(column.default === undefined
      ? []
      : [{ type: 'default' as const, default: { type: 'ref' as const, ...printer.raw(asDefault(column.default)) } }]),
  ];
  return { kind: 'column' as const, name: printer.name(column.name), dataType: printer.raw(column.type), constraints };
}

export function createTable(
  table: ObjectName,
  columns: readonly NewColumn[],
  options: { ifNotExists?: boolean } = {},
): string {
  const printer = new Printer();
  return printer.print({
    type: 'create table',
    name: printer.object(table),
    columns: columns.map((column) => columnNode(printer, column)),
    ...(options.ifNotExists && { ifNotExists: true }),
  });
}

export const addColumn = (table: ObjectName, column: NewColumn, options: { ifNotExists?: boolean } = {}) =>
  alter(table, (printer) => ({
    type: 'add column',
    column: columnNode(printer, column),
    ...(options.ifNotExists && { ifNotExists: true }),
  }));

export const dropColumn = (table: ObjectName, column: string, options: { ifExists?: boolean } = {}) =>
  alter(table, (printer) => ({
    type: 'drop column',
    column: printer.name(column),
    ...(options.ifExists && { ifExists: true }),
  }));

export const renameTable = (table: ObjectName, to: string) =>
  alter(table, (printer) => ({ type: 'rename', to: printer.name(to) }));

export const renameColumn = (table: ObjectName, column: string, to: string) =>
  alter(table, (printer) => ({ type: 'rename column', column: printer.name(column), to: printer.name(to) }));

export const renameConstraint = (table: ObjectName, constraint: string, to: string) =>
  alter(table, (printer) => ({
    type: 'rename constraint',
    constraint: printer.name(constraint),
    to: printer.name(to),
  }));

export const dropConstraint = (table: ObjectName, constraint: string, options: { ifExists?: boolean } = {}) =>
  alter(table, (printer) => ({
    type: 'drop constraint',
    constraint: printer.name(constraint),
    ...(options.ifExists && { ifExists: true }),
  }));

export const setNotNull = (table: ObjectName, column: string) =>
  alter(table, (printer) => ({ type: 'alter column', column: printer.name(column), alter: { type: 'set not null' } }));

export const dropNotNull = (table: ObjectName, column: string) =>
  alter(table, (printer) => ({ type: 'alter column', column: printer.name(column), alter: { type: 'drop not null' } }));

export const dropDefault = (table: ObjectName, column: string) =>
  alter(table, (printer) => ({ type: 'alter column', column: printer.name(column), alter: { type: 'drop default' } }));

export const setDefault = (table: ObjectName, column: string, expression: string) =>
  alter(table, (printer) => ({
    type: 'alter column',
    column: printer.name(column),
    alter: { type: 'set default', default: { type: 'ref', ...printer.raw(expression) } },
  }));

/** From here on: what the nodes of pgsql-ast-parser cannot express. */

const alterTable = (table: ObjectName) => `ALTER TABLE ${qualified(table.schema, table.name)}`;
const nameList = (names: readonly string[]) => `(${names.map(quoteIdent).join(', ')})`;

export interface NewIndex {
  readonly name: string;
  readonly table: ObjectName;
  /** Column names, or expressions in SQL. */
  readonly keys: readonly (string | { readonly sql: string })[];
  readonly unique?: boolean;
  readonly concurrently?: boolean;
  readonly ifNotExists?: boolean;
  readonly method?: string;
  /** Predicate in SQL. */
  readonly where?: string | undefined;
}

export function createIndex(index: NewIndex): string {
  const keys = index.keys.map((key) => (typeof key === 'string' ? quoteIdent(key) : key.sql));
  return [
    `CREATE ${index.unique ? 'UNIQUE ' : ''}INDEX`,
    ...(index.concurrently ? ['CONCURRENTLY'] : []),
    ...(index.ifNotExists ? ['IF NOT EXISTS'] : []),
    quoteIdent(index.name),
    `ON ${qualified(index.table.schema, index.table.name)}`,
    ...(index.method ? [`USING ${quoteIdent(index.method)}`] : []),
    `(${keys.join(', ')})`,
    ...(index.where === undefined ? [] : [`WHERE ${index.where}`]),
  ].join(' ');
}

export const setType = (table: ObjectName, column: string, type: string, using?: string) =>
  `${alterTable(table)} ALTER COLUMN ${quoteIdent(column)} TYPE ${type}${using === undefined ? '' : ` USING ${using}`}`;

export const addCheckNotValid = (table: ObjectName, constraint: string, expression: string) =>
  `${alterTable(table)} ADD CONSTRAINT ${quoteIdent(constraint)} CHECK (${expression}) NOT VALID`;

export function addForeignKeyNotValid(
  table: ObjectName,
  constraint: string,
  columns: readonly string[],
  references: ObjectName & { readonly columns: readonly string[] },
  onDelete?: 'cascade' | 'setNull' | 'setDefault' | 'restrict',
): string {
  const target = `${qualified(references.schema, references.name)}${references.columns.length > 0 ? ` ${nameList(references.columns)}` : ''}`;
  const action = { cascade: 'CASCADE', setNull: 'SET NULL', setDefault: 'SET DEFAULT', restrict: 'RESTRICT' };
  const deletion = onDelete ? ` ON DELETE ${action[onDelete]}` : '';
  return `${alterTable(table)} ADD CONSTRAINT ${quoteIdent(constraint)} FOREIGN KEY ${nameList(columns)} REFERENCES ${target}${deletion} NOT VALID`;
}

export const validateConstraint = (table: ObjectName, constraint: string) =>
  `${alterTable(table)} VALIDATE CONSTRAINT ${quoteIdent(constraint)}`;

export const addConstraintUsingIndex = (
  table: ObjectName,
  constraint: string,
  kind: 'UNIQUE' | 'PRIMARY KEY',
  index: string,
) => `${alterTable(table)} ADD CONSTRAINT ${quoteIdent(constraint)} ${kind} USING INDEX ${quoteIdent(index)}`;

export const commentOn = (kind: 'TABLE' | 'INDEX', name: ObjectName, text: string) =>
  `COMMENT ON ${kind} ${qualified(name.schema, name.name)} IS ${quoteLiteral(text)}`;

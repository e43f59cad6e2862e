import {
  type AlterTableStatement,
  type Statement as Ast,
  type DropStatement,
  type TableAlteration,
  toSql,
} from 'pgsql-ast-parser';
import { qualified, quoteIdent } from './quote.js';
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
  readonly concurrently?: boolean;
}

/** `DROP TABLE | INDEX`. Statements have no semicolon at the end. */
export function drop(kind: 'table' | 'index', name: ObjectName, options: DropOptions = {}): string {
  const printer = new Printer();
  const statement: DropStatement = {
    type: `drop ${kind}`,
    names: [printer.object(name)],
    ...(options.ifExists && { ifExists: true }),
    ...(options.concurrently && { concurrently: true }),
  };
  return printer.print(statement);
}

export interface NewColumn {
  readonly name: string;
  /** In SQL spelling (see `typeName`). */
  readonly type: string;
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

export const addColumn = (table: ObjectName, column: NewColumn) =>
  alter(table, (printer) => ({
    type: 'add column',
    column: { kind: 'column', name: printer.name(column.name), dataType: printer.raw(column.type), constraints: [] },
  }));

export const dropColumn = (table: ObjectName, column: string) =>
  alter(table, (printer) => ({ type: 'drop column', column: printer.name(column) }));

export const dropConstraint = (table: ObjectName, constraint: string) =>
  alter(table, (printer) => ({ type: 'drop constraint', constraint: printer.name(constraint) }));

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

export interface NewIndex {
  readonly name: string;
  readonly table: ObjectName;
  /** Names of columns. */
  readonly keys: readonly string[];
  readonly unique?: boolean;
  readonly concurrently?: boolean;
}

export function createIndex({ name, table, keys, unique, concurrently }: NewIndex): string {
  const what = `CREATE ${unique ? 'UNIQUE ' : ''}INDEX ${concurrently ? 'CONCURRENTLY ' : ''}${quoteIdent(name)}`;
  return `${what} ON ${qualified(table.schema, table.name)} (${keys.map(quoteIdent).join(', ')})`;
}

export const addCheckNotValid = (table: ObjectName, constraint: string, expression: string) =>
  `${alterTable(table)} ADD CONSTRAINT ${quoteIdent(constraint)} CHECK (${expression}) NOT VALID`;

export const validateConstraint = (table: ObjectName, constraint: string) =>
  `${alterTable(table)} VALIDATE CONSTRAINT ${quoteIdent(constraint)}`;

export const addConstraintUsingIndex = (
  table: ObjectName,
  constraint: string,
  kind: 'UNIQUE' | 'PRIMARY KEY',
  index: string,
) => `${alterTable(table)} ADD CONSTRAINT ${quoteIdent(constraint)} ${kind} USING INDEX ${quoteIdent(index)}`;

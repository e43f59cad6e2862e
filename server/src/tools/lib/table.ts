import { DatabaseError } from '../../database/errors.js';
import type { Session } from '../../database/session.js';

/** A table as a setting names it: `name` or `schema.name`; parts with dots or capitals in double quotes. */
export interface TableName {
  readonly schema: string | undefined;
  readonly name: string;
}

/** One column, as far as shapes are told apart by it. */
export interface Column {
  readonly name: string;
  /** As `format_type` writes it, e.g. `character varying(50)`. */
  readonly type: string;
  /** NOT NULL and without a default: an insert must give it. */
  readonly demanded: boolean;
}

/** What stands under the ledger's name in the database. */
export interface Shape {
  /** Where the table is, or where it will be made. */
  readonly schema: string;
  readonly name: string;
  /** Quoted and with its schema: a migration that changes the search path does not lose it. */
  readonly sql: string;
  readonly exists: boolean;
  /** True for a table; a view or the like cannot hold a ledger. */
  readonly isTable: boolean;
  readonly columns: readonly Column[];
}

/** An identifier for SQL, always in quotes. */
export function quote(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}

const PART = '"(?:[^"\\0]|"")+"|[^"\\s.\\0](?:[^".\\0]*[^"\\s.\\0])?';
const TABLE_NAME = new RegExp(`^(?:(${PART})\\.)?(${PART})$`);

/** Rejects what is no name: half a name would be another table. */
export function parseTableName(text: string): TableName {
  const match = TABLE_NAME.exec(text.trim());
  if (!match) {
    throw new DatabaseError(
      `The tracking table is called ${JSON.stringify(text)}, which is no name of a table. Write lockstep.ledgerTable as table or schema.table, and parts with dots or quotes as "part".`,
    );
  }
  const schema = match[1] && unquoted(match[1]);
  // What stands there is gone when the connection closes, or belongs to the server.
  if (schema !== undefined && /^(pg_|information_schema$)/.test(schema))
    throw new DatabaseError(
      `The tracking table cannot be in the schema ${schema}: nothing stays there. Name another one in the setting lockstep.ledgerTable.`,
    );
  return { schema, name: unquoted(match[2] ?? '') };
}

function unquoted(part: string): string {
  return part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part;
}

/** A tracking table by the name that a setting gives it, and how it was last found. Rejects what is no name. */
export class TrackedTable {
  readonly #name: TableName;
  #shape: Shape | undefined;

  constructor(name: string) {
    this.#name = parseTableName(name);
  }

  /** As it was last found; undefined before anybody looked. */
  get last(): Shape | undefined {
    return this.#shape;
  }

  async look(session: Session): Promise<Shape> {
    this.#shape = await shapeOf(session, this.#name);
    return this.#shape;
  }

  async known(session: Session): Promise<Shape> {
    return this.#shape ?? this.look(session);
  }
}

/** Looks the table up: in its schema when the setting names one, else along the search path; unquoted names keep their case. */
export async function shapeOf(session: Session, table: TableName): Promise<Shape> {
  const found = await session.query(
    `SELECT n.nspname AS schema, c.oid::text AS oid, c.relkind IN ('r', 'p') AS is_table
       FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE c.oid = pg_catalog.to_regclass($1)`,
    [qualified(table)],
  );
  const row = found.rows[0];
  if (!row) {
    const schema = table.schema ?? (await currentSchema(session));
    return {
      schema,
      name: table.name,
      sql: `${quote(schema)}.${quote(table.name)}`,
      exists: false,
      isTable: true,
      columns: [],
    };
  }
  const schema = String(row.schema);
  return {
    schema,
    name: table.name,
    sql: `${quote(schema)}.${quote(table.name)}`,
    exists: true,
    isTable: row.is_table === true,
    columns: await columnsOf(session, String(row.oid)),
  };
}

function qualified(table: TableName): string {
  return table.schema === undefined ? quote(table.name) : `${quote(table.schema)}.${quote(table.name)}`;
}

async function currentSchema(session: Session): Promise<string> {
  const { rows } = await session.query('SELECT pg_catalog.current_schema() AS schema');
  const schema = rows[0]?.schema;
  // No schema of the search path exists, or the path is empty.
  if (typeof schema !== 'string')
    throw new DatabaseError(
      'The search path of this connection names no schema that exists, so there is no place for the tracking table. Correct search_path, or write lockstep.ledgerTable as schema.table.',
    );
  return schema;
}

async function columnsOf(session: Session, oid: string): Promise<readonly Column[]> {
  const { rows } = await session.query(
    `SELECT attname AS name, pg_catalog.format_type(atttypid, atttypmod) AS type,
            attnotnull AND NOT atthasdef AND attidentity = '' AS demanded
       FROM pg_catalog.pg_attribute WHERE attrelid = $1::oid AND attnum > 0 AND NOT attisdropped ORDER BY attnum`,
    [oid],
  );
  return rows.map((row) => ({ name: String(row.name), type: String(row.type), demanded: row.demanded === true }));
}

/** `version bigint, dirty boolean`, for messages. */
function columnList(columns: readonly Column[]): string {
  return columns.map((c) => `${c.name} ${c.type}`).join(', ') || 'no columns';
}

/** The sentence for a table that is not the ledger it should be. */
export function foreignShape(shape: Shape, owner: string, expected: string): string {
  const what = shape.isTable ? `has the columns (${columnList(shape.columns)})` : 'is not a table';
  return `${shape.schema}.${shape.name} ${what}, but ${owner} keeps (${expected}). It may belong to another tool: name another table in the setting lockstep.ledgerTable, or the right tool for this folder. Nothing was changed.`;
}

/** Whether a column holds text of any length or of a limited one. */
export function isText(column: Column | undefined): boolean {
  return column !== undefined && /^(text|character varying(\(\d+\))?)$/.test(column.type);
}

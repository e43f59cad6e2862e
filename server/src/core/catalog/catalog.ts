import type { TypeRef } from '../sql/types.js';
import type { Span } from '../text/span.js';

/** Where an object was made or changed: the migration's id, the file and the statement. */
export interface Origin {
  /** Id of the migration (see Migration.id); undefined for a script analysed alone. */
  readonly migration: string | undefined;
  readonly uri: string;
  /** Key of the half (see Half.key): one file may hold several. */
  readonly half: string;
  readonly span: Span;
}

export interface Column {
  readonly name: string;
  readonly type: TypeRef;
  readonly notNull: boolean;
  /** The default's expression as SQL text, when there is one. */
  readonly defaultSql: string | undefined;
  readonly generated: 'stored' | 'virtual' | undefined;
  readonly identity: 'always' | 'byDefault' | undefined;
  /** Written as serial, bigserial or smallserial. */
  readonly serial: boolean;
  readonly origin: Origin;
  /** Where it was last given another type than it was made with. */
  readonly typeOrigin?: Origin | undefined;
}

export interface Constraint {
  readonly name: string;
  readonly kind: 'primaryKey' | 'unique' | 'foreignKey' | 'check' | 'exclusion' | 'notNull';
  readonly columns: readonly string[];
  readonly validated: boolean;
  /** False for NOT ENFORCED: it says nothing about the rows. */
  readonly enforced: boolean;
  /** Referenced relation's key (`schema.name`) and columns of a foreign key. */
  readonly references: { readonly relation: string; readonly columns: readonly string[] } | undefined;
  readonly onUpdate?: Constraint['onDelete'];
  readonly onDelete: 'noAction' | 'restrict' | 'cascade' | 'setNull' | 'setDefault' | undefined;
  /** The check's expression as SQL text. */
  readonly expressionSql: string | undefined;
  /** Columns that a check proves NOT NULL (`c IS NOT NULL`, alone or AND-ed). */
  readonly provesNotNull: readonly string[];
  readonly indexName: string | undefined;
  readonly origin: Origin;
}

export interface Index {
  readonly schema: string;
  readonly name: string;
  /** Key of the relation it is on. */
  readonly relation: string;
  /** Column names; an expression is `undefined`. */
  readonly columns: readonly (string | undefined)[];
  /** All columns that it depends on: keys, expressions, predicate, INCLUDE. */
  readonly dependsOn: readonly string[];
  readonly unique: boolean;
  readonly method: string;
  readonly partial: boolean;
  readonly expression: boolean;
  readonly valid: boolean;
  /** For the index of a partition: key of the index of the partitioned table that it is a part of. */
  readonly parent?: string | undefined;
  /** What its columns, expressions and INCLUDE columns are called in a generated name. */
  readonly labels: readonly string[];
  readonly origin: Origin;
}

export interface Trigger {
  readonly name: string;
  readonly function: string;
  /** Columns of UPDATE OF and WHEN: their type cannot change while the trigger is there. */
  readonly columns: readonly string[];
  readonly origin: Origin;
}

export interface Relation {
  /** `schema.name`, unquoted; the key in the catalog. */
  readonly key: string;
  readonly schema: string;
  readonly name: string;
  readonly kind:
    | 'table'
    | 'partitionedTable'
    | 'view'
    | 'materializedView'
    | 'sequence'
    | 'foreignTable'
    | 'compositeType';
  readonly columns: ReadonlyMap<string, Column>;
  readonly constraints: ReadonlyMap<string, Constraint>;
  readonly triggers: ReadonlyMap<string, Trigger>;
  /** Partition parent or inheritance parents, as keys. */
  readonly parents: readonly string[];
  readonly isPartition: boolean;
  readonly isDefaultPartition: boolean;
  readonly temporary: boolean;
  readonly unlogged: boolean;
  /** Relations that a view reads, as keys; with the columns where they could be told. */
  readonly reads: ReadonlyMap<string, ReadonlySet<string> | 'all'>;
  /** For a sequence: `[relation key, column]` that owns it. */
  readonly ownedBy: readonly [string, string] | undefined;
  readonly origin: Origin;
  /** False when not every column is known: made by LIKE, AS SELECT *, INHERITS of an unknown, OF type. */
  readonly complete: boolean;
}

export interface UserType {
  readonly key: string;
  readonly kind: 'enum' | 'domain' | 'composite' | 'range' | 'shell';
  readonly values: readonly string[];
  readonly base: TypeRef | undefined;
  readonly notNull: boolean;
  readonly hasCheck: boolean;
  /** Names of a domain's checks. */
  readonly checks?: readonly string[];
  readonly origin: Origin;
}

export interface UserFunction {
  readonly key: string;
  readonly kind: 'function' | 'procedure' | 'aggregate';
  readonly volatility: 'immutable' | 'stable' | 'volatile';
  readonly origin: Origin;
}

/**
 * The schema at one point of the replay. Immutable: `apply` gives a new one that shares what did not change.
 * What no migration made is unknown: `relation()` gives undefined, and nothing is claimed about it.
 */
export interface Catalog {
  readonly searchPath: readonly string[];
  /** Finds by name as the server would: given schema, or along the search path. */
  relation(schema: string | undefined, name: string): Relation | undefined;
  relationByKey(key: string): Relation | undefined;
  index(schema: string | undefined, name: string): Index | undefined;
  indexesOn(relationKey: string): readonly Index[];
  type(schema: string | undefined, name: string): UserType | undefined;
  functions(schema: string | undefined, name: string): readonly UserFunction[];
  /** Foreign keys of other tables that reference this one. */
  referencing(relationKey: string): readonly { readonly relation: Relation; readonly constraint: Constraint }[];
  /** Views and materialized views that read this relation. */
  viewsOn(relationKey: string): readonly Relation[];
  /** Partitions and inheritance children, direct ones. */
  children(relationKey: string): readonly Relation[];
  relations(): Iterable<Relation>;
  /** Sequences that a column of this relation owns: serial, identity, OWNED BY. */
  ownedSequences(relationKey: string): readonly Relation[];
  /** Relations that an extended statistics object or a publication (`schema.name` or name) hangs on. */
  attachedTo(kind: 'statistics' | 'publication', name: string): readonly string[];
  /** TimeZone that the script set, when it did; decides whether timestamp → timestamptz rewrites. */
  readonly timeZone: string | undefined;
  /** Relations that a migration dropped, with where; for "was dropped in 0007". */
  dropped(key: string): Origin | undefined;
}

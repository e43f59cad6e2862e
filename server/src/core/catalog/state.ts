import type { Catalog, Constraint, Index, Origin, Relation, UserFunction, UserType } from './catalog.js';
import { KeyList } from './keyList.js';
import { PersistentMap } from './persistent.js';

/** A function with the argument types that tell overloads apart. */
export interface FunctionEntry {
  readonly args: string;
  readonly fn: UserFunction;
}

export interface Parts {
  readonly basePath: readonly string[];
  readonly searchPath: readonly string[];
  /** The file that set `searchPath` or `timeZone`: a session's settings end with it. */
  readonly sessionOf: string | undefined;
  readonly timeZone: string | undefined;
  /** What ROLLBACK goes back to, outermost first; empty outside a transaction of the script's own. */
  readonly saved: readonly SavedParts[];
  readonly relations: PersistentMap<Relation>;
  readonly indexes: PersistentMap<Index>;
  /** Index keys by relation key. */
  readonly indexesOn: PersistentMap<KeyList>;
  /** Keys of relations that name this one: foreign keys, children, views, owned sequences. */
  readonly dependents: PersistentMap<KeyList>;
  /** Of those, its children. */
  readonly children: PersistentMap<KeyList>;
  /** Of those, the ones with a foreign key to it. */
  readonly referrers: PersistentMap<KeyList>;
  readonly types: PersistentMap<UserType>;
  readonly functions: PersistentMap<readonly FunctionEntry[]>;
  readonly dropped: PersistentMap<Origin>;
  /** Relations that other objects hang on, by `kind:schema.name`: extended statistics, publications. */
  readonly attachments: PersistentMap<readonly string[]>;
}

/** The schema to which ROLLBACK goes back; `name`: a savepoint. */
export interface SavedParts {
  readonly name: string | undefined;
  readonly parts: Parts;
}

export class CatalogState implements Catalog {
  readonly parts: Parts;

  constructor(parts: Parts) {
    this.parts = parts;
  }

  static empty(searchPath: readonly string[]): CatalogState {
    return new CatalogState({
      basePath: searchPath,
      searchPath,
      sessionOf: undefined,
      timeZone: undefined,
      saved: [],
      relations: PersistentMap.empty(),
      indexes: PersistentMap.empty(),
      indexesOn: PersistentMap.empty(),
      dependents: PersistentMap.empty(),
      children: PersistentMap.empty(),
      referrers: PersistentMap.empty(),
      types: PersistentMap.empty(),
      functions: PersistentMap.empty(),
      dropped: PersistentMap.empty(),
      attachments: PersistentMap.empty(),
    });
  }

  with(changes: Partial<Parts>): CatalogState {
    return new CatalogState({ ...this.parts, ...changes });
  }

  get searchPath(): readonly string[] {
    return this.parts.searchPath;
  }

  get timeZone(): string | undefined {
    return this.parts.timeZone;
  }

  /** The schema in which CREATE without a schema puts things. */
  get creationSchema(): string {
    return this.parts.searchPath.find((s) => s !== '$user' && s !== 'pg_catalog') ?? 'public';
  }

  relation(schema: string | undefined, name: string): Relation | undefined {
    return this.#find(this.parts.relations, schema, name);
  }

  relationByKey(key: string): Relation | undefined {
    return this.parts.relations.get(key);
  }

  index(schema: string | undefined, name: string): Index | undefined {
    return this.#find(this.parts.indexes, schema, name);
  }

  indexesOn(relationKey: string): readonly Index[] {
    return (this.parts.indexesOn.get(relationKey) ?? KeyList.empty).keys.flatMap(
      (key) => this.parts.indexes.get(key) ?? [],
    );
  }

  type(schema: string | undefined, name: string): UserType | undefined {
    return this.#find(this.parts.types, schema, name);
  }

  functions(schema: string | undefined, name: string): readonly UserFunction[] {
    return (this.#find(this.parts.functions, schema, name) ?? []).map((entry) => entry.fn);
  }

  referencing(relationKey: string): readonly { readonly relation: Relation; readonly constraint: Constraint }[] {
    return this.#among(this.parts.referrers, relationKey).flatMap((relation) =>
      [...relation.constraints.values()]
        .filter((constraint) => constraint.references?.relation === relationKey)
        .map((constraint) => ({ relation, constraint })),
    );
  }

  viewsOn(relationKey: string): readonly Relation[] {
    return this.dependents(relationKey).filter((r) => r.reads.has(relationKey));
  }

  children(relationKey: string): readonly Relation[] {
    return this.#among(this.parts.children, relationKey);
  }

  /** Sequences that a column of this relation owns. */
  ownedSequences(relationKey: string): readonly Relation[] {
    return this.dependents(relationKey).filter((r) => r.ownedBy?.[0] === relationKey);
  }

  /** In the order of their keys. */
  relations(): Iterable<Relation> {
    return [...this.parts.relations.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  dropped(key: string): Origin | undefined {
    return this.parts.dropped.get(key);
  }

  attachedTo(kind: 'statistics' | 'publication', name: string): readonly string[] {
    return this.parts.attachments.get(`${kind}:${name}`) ?? [];
  }

  dependents(relationKey: string): readonly Relation[] {
    return this.#among(this.parts.dependents, relationKey);
  }

  #among(lookup: Parts['dependents'], relationKey: string): readonly Relation[] {
    return (lookup.get(relationKey) ?? KeyList.empty).keys.flatMap((key) => this.parts.relations.get(key) ?? []);
  }

  #find<V extends {}>(map: PersistentMap<V>, schema: string | undefined, name: string): V | undefined {
    if (schema !== undefined) return map.get(`${schema}.${name}`);
    const temporary = map.get(`pg_temp.${name}`);
    if (temporary !== undefined) return temporary;
    for (const s of this.parts.searchPath) {
      const found = map.get(`${s}.${name}`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

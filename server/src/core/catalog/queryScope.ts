import type { Node, SelectStmt } from '@pgsql/types';
import { as, nameList, rangeVar, text } from '../sql/tree.js';
import type { TypeRef } from '../sql/types.js';
import { typeOf } from './columns.js';
import { figureName } from './figureName.js';
import type { CatalogState } from './state.js';

/** Columns that something gives, with their types where those are known. `complete`: there are no others. */
export interface Output {
  readonly columns: readonly OutputColumn[];
  readonly complete: boolean;
}

export type OutputColumn = readonly [name: string, type: TypeRef | undefined];

/** One thing in FROM. `key`: a relation, whose columns are noted when they are used. */
interface Source extends Output {
  readonly alias: string;
  readonly key: string | undefined;
}

interface Scope {
  readonly sources: Source[];
  readonly queries: Map<string, Output>;
  readonly outer: Scope | undefined;
}

const UNKNOWN: Output = { columns: [], complete: false };

const has = (source: Output, name: string) => source.columns.some(([column]) => column === name);

/** Follows the names of a query through subqueries, WITH and joins: what it gives, and which columns of which relations it reads. */
export class QueryReader {
  readonly reads = new Map<string, Set<string> | 'all'>();
  readonly #state: CatalogState;

  constructor(state: CatalogState) {
    this.#state = state;
  }

  read(query: Node | undefined, outer?: Scope): Output {
    const select = as(query, 'SelectStmt');
    if (select) return this.#select(select, outer);
    this.#visit(query, { sources: [], queries: new Map(), outer });
    return UNKNOWN;
  }

  #select(select: SelectStmt, outer: Scope | undefined): Output {
    const scope: Scope = { sources: [], queries: new Map(outer?.queries), outer };
    for (const item of select.withClause?.ctes ?? []) {
      const query = as(item, 'CommonTableExpr');
      if (!query) continue;
      const name = query.ctename ?? '';
      if (select.withClause?.recursive) scope.queries.set(name, UNKNOWN);
      scope.queries.set(name, renamed(this.read(query.ctequery, scope), nameList(query.aliascolnames)));
    }
    if (select.larg && select.rarg) {
      const first = this.#select(select.larg, scope);
      this.#select(select.rarg, scope);
      return first;
    }
    for (const item of select.fromClause ?? []) this.#from(item, scope);
    const { withClause: _with, fromClause: _from, intoClause: _into, ...rest } = select;
    this.#visit(Object.values(rest), scope);
    return select.targetList ? this.#output(select.targetList, scope) : UNKNOWN;
  }

  #from(item: Node, scope: Scope): void {
    const join = as(item, 'JoinExpr');
    if (join) {
      const first = scope.sources.length;
      if (join.larg) this.#from(join.larg, scope);
      const second = scope.sources.length;
      if (join.rarg) this.#from(join.rarg, scope);
      const left = scope.sources.slice(first, second);
      const right = scope.sources.slice(second);
      const names = join.isNatural ? left.flatMap((s) => s.columns.map(([name]) => name)) : nameList(join.usingClause);
      const shared = names.filter((name) => right.some((s) => has(s, name)));
      for (const name of shared) for (const s of [...left, ...right]) if (has(s, name)) this.#note(s, name);
      this.#visit(join.quals, scope);
      return;
    }
    const subselect = as(item, 'RangeSubselect');
    const range = as(item, 'RangeVar');
    const alias = (subselect ?? range ?? as(item, 'RangeFunction'))?.alias;
    if (range) scope.sources.push(this.#table(item, alias?.aliasname, scope));
    else if (subselect) {
      const given = renamed(this.read(subselect.subquery, scope), nameList(alias?.colnames));
      scope.sources.push({ ...given, alias: alias?.aliasname ?? '', key: undefined });
    } else {
      this.#visit(Object.values(item), scope);
      scope.sources.push({ ...UNKNOWN, alias: alias?.aliasname ?? '', key: undefined });
    }
  }

  #table(item: Node, alias: string | undefined, scope: Scope): Source {
    const { schema, name } = rangeVar(item);
    const query = schema === undefined ? scope.queries.get(name) : undefined;
    if (query) return { ...query, alias: alias ?? name, key: undefined };
    const relation = this.#state.relation(schema, name);
    const key = relation?.key ?? `${schema ?? this.#state.creationSchema}.${name}`;
    if (!this.reads.has(key)) this.reads.set(key, relation?.complete ? new Set() : 'all');
    const columns = [...(relation?.columns.values() ?? [])].map((c): OutputColumn => [c.name, c.type]);
    return { columns, complete: relation?.complete === true, alias: alias ?? name, key };
  }

  #visit(value: unknown, scope: Scope): void {
    if (Array.isArray(value)) for (const item of value) this.#visit(item, scope);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
    const node = value as Node;
    const reference = as(node, 'ColumnRef');
    if (reference) this.#resolve(reference.fields ?? [], scope);
    else if ('SelectStmt' in node) this.read(node, scope);
    else if ('RangeVar' in node) this.#table(node, undefined, scope);
    else this.#visit(Object.values(node), scope);
  }

  /** Notes what a reference reads; gives the type when that is known. */
  #resolve(fields: readonly Node[], scope: Scope): TypeRef | undefined {
    const names = fields.flatMap((field) => text(field) ?? []);
    if (fields.some((field) => 'A_Star' in field)) {
      for (const source of this.#starred(names.at(-1), scope))
        for (const [name] of source.columns) this.#note(source, name);
      return undefined;
    }
    const name = names.at(-1) ?? '';
    for (let at: Scope | undefined = scope; at; at = at.outer) {
      const named = names.length > 1 ? at.sources.filter((s) => s.alias === names.at(-2)) : at.sources;
      const source = named.find((s) => has(s, name)) ?? (names.length > 1 ? named[0] : undefined);
      if (source) {
        this.#note(source, name);
        return source.columns.find(([column]) => column === name)?.[1];
      }
      const whole = names.length === 1 ? at.sources.find((s) => s.alias === name) : undefined;
      if (whole?.key !== undefined) this.reads.set(whole.key, 'all');
    }
    return undefined;
  }

  #starred(qualifier: string | undefined, scope: Scope): readonly Source[] {
    return qualifier === undefined ? scope.sources : scope.sources.filter((source) => source.alias === qualifier);
  }

  #note(source: Source, column: string): void {
    const known = source.key === undefined ? undefined : this.reads.get(source.key);
    if (known !== undefined && known !== 'all') known.add(column);
  }

  #output(targets: readonly Node[], scope: Scope): Output {
    const columns: OutputColumn[] = [];
    let complete = true;
    for (const item of targets) {
      const target = as(item, 'ResTarget');
      const fields = as(target?.val, 'ColumnRef')?.fields ?? [];
      if (fields.some((field) => 'A_Star' in field)) {
        for (const source of this.#starred(fields.flatMap((f) => text(f) ?? []).at(-1), scope)) {
          columns.push(...source.columns.filter(([name]) => !has({ columns, complete }, name)));
          complete &&= source.complete;
        }
        continue;
      }
      const name = target?.name ?? figureName(target?.val) ?? '?column?';
      const type = as(target?.val, 'TypeCast')?.typeName;
      columns.push([name, fields.length > 0 ? this.#resolve(fields, scope) : type && typeOf(this.#state, type)]);
    }
    return { columns, complete };
  }
}

/** `(a, b)` behind an alias, a WITH query's or a view's name: the first columns get these names. */
export function renamed(output: Output, names: readonly string[]): Output {
  if (names.length === 0) return output;
  const columns = output.columns.map(([name, type], i): OutputColumn => [names[i] ?? name, type]);
  return { columns, complete: output.complete };
}

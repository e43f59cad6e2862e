import type { Origin, Relation } from '../catalog/catalog.js';
import { dropConstraint, qualified } from '../sql/write.js';
import type { AnalysedStatement } from './analysed.js';
import { nameOf } from './tables.js';

/** Something that CASCADE takes along. */
export interface Dependent {
  /** `view v_users`, `foreign key orders_user_fk on orders`. */
  readonly label: string;
  readonly origin: Origin;
  /** The statement that drops it by name. */
  readonly drop: string;
}

/** Views and foreign keys that hang on a relation; not those of the relations that are dropped with it. */
export function dependents(
  at: AnalysedStatement,
  relation: Relation,
  dropped: ReadonlySet<string>,
): readonly Dependent[] {
  return [...views(at, relation, undefined, dropped), ...foreignKeys(at, relation, undefined, dropped)];
}

/** The same for one column or constraint of a table. */
export function columnDependents(
  at: AnalysedStatement,
  relation: Relation,
  subtype: 'AT_DropColumn' | 'AT_DropConstraint',
  name: string,
): readonly Dependent[] {
  if (subtype === 'AT_DropColumn') {
    return [...views(at, relation, name, new Set()), ...foreignKeys(at, relation, [name], new Set([relation.key]))];
  }
  const constraint = relation.constraints.get(name);
  const isKey = constraint?.kind === 'primaryKey' || constraint?.kind === 'unique';
  return constraint && isKey ? foreignKeys(at, relation, constraint.columns, new Set()) : [];
}

/** Views that read the relation, or the column when one is given, and views on those. */
export function views(
  at: Pick<AnalysedStatement, 'before'>,
  relation: Relation,
  column: string | undefined,
  not: ReadonlySet<string>,
): readonly Dependent[] {
  const seen = new Map<string, Relation>();
  const follow = (of: Relation, name: string | undefined) => {
    for (const view of at.before.viewsOn(of.key)) {
      const read = view.reads.get(of.key);
      const uses = name === undefined || read === 'all' || read?.has(name);
      if (!uses || seen.has(view.key) || not.has(view.key)) continue;
      seen.set(view.key, view);
      follow(view, undefined);
    }
  };
  follow(relation, column);
  return [...seen.values()].reverse().map((view) => {
    const { schema, name } = nameOf(view, at.before);
    const materialized = view.kind === 'materializedView';
    return {
      label: `${materialized ? 'materialized view' : 'view'} ${name}`,
      origin: view.origin,
      drop: `DROP ${materialized ? 'MATERIALIZED VIEW' : 'VIEW'} ${qualified(schema, name)}`,
    };
  });
}

function foreignKeys(
  at: AnalysedStatement,
  relation: Relation,
  columns: readonly string[] | undefined,
  not: ReadonlySet<string>,
): readonly Dependent[] {
  return at.before.referencing(relation.key).flatMap(({ relation: from, constraint }) => {
    const hit = columns === undefined || columns.some((c) => constraint.references?.columns.includes(c));
    if (!hit || not.has(from.key)) return [];
    const { schema, name } = nameOf(from, at.before);
    return [
      {
        label: `foreign key ${constraint.name} on ${name}`,
        origin: constraint.origin,
        drop: dropConstraint({ schema, name }, constraint.name),
      },
    ];
  });
}

import type { Described, DescribedConstraint, DescribedRelation } from './observed.js';

/** Differences between what PostgreSQL has (`real`) and what the catalog believes (`ours`), one line each. */
export function differences(real: Described, ours: Described, incomplete: ReadonlySet<string> = new Set()): string[] {
  return [
    ...eachKey(real.relations, ours.relations, (key, a, b) => relationDifferences(key, a, b, incomplete.has(key))),
    ...eachKey(real.types, ours.types, (key, a, b) => unlike(key, a, b)),
    ...unlike('functions', [...real.functions].sort(), [...ours.functions].sort()),
  ];
}

function relationDifferences(
  key: string,
  real: DescribedRelation,
  ours: DescribedRelation,
  incomplete: boolean,
): string[] {
  const isView = real.kind === 'view' || real.kind === 'materializedView';
  const columns = incomplete
    ? byName(
        `${key} column`,
        real.columns.filter((c) => ours.columns.some((o) => o.name === c.name)),
        ours.columns,
      )
    : unlike(
        `${key} columns`,
        real.columns.map((c) => c.name),
        ours.columns.map((c) => c.name),
      ).concat(byName(`${key} column`, real.columns, ours.columns));
  return [
    ...unlike(`${key} kind`, real.kind, ours.kind),
    ...unlike(`${key} persistence`, real.persistence, ours.persistence),
    ...unlike(`${key} parents`, real.parents, ours.parents),
    ...unlike(`${key} is partition`, real.isPartition, ours.isPartition),
    ...unlike(`${key} is default partition`, real.isDefaultPartition, ours.isDefaultPartition),
    ...unlike(`${key} owned by`, real.ownedBy, ours.ownedBy),
    ...columns,
    ...byName(`${key} constraint`, real.constraints.map(normalConstraint), ours.constraints.map(normalConstraint)),
    ...byName(`${key} index`, real.indexes.map(sortedUse), ours.indexes.map(sortedUse)),
    ...unlike(`${key} triggers`, [...real.triggers].sort(), [...ours.triggers].sort()),
    ...(isView ? readDifferences(key, real, ours) : []),
  ];
}

/** A relation that is read is named by itself or by its columns. */
function readDifferences(key: string, real: DescribedRelation, ours: DescribedRelation): string[] {
  const withRelations = (reads: readonly string[]) =>
    [...new Set(reads.flatMap((r) => [r.split('.').slice(0, 2).join('.'), r]))].sort();
  return unlike(`${key} reads`, withRelations(real.reads), withRelations(ours.reads));
}

const normalConstraint = (c: DescribedConstraint) => ({
  ...c,
  columns: c.kind === 'check' || c.kind === 'exclusion' ? [...c.columns].sort() : c.columns,
  references: c.references?.replaceAll(', ', ',') ?? null,
});
const sortedUse = <T extends { readonly dependsOn: readonly string[] }>(index: T): T => ({
  ...index,
  dependsOn: [...index.dependsOn].sort(),
});

function byName<T extends { readonly name: string }>(what: string, real: readonly T[], ours: readonly T[]): string[] {
  const record = (list: readonly T[]) => Object.fromEntries(list.map((item) => [item.name, item]));
  return eachKey(record(real), record(ours), (name, a, b) => unlike(`${what} ${name}`, a, b), what);
}

function eachKey<T>(
  real: Readonly<Record<string, T>>,
  ours: Readonly<Record<string, T>>,
  compare: (key: string, real: T, ours: T) => string[],
  what = '',
): string[] {
  const keys = [...new Set([...Object.keys(real), ...Object.keys(ours)])].sort();
  return keys.flatMap((key) => {
    const a = real[key];
    const b = ours[key];
    if (a === undefined) return [`${what} ${key}: only in the catalog`.trim()];
    if (b === undefined) return [`${what} ${key}: only in PostgreSQL`.trim()];
    return compare(key, a, b);
  });
}

function unlike(what: string, real: unknown, ours: unknown): string[] {
  const a = JSON.stringify(real);
  const b = JSON.stringify(ours);
  return a === b ? [] : [`${what}: PostgreSQL ${a}, catalog ${b}`];
}

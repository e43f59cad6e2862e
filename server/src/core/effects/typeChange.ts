import type { UserType } from '../catalog/catalog.js';
import { type TypeRef, typeName } from '../sql/types.js';
import { keepsLength, sameNumbers } from './lengths.js';
import { cutsOff, type Loss, loss } from './typeLoss.js';

export interface TypeChange {
  /** Every row is written again, and all indexes of the table are rebuilt. */
  readonly rewrite: boolean;
  /** The indexes on the column are rebuilt although the rows stay. */
  readonly rebuildsIndexes: boolean;
  /** What can happen to values: part of them is lost, they are rounded, or the statement fails on them. */
  readonly mayLose: Loss;
  /** One clause: "integer and bigint are stored in different ways". */
  readonly reason: string;
}

export interface TypeChangeOptions {
  /** TimeZone of the session, when the script sets it. */
  readonly timeZone?: string | undefined;
  /** USING: a cast of the column itself, or anything else. */
  readonly using?: 'cast' | 'other' | undefined;
  /** COLLATE is given and differs from the column's. */
  readonly newCollation?: boolean | undefined;
  /** User types, for domains and enums. */
  readonly type?: (type: TypeRef) => UserType | undefined;
}

type Verdict = Omit<TypeChange, 'mayLose'>;

/**
 * What ALTER COLUMN … TYPE does to the table: ATColumnChangeRequiresRewrite and CheckIndexCompatible of PostgreSQL,
 * with the casts of pg_cast that only relabel, and the support functions that prove a length coercion to be a no-op.
 */
export function classifyTypeChange(from: TypeRef, to: TypeRef, options: TypeChangeOptions = {}): TypeChange {
  const verdict = options.using === 'other' ? rewritten('USING computes every value anew') : compare(from, to, options);
  const source = base(from, options);
  const target = base(to, options);
  const domain = options.type?.(to);
  const plain = mustPass(from, to, domain) ? 'fails' : loss(source, target, userTypes(source, target, options));
  // An explicit cast cuts a value off where an assignment refuses it.
  const mayLose = plain === 'fails' && options.using === 'cast' && cutsOff(source, target) ? 'data' : plain;
  const collated = options.newCollation === true && !verdict.rewrite;
  if (collated)
    return { rewrite: false, rebuildsIndexes: true, mayLose, reason: 'its indexes are sorted by the new collation' };
  return { ...verdict, mayLose };
}

/** A domain with constraints that the values have not passed yet. */
function mustPass(from: TypeRef, to: TypeRef, domain: UserType | undefined): boolean {
  return to.array === 0 && domain?.kind === 'domain' && (domain.hasCheck || domain.notNull) && !same(from, to);
}

function userTypes(source: TypeRef, target: TypeRef, { type }: TypeChangeOptions) {
  return { source: type?.(source), target: type?.(target) };
}

const kept = (reason: string): Verdict => ({ rewrite: false, rebuildsIndexes: false, reason });
const relabelled = (reason: string): Verdict => ({ rewrite: false, rebuildsIndexes: true, reason });
const rewritten = (reason: string): Verdict => ({ rewrite: true, rebuildsIndexes: true, reason });

function compare(from: TypeRef, to: TypeRef, options: TypeChangeOptions): Verdict {
  if (same(from, to)) return kept('the type stays the same');
  if (mustPass(from, to, options.type?.(to))) {
    return rewritten(`the domain ${to.name} has constraints that every value must pass`);
  }
  const source = base(from, options);
  // The planner does not look up a domain's limit: its values count as if they had none.
  return compareBases(source === from ? from : { ...source, mods: [] }, base(to, options), options);
}

function compareBases(from: TypeRef, to: TypeRef, options: TypeChangeOptions): Verdict {
  const names = `${typeName(from)} and ${typeName(to)}`;
  if (from.array > 0 || to.array > 0) return compareArrays(from, to);
  if (from.schema === to.schema && from.name === to.name) {
    if (keepsLength(from, to)) return kept(`every ${typeName(from)} is a ${typeName(to)} as it is`);
    return rewritten(`every value has to be fitted into ${typeName(to)}`);
  }
  if (from.schema !== undefined || to.schema !== undefined) {
    if (from.name !== 'citext' && to.name !== 'citext') return rewritten(`${names} are stored in different ways`);
  }
  if (isTimestampPair(from.name, to.name)) return compareTimestamps(from, to, options);
  const coercion = RELABELS[`${from.name} ${to.name}`] ?? registeredOid(from.name, to.name);
  if (coercion === undefined) return rewritten(`${names} are stored in different ways`);
  if (to.mods.length > 0) return rewritten(`every value has to be fitted into ${typeName(to)}`);
  if (coercion === 'sameIndexes') return kept(`${names} are stored in the same way`);
  return relabelled(`${names} are stored in the same way, but their indexes are not ordered alike`);
}

/** Casts WITHOUT FUNCTION in pg_cast (and of citext): whether both types use the same operator class in an index. */
const RELABELS: Readonly<Record<string, 'sameIndexes' | 'otherIndexes'>> = {
  'varchar text': 'sameIndexes',
  'text varchar': 'sameIndexes',
  'xml text': 'sameIndexes',
  'xml varchar': 'sameIndexes',
  'cidr inet': 'sameIndexes',
  'varchar bpchar': 'otherIndexes',
  'text bpchar': 'otherIndexes',
  'xml bpchar': 'otherIndexes',
  'varchar citext': 'otherIndexes',
  'text citext': 'otherIndexes',
  'citext text': 'otherIndexes',
  'citext varchar': 'otherIndexes',
  'bit varbit': 'otherIndexes',
  'varbit bit': 'otherIndexes',
  'int4 oid': 'otherIndexes',
  'oid int4': 'otherIndexes',
};

const OID_ALIASES = new Set([
  'regclass',
  'regcollation',
  'regconfig',
  'regdictionary',
  'regnamespace',
  'regoper',
  'regoperator',
  'regproc',
  'regprocedure',
  'regrole',
  'regtype',
]);

function registeredOid(from: string, to: string): 'sameIndexes' | 'otherIndexes' | undefined {
  const alias = OID_ALIASES.has(from) ? to : OID_ALIASES.has(to) ? from : undefined;
  if (alias === 'oid') return 'sameIndexes';
  return alias === 'int4' ? 'otherIndexes' : undefined;
}

/** Elements are coerced one by one unless the element type stays and loses its limit. */
function compareArrays(from: TypeRef, to: TypeRef): Verdict {
  const sameElement = from.array > 0 && to.array > 0 && from.schema === to.schema && from.name === to.name;
  if (sameElement && (to.mods.length === 0 || sameNumbers(from.mods, to.mods))) {
    return kept(`every ${typeName(from)} is a ${typeName(to)} as it is`);
  }
  return rewritten('the elements of every array are converted');
}

function isTimestampPair(a: string, b: string): boolean {
  return (a === 'timestamp' && b === 'timestamptz') || (a === 'timestamptz' && b === 'timestamp');
}

/** TimestampTimestampTzRequiresRewrite: nothing to do while the zone is UTC and has no daylight saving. */
function compareTimestamps(from: TypeRef, to: TypeRef, { timeZone }: TypeChangeOptions): Verdict {
  const names = `${typeName(from)} and ${typeName(to)}`;
  if (to.mods.length > 0) return rewritten(`every value has to be fitted into ${typeName(to)}`);
  if (timeZone !== undefined && /^(etc\/)?(utc|gmt|uct|zulu|greenwich|universal|gmt[+-]?0)$/i.test(timeZone)) {
    return relabelled(`${names} are stored in the same way while the session's TimeZone is ${timeZone}`);
  }
  return rewritten("every value is shifted by the session's TimeZone, unless that is UTC");
}

/** The type behind a domain. */
function base(type: TypeRef, options: TypeChangeOptions, depth = 0): TypeRef {
  const domain = type.array === 0 && depth < 8 ? options.type?.(type) : undefined;
  return domain?.kind === 'domain' && domain.base ? base(domain.base, options, depth + 1) : type;
}

function same(a: TypeRef, b: TypeRef): boolean {
  return a.schema === b.schema && a.name === b.name && a.array === b.array && sameNumbers(a.mods, b.mods);
}

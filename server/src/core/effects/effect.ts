import type { Span } from '../text/span.js';

/** Table-level lock modes, weakest first (PostgreSQL documentation, 13.3.1). */
export const LOCK_MODES = [
  'ACCESS SHARE',
  'ROW SHARE',
  'ROW EXCLUSIVE',
  'SHARE UPDATE EXCLUSIVE',
  'SHARE',
  'SHARE ROW EXCLUSIVE',
  'EXCLUSIVE',
  'ACCESS EXCLUSIVE',
] as const;
export type LockMode = (typeof LOCK_MODES)[number];

/** PostgreSQL major versions that Lockstep knows. */
export type PgMajor = 12 | 13 | 14 | 15 | 16 | 17 | 18;

export interface RelationLock {
  /** Catalog key (`schema.name`), or the name as written when the catalog does not know it. */
  readonly relation: string;
  /** Name to show: without the schema when the search path finds it. */
  readonly display: string;
  readonly mode: LockMode;
  readonly role:
    | 'target'
    | 'referenced'
    | 'referencing'
    | 'parent'
    | 'partition'
    | 'index'
    | 'sequence'
    | 'view'
    | 'source';
  /** Made earlier in the same migration (or transaction): nobody else can see it. */
  readonly bornHere: boolean;
}

export interface Work {
  readonly kind: 'rewrite' | 'scan' | 'indexBuild' | 'dataChange';
  readonly relation: string;
  readonly display: string;
  /** Why, in one clause: "its new default is volatile". */
  readonly reason: string;
  readonly bornHere: boolean;
}

/** Rows that a statement takes away. Those of partitions and inheritance children count as their parent's. */
export interface RowLoss {
  readonly relation: string;
  readonly display: string;
  /** `dropped`: with their table; `emptied`: all rows of it; `deleted`: those that a condition or a foreign key finds. */
  readonly how: 'dropped' | 'emptied' | 'deleted';
  readonly bornHere: boolean;
}

/** What a statement does to a live database. Pure facts; rules judge. */
export interface Effect {
  readonly locks: readonly RelationLock[];
  readonly work: readonly Work[];
  readonly losses: readonly RowLoss[];
  /** PostgreSQL refuses it inside a transaction block (25001), or only accepts it in one. */
  readonly transaction: 'any' | 'forbidden' | 'required';
  /** The part of the statement that causes the strongest lock or the ban. */
  readonly span: Span;
  /** Section of the PostgreSQL documentation or source file that says so. */
  readonly source: string;
  /** False when the statement's kind is not known to the table of facts; nothing is claimed then. */
  readonly known: boolean;
}

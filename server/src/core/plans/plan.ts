import { comment } from '../sql/quote.js';

/**
 * One migration to come, as data: what it locks, and whether it can run in a transaction, follows from its statements
 * (effects/), and what its files look like is the tool's business (scaffold.ts).
 */
export interface PlannedMigration {
  /** For people; the scaffold makes a file name of it. */
  readonly name: string;
  /** Statements without their semicolons, and comments, each a line of its own. */
  readonly up: readonly string[];
  readonly down: readonly string[];
  /** What has to be true before it may be applied, a deploy of the application between: goes behind "Apply this only when". */
  readonly when?: string;
}

/** Migrations to be applied one after the other. */
export type Plan = readonly PlannedMigration[];

/** The way back of a migration that leaves nothing to take back. Some tools refuse a file without a statement. */
export function nothing(because: string): readonly string[] {
  return [comment(`Nothing to undo: ${because}`), 'SELECT 1'];
}

/** The way back of a change of rows. */
export const ROWS_STAY: readonly string[] = [
  '-- A change of data is not undone: the earlier values are not known.',
  'SELECT 1',
];

/** When running code has let go of a thing. */
export function unused(name: string): string {
  return `no running version of the application uses ${name} any more`;
}

/** The statements of a planned migration's up, its condition above them. */
export function upOf({ up, when }: PlannedMigration): readonly string[] {
  return when === undefined ? up : [comment(`Apply this only when ${when}.`), ...up];
}

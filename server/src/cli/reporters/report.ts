import type { Severity } from '../../core/index.js';

/** One finding as the reporters print it; lines and columns count from 1. */
export interface Reported {
  /** Relative to the root, with `/`. */
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly severity: Exclude<Severity, 'off'>;
  readonly rule: string;
  readonly message: string;
  readonly detail: string;
  /** Whether a fix exists. */
  readonly fixable: boolean;
}

export interface Report {
  readonly findings: readonly Reported[];
  readonly files: number;
  readonly statements: number;
  readonly version: string;
  /** Title per rule id, for formats that list the rules. */
  readonly titles: Readonly<Record<string, string>>;
}

export interface ReportStyle {
  readonly colour: boolean;
}

export type Reporter = (report: Report, style: ReportStyle) => string;

export function plural(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`;
}

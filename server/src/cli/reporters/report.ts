import type { Severity } from '../../core/index.js';
import type { Printed } from '../printed.js';

export type Level = Exclude<Severity, 'off'>;

/** From the strongest to the weakest. */
export const LEVELS = ['error', 'warning', 'information', 'hint'] as const satisfies readonly Level[];

/** A place in a file; lines and columns count from 1, columns in UTF-16 units, the end is exclusive. */
export interface FileRange {
  /** Relative to the current folder, with `/`. */
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** One finding as the reporters print it. */
export interface Reported extends FileRange {
  readonly severity: Level;
  readonly rule: string;
  readonly message: string;
  readonly detail: string;
  /** What would make it go away; `--fix` makes the first one when it is safe. */
  readonly fixes: readonly { readonly title: string; readonly safe: boolean }[];
  readonly related: readonly (FileRange & { readonly message: string })[];
}

/** What is known of a rule, for formats that list the rules. */
export interface RuleInfo {
  readonly title: string;
  readonly severity: Level;
  /** Address of its page. */
  readonly link?: string;
  readonly danger?: string;
  /** Its page, as Markdown. */
  readonly page?: string | undefined;
}

export interface Report {
  readonly findings: readonly Reported[];
  /** What could not be looked at, and why. */
  readonly problems: readonly { readonly path: string; readonly message: string }[];
  readonly files: number;
  readonly statements: number;
  readonly version: string;
  /** Of the rules that found something. */
  readonly rules: Readonly<Record<string, RuleInfo>>;
}

export interface ReportStyle {
  readonly colour: boolean;
}

export type Reporter = (report: Report, style: ReportStyle) => Printed;

export function plural(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`;
}

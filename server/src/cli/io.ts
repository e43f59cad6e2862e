import type { Printed } from './printed.js';

/** What the command line reaches of the world; tests give their own. */
export interface Io {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly osUser: string;
  readonly isTTY: boolean;
  /** From the call on the first interrupt aborts and no longer ends the process; the second one does. */
  interrupted(): AbortSignal;
  /** All of standard input. */
  stdin(): Promise<string>;
  /** Standard output and standard error; what may go there is what printed.ts has made harmless. */
  out(text: Printed): void;
  err(text: Printed): void;
  now(): Date;
}

/** Exit codes: nothing to complain about; findings, or a run that failed; wrong usage, refused, or not all could be looked at. */
export const EXIT = { ok: 0, found: 1, unusable: 2 } as const;

/** The command cannot go on. The lines say what to do, each shown as one; exit code 2. */
export class UsageError extends Error {
  readonly lines: readonly string[];

  constructor(...lines: readonly string[]) {
    super(lines.join('\n'));
    this.lines = lines;
  }
}

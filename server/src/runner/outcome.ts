import type { Span } from '../core/text/span.js';

export interface RunFailure {
  /** Id of the migration. */
  readonly id: string;
  readonly uri: string;
  /** Where in the file the server pointed, or the statement; undefined when no statement is to blame (COMMIT, the connection). */
  readonly span: Span | undefined;
  readonly message: string;
  readonly detail: string | undefined;
  readonly hint: string | undefined;
  /** SQLSTATE. */
  readonly code: string | undefined;
}

export interface CompletedStep {
  readonly id: string;
  readonly version: string;
  readonly name: string;
  readonly ms: number;
}

/** What the server said while a statement ran: NOTICE, WARNING, INFO. */
export interface RunNotice {
  /** Id of the migration. */
  readonly id: string;
  readonly uri: string;
  /** The statement. */
  readonly span: Span;
  readonly severity: string;
  readonly message: string;
  readonly detail: string | undefined;
  readonly hint: string | undefined;
  /** SQLSTATE. */
  readonly code: string | undefined;
}

/** As `RunResult` of lsp/protocol.ts, with offsets instead of lines. */
export interface RunOutcome {
  readonly outcome: 'done' | 'failed' | 'cancelled' | 'refused' | 'uncertain';
  /** What ran, what was undone, what remains, what to do. */
  readonly message: string;
  readonly completed: readonly CompletedStep[];
  readonly failure: RunFailure | undefined;
  /** The last ones at most; each was told when it came. */
  readonly notices: readonly RunNotice[];
  /** What has to be accepted for an interrupted migration to go on: SQL that is sent first, or words. */
  readonly consent: string | undefined;
  /** Refused because everything asked for is applied already. */
  readonly idle?: true;
}

export interface RunStep {
  /** 'Applying 0003_add_index: statement 2 of 4'. */
  readonly message: string;
  /** Migrations finished, of all. */
  readonly done: number;
  readonly total: number;
}

/** With a full stop behind it. */
export function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

export function refused(message: string): RunOutcome {
  return ended('refused', message, [], undefined);
}

export function ended(
  outcome: RunOutcome['outcome'],
  message: string,
  completed: readonly CompletedStep[],
  failure: RunFailure | undefined,
): RunOutcome {
  return { outcome, message, completed, failure, notices: [], consent: undefined };
}

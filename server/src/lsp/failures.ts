import { type Diagnostic, DiagnosticSeverity } from 'vscode-languageserver';
import type { RunFailure, RunNotice, RunOutcome } from '../runner/outcome.js';
import { rangeOf } from './convert.js';
import type * as protocol from './protocol.js';
import type { Workspace } from './workspace.js';

/** What a run failed with, in the file as it was then. */
export interface Failure {
  readonly uri: string;
  readonly text: string;
  readonly diagnostic: Diagnostic;
  /** Id of the environment. */
  readonly environment: string;
  readonly message: string;
}

/** Failures of the last run on each folder. A failure is one of the text that ran: an edit takes it away. */
export class Failures {
  readonly #workspace: Workspace;
  readonly #known = new Map<string, Failure>();

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  in(uri: string | undefined): Failure | undefined {
    const failure = uri === undefined ? undefined : this.#known.get(uri);
    return failure && failure.text === this.#workspace.modelOf(failure.uri).text(failure.uri) ? failure : undefined;
  }

  /** Those of earlier runs on the folder are over. */
  remember(folder: string, environment: string, { failure }: RunOutcome): void {
    for (const uri of this.#known.keys()) if (uri.startsWith(`${folder}/`)) this.#known.delete(uri);
    const text = failure && this.#workspace.modelOf(failure.uri).text(failure.uri);
    if (!failure || text === undefined) return;
    const { uri, message } = failure;
    this.#known.set(uri, { uri, text, diagnostic: this.#diagnostic(failure), environment, message });
  }

  /** The outcome as the client gets it: places as lines. */
  told({ failure, outcome, message, completed }: RunOutcome): Omit<protocol.RunResult, 'next'> {
    if (!failure) return { outcome, message, completed, failure: undefined };
    const { span, ...rest } = failure;
    return { outcome, message, completed, failure: { ...rest, range: this.#range({ uri: failure.uri, span }) } };
  }

  /** A line for the log: where the server said something, and what. */
  line({ uri, span, severity, message, detail, hint }: RunNotice): string {
    const range = this.#range({ uri, span });
    const file = decodeURIComponent(uri.slice(uri.lastIndexOf('/') + 1));
    const more = [detail, hint].filter((text) => text).join(' ');
    return `${file}${range ? `:${range.start.line + 1}` : ''}: ${severity}: ${message}${more ? ` (${more})` : ''}`;
  }

  #diagnostic(failure: RunFailure): Diagnostic {
    const { message, detail, hint, code } = failure;
    const parts = [message, detail && `Detail: ${detail}`, hint && `Hint: ${hint}`].filter((p) => p);
    return {
      range: this.#range(failure) ?? { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } },
      severity: DiagnosticSeverity.Error,
      source: 'PostgreSQL',
      message: parts.join('\n'),
      ...(code ? { code } : {}),
    };
  }

  #range({ uri, span }: Pick<RunFailure, 'uri' | 'span'>): protocol.RangeDto | undefined {
    const lines = this.#workspace.lines(uri);
    return lines && span ? rangeOf(lines, span) : undefined;
  }
}

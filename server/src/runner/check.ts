import type { AnalysedStatement } from '../core/rules/rule.js';
import type { Script, Statement } from '../core/sql/script.js';
import type { Span } from '../core/text/span.js';
import { transactionControl } from '../core/transactions.js';

/**
 * How the runner sends a script: `wrapped`, in a transaction of the runner; `none`, each statement alone; `own`, as the
 * file says: it begins and ends its transactions itself.
 */
export type StepTransaction = 'wrapped' | 'none' | 'own';

export interface ScriptProblem {
  readonly message: string;
  readonly span: Span | undefined;
}

/** Why a script cannot be run as a whole; undefined when it can. */
export function scriptProblem(script: Script): ScriptProblem | undefined {
  const [error] = script.errors;
  if (error) return { message: `${error.message}. Correct it first; nothing was sent.`, span: error.span };
  for (const directive of script.directives) {
    // In a quoted text `${name}` and `:name` are data.
    if (directive.kind === 'placeholder' && isQuoted(script, directive.span)) continue;
    const message = directiveProblem(directive);
    if (message !== undefined) return { message, span: directive.span };
  }
  const copy = script.statements.find(readsClientData);
  if (copy) return { message: COPY, span: copy.span };
  if (script.statements.length > 0) return undefined;
  return {
    message: 'it holds no statement, and an empty migration is not recorded as done. Write its SQL first.',
    span: undefined,
  };
}

function isQuoted(script: Script, { start, end }: Span): boolean {
  const statement = script.statements.find((s) => s.fullSpan.start <= start && end <= s.fullSpan.end);
  return statement?.tokens.some((t) => t.type === 'SCONST' && t.span.start <= start && end <= t.span.end) ?? false;
}

const COPY =
  'COPY … FROM stdin needs data from the client, which Lockstep does not send. Use INSERT, or run the file with psql.';

function directiveProblem(directive: Script['directives'][number]): string | undefined {
  switch (directive.kind) {
    case 'psql':
      return `\\${directive.command.replace(/^\\/, '')} is a command of psql, which Lockstep does not run. Remove it, or run the file with psql.`;
    case 'copyData':
      return COPY;
    case 'placeholder':
      return `the placeholder ${directive.name} has no value here. Replace it, or run the file with the tool that fills it in.`;
    case 'marker':
      return directive.tool === 'goose' || directive.tool === 'dbmate'
        ? `it holds a marker of ${directive.tool}, whose files Lockstep does not run: it would run both halves. Run it with ${directive.tool}.`
        : undefined;
  }
}

function readsClientData({ node }: Statement): boolean {
  return 'CopyStmt' in node && node.CopyStmt.is_from === true && !node.CopyStmt.filename && !node.CopyStmt.is_program;
}

/** How the units of a file are sent. What the tool sends as one message is run statement by statement, in a transaction like the one that PostgreSQL makes of it. */
export function transactionOf(statements: readonly AnalysedStatement[]): StepTransaction {
  if (statements.some((s) => transactionControl(s.statement.node) !== undefined)) return 'own';
  return statements.every((s) => s.unit.kind === 'statement') ? 'none' : 'wrapped';
}

/** Procedural code that may end transactions by itself, and commands that work table by table: what is done when they fail stays. */
export function commitsAsItGoes({ node, text }: Statement): boolean {
  if ('DoStmt' in node) return /\bcommit\b/i.test(text);
  return 'CallStmt' in node || 'VacuumStmt' in node || 'ReindexStmt' in node || 'ClusterStmt' in node;
}

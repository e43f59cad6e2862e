import type { TransactionMode } from '../core/migrations/migration.js';
import type { Script, Statement } from '../core/sql/script.js';
import type { Span } from '../core/text/span.js';
import type { ScriptReader } from './reader.js';

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

/**
 * A file with transaction commands of its own is sent as it is. `implicit` is the one message of golang-migrate and Diesel: PostgreSQL
 * makes a transaction of it when it has several statements (documentation, 53.2.2.1), so the same is done by BEGIN.
 */
export function transactionOf(mode: TransactionMode, script: Script, reader: ScriptReader): StepTransaction {
  if (script.statements.some((s) => transactionControl(s) !== undefined)) return 'own';
  switch (mode) {
    case 'wrapped':
      return 'wrapped';
    case 'implicit':
      return script.statements.length > 1 ? 'wrapped' : 'none';
    case 'auto':
      return script.statements.some((s) => reader.forbidsTransaction(s)) ? 'none' : 'wrapped';
  }
}

/** Begins a transaction, or ends one; savepoints stay within it. */
export function transactionControl({ node }: Statement): 'begin' | 'end' | undefined {
  if (!('TransactionStmt' in node)) return undefined;
  const kind = node.TransactionStmt.kind ?? '';
  if (kind === 'TRANS_STMT_BEGIN' || kind === 'TRANS_STMT_START') return 'begin';
  return /SAVEPOINT|ROLLBACK_TO|RELEASE/.test(kind) ? undefined : 'end';
}

/** Procedural code that may end transactions by itself, and commands that work table by table: what is done when they fail stays. */
export function commitsAsItGoes({ node, text }: Statement): boolean {
  if ('DoStmt' in node) return /\bcommit\b/i.test(text);
  return 'CallStmt' in node || 'VacuumStmt' in node || 'ReindexStmt' in node || 'ClusterStmt' in node;
}

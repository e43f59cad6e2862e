import type { Statement } from '../../sql/script.js';
import type { TextEdit } from '../../text/span.js';
import type { AnalysedStatement, FileContext, Fix } from '../rule.js';
import {
  editFix,
  isOnlyStatement,
  isPreparation,
  metadataBeside,
  newMigrations,
  removeFromCounterpart,
  removeStatement,
  replace,
} from './fix.js';
import { spanOfWords } from './spans.js';

/** A statement that has to run outside a transaction block. */
export interface Outside {
  /** Verb and effect, without where: "Create the index CONCURRENTLY". */
  readonly title: string;
  /** What changes inside the statement; nothing when it only has to move. */
  readonly edits: readonly TextEdit[];
  /** The statements after these edits; more than one where PostgreSQL takes one object a command. */
  readonly statements: readonly string[];
  /** Of the migration that it moves to when it cannot stay, and its way back. */
  readonly name: string;
  readonly down: readonly string[];
  /** What undoes the statement in the other half: it moves along. */
  readonly undoneBy: (statement: Statement) => boolean;
  /** A later statement of the file needs the result: it cannot move behind them. */
  readonly neededBy: (later: AnalysedStatement) => boolean;
}

/**
 * Gets a statement out of the transaction that the tool or the file opens, in the way of the tool: Lockstep's own runner leaves a file with such a
 * statement alone, golang-migrate sends a file of one statement as it is, Diesel wants it said in metadata.toml.
 */
export function runOutside(at: AnalysedStatement, file: FileContext, outside: Outside): Fix | undefined {
  if (namesDependOnSession(file)) return undefined;
  const alone = mustBeAlone(file);
  if (isOnlyStatement(file, at.statement) && (!alone || outside.statements.length === 1)) return inPlace(at, file, outside, alone);
  if (!alone && !at.inTransaction) return editFix(file, outside.title, 'safe', outside.edits);
  return inNewMigrations(at, file, outside, alone);
}

/** The tool sends the file as one query: two statements in it are a transaction (PostgreSQL documentation, 53.2.2.1). */
export function mustBeAlone(file: FileContext): boolean {
  return (file.migration?.transaction ?? 'auto') !== 'auto';
}

/** SET search_path or ROLE decides what the names mean, and does not move along. */
export function namesDependOnSession(file: FileContext): boolean {
  return file.script.statements.some(({ node }) => {
    const name = 'VariableSetStmt' in node ? node.VariableSetStmt.name : undefined;
    return name === 'search_path' || name === 'role' || name === 'session_authorization';
  });
}

function inPlace(at: AnalysedStatement, file: FileContext, outside: Outside, alone: boolean): Fix {
  const { script } = file;
  const others = script.statements.filter((s) => s !== at.statement && isPreparation(s));
  const edits = [
    ...outside.edits,
    ...others.flatMap((s) => (alone || s.kind === 'TransactionStmt' ? [removeStatement(script, s)] : withoutLocal(s))),
  ];
  const metadata = file.migration?.transaction === 'wrapped' && file.set?.tool === 'diesel' ? metadataBeside(file.uri) : undefined;
  const left = metadata !== undefined || others.some((s) => s.kind === 'TransactionStmt');
  return {
    ...editFix(file, left ? `${outside.title}, without a transaction` : outside.title, metadata ? 'review' : 'safe', edits),
    newFiles: metadata ? [metadata] : [],
    edits: edits.length > 0 ? [{ uri: file.uri, edits }] : [],
  };
}

/** SET LOCAL does nothing outside a transaction block. */
function withoutLocal(statement: Statement): readonly TextEdit[] {
  const local = spanOfWords(statement, 'SET', 'LOCAL');
  return local ? [replace(local, 'SET')] : [];
}

function inNewMigrations(at: AnalysedStatement, file: FileContext, outside: Outside, alone: boolean): Fix | undefined {
  const later = file.statements.filter((s) => s.statement.index > at.statement.index);
  if (file.script.errors.length > 0 || later.some(outside.neededBy)) return undefined;
  const { name, statements, down } = outside;
  const files = newMigrations(
    file,
    alone
      ? statements.map((sql, i) => ({ name: i === 0 ? name : `${name}_${i + 1}`, up: [sql], down: [down[i] ?? NOTHING], outsideTransaction: true }))
      : [{ name, up: statements, down, outsideTransaction: true }],
  );
  if (!files) return undefined;
  return {
    title: `${outside.title} in ${alone && statements.length > 1 ? 'migrations of their own' : 'a migration of its own'}`,
    safety: 'review',
    edits: [{ uri: file.uri, edits: [removeStatement(file.script, at.statement)] }, ...removeFromCounterpart(file, outside.undoneBy)],
    newFiles: files,
  };
}

const NOTHING = '-- Nothing to undo here.';

/** Whether a statement says this name, quoted or not. */
export function mentions(statement: Statement, name: string): boolean {
  const from = statement.span.start;
  return statement.tokens.some((token) => {
    const word = statement.text.slice(token.span.start - from, token.span.end - from);
    return word === `"${name}"` || word.toLowerCase() === name;
  });
}

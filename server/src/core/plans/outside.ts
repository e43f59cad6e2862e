import { concurrentlyEdit, edited } from '../fixes/concurrently.js';
import { removeFromCounterpart } from '../fixes/counterpart.js';
import {
  editFix,
  isOnlyStatement,
  isPreparation,
  leavingTransaction,
  removeStatement,
  replace,
  staysInTransaction,
  takeOut,
} from '../fixes/edits.js';
import type { Fix } from '../fixes/fix.js';
import { setsLockTimeout, withoutLimit } from '../fixes/unlimited.js';
import { waitsForTransactions } from '../sql/concurrently.js';
import { readScript } from '../sql/read.js';
import type { Script, Statement } from '../sql/script.js';
import type { AnalysedStatement, FileContext } from '../statements/analysed.js';
import { namesDependOnSession } from '../statements/nameResolution.js';
import { spanOfWords } from '../statements/spans.js';
import { editing, together } from '../text/change.js';
import type { TextEdit } from '../text/span.js';
import { mustBeAlone } from '../transactions.js';
import { newMigrations } from './newMigrations.js';

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
  /** An earlier statement takes away what this one replaces: moved, there would be neither for a while. */
  readonly replaces?: (earlier: AnalysedStatement) => boolean;
}

/**
 * Gets a statement out of the transaction that the tool or the file opens, in the way of the tool: some leave a file with such a
 * statement alone, some send a file of one statement as it is, and some want it said.
 */
export function runOutside(at: AnalysedStatement, file: FileContext, outside: Outside): Fix | undefined {
  if (staysInTransaction(file)) return undefined;
  const alone = mustBeAlone(file.mode);
  if (alone && (outside.statements.length > 1 || namesDependOnSession(file))) return undefined;
  if (isOnlyStatement(file, at.statement)) return inPlace(at, file, outside, alone);
  if (!alone && !at.inTransaction) {
    const lifted = at.lockTimeout && waits(outside) ? withoutLimit(at, file) : [];
    return editFix(file, outside.title, 'safe', [...outside.edits, ...lifted]);
  }
  return inNewMigration(at, file, outside);
}

function inPlace(at: AnalysedStatement, file: FileContext, outside: Outside, alone: boolean): Fix {
  const { script } = file;
  const others = script.statements.filter((s) => s !== at.statement && isPreparation(s));
  const edits = [...outside.edits, ...others.flatMap((s) => settled(script, s, alone, waits(outside)))];
  const leaving = leavingTransaction(file);
  const left = leaving !== undefined || others.some((s) => s.kind === 'TransactionStmt');
  const how = left ? ', without a transaction' : alone && others.length > 0 ? ', as the only statement' : '';
  return {
    title: outside.title + how,
    safety: leaving ? 'review' : 'safe',
    ...together(editing(file.uri, edits), leaving),
    alone: true,
  };
}

/** What then runs waits for old transactions. */
function waits({ statements }: Outside): boolean {
  return readScript(statements.join(';\n')).statements.some((s) => waitsForTransactions(s.node));
}

/**
 * Preparations of a statement that leaves the transaction: BEGIN and COMMIT go, and what only holds inside (SET LOCAL) holds for
 * the session. `unlimited`: it waits for old transactions, so a limit goes too.
 */
export function settled(script: Script, statement: Statement, alone: boolean, unlimited: boolean): readonly TextEdit[] {
  const goes = alone || statement.kind === 'TransactionStmt' || (unlimited && setsLockTimeout(statement));
  if (goes) return [removeStatement(script, statement)];
  const local = spanOfWords(statement, 'SET', 'LOCAL');
  return local ? [replace(local, 'SET')] : [];
}

function inNewMigration(at: AnalysedStatement, file: FileContext, outside: Outside): Fix | undefined {
  const later = file.statements.filter((s) => s.statement.index > at.statement.index);
  if (file.direction === 'down' || file.script.errors.length > 0 || later.some(outside.neededBy)) return undefined;
  if (outside.replaces && file.statements.slice(0, at.statement.index).some(outside.replaces)) return undefined;
  const { edit, comments } = takeOut(file.script, at.statement);
  const undone = file.counterpart?.statements.filter(outside.undoneBy) ?? [];
  const down = undone.length === 1 ? [concurrently(undone[0]!)] : outside.down;
  const newFiles = newMigrations(file, [{ name: outside.name, up: [...comments, ...outside.statements], down }]);
  if (!newFiles) return undefined;
  return {
    title: `${outside.title} in a migration of its own`,
    safety: 'review',
    edits: [{ uri: file.uri, edits: [edit] }, ...removeFromCounterpart(file, outside.undoneBy)],
    newFiles,
  };
}

/** The undoing statement in the form that fits the new migration. */
function concurrently(statement: Statement): string {
  const { node } = statement;
  const plain =
    ('IndexStmt' in node && !node.IndexStmt.concurrent) ||
    ('DropStmt' in node && node.DropStmt.removeType === 'OBJECT_INDEX' && !node.DropStmt.concurrent);
  const edit = plain ? concurrentlyEdit(statement) : undefined;
  return edit ? edited(statement, [edit]) : statement.text;
}

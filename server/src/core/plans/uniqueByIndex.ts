import type { Constraint } from '@pgsql/types';
import { removeFromCounterpart } from '../fixes/counterpart.js';
import {
  eolOf,
  isOnlyStatement,
  isPreparation,
  leavingTransaction,
  removeStatement,
  replace,
  staysInTransaction,
  takeOut,
} from '../fixes/edits.js';
import type { Fix } from '../fixes/fix.js';
import { setLockTimeout } from '../fixes/lockTimeout.js';
import { limitOf, UNLIMITED } from '../fixes/unlimited.js';
import { mentions } from '../sql/parts.js';
import type { Statement } from '../sql/script.js';
import { nameList } from '../sql/tree.js';
import { addConstraintUsingIndex, drop, dropConstraint, qualified, quoteIdent } from '../sql/write.js';
import { type AddedColumn, type AddedConstraint, onlySubcommand, type Subcommand } from '../statements/alter.js';
import type { AnalysedStatement, FileContext } from '../statements/analysed.js';
import { constraintName } from '../statements/constraintName.js';
import { dropsIndexOf } from '../statements/indexes.js';
import { inlineClause, lastSpace } from '../statements/inlineConstraint.js';
import { namesDependOnSession } from '../statements/nameResolution.js';
import { together } from '../text/change.js';
import type { TextEdit } from '../text/span.js';
import { mustBeAlone } from '../transactions.js';
import { newMigrations } from './newMigrations.js';
import { settled } from './outside.js';
import type { PlannedMigration } from './plan.js';

/** The index and the constraint made of it, as SQL, and what undoes each. */
interface TwoParts {
  readonly table: string;
  readonly name: string;
  readonly build: string;
  readonly attach: string;
  readonly undoBuild: string;
  readonly undoAttach: string;
}

/** CREATE UNIQUE INDEX CONCURRENTLY, then ADD CONSTRAINT … USING INDEX, where the tool lets them run. */
export function uniqueInSteps(at: AnalysedStatement, file: FileContext, added: AddedConstraint): readonly Fix[] {
  const parts = staysInTransaction(file) ? undefined : partsFor(at, added);
  if (!parts || (mustBeAlone(file.mode) && namesDependOnSession(file))) return [];
  const only = isOnlyStatement(file, at.statement);
  const alone = mustBeAlone(file.mode);
  if (!alone && (only || !at.inTransaction)) return [here(at, file, parts, only)];
  const fix = only
    ? splitFile(at, file, parts)
    : isNeededHere(at, file, added, parts.name)
      ? undefined
      : moved(at, file, parts);
  return fix ? [fix] : [];
}

function partsFor(at: AnalysedStatement, { constraint, table, alone }: AddedConstraint): TwoParts | undefined {
  const type = constraint.contype;
  // What USING INDEX cannot take over, and what would be lost on the way.
  if (!alone || (type !== 'CONSTR_UNIQUE' && type !== 'CONSTR_PRIMARY') || table.relation?.kind === 'partitionedTable')
    return undefined;
  if (constraint.options || constraint.indexspace || constraint.without_overlaps || !constraint.keys) return undefined;
  const name = constraintName(at, table, constraint);
  const schema = table.name.schema;
  const kind = type === 'CONSTR_PRIMARY' ? 'PRIMARY KEY' : 'UNIQUE';
  return {
    table: table.name.name,
    name,
    build: `CREATE UNIQUE INDEX CONCURRENTLY ${quoteIdent(name)} ON ${qualified(schema, table.name.name)} ${columns(constraint)}`,
    attach: addConstraintUsingIndex(table.name, name, kind, name) + deferrable(constraint),
    undoBuild: drop('index', { schema, name }, { concurrently: true, ifExists: true }),
    // The index is the constraint's now and goes with it.
    undoAttach: dropConstraint(table.name, name),
  };
}

function columns(constraint: Constraint): string {
  const list = (names: readonly string[]) => `(${names.map(quoteIdent).join(', ')})`;
  const including = nameList(constraint.including);
  return [
    list(nameList(constraint.keys)),
    ...(including.length > 0 ? [`INCLUDE ${list(including)}`] : []),
    ...(constraint.nulls_not_distinct ? ['NULLS NOT DISTINCT'] : []),
  ].join(' ');
}

function deferrable(constraint: Constraint): string {
  return `${constraint.deferrable ? ' DEFERRABLE' : ''}${constraint.initdeferred ? ' INITIALLY DEFERRED' : ''}`;
}

/** A foreign key or ON CONFLICT in a later statement may need the constraint here. */
function isNeededHere(at: AnalysedStatement, file: FileContext, { table }: Subcommand, name: string): boolean {
  if (file.script.errors.length > 0) return true;
  // What the constraint replaces goes before it: moved behind, there would be neither for a while.
  if (file.statements.slice(0, at.statement.index).some((earlier) => dropsIndexOf(earlier, table))) return true;
  const key = table.relation?.key ?? table.display;
  return file.statements.some(
    (later) =>
      later.statement.index > at.statement.index &&
      (mentions(later.statement, name) || later.effect.locks.some((l) => l.relation === key)),
  );
}

/** Lockstep's own runner: both in this file, which then runs outside a transaction. */
function here(at: AnalysedStatement, file: FileContext, parts: TwoParts, only: boolean): Fix {
  const { script } = file;
  const eol = eolOf(script);
  // What waits for old transactions runs without a limit, what takes a lock with one.
  const limit = (at.lockTimeout ? limitOf(at.statement, file) : undefined) ?? setLockTimeout(false);
  const others = only ? script.statements.filter((s) => s !== at.statement) : [];
  const edits = [
    replace(
      at.statement.span,
      [...(at.lockTimeout && !only ? [UNLIMITED] : []), parts.build, limit, parts.attach].join(`;${eol}`),
    ),
    ...others.flatMap((s) => settled(script, s, false, true)),
  ];
  const title = 'Build the index CONCURRENTLY, then add the constraint with it';
  const left = others.some((s) => s.kind === 'TransactionStmt');
  return {
    title: left ? `${title}, without a transaction` : title,
    safety: 'safe',
    edits: [{ uri: file.uri, edits }],
    newFiles: [],
    alone: only,
  };
}

/** One statement a file: this migration builds the index, the next one makes it a constraint. */
function splitFile(at: AnalysedStatement, file: FileContext, parts: TwoParts): Fix | undefined {
  const { script } = file;
  const next = newMigrations(file, [attachment(parts, [])]);
  if (!next) return undefined;
  const edits = [
    replace(at.statement.span, parts.build),
    ...script.statements.filter((s) => s !== at.statement && isPreparation(s)).map((s) => removeStatement(script, s)),
  ];
  return {
    title: 'Build the index CONCURRENTLY here, add the constraint with it in a new migration',
    safety: 'review',
    ...together(
      { edits: [{ uri: file.uri, edits }, ...undoBuildInstead(file, parts)], newFiles: next },
      leavingTransaction(file),
    ),
  };
}

/** USING INDEX takes ACCESS EXCLUSIVE for a moment, when it gets it. */
function attachment(parts: TwoParts, comments: readonly string[]): PlannedMigration {
  return { name: `add_${parts.name}`, up: [...comments, setLockTimeout(true), parts.attach], down: [parts.undoAttach] };
}

/** The other half drops the constraint; what is left to undo here is the index. */
function undoBuildInstead(file: FileContext, parts: TwoParts): Fix['edits'] {
  const down = file.migration?.down;
  const drops = file.counterpart?.statements.find(dropsConstraint(parts));
  if (!down || !drops || !file.counterpart) return [];
  const others = file.counterpart.statements
    .filter((s) => s !== drops && isPreparation(s))
    .map((s): TextEdit => removeStatement(file.counterpart!, s));
  const all = file.counterpart.statements.every((s) => s === drops || isPreparation(s));
  // Beside other statements CONCURRENTLY is refused.
  const undo = all ? parts.undoBuild : parts.undoBuild.replace(' CONCURRENTLY', '');
  return [{ uri: down.uri, edits: [replace(drops.span, undo), ...(all ? others : [])] }];
}

function moved(at: AnalysedStatement, file: FileContext, parts: TwoParts): Fix | undefined {
  const { edit, comments } = takeOut(file.script, at.statement);
  const newFiles = partsInNewMigrations(file, parts, comments);
  if (!newFiles) return undefined;
  return {
    title: `Build the index CONCURRENTLY and add the constraint with it in ${mustBeAlone(file.mode) ? 'two new migrations' : 'a new migration'}`,
    safety: 'review',
    edits: [{ uri: file.uri, edits: [edit] }, ...removeFromCounterpart(file, dropsConstraint(parts))],
    newFiles,
  };
}

function partsInNewMigrations(
  file: FileContext,
  parts: TwoParts,
  comments: readonly string[],
): Fix['newFiles'] | undefined {
  const built = { name: `index_${parts.name}`, up: [parts.build], down: [parts.undoBuild] };
  const together = {
    name: `add_${parts.name}`,
    up: [...comments, parts.build, setLockTimeout(false), parts.attach],
    down: [parts.undoAttach],
  };
  return newMigrations(file, mustBeAlone(file.mode) ? [built, attachment(parts, comments)] : [together]);
}

/** `ADD COLUMN … UNIQUE`: the column stays, the constraint comes in its two parts. */
export function uniqueColumnInSteps(
  at: AnalysedStatement,
  file: FileContext,
  added: AddedColumn,
  constraint: Constraint,
): readonly Fix[] {
  const column = added.column.colname;
  const clause = inlineClause(at.statement, constraint, added.span);
  if (staysInTransaction(file) || column === undefined || !clause || added.cmd.missing_ok) return [];
  const whole = {
    contype: 'CONSTR_UNIQUE',
    conname: constraintName(at, added.table, constraint, column),
    keys: [{ String: { sval: column } }],
  } as const;
  const parts = partsFor(at, { ...added, alone: true, constraint: { ...whole, keys: [...whole.keys] } });
  const newFiles =
    parts && !isNeededHere(at, file, added, parts.name) ? partsInNewMigrations(file, parts, []) : undefined;
  if (!newFiles) return [];
  const from = lastSpace(file.script.text, clause.whole.start);
  return [
    {
      title: `Add the column alone, and its constraint in ${mustBeAlone(file.mode) ? 'two new migrations' : 'a new migration'}`,
      safety: 'review',
      edits: [{ uri: file.uri, edits: [replace({ start: from, end: clause.whole.end }, '')] }],
      newFiles,
    },
  ];
}

function dropsConstraint({ table, name }: TwoParts): (statement: Statement) => boolean {
  return (statement) => {
    const cmd = onlySubcommand(statement, table);
    return cmd?.subtype === 'AT_DropConstraint' && cmd.name === name;
  };
}

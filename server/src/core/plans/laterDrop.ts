import type { Relation } from '../catalog/catalog.js';
import { removeFromCounterpart, replaceInCounterpart } from '../fixes/counterpart.js';
import { removeStatement, replace } from '../fixes/edits.js';
import type { Fix } from '../fixes/fix.js';
import { ignoring } from '../fixes/ignore.js';
import { guardOfNew } from '../fixes/lockTimeout.js';
import { deriveDown } from '../reversal/derive.js';
import { made } from '../reversal/objects.js';
import { earlierThan } from '../reversal/sources.js';
import { comment } from '../sql/quote.js';
import { readScript } from '../sql/read.js';
import type { Statement } from '../sql/script.js';
import { as, rangeVar } from '../sql/tree.js';
import { qualified, quoteIdent } from '../sql/write.js';
import { onlySubcommand } from '../statements/alter.js';
import type { FileContext } from '../statements/analysed.js';
import type { ColumnChange } from '../statements/columnDrops.js';
import { freesName, restsOnLaterDrop } from '../statements/goneLater.js';
import { namesDependOnSession } from '../statements/nameResolution.js';
import type { TextEdit } from '../text/span.js';
import { newMigrations } from './newMigrations.js';
import { unused } from './plan.js';

/**
 * Moves the DROP COLUMN to a migration of its own, for the release after the application has let go of the column.
 * A required column stays meanwhile without NOT NULL, so that new code may leave it out.
 */
export function dropLater(change: ColumnChange, file: FileContext): readonly Fix[] {
  const { at, column, tableName } = change;
  const relation = at.before.relationByKey(change.table);
  const relax = isRequired(relation, column);
  if (isKey(relation, column) || restsOnLaterDrop(at, file, relation, column)) return [];
  if (freesName(at, file, relation, column)) return [];
  const edit = relax ? relaxed(change) : takeOut(change, file);
  const sql = dropSql(change);
  const [statement] = readScript(sql).statements;
  if (!edit || !statement || namesDependOnSession(file) || isTangled(file, change)) return [];
  const back = deriveDown([{ statement, before: at.before, after: at.after }], {
    earlier: earlierThan(file, at.statement),
  });
  const files = newMigrations(file, [
    {
      name: `drop_${tableName}_${column}`,
      when: unused(`${tableName}.${column}`),
      up: [guardOfNew(), ignoring('drop-column', 'nothing uses it any more'), sql],
      down: [guardOfNew(), ...back.notes.map(comment), ...back.statements],
    },
  ]);
  if (!files) return [];
  const undone = relax
    ? replaceInCounterpart(
        file,
        (s) => addsAgain(s, change),
        [],
        `${column} stays without NOT NULL: rows that were written since may hold NULL.`,
      )
    : removeFromCounterpart(file, (s) => addsAgain(s, change));
  return [
    {
      title: relax
        ? `Let ${column} be NULL now, and drop it in a new migration after the next release`
        : `Drop ${column} in a new migration, to apply after the next release`,
      safety: 'review',
      edits: [{ uri: file.uri, edits: [edit] }, ...undone],
      newFiles: files,
    },
  ];
}

/** When the column may go. */
export function lastUse({ tableName, column }: ColumnChange): string {
  return `apply this only when ${unused(`${tableName}.${column}`)}`;
}

/** New code that does not know the column any more could not insert: it is NOT NULL, and nothing fills it. */
export function isRequired(relation: Relation | undefined, name: string): boolean {
  const column = relation?.columns.get(name);
  if (!column?.notNull || isKey(relation, name)) return false;
  return column.defaultSql === undefined && !column.identity && !column.generated && !column.serial;
}

/** `ALTER COLUMN … DROP NOT NULL` where the drop was. */
function relaxed({ span, parts, column }: ColumnChange): TextEdit | undefined {
  return parts.length === 0 ? undefined : replace(span, `ALTER COLUMN ${quoteIdent(column)} DROP NOT NULL`);
}

/** The subcommand as a statement of its own. */
function dropSql(change: ColumnChange): string {
  const { at, span } = change;
  const { start } = at.statement.span;
  return `${alterOf(change)} ${at.statement.text.slice(span.start - start, span.end - start)}`;
}

function alterOf({ at: { statement } }: ColumnChange): string {
  const alter = 'AlterTableStmt' in statement.node ? statement.node.AlterTableStmt : undefined;
  const { schema, name } = rangeVar(alter?.relation);
  return `ALTER TABLE ${alter?.missing_ok ? 'IF EXISTS ' : ''}${qualified(schema, name)}`;
}

/** Takes the subcommand out, and the statement when it is the only one. */
function takeOut({ at, span, parts }: ColumnChange, file: FileContext): TextEdit | undefined {
  if (parts.length === 1) return removeStatement(file.script, at.statement);
  const i = parts.indexOf(span);
  const [previous, next] = [parts[i - 1], parts[i + 1]];
  if (previous) return replace({ start: previous.end, end: span.end }, '');
  return next && replace({ start: span.start, end: next.start }, '');
}

/** The other half adds it again in one statement with other things: that is for a person to take apart. */
function isTangled(file: FileContext, change: ColumnChange): boolean {
  const { tableName, column } = change;
  const adds = (s: Statement) => made(s).some((t) => t.kind === 'column' && t.name === column && t.on === tableName);
  return file.counterpart?.statements.some((s) => adds(s) && !addsAgain(s, change)) === true;
}

/** Its place as the primary key may be given to another one in the same file. */
function isKey(relation: Relation | undefined, column: string): boolean {
  return [...(relation?.constraints.values() ?? [])].some((c) => c.kind === 'primaryKey' && c.columns.includes(column));
}

/** The down of this file must not add the column again: it is still there. */
function addsAgain(statement: Statement, { tableName, column }: ColumnChange): boolean {
  const cmd = onlySubcommand(statement, tableName);
  return cmd?.subtype === 'AT_AddColumn' && as(cmd.def, 'ColumnDef')?.colname === column;
}

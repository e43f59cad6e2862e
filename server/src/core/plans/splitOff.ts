import { editFix, eolOf, insert, replace } from '../fixes/edits.js';
import type { Fix } from '../fixes/fix.js';
import { quoteIdent, validateConstraint } from '../sql/write.js';
import type { AddedColumn } from '../statements/alter.js';
import type { AnalysedStatement, FileContext } from '../statements/analysed.js';
import { type InlineClause, lastSpace } from '../statements/inlineConstraint.js';
import { sharesTransaction } from '../transactions.js';
import { newMigrations } from './newMigrations.js';
import { nothing } from './plan.js';

/** The column without the constraint, the constraint NOT VALID in the same statement, and its VALIDATE where the lock is gone. */
export function splitOff(
  at: AnalysedStatement,
  file: FileContext,
  added: AddedColumn,
  clause: InlineClause,
  name: string,
): readonly Fix[] {
  const column = added.column.colname;
  if (column === undefined || added.cmd.missing_ok) return [];
  const { statement } = at;
  const from = lastSpace(file.script.text, clause.whole.start);
  const edits = [
    replace({ start: from, end: clause.whole.end }, ''),
    insert(added.span.end, `, ADD CONSTRAINT ${quoteIdent(name)} ${clause.table(column)} NOT VALID`),
  ];
  const validate = validateConstraint(added.table.name, name);
  if (!sharesTransaction(at, file)) {
    const semicolon = statement.fullSpan.end > statement.span.end ? '' : ';';
    const second = insert(statement.fullSpan.end, `${semicolon}${eolOf(file.script)}${validate};`);
    return [editFix(file, 'Add it NOT VALID and validate it in a second step', 'safe', [...edits, second])];
  }
  const newFiles = newMigrations(file, [
    { name: `validate_${name}`, up: [validate], down: nothing('the constraint goes with its column.') },
  ]);
  const title = newFiles
    ? 'Add it NOT VALID and validate it in a new migration'
    : 'Add it NOT VALID, to be validated in a later transaction';
  return [{ title, safety: 'review', edits: [{ uri: file.uri, edits }], newFiles: newFiles ?? [] }];
}

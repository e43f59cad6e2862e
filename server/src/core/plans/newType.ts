import { replaceInCounterpart } from '../fixes/counterpart.js';
import { replaceStatement } from '../fixes/edits.js';
import type { Fix } from '../fixes/fix.js';
import { guard, guardOfNew } from '../fixes/lockTimeout.js';
import { derivedName } from '../sql/derivedName.js';
import { parsesCleanly } from '../sql/read.js';
import type { Statement } from '../sql/script.js';
import { addCheckNotValid, dropConstraint, quoteIdent, validateConstraint } from '../sql/write.js';
import { onlySubcommand } from '../statements/alter.js';
import type { AnalysedStatement, FileContext } from '../statements/analysed.js';
import { type ColumnTypeChange, hasUsing } from '../statements/typeChanges.js';
import { newMigrations } from './newMigrations.js';
import { nothing } from './plan.js';
import { replaceColumn } from './replaceColumn.js';

/** A column of the new type beside the old one, kept equal, filled in batches, and taking over later. */
export function newColumnFix(at: AnalysedStatement, file: FileContext, change: ColumnTypeChange): readonly Fix[] {
  const { table, column, columnName } = change;
  if (!table.relation || !column || !change.alone || hasUsing(change)) return [];
  const to = freeName(table.relation.columns, derivedName([columnName], 'new'));
  return replaceColumn(at, file, {
    title: `Start expand and contract: ${to} ${change.toSql} beside ${columnName}, kept equal by a trigger`,
    name: `change_${table.relation.name}_${columnName}`,
    table: table.relation,
    column,
    to,
    type: change.toSql,
    undoes: (s) => changesTypeBack(s, table.name.name, columnName),
  });
}

/** A limit on the length as a CHECK: no rewrite, and the scan does not block. */
export function lengthCheckFix(at: AnalysedStatement, file: FileContext, change: ColumnTypeChange): readonly Fix[] {
  const { table, columnName, to } = change;
  const limit = to.mods[0];
  const isText = change.column !== undefined && ['text', 'varchar', 'citext'].includes(change.column.type.name);
  if (
    !isText ||
    !['varchar', 'bpchar'].includes(to.name) ||
    to.array > 0 ||
    limit === undefined ||
    !change.alone ||
    hasUsing(change)
  )
    return [];
  const constraint = derivedName([table.name.name, columnName], 'length');
  if (table.relation?.constraints.has(constraint)) return [];
  const add = addCheckNotValid(table.name, constraint, `char_length(${quoteIdent(columnName)}) <= ${limit}`);
  const drop = dropConstraint(table.name, constraint);
  const validate = validateConstraint(table.name, constraint);
  const edit = parsesCleanly(add)
    ? replaceStatement(file, file.script, at.statement, [...guard(at, file), add])
    : undefined;
  const files = newMigrations(file, [
    {
      name: `validate_${constraint}`,
      up: [guardOfNew(), validate],
      down: nothing('the migration before takes the constraint away, checked or not.'),
    },
  ]);
  if (!edit || !files) return [];
  const down = replaceInCounterpart(file, (s) => changesTypeBack(s, table.name.name, columnName), [drop]);
  if (file.counterpart && file.counterpart.statements.length > 0 && down.length === 0) return [];
  return [
    {
      title: `Keep the type and limit ${columnName} to ${limit} characters by a CHECK, validated in a new migration`,
      safety: 'review',
      edits: [{ uri: file.uri, edits: [edit] }, ...down],
      newFiles: files,
    },
  ];
}

function changesTypeBack(statement: Statement, table: string, column: string): boolean {
  const cmd = onlySubcommand(statement, table);
  return cmd?.subtype === 'AT_AlterColumnType' && cmd.name === column;
}

function freeName(taken: ReadonlyMap<string, unknown>, name: string): string {
  let free = name;
  for (let n = 2; taken.has(free); n++) free = `${name}${n}`;
  return free;
}

import type { Constraint } from '@pgsql/types';
import { editFix, eolOf, insert } from '../fixes/edits.js';
import type { Fix } from '../fixes/fix.js';
import { quoteIdent, validateConstraint } from '../sql/write.js';
import type { Subcommand } from '../statements/alter.js';
import type { AnalysedStatement, FileContext } from '../statements/analysed.js';
import { spanWithin } from '../statements/spans.js';
import { sharesTransaction } from '../transactions.js';
import { newMigrations } from './newMigrations.js';
import { nothing } from './plan.js';

/** `ADD … NOT VALID` here, and VALIDATE where the lock of the ADD is gone: after it outside a transaction, else in a new migration. */
export function notValid(
  at: AnalysedStatement,
  file: FileContext,
  sub: Subcommand,
  constraint: Constraint,
  generatedName: string,
): readonly Fix[] {
  const { statement } = at;
  const name = constraint.conname ?? generatedName;
  const add = spanWithin(statement, sub.span, 'ADD');
  if (!add || neededLater(at, file, sub)) return [];
  // VALIDATE needs a name that is known.
  const edits = constraint.conname === undefined ? [insert(add.end, ` CONSTRAINT ${quoteIdent(name)}`)] : [];
  const marked = insert(sub.span.end, ' NOT VALID');
  const validate = validateConstraint(sub.table.name, name);
  if (!sharesTransaction(at, file)) {
    const eol = eolOf(file.script);
    const hasSemicolon = statement.fullSpan.end > statement.span.end;
    const after = insert(statement.fullSpan.end, `${hasSemicolon ? '' : ';'}${eol}${validate};`);
    const all =
      marked.span.start === after.span.start
        ? [...edits, insert(marked.span.start, marked.newText + after.newText)]
        : [...edits, marked, after];
    return [editFix(file, 'Add it NOT VALID and validate it in a second step', 'safe', all)];
  }
  const newFiles = newMigrations(file, [{ name: `validate_${name}`, up: [validate], down: NOTHING }]);
  const title = newFiles
    ? 'Add it NOT VALID and validate it in a new migration'
    : 'Add it NOT VALID, to be validated in a later transaction';
  return [{ title, safety: 'review', edits: [{ uri: file.uri, edits: [...edits, marked] }], newFiles: newFiles ?? [] }];
}

const NOTHING = nothing('dropping the constraint belongs to the migration that adds it.');

/** SET NOT NULL, ATTACH PARTITION and the like skip their scan only when the constraint is valid. */
function neededLater(at: AnalysedStatement, file: FileContext, sub: Subcommand): boolean {
  return file.statements.some(
    ({ statement }) =>
      statement.index > at.statement.index &&
      'AlterTableStmt' in statement.node &&
      statement.node.AlterTableStmt.relation?.relname === sub.table.name.name &&
      (statement.node.AlterTableStmt.cmds ?? []).some(
        (cmd) => 'AlterTableCmd' in cmd && RELIES.has(cmd.AlterTableCmd.subtype ?? ''),
      ),
  );
}

const RELIES: ReadonlySet<string> = new Set(['AT_SetNotNull', 'AT_AttachPartition', 'AT_ValidateConstraint']);

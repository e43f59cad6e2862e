import { dropLater } from '../plans/laterDrop.js';
import { columnsIn } from '../sql/tree.js';
import type { FileContext } from '../statements/analysed.js';
import { type ColumnChange, columnChanges, writtenTable } from '../statements/columnDrops.js';
import type { Rule } from './rule.js';

export const dropWithReplacement: Rule = {
  id: 'drop-with-replacement',
  title: 'Drops a column in the migration that adds its replacement',
  danger: 'breaks-clients',
  severity: 'warning',
  statements: [],
  directions: ['up'],
  sources: ['https://martinfowler.com/bliki/ParallelChange.html', 'strong_migrations: removing a column'],
  covers: ['drop-column'],
  *checkFile(file) {
    const dropped = columnChanges(file, 'AT_DropColumn');
    const added = dropped.length > 0 ? columnChanges(file, 'AT_AddColumn') : [];
    for (const drop of dropped) {
      const add = added.find((a) => a.table === drop.table && isLikely(a.column, drop.column));
      if (!add || isCopied(drop, file)) continue;
      const same = add.column === drop.column;
      yield {
        span: drop.span,
        message: same
          ? `Drops ${drop.tableName}.${drop.column} and adds it anew: its values are lost.`
          : `Drops ${drop.tableName}.${drop.column} together with adding ${add.column}: no application version works before and after.`,
        detail: same
          ? 'The new column starts empty. To change the type in place use ALTER COLUMN … TYPE, or add the new one under another name, copy, and drop the old one in a later release.'
          : `While a release rolls out, old and new code run side by side, and one of them needs a column that is not there. Add ${add.column} now, write both, and drop ${drop.column} in a later release. The values of ${drop.column} are not copied here.`,
        related: [{ uri: file.uri, span: add.at.statement.span, message: `${add.column} is added here.` }],
        fixes: () => (same ? [] : dropLater(drop, file)),
      };
    }
  },
};

/** The rule about copying and dropping speaks of those. */
function isCopied(drop: ColumnChange, file: FileContext): boolean {
  return file.statements.some(
    ({ statement }) =>
      statement.index < drop.at.statement.index &&
      writtenTable(statement) &&
      columnsIn(statement.node).includes(drop.column),
  );
}

/** The same name, or one name's words all in the other: `name` and `full_name`, `user_id` and `user_id_new`. */
function isLikely(added: string, dropped: string): boolean {
  if (added === dropped) return true;
  const a = new Set(added.toLowerCase().split('_'));
  const b = new Set(dropped.toLowerCase().split('_'));
  const [few, many] = a.size < b.size ? [a, b] : [b, a];
  return [...few].every((word) => many.has(word)) && [...few].some((word) => word.length > 2);
}

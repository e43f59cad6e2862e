import { quoteIdent } from '../../sql/write.js';
import type { FileContext } from '../rule.js';
import type { NewMigration } from './fix.js';
import { guardOfNew, notNullName } from './tables.js';

/** Two migrations that make a filled column NOT NULL without a scan that blocks. `alter`: `ALTER TABLE name`. */
export function requireLater(
  file: FileContext,
  alter: string,
  table: string,
  column: string,
  note?: string,
): readonly NewMigration[] {
  const helper = quoteIdent(notNullName(table, column));
  const check = `${alter} ADD CONSTRAINT ${helper} CHECK (${quoteIdent(column)} IS NOT NULL) NOT VALID`;
  const guard = guardOfNew(file);
  return [
    {
      name: `require_${table}_${column}`,
      up: [...(note === undefined ? [] : [`-- ${note.replace(/\s+/g, ' ')}`]), guard, check],
      down: [guard, `${alter} DROP CONSTRAINT ${helper}`],
    },
    {
      name: `set_${table}_${column}_not_null`,
      up: [
        guard,
        `${alter} VALIDATE CONSTRAINT ${helper}`,
        `${alter} ALTER COLUMN ${quoteIdent(column)} SET NOT NULL`,
        `${alter} DROP CONSTRAINT ${helper}`,
      ],
      down: [guard, check, `${alter} ALTER COLUMN ${quoteIdent(column)} DROP NOT NULL`],
    },
  ];
}

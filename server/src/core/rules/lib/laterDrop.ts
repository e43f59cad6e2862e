import { deriveDown } from '../../reversal/derive.js';
import type { FileContext, Fix } from '../rule.js';
import { removal } from './clause.js';
import type { ColumnChange } from './columnDrops.js';

/** Moves the DROP COLUMN to a migration of its own, for the release after the application has let go of the column. */
export function dropLater(change: ColumnChange, file: FileContext): readonly Fix[] {
  if (!change.alone || !file.scaffold) return [];
  const { statement } = change.at;
  const again = deriveDown([change.at]).text;
  const files = file.scaffold(`drop_${change.tableName}_${change.column}`, `-- Apply once no running version of the application uses ${change.tableName}.${change.column}.\n${statement.text};\n`, again);
  return [
    {
      title: `Drop ${change.column} in a new migration, to apply after the next release`,
      safety: 'review',
      edits: [{ uri: file.uri, edits: [removal(file, statement)] }],
      newFiles: files,
    },
  ];
}

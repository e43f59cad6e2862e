import { editFix, replace } from '../fixes/edits.js';
import type { Fix } from '../fixes/fix.js';
import type { AnalysedStatement, FileContext } from '../statements/analysed.js';
import { newColumns, newTable, primaryKey } from '../statements/newColumns.js';
import type { Span } from '../text/span.js';
import type { Rule } from './rule.js';

const WIDER: Readonly<Record<string, string>> = {
  serial: 'bigserial',
  serial4: 'bigserial',
  int: 'bigint',
  integer: 'bigint',
  int4: 'bigint',
  smallserial: 'bigserial',
  serial2: 'bigserial',
  smallint: 'bigint',
  int2: 'bigint',
};

export const intPrimaryKey: Rule = {
  id: 'int-primary-key',
  title: 'Four-byte primary key on a new table',
  danger: 'style',
  severity: 'hint',
  statements: ['CreateStmt'],
  directions: ['up'],
  sources: [
    'https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-INT',
    'squawk: prefer-big-int, prefer-bigint-over-int',
  ],
  *check(at, file) {
    const table = newTable(at);
    const key = table ? primaryKey(table) : [];
    if (!table || key.length !== 1) return;
    const found = newColumns(at, table).find(({ column }) => column.name === key[0]);
    if (!found || found.column.type.schema !== undefined || !['int4', 'int2'].includes(found.column.type.name)) return;
    // A key that PostgreSQL does not count up, or that is another table's key, has the range its values need.
    if (!found.column.serial && !found.column.identity) return;
    const limit = found.column.type.name === 'int2' ? '32,767' : '2,147,483,647';
    yield {
      span: found.type,
      message: `${table.name}.${found.column.name} ends at ${limit}: then every insert fails, and widening it rewrites the table.`,
      detail:
        'Failed and rolled back inserts use up numbers too. bigint takes four bytes more for each row, often none after alignment. Changing it later rewrites the table and all tables that refer to it under ACCESS EXCLUSIVE.',
      fixes: () => widened(at, file, found.type),
    };
  },
};

/** The wider type in the spelling of the author. */
function widened({ statement }: AnalysedStatement, file: FileContext, type: Span): readonly Fix[] {
  const { start } = statement.span;
  const word = statement.text.slice(type.start - start, type.end - start);
  const wide = WIDER[word.toLowerCase()];
  if (wide === undefined) return [];
  const newText = word === word.toUpperCase() ? wide.toUpperCase() : wide;
  return [editFix(file, `Use ${newText}`, 'review', [replace(type, newText)])];
}

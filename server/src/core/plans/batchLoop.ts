import { dollarQuoted } from '../sql/quote.js';
import { type ObjectName, qualified, quoteIdent } from '../sql/write.js';

/** How many rows are changed, and locked, at a time. */
export const BATCH = 5000;

/** A change of rows, cut where the condition of a batch goes. */
export interface RowChange {
  readonly head: string;
  readonly where: string | undefined;
  /** What follows the condition: `ON CONFLICT …`. */
  readonly tail?: string;
}

/**
 * A DO block that makes a change batch by batch along a unique key, with a commit after each. Each batch is found anew from the
 * last key, so nothing is skipped. `columns`: names that its variables must not have, as far as they are known. Without a
 * semicolon; alone in its file, for COMMIT has to be outside a transaction.
 */
export function batchLoop(
  table: ObjectName,
  keyColumn: string,
  change: RowChange,
  columns: Pick<ReadonlySet<string>, 'has'> = new Set(),
): string {
  const name = qualified(table.schema, table.name);
  const key = quoteIdent(keyColumn);
  const variable = (word: string) => (columns.has(word) ? `lockstep_${word}` : word);
  const [from, to, size] = [variable('batch_start'), variable('batch_end'), variable('batch_size')];
  const range = `${key} >= ${from} AND ${key} <= ${to}`;
  const { head, where: own, tail = '' } = change;
  const where =
    own === undefined ? range : `${range}\n      AND (${indented(own)}${own.includes('--') ? '\n      ' : ''})`;
  const body = `-- In batches along ${key.replace(/[\r\n]+/g, ' ')}, each committed by itself: row locks are short, and vacuum can follow.
-- Runs outside a transaction block only.
DECLARE
  ${size} constant integer := ${BATCH};
  ${from} ${name}.${key}%TYPE;
  ${to} ${name}.${key}%TYPE;
BEGIN
  SELECT ${key} INTO ${from} FROM ${name} ORDER BY ${key} LIMIT 1;
  WHILE ${from} IS NOT NULL LOOP
    SELECT ${key} INTO ${to}
    FROM (SELECT ${key} FROM ${name} WHERE ${key} >= ${from} ORDER BY ${key} LIMIT ${size}) AS batch
    ORDER BY ${key} DESC
    LIMIT 1;
    ${indented(head)}
    WHERE ${where}${tail === '' ? '' : `\n    ${indented(tail)}`};
    COMMIT;
    SELECT ${key} INTO ${from} FROM ${name} WHERE ${key} > ${to} ORDER BY ${key} LIMIT 1;
  END LOOP;
END`;
  return `DO ${dollarQuoted(body)}`;
}

/** An UPDATE of all rows for which `where` holds. */
export function updateLoop(
  table: ObjectName,
  keyColumn: string,
  set: string,
  where: string,
  columns?: Pick<ReadonlySet<string>, 'has'>,
): string {
  const head = `UPDATE ${qualified(table.schema, table.name)} SET ${set}`;
  return batchLoop(table, keyColumn, { head, where }, columns);
}

function indented(sql: string): string {
  return sql.replace(/\r?\n/g, '\n    ');
}

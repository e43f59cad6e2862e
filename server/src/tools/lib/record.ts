import { DatabaseError } from '../../database/errors.js';
import type { Session } from '../../database/session.js';
import type { Shape } from './table.js';

/** A right on a table, as `has_table_privilege` takes it. */
type Right = 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE' | 'TRUNCATE';

/**
 * Rejects when this user cannot write the tracking table: asked before the first statement, because what runs outside a
 * transaction cannot be taken back when its row cannot be written. A grant on columns counts.
 */
export async function demandRights(session: Session, { sql }: Shape, rights: readonly Right[]): Promise<void> {
  const { rows } = await session.query(
    `SELECT privilege FROM pg_catalog.unnest($2::text[]) AS privilege
      WHERE NOT CASE WHEN privilege IN ('SELECT', 'INSERT', 'UPDATE') THEN pg_catalog.has_any_column_privilege($1, privilege)
                     ELSE pg_catalog.has_table_privilege($1, privilege) END`,
    [sql, [...rights]],
  );
  if (rows.length === 0) return;
  const missing = rows.map((row) => String(row.privilege)).join(' and ');
  throw new DatabaseError(
    `This user may not ${missing} on ${sql}, so nothing could be recorded. Grant it, or connect as another user.`,
  );
}

/** Rejects when the table does not hold what was just written: a trigger, a rule or a policy can swallow a row without an error. */
export async function demandRow(
  session: Session,
  { sql }: Shape,
  version: string,
  direction: 'up' | 'down',
  condition = 'version = $1',
): Promise<void> {
  const { rows } = await session.query(`SELECT 1 FROM ${sql} WHERE ${condition} LIMIT 2`, [version]);
  if (rows.length === (direction === 'up' ? 1 : 0)) return;
  throw swallowed(
    sql,
    direction === 'up' ? `the row of ${version} is not there` : `the row of ${version} is still there`,
  );
}

export function swallowed(sql: string, what: string): DatabaseError {
  return new DatabaseError(
    `${sql} was written without an error, but ${what}: a trigger or a rule of the table takes it. Remove that from the table first`,
  );
}

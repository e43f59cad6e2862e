import type { AnalysedStatement } from '../core/statements/analysed.js';
import { DatabaseError } from '../database/errors.js';
import type { Session } from '../database/session.js';
import { indexOfStatement, invalidAfterReindex } from './look.js';

/**
 * Looks at the indexes that statements were to make or to rebuild, before anything is recorded: PostgreSQL reports success for
 * an invalid one that IF NOT EXISTS left as it was. Rejects for such; returns sentences on indexes that are not valid yet.
 */
export async function demandIndexes(
  session: Session,
  statements: readonly AnalysedStatement[],
  looking: (at: AnalysedStatement) => void,
): Promise<readonly string[]> {
  const notes: string[] = [];
  for (const at of statements) {
    const { node } = at.statement;
    if ('IndexStmt' in node) {
      looking(at);
      const index = await indexOfStatement(session, node.IndexStmt);
      if (index && !index.valid && !index.partitioned) throw new DatabaseError(invalid(index.name));
      if (index && !index.valid) notes.push(notYet(index.name));
    } else if ('ReindexStmt' in node && node.ReindexStmt.relation) {
      looking(at);
      const [left] = await invalidAfterReindex(session, node.ReindexStmt.relation);
      if (left !== undefined) throw new DatabaseError(invalid(left));
    }
  }
  return notes;
}

/** Why a CREATE INDEX met an index of its name (42P07): it may be one that an interrupted build left. */
export async function inTheWay(session: Session, at: AnalysedStatement | undefined): Promise<string | undefined> {
  if (!at || !('IndexStmt' in at.statement.node)) return undefined;
  const index = await indexOfStatement(session, at.statement.node.IndexStmt).catch(() => undefined);
  if (!index || index.valid || index.partitioned) return undefined;
  return `The index ${index.name} is INVALID: a build of it did not finish. Run DROP INDEX CONCURRENTLY ${index.name}; then run the migration again.`;
}

function invalid(name: string): string {
  return `The index ${name} is INVALID: an earlier build of it did not finish, it serves no query, and this statement left it as it is. Run DROP INDEX CONCURRENTLY ${name}; then run the migration again`;
}

function notYet(name: string): string {
  return `The index ${name} of a partitioned table is not valid until an index of each partition is attached to it.`;
}

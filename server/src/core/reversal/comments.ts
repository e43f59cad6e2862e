import type { CommentStmt } from '@pgsql/types';
import { quoteLiteral } from '../sql/quote.js';
import type { Statement } from '../sql/script.js';
import { type Reversal, undo } from './reversal.js';
import type { Stage } from './stage.js';

/** The comment that was there before, or none. */
export function earlierComment(node: CommentStmt, { statement, earlier }: Stage): Reversal {
  const key = about(node);
  let was: string | undefined;
  for (const { node: other } of earlier()) {
    if (!('CommentStmt' in other) || about(other.CommentStmt) !== key) continue;
    was = other.CommentStmt.comment;
    break;
  }
  return undo(`${upToIs(statement)} ${was === undefined ? 'NULL' : quoteLiteral(was)}`);
}

function about({ objtype, object }: CommentStmt): string {
  return JSON.stringify([objtype, object], (key, value: unknown) => (key === 'location' ? undefined : value));
}

/** `COMMENT ON … IS`, as written. */
function upToIs(statement: Statement): string {
  const last = statement.tokens.findLast((t) => t.type === 'IS');
  return statement.text.slice(0, (last?.span.end ?? statement.span.end) - statement.span.start);
}

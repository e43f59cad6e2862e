import type { Statement } from '../core/sql/script.js';
import { messageOf, type ServerFields, serverFields } from '../database/errors.js';
import type { Ledger } from '../tools/ledger.js';
import { locate } from './locate.js';
import type { RunFailure } from './outcome.js';
import type { PlannedStep } from './plan.js';

/** An error in terms of the file: what the server said, and where. Without a statement none is to blame. `waitedFor`: who held the lock. */
export function failureOf(
  step: PlannedStep,
  statement: Statement | undefined,
  error: unknown,
  waitedFor?: string | undefined,
): RunFailure {
  const fields = serverFields(error);
  return {
    id: step.migration.id,
    uri: step.file.uri,
    span: statement && locate(statement, fields.position),
    message: messageOf(error),
    detail: fields.detail,
    hint: hintFor(fields, waitedFor),
    code: fields.code,
  };
}

function hintFor({ code, hint }: ServerFields, waitedFor: string | undefined): string | undefined {
  if (hint !== undefined) return hint;
  if (code === '55P03' && waitedFor !== undefined) return `It waited for ${waitedFor}. Let that end, and try again.`;
  if (code === '55P03') {
    return 'Another session holds a lock that this statement needs. Find it with pg_blocking_pids or pg_stat_activity, let it end, and try again.';
  }
  return undefined;
}

/** What a ledger that keeps a mark says after a run that did not end well. */
export function dirtyMark(ledger: Ledger): string {
  return `${ledger.table} says dirty: ${ledger.remedy ?? 'look at the schema, and clear the mark'}.`;
}

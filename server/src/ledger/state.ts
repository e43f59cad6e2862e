import type { LedgerState } from './ledger.js';

/** Runs a read; a refusal by the server becomes a problem that says so. */
export async function unreadable(table: string, read: () => Promise<LedgerState>): Promise<LedgerState> {
  try {
    return await read();
  } catch (error) {
    if (codeOf(error) !== '42501') throw error;
    return {
      exists: true,
      entries: [],
      problem: `This user may not read ${table}. Grant it SELECT, INSERT and DELETE on the table, or connect as another user.`,
    };
  }
}

function codeOf(error: unknown): unknown {
  if (typeof error !== 'object' || error === null) return undefined;
  if ('fields' in error) return codeOf(error.fields);
  return 'code' in error ? error.code : undefined;
}

import type { MigrationSet } from '../../core/migrations/migration.js';
import type { LedgerState } from '../ledger.js';

/** Runs a read; a refusal by the server becomes a problem that says so. */
export async function unreadable(table: string, read: () => Promise<LedgerState>): Promise<LedgerState> {
  try {
    return await read();
  } catch (error) {
    const problem = PROBLEMS[String(codeOf(error))]?.(table);
    if (problem === undefined) throw error;
    return { exists: true, entries: [], problem };
  }
}

const PROBLEMS: Readonly<Record<string, (table: string) => string>> = {
  // insufficient_privilege
  '42501': (table) =>
    `This user may not read ${table}. Grant it SELECT, INSERT and DELETE on the table, or connect as another user.`,
  // lock_not_available
  '55P03': (table) =>
    `${table} could not be read: another session holds a lock on it, perhaps a migration tool at work. Try again when that has ended.`,
};

function codeOf(error: unknown): unknown {
  if (typeof error !== 'object' || error === null) return undefined;
  if ('fields' in error) return codeOf(error.fields);
  return 'code' in error ? error.code : undefined;
}

/** By the version as the ledger writes it; of several files with one version the first. */
export function idsByVersion({ migrations }: MigrationSet): ReadonlyMap<string, string> {
  const ids = new Map<string, string>();
  for (const { version, id } of migrations) if (!ids.has(version)) ids.set(version, id);
  return ids;
}

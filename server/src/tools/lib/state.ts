import type { MigrationSet } from '../../core/migrations/set.js';
import type { LedgerState } from '../ledger.js';

/** Runs a read; a refusal by the server, or a row that means nothing, becomes a problem that says so. */
export async function unreadable(table: string, read: () => Promise<LedgerState>): Promise<LedgerState> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof NoVersion) return { exists: true, entries: [], problem: error.problem(table) };
    const problem = PROBLEMS[String(codeOf(error))]?.(table);
    if (problem === undefined) throw error;
    return { exists: true, entries: [], problem };
  }
}

const PROBLEMS: Readonly<Record<string, (table: string) => string>> = {
  // insufficient_privilege
  '42501': (table) =>
    `This user may not read all of ${table}. Grant it SELECT, INSERT and DELETE on the table (under row level security also BYPASSRLS), or connect as another user.`,
  // lock_not_available
  '55P03': (table) =>
    `${table} could not be read: another session holds a lock on it, perhaps a migration tool at work. Try again when that has ended.`,
};

function codeOf(error: unknown): unknown {
  if (typeof error !== 'object' || error === null) return undefined;
  if ('fields' in error) return codeOf(error.fields);
  return 'code' in error ? error.code : undefined;
}

/** A version as a row has it. Rejects a row without one: what it stands for cannot be told. */
export function versionIn(row: Readonly<Record<string, unknown>>): string {
  if (row.version === null || row.version === undefined) throw new NoVersion();
  return String(row.version);
}

class NoVersion extends Error {
  problem(table: string): string {
    return `${table} has a row without a version (NULL), so what is applied cannot be told. Correct or delete that row. Nothing was changed.`;
  }
}

/** By the version as the ledger writes it; of several files with one version the first. */
export function idsByVersion({ migrations }: MigrationSet): ReadonlyMap<string, string> {
  const ids = new Map<string, string>();
  for (const { version, id } of migrations) if (!ids.has(version)) ids.set(version, id);
  return ids;
}

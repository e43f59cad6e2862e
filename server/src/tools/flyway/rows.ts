import type { Migration } from '../../core/migrations/migration.js';
import type { MigrationSet } from '../../core/migrations/set.js';
import type { LedgerEntry } from '../ledger.js';
import { compareVersions, versionKey } from './versions.js';

export const COLUMNS = [
  'installed_rank',
  'version',
  'description',
  'type',
  'script',
  'checksum',
  'installed_by',
  'installed_on',
  'execution_time',
  'success',
];

type Row = Readonly<Record<string, unknown>>;

/** Migrations in Java have rows and no file that could be read here. */
export const OF_CODE = /JDBC|^SCRIPT$|^CUSTOM$/;

/** What the rows, in the order of their ranks, say of the folder: later rows change what earlier ones said. */
export function entriesOf(rows: readonly Row[], set: MigrationSet): readonly LedgerEntry[] {
  const files = new Map(set.migrations.map((m) => [keyOf(m), m] as const));
  const entries = new Map<string, LedgerEntry>();
  let baseline: string | undefined;
  for (const [order, row] of rows.entries()) {
    const type = String(row.type);
    if (type === 'BASELINE') baseline = String(row.version);
    if (type === 'SCHEMA' || type === 'BASELINE' || OF_CODE.test(type)) continue;
    const version = versionOf(row, type);
    const key = versionKey(version);
    entries.delete(key);
    if (type === 'DELETE' || type.startsWith('UNDO_')) continue;
    if (type === 'SQL_BASELINE') baseline = String(row.version);
    entries.set(key, {
      id: files.get(key)?.id,
      version,
      name: row.version === null ? '' : String(row.description).replaceAll(' ', '_'),
      appliedAt: typeof row.at === 'string' ? row.at : undefined,
      executionMs: Number(row.execution_time),
      checksum: row.checksum === null ? undefined : String(row.checksum),
      failed: row.success !== true,
      order,
    });
  }
  const behind = baseline ?? (rows.length === 0 ? newestBaseline(set) : undefined);
  for (const [key, migration] of files) {
    if (entries.has(key) || migration.kind === 'repeatable') continue;
    const below = behind !== undefined && compareVersions(migration.version, behind) <= 0;
    // A history that has begun needs no baseline migration any more.
    if (below || (migration.kind === 'baseline' && rows.length > 0)) entries.set(key, standing(migration));
  }
  return [...entries.values()];
}

/** On an empty database the highest baseline migration stands for everything up to it. */
function newestBaseline({ migrations }: MigrationSet): string | undefined {
  return migrations.findLast((m) => m.kind === 'baseline')?.version.replace(/^B/, '');
}

function standing({ id, version, name }: Migration): LedgerEntry {
  const unknown = { appliedAt: undefined, executionMs: undefined, checksum: undefined };
  return { id, version, name, ...unknown, failed: false, baseline: true };
}

function keyOf({ version }: Migration): string {
  return versionKey(version.startsWith('R__') ? version.replaceAll(' ', '_') : version);
}

function versionOf(row: Row, type: string): string {
  if (row.version === null) return `R__${String(row.description).replaceAll(' ', '_')}`;
  return `${type === 'SQL_BASELINE' ? 'B' : ''}${String(row.version)}`;
}

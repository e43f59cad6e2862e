import type { Fix } from '../fixes/fix.js';
import { sqlText } from '../sql/sqlText.js';
import type { FileContext } from '../statements/analysed.js';
import { namesDependOnSession } from '../statements/nameResolution.js';

export interface NewMigration {
  readonly name: string;
  readonly up: readonly string[];
  readonly down: readonly string[];
  /** It holds what PostgreSQL refuses in a transaction block. */
  readonly outsideTransaction?: boolean;
}

/** The files of one migration to come, without a down where the folder has none at all: it goes forward only. */
export function scaffolded(
  file: FileContext,
  name: string,
  up: string,
  down: string,
  nth = 0,
): Fix['newFiles'] | undefined {
  const migrations = file.set?.migrations ?? [];
  const forwardOnly = migrations.length > 1 && migrations.every((m) => !m.down);
  const files = file.scaffold?.(name, up, down, nth);
  return files?.filter((f) => f.role !== 'down' || !forwardOnly).map(({ uri, text }) => ({ uri, text }));
}

/** The files of migrations to come after the last one; nothing outside a folder, or when something does not parse. */
export function newMigrations(file: FileContext, migrations: readonly NewMigration[]): Fix['newFiles'] | undefined {
  // Names would mean something else there.
  if (namesDependOnSession(file)) return undefined;
  const out: { uri: string; text: string }[] = [];
  for (const [nth, migration] of migrations.entries()) {
    const up = sqlText(migration.up);
    const down = sqlText(withStatement(migration.down));
    if (up === undefined || down === undefined) return undefined;
    const files = scaffolded(file, migration.name, `${up}\n`, `${down}\n`, nth);
    if (!files) return undefined;
    out.push(...files);
    const [first] = files;
    const beside =
      migration.outsideTransaction && first ? (file.set?.tool.leaveTransaction?.(first, 'up').newFiles ?? []) : [];
    out.push(...beside.filter(({ uri }) => !files.some((f) => f.uri === uri)));
  }
  return out;
}

/** Lockstep's runner and some tools refuse a file without a statement: one that does nothing says that nothing was forgotten. */
function withStatement(down: readonly string[]): readonly string[] {
  const only = down.every((sql) => sql.startsWith('--'));
  return only ? [...down, 'SELECT 1'] : down;
}

import type { Migration, MigrationFile, MigrationSet } from './migration.js';

/** The set with another text for one of its files. */
export function withText(set: MigrationSet, uri: string, text: string): MigrationSet {
  const index = set.migrations.findIndex((m) => m.up?.uri === uri || m.down?.uri === uri);
  const migration = set.migrations[index];
  if (!migration) return set;
  const half = (file: MigrationFile | undefined) => (file?.uri === uri ? { ...file, text } : file);
  const changed: Migration = { ...migration, up: half(migration.up), down: half(migration.down) };
  return { ...set, migrations: set.migrations.with(index, changed) };
}

/** Same migrations in the same order with the same problems: texts may differ, catalogs tell about those. */
export function sameShape(a: MigrationSet | undefined, b: MigrationSet | undefined): boolean {
  if (a === b) return true;
  if (!a || !b || a.tool !== b.tool || a.layout !== b.layout) return false;
  if (a.migrations.length !== b.migrations.length || a.problems.length !== b.problems.length) return false;
  return a.migrations.every((m, i) => {
    const n = b.migrations[i]!;
    return m.id === n.id && m.transaction === n.transaction && m.up?.uri === n.up?.uri && m.down?.uri === n.down?.uri;
  });
}

import { replay } from './analysis.js';
import type { Catalog } from './catalog/catalog.js';
import { emptyCatalog } from './catalog/empty.js';
import type { MigrationFile, MigrationSet } from './migrations/migration.js';
import type { Script } from './sql/script.js';

interface Snapshot {
  readonly id: string;
  readonly script: Script | undefined;
  readonly before: Catalog;
  readonly after: Catalog;
}

/**
 * The catalog before and after each migration of one set. Snapshots are kept: after an edit only the migrations from
 * the edited one on are replayed, and only when somebody asks for one of them.
 */
export class History {
  readonly #scripts: (file: MigrationFile) => Script;
  #snapshots: Snapshot[] = [];

  constructor(scripts: (file: MigrationFile) => Script) {
    this.#scripts = scripts;
  }

  /** The catalogs around the migration with this id; undefined when the set has none. */
  around(set: MigrationSet, id: string): { readonly before: Catalog; readonly after: Catalog } | undefined {
    const index = set.migrations.findIndex((m) => m.id === id);
    if (index < 0) return undefined;
    this.#replayTo(set, index);
    return this.#snapshots[index];
  }

  /** The catalog after the whole set. */
  final(set: MigrationSet): Catalog {
    const last = set.migrations.length - 1;
    if (last < 0) return emptyCatalog();
    this.#replayTo(set, last);
    return this.#snapshots[last]!.after;
  }

  #replayTo(set: MigrationSet, index: number): void {
    let catalog = emptyCatalog();
    for (let i = 0; i <= index; i++) {
      const migration = set.migrations[i]!;
      const script = migration.up ? this.#scripts(migration.up) : undefined;
      const known = this.#snapshots[i];
      if (known && known.id === migration.id && known.script === script && (i === 0 || known.before === catalog)) {
        catalog = known.after;
        continue;
      }
      const before = i === 0 && known ? known.before : catalog;
      const after =
        script && migration.up ? replay(script, before, { uri: migration.up.uri, migration: migration.id }) : before;
      this.#snapshots[i] = { id: migration.id, script, before, after };
      catalog = after;
    }
  }
}

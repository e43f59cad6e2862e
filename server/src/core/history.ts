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
  readonly #start = emptyCatalog();
  readonly #snapshots: Snapshot[] = [];

  constructor(scripts: (file: MigrationFile) => Script) {
    this.#scripts = scripts;
  }

  /** The catalog before the migration with this id, or after it; undefined when the set has none. */
  at(set: MigrationSet, id: string, where: 'before' | 'after'): Catalog | undefined {
    const index = set.migrations.findIndex((m) => m.id === id);
    if (index < 0) return undefined;
    return this.#upTo(set, where === 'after' ? index : index - 1);
  }

  /** The catalog after the whole set. */
  final(set: MigrationSet): Catalog {
    return this.#upTo(set, set.migrations.length - 1);
  }

  #upTo(set: MigrationSet, index: number): Catalog {
    let catalog = this.#start;
    for (let i = 0; i <= index; i++) {
      const migration = set.migrations[i]!;
      const script = migration.up ? this.#scripts(migration.up) : undefined;
      const known = this.#snapshots[i];
      if (known?.id !== migration.id || known.script !== script || known.before !== catalog) {
        const where = migration.up && { uri: migration.up.uri, migration: migration.id };
        const after = script && where ? replay(script, catalog, where) : catalog;
        this.#snapshots[i] = { id: migration.id, script, before: catalog, after };
      }
      catalog = this.#snapshots[i]!.after;
    }
    return catalog;
  }
}

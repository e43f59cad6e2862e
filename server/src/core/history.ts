import { replaySteps } from './analysis.js';
import type { Catalog } from './catalog/catalog.js';
import { emptyCatalog } from './catalog/empty.js';
import type { Half, Migration, MigrationSet } from './migrations/migration.js';
import type { Script } from './sql/script.js';
import { Shared, type Steps } from './steps.js';

/** What the schema after a migration follows from, and the work that finds it. */
interface Snapshot {
  readonly id: string;
  readonly script: Script | undefined;
  readonly before: Catalog;
  readonly after: Shared<Catalog>;
}

/**
 * The catalog before and after each migration of one set. Snapshots are kept: after an edit only the migrations from
 * the edited one on are replayed, and only when somebody asks for one of them.
 */
export class History {
  readonly #scripts: (half: Half) => Steps<Script>;
  readonly #start = emptyCatalog();
  readonly #snapshots: Snapshot[] = [];

  constructor(scripts: (half: Half) => Steps<Script>) {
    this.#scripts = scripts;
  }

  /** The catalog before the migration with this id, or after it; undefined when the set has none. */
  *at(set: MigrationSet, id: string, where: 'before' | 'after'): Steps<Catalog | undefined> {
    const index = set.migrations.findIndex((m) => m.id === id);
    if (index < 0) return undefined;
    return yield* this.#upTo(set, where === 'after' ? index : index - 1);
  }

  /** The catalog after the whole set. */
  *final(set: MigrationSet): Steps<Catalog> {
    return yield* this.#upTo(set, set.migrations.length - 1);
  }

  *#upTo(set: MigrationSet, index: number): Steps<Catalog> {
    let catalog = this.#start;
    for (let i = 0; i <= index; i++) {
      const migration = set.migrations[i]!;
      const script = migration.up && (yield* this.#scripts(migration.up));
      catalog = yield* this.#snapshot(i, migration, script, catalog).after.join();
    }
    return catalog;
  }

  #snapshot(i: number, migration: Migration, script: Script | undefined, before: Catalog): Snapshot {
    const known = this.#snapshots[i];
    if (known?.id === migration.id && known.script === script && known.before === before) return known;
    const where = migration.up && { uri: migration.up.uri, half: migration.up.key, migration: migration.id };
    const after = new Shared(script && where ? replaySteps(script, before, where) : unchanged(before));
    const snapshot: Snapshot = { id: migration.id, script, before, after };
    this.#snapshots[i] = snapshot;
    return snapshot;
  }
}

// biome-ignore lint/correctness/useYield: work that has nothing to do.
function* unchanged(catalog: Catalog): Steps<Catalog> {
  return catalog;
}

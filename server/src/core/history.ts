import { replaySteps } from './analysis.js';
import type { Catalog } from './catalog/catalog.js';
import { emptyCatalog } from './catalog/empty.js';
import { EarlierScripts } from './earlier.js';
import type { Half, Migration } from './migrations/migration.js';
import type { MigrationSet } from './migrations/set.js';
import type { Script } from './sql/script.js';
import { Shared, type Steps } from './steps.js';

/** What a migration meets: the schema, and the scripts that ran before it. */
export interface Met {
  readonly catalog: Catalog;
  readonly earlier: EarlierScripts;
}

/** Where a history has what it needs from. */
export interface Sources {
  /** The script of a half. */
  script(half: Half): Steps<Script>;
  /** The schema once this script has run where `before` was, when that is known without a replay. */
  analysed(half: Half, script: Script, before: Met): Catalog | undefined;
}

/** What the schema after a migration follows from, and the work that finds it. */
interface Snapshot {
  readonly id: string;
  readonly script: Script | undefined;
  readonly before: Met;
  readonly after: Shared<Met>;
}

/**
 * The catalog before and after each migration of one set. Snapshots are kept: after an edit only the migrations from
 * the edited one on are replayed, and only when somebody asks for one of them.
 */
export class History {
  readonly #sources: Sources;
  readonly #snapshots: Snapshot[] = [];
  /** So many of the first snapshots are known to hold: nobody has to walk through them again. */
  #certain = 0;
  readonly #start: Met;

  /** `start`: the schema before the first migration. */
  constructor(sources: Sources, start: Catalog = emptyCatalog()) {
    this.#sources = sources;
    this.#start = { catalog: start, earlier: EarlierScripts.none };
  }

  /** The migration at this place, or what is behind it, is another one or has another text. */
  changedFrom(index: number): void {
    this.#certain = Math.min(this.#certain, index);
  }

  /** What the migration at this place meets. */
  before(set: MigrationSet, index: number): Steps<Met> {
    return this.#upTo(set, index);
  }

  /** What is there once it has run. */
  after(set: MigrationSet, index: number): Steps<Met> {
    return this.#upTo(set, index + 1);
  }

  *#upTo(set: MigrationSet, count: number): Steps<Met> {
    let at = Math.min(this.#certain, count);
    let met = at === 0 ? this.#start : yield* this.#snapshots[at - 1]!.after.join();
    for (; at < count; at++) {
      const migration = set.migrations[at]!;
      const script = migration.up && (yield* this.#sources.script(migration.up));
      met = yield* this.#snapshot(at, migration, script, met).after.join();
      // Only as long as nothing changed meanwhile.
      if (this.#certain === at) this.#certain = at + 1;
    }
    return met;
  }

  #snapshot(i: number, migration: Migration, script: Script | undefined, before: Met): Snapshot {
    const known = this.#snapshots[i];
    if (known?.id === migration.id && known.script === script && known.before === before) return known;
    const snapshot: Snapshot = {
      id: migration.id,
      script,
      before,
      after: new Shared(this.#met(migration, script, before)),
    };
    this.#snapshots[i] = snapshot;
    return snapshot;
  }

  *#met(migration: Migration, script: Script | undefined, before: Met): Steps<Met> {
    const { id, up } = migration;
    if (!script || !up) return before;
    const catalog =
      this.#sources.analysed(up, script, before) ??
      (yield* replaySteps(script, before.catalog, { uri: up.uri, half: up.key, migration: id }));
    return { catalog, earlier: before.earlier.with(migration, script) };
  }
}

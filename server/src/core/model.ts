import { analysisSteps } from './analysis.js';
import type { Catalog } from './catalog/catalog.js';
import { emptyCatalog } from './catalog/empty.js';
import type { PgMajor } from './effects/effect.js';
import { Folders, type Place } from './folders.js';
import { History } from './history.js';
import type { NamedFolder, Tools } from './migrations/detect.js';
import type { Migration, MigrationSet } from './migrations/migration.js';
import { nextFiles } from './migrations/scaffold.js';
import { sameShape } from './migrations/shape.js';
import { ruleSteps } from './rules/engine.js';
import type { AnalysedStatement, FileContext, Finding, Severity } from './rules/rule.js';
import { readSteps } from './sql/read.js';
import type { Script } from './sql/script.js';
import { finish, Shared, STALE, type Steps, whilst } from './steps.js';
import { Texts } from './texts.js';

/** What analysis needs of the configuration. */
export interface ModelConfig {
  readonly pgVersion: PgMajor;
  readonly rules: Readonly<Record<string, Severity>>;
  /** Folders named by hand; `folder` is relative to the workspace folder. They win over detection. */
  readonly migrations: readonly NamedFolder[];
  /** Migrations up to and with this version stay quiet. */
  readonly baseline: string | undefined;
}

/** What a model needs of the world around the core. */
export interface ModelWorld {
  readonly tools: Tools;
  readonly now: () => Date;
  /** Hears of a rule that threw. */
  readonly onError: (error: unknown) => void;
}

/** What a ledger says of one migration, for the rules. */
export type LedgerFact = NonNullable<FileContext['ledger']>;

/** What the analysis of a file follows from. */
interface Input {
  readonly script: Script;
  readonly before: Catalog;
  readonly place: Place | undefined;
  readonly counterpart: Script | undefined;
}

/** The analysis of a file, under way or done. */
interface Analysis {
  readonly input: Input;
  readonly context: Shared<FileContext>;
  /** The last one that was done before; of no use when this one is. */
  previous: FileContext | undefined;
  /** The context, when it is done. */
  done: FileContext | undefined;
  judging: Shared<readonly Finding[]> | undefined;
}

function sameFacts(a: ReadonlyMap<string, LedgerFact> | undefined, b: ReadonlyMap<string, LedgerFact>): boolean {
  if (a === undefined || a.size !== b.size) return a === undefined && b.size === 0;
  return [...b].every(([id, fact]) => a.get(id)?.state === fact.state && a.get(id)?.environment === fact.environment);
}

/**
 * The files of one workspace folder, and what is known of them. Pure: files come in by `setFile`, the clock as an argument.
 * Everything derived is computed on demand and kept until what it was derived from changes.
 *
 * What takes time comes in two forms, one behind the other: `findings` does it at once, `findingSteps` in small steps between
 * which files may change. Then what became stale is given up, and the result is about the newest texts.
 */
export class WorkspaceModel {
  readonly #root: string;
  readonly #now: () => Date;
  readonly #onError: (error: unknown) => void;
  readonly #texts = new Texts();
  readonly #folders: Folders;
  readonly #histories = new Map<string, History>();
  readonly #analyses = new Map<string, Analysis>();
  readonly #ledgers = new Map<string, ReadonlyMap<string, LedgerFact>>();
  /** Counts what came in. */
  #revision = 0;
  #config: ModelConfig;

  /** `root`: URI of the workspace folder, without a trailing slash. */
  constructor(root: string, config: ModelConfig, world: ModelWorld) {
    this.#root = root;
    this.#config = config;
    this.#folders = new Folders(root, this.#texts, world.tools, config.migrations);
    this.#now = world.now;
    this.#onError = world.onError;
  }

  get root(): string {
    return this.#root;
  }

  get config(): ModelConfig {
    return this.#config;
  }

  configure(config: ModelConfig): void {
    this.#revision++;
    this.#config = config;
    this.#folders.name(config.migrations);
    this.#analyses.clear();
  }

  /** Adds, changes or (with `undefined`) removes a file. `path` is relative to the workspace folder, with `/`. */
  setFile(uri: string, path: string, text: string | undefined): void {
    const known = this.#texts.get(uri);
    if (known?.text === text && !known?.unreadable) return;
    this.#revision++;
    if (text !== undefined) this.#texts.put({ uri, path, text });
    else {
      this.#texts.delete(uri);
      this.#analyses.delete(uri);
    }
    // A keystroke changes no names.
    if (known && !known.unreadable && text !== undefined) this.#folders.textChanged(uri, path, text);
    else this.#folders.filesChanged();
  }

  /** A file that is there and cannot be read: it keeps its place in the order, and nothing is said about its text. */
  setUnreadable(uri: string, path: string, reason: string): void {
    this.setFile(uri, path, undefined);
    this.#texts.put({ uri, path, text: '', unreadable: reason });
    this.#folders.filesChanged();
    this.#revision++;
  }

  /** All files, in the order in which they came in. */
  uris(): readonly string[] {
    return this.#texts.uris();
  }

  has(uri: string): boolean {
    return this.#texts.get(uri) !== undefined;
  }

  text(uri: string): string | undefined {
    return this.#texts.get(uri)?.text;
  }

  script(uri: string): Script | undefined {
    return finish(this.scriptSteps(uri));
  }

  scriptSteps(uri: string): Steps<Script | undefined> {
    return this.#texts.script(uri);
  }

  /** All migration folders, in path order. */
  sets(): readonly MigrationSet[] {
    return [...this.#folders.sets().values()];
  }

  set(folder: string): MigrationSet | undefined {
    return this.#folders.sets().get(folder);
  }

  /** The migration that a file is a half of. */
  locate(uri: string): Place | undefined {
    return this.#folders.locate(uri);
  }

  /** What the ledger of an environment said about a folder; an empty map forgets. False when that was known already. */
  setLedger(folder: string, facts: ReadonlyMap<string, LedgerFact>): boolean {
    if (sameFacts(this.#ledgers.get(folder), facts)) return false;
    this.#revision++;
    this.#ledgers.set(folder, facts);
    for (const uri of this.#analyses.keys()) if (uri.startsWith(`${folder}/`)) this.#analyses.delete(uri);
    return true;
  }

  /** The catalog after all migrations of a folder. */
  catalog(folder: string): Catalog {
    const set = this.set(folder);
    return set ? finish(this.#history(folder).final(set)) : emptyCatalog();
  }

  /** Everything that is known about one file; undefined when it is not in the model. */
  context(uri: string): FileContext | undefined {
    return finish(this.contextSteps(uri));
  }

  *contextSteps(uri: string): Steps<FileContext | undefined> {
    return (yield* this.#analysing(uri))?.done;
  }

  statements(uri: string): readonly AnalysedStatement[] {
    return this.context(uri)?.statements ?? [];
  }

  /** Findings of one file in text order; none below the baseline. */
  findings(uri: string): readonly Finding[] {
    return finish(this.findingSteps(uri));
  }

  *findingSteps(uri: string): Steps<readonly Finding[]> {
    for (;;) {
      const analysis = this.#texts.get(uri)?.unreadable ? undefined : yield* this.#analysing(uri);
      if (!analysis?.done || this.#isBaselined(analysis.done)) return [];
      analysis.judging ??= new Shared(this.#judge(analysis.done));
      const findings = yield* whilst(this.#unchanged(), analysis.judging.join());
      if (findings !== STALE) return findings;
    }
  }

  *#judge(context: FileContext): Steps<readonly Finding[]> {
    // Rules about a down file ask for what its up does.
    const up = context.direction === 'down' ? context.migration?.up : undefined;
    if (up) yield* this.#analysing(up.uri);
    return yield* ruleSteps(context, { severity: this.#config.rules, onError: this.#onError });
  }

  #isBaselined(context: FileContext): boolean {
    const { set, migration } = context;
    const written = /^\d[\d-]*/.exec(this.#config.baseline ?? '')?.[0];
    if (written === undefined || !set || !migration) return false;
    return set.tool.compare(migration.version, set.tool.version(written)) <= 0;
  }

  /** Holds until something comes in. */
  #unchanged(): () => boolean {
    const revision = this.#revision;
    return () => this.#revision === revision;
  }

  /** The analysis of a file, done. What came in meanwhile is looked at again, and what still follows from the same goes on. */
  *#analysing(uri: string): Steps<Analysis | undefined> {
    for (;;) {
      const isCurrent = this.#unchanged();
      const input = yield* whilst(isCurrent, this.#inputOf(uri));
      if (input === STALE) continue;
      if (!input) return undefined;
      const analysis = this.#analysisOf(uri, input);
      const context = yield* whilst(isCurrent, analysis.context.join());
      if (context === STALE) continue;
      analysis.done = context;
      analysis.previous = undefined;
      return analysis;
    }
  }

  #analysisOf(uri: string, input: Input): Analysis {
    const known = this.#analyses.get(uri);
    if (known && sameInput(known.input, input)) return known;
    // What was given up half-way is of no use; what was done before it is.
    const previous = known?.done ?? known?.previous;
    const context = new Shared(this.#contextSteps(uri, input, previous));
    const analysis: Analysis = { input, context, previous, done: undefined, judging: undefined };
    this.#analyses.set(uri, analysis);
    return analysis;
  }

  *#inputOf(uri: string): Steps<Input | undefined> {
    const script = yield* this.scriptSteps(uri);
    if (!script) return undefined;
    const place = this.locate(uri);
    const before = yield* this.#catalogBefore(place);
    const other = place && (place.direction === 'up' ? place.migration.down : place.migration.up);
    const counterpart = other && (yield* this.scriptSteps(other.uri));
    return { script, before, place, counterpart };
  }

  *#contextSteps(uri: string, input: Input, previous: FileContext | undefined): Steps<FileContext> {
    const { script, before, place, counterpart } = input;
    const { pgVersion: pg } = this.#config;
    const mode = place?.migration.transaction ?? 'auto';
    const isAlike = previous?.pg === pg && previous.migration?.id === place?.migration.id;
    const statements = yield* analysisSteps(
      { script, uri, migration: place?.migration.id, mode, pg, before },
      isAlike ? previous.statements : [],
    );
    const set = place?.set;
    const self = this;
    return {
      uri,
      script,
      direction: place?.direction ?? 'up',
      migration: place?.migration,
      set,
      mode,
      statements,
      pg,
      counterpart,
      get up() {
        if (place?.direction !== 'down') return statements;
        return place.migration.up ? self.statements(place.migration.up.uri) : [];
      },
      ledger: place ? this.#ledgers.get(place.set.folder)?.get(place.migration.id) : undefined,
      get earlier() {
        return place ? self.#earlier(place.set, place.migration) : [];
      },
      scaffold: set && ((name, up, down, nth = 0) => nextFiles(set, name, up, down, this.#now(), nth)),
    };
  }

  #earlier(set: MigrationSet, migration: Migration): FileContext['earlier'] {
    const until = set.migrations.indexOf(migration);
    return set.migrations.slice(0, until).flatMap((m) => {
      const script = m.up && this.script(m.up.uri);
      return script ? [{ migration: m, script }] : [];
    });
  }

  *#catalogBefore(place: Place | undefined): Steps<Catalog> {
    if (!place) return LONE;
    const where = place.direction === 'up' ? 'before' : 'after';
    return (yield* this.#history(place.set.folder).at(place.set, place.migration.id, where)) ?? LONE;
  }

  #history(folder: string): History {
    let history = this.#histories.get(folder);
    if (!history) {
      const texts = this.#texts;
      history = new History(function* ({ uri, text }) {
        return (yield* texts.script(uri)) ?? (yield* readSteps(text));
      });
      this.#histories.set(folder, history);
    }
    return history;
  }
}

/** One instance, so that a file outside all folders is analysed once. */
const LONE = emptyCatalog();

function sameInput(a: Input, b: Input): boolean {
  return (
    a.script === b.script &&
    a.before === b.before &&
    a.counterpart === b.counterpart &&
    sameShape(a.place?.set, b.place?.set)
  );
}

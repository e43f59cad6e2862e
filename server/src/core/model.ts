import { analyseScript } from './analysis.js';
import type { Catalog } from './catalog/catalog.js';
import { emptyCatalog } from './catalog/empty.js';
import type { PgMajor } from './effects/effect.js';
import { History } from './history.js';
import { buildSet } from './migrations/build.js';
import { detectFolders, type FoundFolder } from './migrations/detect.js';
import type { LayoutId, Migration, MigrationFile, MigrationSet, ToolId } from './migrations/migration.js';
import { compareVersions, ledgerVersion } from './migrations/order.js';
import { nextFiles } from './migrations/scaffold.js';
import { runRules } from './rules/engine.js';
import type { AnalysedStatement, FileContext, Finding, Severity } from './rules/rule.js';
import { readScript } from './sql/read.js';
import type { Script } from './sql/script.js';

/** What analysis needs of the configuration. */
export interface ModelConfig {
  readonly pgVersion: PgMajor;
  readonly rules: Readonly<Record<string, Severity>>;
  /** Folders named by hand; `folder` is relative to the workspace folder. They win over detection. */
  readonly migrations: readonly {
    readonly folder: string;
    readonly layout?: LayoutId | undefined;
    readonly tool?: ToolId | undefined;
  }[];
  /** Migrations up to and with this version stay quiet. */
  readonly baseline: string | undefined;
}

/** What a ledger says of one migration, for the rules. */
export type LedgerFact = NonNullable<FileContext['ledger']>;

interface Entry {
  readonly uri: string;
  readonly path: string;
  text: string;
  script: Script | undefined;
  /** Why its text is not known. */
  unreadable?: string;
}

interface Analysed {
  readonly script: Script;
  readonly before: Catalog;
  readonly set: MigrationSet | undefined;
  readonly counterpart: Script | undefined;
  readonly context: FileContext;
  findings: readonly Finding[] | undefined;
}

function sameFacts(a: ReadonlyMap<string, LedgerFact> | undefined, b: ReadonlyMap<string, LedgerFact>): boolean {
  if (a === undefined || a.size !== b.size) return a === undefined && b.size === 0;
  return [...b].every(([id, fact]) => a.get(id)?.state === fact.state && a.get(id)?.environment === fact.environment);
}

/**
 * The files of one workspace folder, and what is known of them. Pure: files come in by `setFile`, the clock as an argument.
 * Everything derived is computed on demand and kept until what it was derived from changes.
 */
export class WorkspaceModel {
  readonly #root: string;
  readonly #now: () => Date;
  readonly #onError: (error: unknown) => void;
  readonly #entries = new Map<string, Entry>();
  readonly #histories = new Map<string, History>();
  readonly #analysed = new Map<string, Analysed>();
  readonly #ledgers = new Map<string, ReadonlyMap<string, LedgerFact>>();
  #config: ModelConfig;
  #found: readonly FoundFolder[] | undefined;
  #sets: Map<string, MigrationSet> | undefined;

  /** `root`: URI of the workspace folder, without a trailing slash. */
  constructor(root: string, config: ModelConfig, now: () => Date, onError: (error: unknown) => void) {
    this.#root = root;
    this.#config = config;
    this.#now = now;
    this.#onError = onError;
  }

  get root(): string {
    return this.#root;
  }

  get config(): ModelConfig {
    return this.#config;
  }

  configure(config: ModelConfig): void {
    this.#config = config;
    this.#found = undefined;
    this.#sets = undefined;
    this.#analysed.clear();
  }

  /** Adds, changes or (with `undefined`) removes a file. `path` is relative to the workspace folder, with `/`. */
  setFile(uri: string, path: string, text: string | undefined): void {
    const known = this.#entries.get(uri);
    if (known?.text === text && !known?.unreadable) return;
    // A keystroke changes no names: the sets stay as they are, but for one text.
    const sets = known && !known.unreadable && text !== undefined && isSql(path) ? this.#sets : undefined;
    this.#sets = sets && new Map([...sets].map(([folder, set]) => [folder, withText(set, uri, text ?? '')] as const));
    if (text === undefined || !known || !isSql(path)) this.#found = undefined;
    if (text === undefined) {
      this.#entries.delete(uri);
      this.#analysed.delete(uri);
    } else if (known) {
      known.text = text;
      delete known.unreadable;
    } else {
      this.#entries.set(uri, { uri, path, text, script: undefined });
    }
  }

  /** A file that is there and cannot be read: it keeps its place in the order, and nothing is said about its text. */
  setUnreadable(uri: string, path: string, reason: string): void {
    this.setFile(uri, path, undefined);
    this.#entries.set(uri, { uri, path, text: '', script: undefined, unreadable: reason });
  }

  /** All files, in the order in which they came in. */
  uris(): readonly string[] {
    return [...this.#entries.keys()];
  }

  has(uri: string): boolean {
    return this.#entries.has(uri);
  }

  text(uri: string): string | undefined {
    return this.#entries.get(uri)?.text;
  }

  script(uri: string): Script | undefined {
    const entry = this.#entries.get(uri);
    if (!entry) return undefined;
    if (entry.script?.text !== entry.text) {
      entry.script = readScript(entry.text, entry.script ? { previous: entry.script } : {});
    }
    return entry.script;
  }

  /** All migration folders, in path order. */
  sets(): readonly MigrationSet[] {
    return [...this.#allSets().values()];
  }

  set(folder: string): MigrationSet | undefined {
    return this.#allSets().get(folder);
  }

  /** The migration that a file is a half of. */
  locate(uri: string): { set: MigrationSet; migration: Migration; direction: 'up' | 'down' } | undefined {
    for (const set of this.#allSets().values()) {
      if (!uri.startsWith(`${set.folder}/`)) continue;
      for (const migration of set.migrations) {
        if (migration.up?.uri === uri) return { set, migration, direction: 'up' };
        if (migration.down?.uri === uri) return { set, migration, direction: 'down' };
      }
    }
    return undefined;
  }

  /** What the ledger of an environment said about a folder; an empty map forgets. False when that was known already. */
  setLedger(folder: string, facts: ReadonlyMap<string, LedgerFact>): boolean {
    if (sameFacts(this.#ledgers.get(folder), facts)) return false;
    this.#ledgers.set(folder, facts);
    for (const uri of this.#analysed.keys()) if (uri.startsWith(`${folder}/`)) this.#analysed.delete(uri);
    return true;
  }

  /** The catalog after all migrations of a folder. */
  catalog(folder: string): Catalog {
    const set = this.set(folder);
    return set ? this.#history(folder).final(set) : emptyCatalog();
  }

  /** Everything that is known about one file; undefined when it is not in the model. */
  context(uri: string): FileContext | undefined {
    return this.#analyse(uri)?.context;
  }

  statements(uri: string): readonly AnalysedStatement[] {
    return this.#analyse(uri)?.context.statements ?? [];
  }

  /** Findings of one file in text order; none below the baseline. */
  findings(uri: string): readonly Finding[] {
    const analysed = this.#entries.get(uri)?.unreadable ? undefined : this.#analyse(uri);
    if (!analysed) return [];
    const findings =
      analysed.findings ??
      (this.#isBaselined(analysed.context)
        ? []
        : runRules(analysed.context, { severity: this.#config.rules, onError: this.#onError }));
    analysed.findings = findings;
    return findings;
  }

  #isBaselined(context: FileContext): boolean {
    const { set, migration } = context;
    const written = /^\d[\d-]*/.exec(this.#config.baseline ?? '')?.[0];
    if (written === undefined || !set || !migration) return false;
    return compareVersions(set.tool, migration.version, ledgerVersion(set.tool, written)) <= 0;
  }

  #analyse(uri: string): Analysed | undefined {
    const script = this.script(uri);
    if (!script) return undefined;
    const place = this.locate(uri);
    const before = this.#catalogBefore(place);
    const other = place && (place.direction === 'up' ? place.migration.down : place.migration.up);
    const counterpart = other ? this.script(other.uri) : undefined;
    const known = this.#analysed.get(uri);
    if (
      known &&
      known.script === script &&
      known.before === before &&
      known.counterpart === counterpart &&
      sameShape(known.set, place?.set)
    ) {
      return known;
    }
    const context = this.#contextOf(uri, script, before, counterpart, place);
    const analysed: Analysed = { script, before, set: place?.set, counterpart, context, findings: undefined };
    this.#analysed.set(uri, analysed);
    return analysed;
  }

  #contextOf(
    uri: string,
    script: Script,
    before: Catalog,
    counterpart: Script | undefined,
    place: ReturnType<WorkspaceModel['locate']>,
  ): FileContext {
    const { pgVersion: pg } = this.#config;
    const mode = place?.migration.transaction ?? 'auto';
    const known = this.#analysed.get(uri);
    const isAlike = known?.context.pg === pg && known.context.migration?.id === place?.migration.id;
    const statements = analyseScript(
      { script, uri, migration: place?.migration.id, mode, pg, before },
      isAlike ? known.context.statements : [],
    );
    const set = place?.set;
    const self = this;
    return {
      uri,
      script,
      direction: place?.direction ?? 'up',
      migration: place?.migration,
      set,
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

  #catalogBefore(place: ReturnType<WorkspaceModel['locate']>): Catalog {
    if (!place) return LONE;
    const where = place.direction === 'up' ? 'before' : 'after';
    return this.#history(place.set.folder).at(place.set, place.migration.id, where) ?? LONE;
  }

  #history(folder: string): History {
    let history = this.#histories.get(folder);
    if (!history) {
      history = new History((file: MigrationFile) => this.script(file.uri) ?? readScript(file.text));
      this.#histories.set(folder, history);
    }
    return history;
  }

  #allSets(): Map<string, MigrationSet> {
    if (this.#sets) return this.#sets;
    this.#found ??= this.#detect();
    const sets = new Map<string, MigrationSet>();
    for (const found of this.#found) {
      const prefix = `${found.folder}/`;
      const files: MigrationFile[] = [];
      for (const entry of this.#entries.values()) {
        const { uri, text, unreadable } = entry;
        if (!uri.startsWith(prefix)) continue;
        files.push({ uri, path: decode(uri.slice(prefix.length)), text, ...(unreadable ? { unreadable } : {}) });
      }
      sets.set(found.folder, buildSet({ ...found, files }));
    }
    this.#sets = sets;
    return sets;
  }

  #detect(): readonly FoundFolder[] {
    const files = [...this.#entries.values()].map(({ uri, path, text }) => ({ uri, path, text }));
    const named = this.#config.migrations.map((m) => ({ ...m, folder: m.folder.replace(/^\.?\/+|\/+$/g, '') }));
    return detectFolders(files, { root: this.#root, named });
  }
}

/** One instance, so that a file outside all folders is analysed once. */
const LONE = emptyCatalog();

function isSql(path: string): boolean {
  return path.endsWith('.sql');
}

/** The set with another text for one of its files. */
function withText(set: MigrationSet, uri: string, text: string): MigrationSet {
  const index = set.migrations.findIndex((m) => m.up?.uri === uri || m.down?.uri === uri);
  const migration = set.migrations[index];
  if (!migration) return set;
  const half = (file: MigrationFile | undefined) => (file?.uri === uri ? { ...file, text } : file);
  const changed: Migration = { ...migration, up: half(migration.up), down: half(migration.down) };
  return { ...set, migrations: set.migrations.with(index, changed) };
}

/** Same migrations in the same order with the same problems: texts may differ, catalogs tell about those. */
function sameShape(a: MigrationSet | undefined, b: MigrationSet | undefined): boolean {
  if (a === b) return true;
  if (!a || !b || a.tool !== b.tool || a.layout !== b.layout) return false;
  if (a.migrations.length !== b.migrations.length || a.problems.length !== b.problems.length) return false;
  return a.migrations.every((m, i) => {
    const n = b.migrations[i]!;
    return m.id === n.id && m.transaction === n.transaction && m.up?.uri === n.up?.uri && m.down?.uri === n.down?.uri;
  });
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

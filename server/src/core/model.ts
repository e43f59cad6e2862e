import { analysisSteps } from './analysis.js';
import type { Catalog } from './catalog/catalog.js';
import { emptyCatalog } from './catalog/empty.js';
import type { PgMajor } from './effects/effect.js';
import { Folders, type Place } from './folders.js';
import { History } from './history.js';
import { startOf } from './migrations/counterpart.js';
import type { NamedFolder, Tools } from './migrations/detect.js';
import type { Half, Migration, MigrationSet } from './migrations/migration.js';
import { nextFiles } from './migrations/scaffold.js';
import { sameShape } from './migrations/shape.js';
import { ruleSteps } from './rules/engine.js';
import type { AnalysedStatement, FileContext, Finding, Severity } from './rules/rule.js';
import { readSteps } from './sql/read.js';
import type { Script } from './sql/script.js';
import { finish, Shared, STALE, type Steps, whilst } from './steps.js';
import { type Part, Texts, wholeFile } from './texts.js';

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
  /** By the file, then by the key of the half. */
  readonly #analyses = new Map<string, Map<string, Analysis>>();
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

  /** The scripts in a file, in text order: of its halves, or the one of a file that is no migration's. */
  scripts(uri: string): readonly Script[] {
    return finish(this.scriptSteps(uri));
  }

  *scriptSteps(uri: string): Steps<readonly Script[]> {
    const scripts: Script[] = [];
    for (const { part } of this.#subjects(uri)) {
      const script = yield* this.#texts.script(part);
      if (script) scripts.push(script);
    }
    return scripts;
  }

  /** All migration folders, in path order. */
  sets(): readonly MigrationSet[] {
    return [...this.#folders.sets().values()];
  }

  set(folder: string): MigrationSet | undefined {
    return this.#folders.sets().get(folder);
  }

  /** The halves in a file, in text order; empty for a file that is no migration's. */
  halves(uri: string): readonly Place[] {
    return this.#folders.halves(uri);
  }

  /** The half at an offset of a file; before the first one that is the first. */
  locate(uri: string, offset = 0): Place | undefined {
    const halves = this.halves(uri);
    return halves.findLast(({ half }) => startOf(half) <= offset) ?? halves[0];
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

  /** Everything that is known about each half in a file, in text order; of a file outside all folders about its text. */
  contexts(uri: string): readonly FileContext[] {
    return finish(this.contextSteps(uri));
  }

  *contextSteps(uri: string): Steps<readonly FileContext[]> {
    return (yield* this.#analysed(uri)).map(({ done }) => done);
  }

  /** The same at an offset: see `locate`. */
  context(uri: string, offset = 0): FileContext | undefined {
    const key = this.locate(uri, offset)?.half.key ?? uri;
    return finish(this.#analysing(uri, key))?.done;
  }

  /** Everything that is known about one half; undefined when it is not in the model any more. */
  half(half: Pick<Half, 'uri' | 'key'>): FileContext | undefined {
    return finish(this.halfSteps(half));
  }

  *halfSteps({ uri, key }: Pick<Half, 'uri' | 'key'>): Steps<FileContext | undefined> {
    return (yield* this.#analysing(uri, key))?.done;
  }

  statements(uri: string): readonly AnalysedStatement[] {
    return this.contexts(uri).flatMap((context) => context.statements);
  }

  /** Findings of one file in text order; none below the baseline. */
  findings(uri: string): readonly Finding[] {
    return finish(this.findingSteps(uri));
  }

  *findingSteps(uri: string): Steps<readonly Finding[]> {
    for (;;) {
      if (this.#texts.get(uri)?.unreadable) return [];
      const isCurrent = this.#unchanged();
      const found: (readonly Finding[])[] = [];
      for (const analysis of yield* this.#analysed(uri)) {
        if (this.#isBaselined(analysis.done)) continue;
        analysis.judging ??= new Shared(this.#judge(analysis.done));
        const findings = yield* whilst(isCurrent, analysis.judging.join());
        if (findings === STALE) break;
        found.push(findings);
      }
      if (isCurrent()) return found.length === 1 ? found[0]! : joined(found);
    }
  }

  *#judge(context: FileContext): Steps<readonly Finding[]> {
    // Rules about a down ask for what its up does.
    const up = context.direction === 'down' ? context.migration?.up : undefined;
    if (up) yield* this.#analysing(up.uri, up.key);
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

  /** What there is to analyse in a file. */
  #subjects(uri: string): readonly Subject[] {
    const places = this.halves(uri);
    if (places.length === 0) return [{ part: wholeFile(uri), place: undefined }];
    return places.map((place) => ({ part: place.half, place }));
  }

  /** The analyses of all that is in a file, done, and of one state of the texts. */
  *#analysed(uri: string): Steps<readonly Done[]> {
    for (;;) {
      const isCurrent = this.#unchanged();
      const analyses: Done[] = [];
      for (const { part } of this.#subjects(uri)) {
        const analysis = yield* this.#analysing(uri, part.key);
        if (analysis) analyses.push(analysis);
      }
      if (isCurrent()) return analyses;
    }
  }

  /** The analysis of a half, done. What came in meanwhile is looked at again, and what still follows from the same goes on. */
  *#analysing(uri: string, key: string): Steps<Done | undefined> {
    for (;;) {
      const isCurrent = this.#unchanged();
      const subject = this.#subjects(uri).find(({ part }) => part.key === key);
      if (!subject) return undefined;
      const input = yield* whilst(isCurrent, this.#inputOf(subject));
      if (input === STALE) continue;
      if (!input) return undefined;
      const analysis = this.#analysisOf(subject.part, input);
      const context = yield* whilst(isCurrent, analysis.context.join());
      if (context === STALE) continue;
      analysis.previous = undefined;
      return Object.assign(analysis, { done: context });
    }
  }

  #analysisOf(part: Part, input: Input): Analysis {
    const ofFile = this.#analyses.get(part.uri) ?? new Map<string, Analysis>();
    this.#analyses.set(part.uri, ofFile);
    const known = ofFile.get(part.key);
    if (known && sameInput(known.input, input)) return known;
    // What was given up half-way is of no use; what was done before it is.
    const previous = known?.done ?? known?.previous;
    const context = new Shared(this.#contextSteps(part, input, previous));
    const analysis: Analysis = { input, context, previous, done: undefined, judging: undefined };
    ofFile.set(part.key, analysis);
    return analysis;
  }

  *#inputOf({ part, place }: Subject): Steps<Input | undefined> {
    const script = yield* this.#texts.script(part);
    if (!script) return undefined;
    const before = yield* this.#catalogBefore(place);
    const other = place && (place.direction === 'up' ? place.migration.down : place.migration.up);
    const counterpart = other && (yield* this.#texts.script(other));
    return { script, before, place, counterpart };
  }

  *#contextSteps({ uri, key }: Part, input: Input, previous: FileContext | undefined): Steps<FileContext> {
    const { script, before, place, counterpart } = input;
    const { pgVersion: pg } = this.#config;
    const mode = place?.half.transaction ?? 'auto';
    const isAlike = previous?.pg === pg && previous.migration?.id === place?.migration.id;
    const statements = yield* analysisSteps(
      { script, where: { uri, half: key, migration: place?.migration.id }, mode, pg, before },
      isAlike ? previous.statements : [],
    );
    const set = place?.set;
    const self = this;
    return {
      uri,
      half: key,
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
        const half = place.migration.up;
        return half ? (finish(self.#analysing(half.uri, half.key))?.done.statements ?? []) : [];
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
      const script = m.up && finish(this.#texts.script(m.up));
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
      history = new History(function* (half) {
        return (yield* texts.script(half)) ?? (yield* readSteps(half.text, { section: half.section }));
      });
      this.#histories.set(folder, history);
    }
    return history;
  }
}

/** Something to analyse: a half, or a file that is no migration's. */
interface Subject {
  readonly part: Part;
  readonly place: Place | undefined;
}

type Done = Analysis & { readonly done: FileContext };

/**
 * The findings of several halves of one file in text order. What stands before all of them is part of each: a suppression there
 * is without effect only when it has none in any.
 */
function joined(found: readonly (readonly Finding[])[]): readonly Finding[] {
  const counts = new Map<string, number>();
  const idOf = ({ rule, span, message }: Finding) => `${rule} ${span.start} ${span.end} ${message}`;
  for (const finding of found.flat()) counts.set(idOf(finding), (counts.get(idOf(finding)) ?? 0) + 1);
  const seen = new Set<string>();
  const kept = found.flat().filter((finding) => {
    const id = idOf(finding);
    if (seen.has(id) || (finding.scope === 'head' && counts.get(id) !== found.length)) return false;
    seen.add(id);
    return true;
  });
  return kept.sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
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

import { analysisSteps } from './analysis.js';
import type { Catalog } from './catalog/catalog.js';
import { emptyCatalog } from './catalog/empty.js';
import { EarlierScripts } from './earlier.js';
import type { PgMajor } from './effects/effect.js';
import { Folders, type Located } from './folders.js';
import { History, type Met } from './history.js';
import { startOf } from './migrations/counterpart.js';
import type { NamedFolder, Tools } from './migrations/detect.js';
import type { Half, LayoutProblem } from './migrations/migration.js';
import type { MigrationSet } from './migrations/set.js';
import { nextFiles } from './plans/scaffold.js';
import type { Ground } from './reversal/stage.js';
import { ruleSteps } from './rules/engine.js';
import type { Finding, Severity } from './rules/rule.js';
import { readSteps } from './sql/read.js';
import type { Script } from './sql/script.js';
import type { AnalysedStatement, FileContext } from './statements/analysed.js';
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

/**
 * All that the findings of a half follow from: what is not in here no rule may see. Two inputs are the same when each part is,
 * so parts are kept as long as they hold.
 */
interface Input {
  readonly script: Script;
  /** Files, names and order of the folder; not the texts. */
  readonly names: object | undefined;
  readonly located: Located | undefined;
  readonly met: Met;
  readonly counterpart: Script | undefined;
  /** For a down: what is known of its up. */
  readonly up: FileContext | undefined;
  /** What is wrong with the file's name and marks. */
  readonly problems: readonly LayoutProblem[];
  readonly ledger: LedgerFact | undefined;
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
  return [...b].every(([id, fact]) => sameFact(a.get(id), fact));
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
    this.#forgetOrder();
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
    if (known && !known.unreadable && text !== undefined) this.#textChanged(uri, path, text);
    else this.#filesChanged();
  }

  /** A file that is there and cannot be read: it keeps its place in the order, and nothing is said about its text. */
  setUnreadable(uri: string, path: string, reason: string): void {
    this.setFile(uri, path, undefined);
    this.#texts.put({ uri, path, text: '', unreadable: reason });
    this.#filesChanged();
    this.#revision++;
  }

  #textChanged(uri: string, path: string, text: string): void {
    const changed = this.#folders.textChanged(uri, path, text);
    if (changed === 'all') this.#forgetOrder();
    else if (changed) this.#histories.get(changed.folder)?.changedFrom(Math.min(...changed.at));
  }

  #filesChanged(): void {
    this.#folders.filesChanged();
    this.#forgetOrder();
  }

  /** Which migrations there are, and in which order, has to be looked at again; what still holds is kept. */
  #forgetOrder(): void {
    for (const history of this.#histories.values()) history.changedFrom(0);
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
  halves(uri: string): readonly Located[] {
    return this.#folders.halves(uri);
  }

  /** The half at an offset of a file; before the first one that is the first. */
  locate(uri: string, offset = 0): Located | undefined {
    const halves = this.halves(uri);
    return halves.findLast(({ half }) => startOf(half) <= offset) ?? halves[0];
  }

  /** What the ledger of an environment said about a folder; an empty map forgets. False when that was known already. */
  setLedger(folder: string, facts: ReadonlyMap<string, LedgerFact>): boolean {
    if (sameFacts(this.#ledgers.get(folder), facts)) return false;
    this.#revision++;
    this.#ledgers.set(folder, facts);
    return true;
  }

  /** The schema after all migrations of a folder, and the statements that made it, the last one first. */
  after(folder: string): Ground {
    return finish(this.afterSteps(folder));
  }

  *afterSteps(folder: string): Steps<Ground> {
    for (;;) {
      const set = this.set(folder);
      if (!set) return { before: emptyCatalog(), earlier: () => [] };
      const met = yield* whilst(this.#unchanged(), this.#history(folder).after(set, set.migrations.length - 1));
      if (met !== STALE) return { before: met.catalog, earlier: () => met.earlier.newestFirst() };
    }
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

  #judge(context: FileContext): Steps<readonly Finding[]> {
    return ruleSteps(context, { severity: this.#config.rules, onError: this.#onError });
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
    if (places.length === 0) return [{ part: wholeFile(uri), located: undefined }];
    return places.map((located) => ({ part: located.half, located }));
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

  *#inputOf({ part, located }: Subject): Steps<Input | undefined> {
    const script = yield* this.#texts.script(part);
    if (!script) return undefined;
    if (!located) return { ...ALONE, script };
    const { set, migration, direction, index, names } = located;
    const other = direction === 'up' ? migration.down : migration.up;
    const counterpart = other && (yield* this.#texts.script(other));
    // First, so that the history takes from it what is there once the up has run.
    const up = direction === 'down' && other ? (yield* this.#analysing(other.uri, other.key))?.done : undefined;
    const history = this.#history(set.folder);
    const met = yield* direction === 'up' ? history.before(set, index) : history.after(set, index);
    const problems = set.problems.filter((problem) => problem.uri === part.uri);
    const ledger = this.#ledgers.get(set.folder)?.get(migration.id);
    return { script, names, located, met, counterpart, up, problems, ledger };
  }

  *#contextSteps({ uri, key }: Part, input: Input, previous: FileContext | undefined): Steps<FileContext> {
    const { script, met, located, counterpart, up, ledger } = input;
    const { pgVersion: pg } = this.#config;
    const mode = located?.half.transaction ?? 'auto';
    const isAlike = previous?.pg === pg && previous.migration?.id === located?.migration.id;
    const statements = yield* analysisSteps(
      { script, where: { uri, half: key, migration: located?.migration.id }, mode, pg, before: met.catalog },
      isAlike ? previous.statements : [],
    );
    const set = located?.set;
    return {
      uri,
      half: key,
      script,
      direction: located?.direction ?? 'up',
      migration: located?.migration,
      set,
      mode,
      statements,
      pg,
      counterpart,
      up: located?.direction === 'down' ? (up?.statements ?? []) : statements,
      ledger,
      earlier: met.earlier,
      scaffold: set && ((name, sql, down, nth = 0) => nextFiles(set, name, sql, down, this.#now(), nth)),
    };
  }

  /** The schema once a half has run, where its analysis has found that out already. */
  #endOf(half: Half, script: Script, before: Met): Catalog | undefined {
    const known = this.#analyses.get(half.uri)?.get(half.key);
    if (!known?.done || known.input.script !== script || known.input.met !== before) return undefined;
    return known.done.statements.at(-1)?.after ?? before.catalog;
  }

  #history(folder: string): History {
    let history = this.#histories.get(folder);
    if (!history) {
      const texts = this.#texts;
      history = new History({
        *script(half) {
          return (yield* texts.script(half)) ?? (yield* readSteps(half.text, { section: half.section }));
        },
        analysed: (half, script, before) => this.#endOf(half, script, before),
      });
      this.#histories.set(folder, history);
    }
    return history;
  }
}

/** Something to analyse: a half, or a file that is no migration's. */
interface Subject {
  readonly part: Part;
  readonly located: Located | undefined;
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

/** What a file outside all folders meets; one instance, so that it is analysed once. */
const ALONE: Omit<Input, 'script'> = {
  names: undefined,
  located: undefined,
  met: { catalog: emptyCatalog(), earlier: EarlierScripts.none },
  counterpart: undefined,
  up: undefined,
  problems: [],
  ledger: undefined,
};

function sameInput(a: Input, b: Input): boolean {
  return (
    a.script === b.script &&
    a.met === b.met &&
    a.names === b.names &&
    a.counterpart === b.counterpart &&
    a.up === b.up &&
    sameFact(a.ledger, b.ledger) &&
    a.located?.half.key === b.located?.half.key &&
    a.located?.half.transaction === b.located?.half.transaction &&
    sameProblems(a.problems, b.problems)
  );
}

function sameProblems(a: readonly LayoutProblem[], b: readonly LayoutProblem[]): boolean {
  return (
    a.length === b.length &&
    a.every((p, i) => {
      const other = b[i]!;
      return p.message === other.message && p.span?.start === other.span?.start && p.span?.end === other.span?.end;
    })
  );
}

function sameFact(a: LedgerFact | undefined, b: LedgerFact | undefined): boolean {
  return a?.state === b?.state && a?.environment === b?.environment;
}

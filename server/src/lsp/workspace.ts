import { access } from 'node:fs/promises';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { URI } from 'vscode-uri';
import { type ResolvedConfig, resolveConfig } from '../config/resolve.js';
import {
  type FileContext,
  type Finding,
  type Half,
  LineIndex,
  type ModelWorld,
  type Steps,
  WorkspaceModel,
} from '../core/index.js';
import { isScanned, readText, reasonOf, scanFiles } from '../files/scan.js';
import { tools } from '../tools/index.js';
import type { Log } from './guarded.js';
import { Turns } from './turns.js';

/** One workspace folder: its files in a model, its configuration. */
export interface Root {
  readonly uri: string;
  readonly name: string;
  readonly model: WorkspaceModel;
  config: ResolvedConfig;
  /** Resolves when the first scan is through. */
  ready: Promise<void>;
}

/** What is known of one migration file: all that a handler translates. */
export interface Judged {
  /** Of each half in the file, in text order; at least one. */
  readonly contexts: readonly FileContext[];
  readonly findings: readonly Finding[];
  readonly lines: LineIndex;
}

/** What is known of the half at an offset; before the first one that is the first. */
export function contextAt({ contexts }: Judged, offset: number): FileContext {
  return contexts.findLast(({ script }) => (script.within[0]?.start ?? 0) <= offset) ?? contexts[0]!;
}

/** Whether an answer is still wanted, as a CancellationToken tells. */
export interface Asked {
  readonly isCancellationRequested: boolean;
}

function* done(steps: Steps<unknown>): Steps<true> {
  yield* steps;
  return true;
}

/** The settings that a workspace folder brings along. */
const OWN = 'lockstep.json';

function isOnDisk(uri: string): boolean {
  try {
    return fileURLToPath(uri) !== '';
  } catch {
    return false;
  }
}

/** Begins as the editor writes its folder: programs escape differently (`C:`, `c%3A`; `@`, `%40`), and addresses are compared. */
function uriBelow(root: Root, relative: string): string {
  return `${root.uri}/${URI.file(`/${relative}`).toString().slice('file:///'.length)}`;
}

function namedIn(root: Root): readonly string[] {
  return root.config.migrations.map((entry) => entry.folder);
}

/** Keeps one model per workspace folder in step with disk, open documents and settings. */
export class Workspace {
  readonly #log: Log;
  readonly #now: () => Date;
  readonly #roots = new Map<string, Root>();
  readonly #open = new Map<string, TextDocument>();
  readonly #turns = new Turns();
  readonly #lines = new Map<string, { readonly text: string; readonly index: LineIndex }>();
  /** For files outside every workspace folder. */
  readonly #lone: WorkspaceModel;

  /** Address of a rule's documentation. */
  readonly ruleLink: (rule: string) => string;

  constructor(now: () => Date, ruleLink: (rule: string) => string, log: Log) {
    this.ruleLink = ruleLink;
    this.#now = now;
    this.#log = log;
    this.#lone = new WorkspaceModel('lone:', resolveConfig(undefined, undefined).config, this.#world());
  }

  get roots(): readonly Root[] {
    return [...this.#roots.values()];
  }

  /** A folder that is not on this machine's disk (a virtual workspace) is left out: the others go on. */
  addRoot(uri: string, name: string, settings: unknown): Root | undefined {
    const clean = uri.replace(/\/$/, '');
    if (!isOnDisk(clean)) {
      this.#log(`Left out the workspace folder ${name}: it is not on this machine's disk (${clean.split(':', 1)[0]}).`);
      return undefined;
    }
    const { config } = resolveConfig(settings, undefined);
    const model = new WorkspaceModel(clean, config, this.#world());
    const root: Root = { uri: clean, name, model, config, ready: Promise.resolve() };
    this.#roots.set(clean, root);
    root.ready = this.#scan(root, settings);
    return root;
  }

  removeRoot(uri: string): void {
    this.#roots.delete(uri.replace(/\/$/, ''));
  }

  /** Takes over changed settings; the folder's own `lockstep.json` wins over them. */
  configure(root: Root, settings: unknown): readonly string[] {
    const chosen = () => JSON.stringify([root.config.exclude, namedIn(root)]);
    const before = chosen();
    const problems = this.#configure(root, settings);
    // What is excluded now goes, what no longer is comes in.
    if (chosen() !== before) root.ready = root.ready.then(() => this.reread(root.uri));
    return problems;
  }

  #configure(root: Root, settings: unknown): readonly string[] {
    const { config, problems } = resolveConfig(settings, root.model.text(`${root.uri}/${OWN}`));
    root.config = config;
    root.model.configure(config);
    return problems.map((problem) => problem.message);
  }

  rootOf(uri: string): Root | undefined {
    let best: Root | undefined;
    for (const root of this.#roots.values()) {
      if (uri.startsWith(`${root.uri}/`) && root.uri.length > (best?.uri.length ?? 0)) best = root;
    }
    return best;
  }

  modelOf(uri: string): WorkspaceModel {
    return this.rootOf(uri)?.model ?? this.#lone;
  }

  /** Waits for the first scan of the folder that the file is in. */
  async modelReady(uri: string): Promise<WorkspaceModel> {
    const root = this.rootOf(uri);
    await root?.ready;
    return this.modelOf(uri);
  }

  /** The model, with the script of the file read; undefined when nobody asks any more. */
  async read(uri: string, asked: Asked): Promise<WorkspaceModel | undefined> {
    const model = await this.modelReady(uri);
    const isDone = await this.#turns.take(done(model.scriptSteps(uri)), () => !asked.isCancellationRequested);
    return isDone && model;
  }

  /** Undefined when the file is no migration's, and when nobody asks any more. */
  async judged(uri: string, asked: Asked): Promise<Judged | undefined> {
    const model = await this.modelReady(uri);
    if (!(await this.#turns.take(done(model.findingSteps(uri)), () => !asked.isCancellationRequested)))
      return undefined;
    const contexts = model.contexts(uri);
    const lines = this.lines(uri);
    return contexts[0]?.migration && lines && { contexts, findings: model.findings(uri), lines };
  }

  /** Everything that is known about one half, found out while others are answered. */
  async analysed(half: Pick<Half, 'uri' | 'key'>): Promise<FileContext | undefined> {
    const model = await this.modelReady(half.uri);
    return this.#turns.take(model.halfSteps(half), () => true);
  }

  /** What the migrations of a folder lead to; undefined when nobody asks any more. */
  async after(folder: string, asked: Asked): Promise<ReturnType<WorkspaceModel['after']> | undefined> {
    const model = await this.modelReady(`${folder}/`);
    return this.#turns.take(model.afterSteps(folder), () => !asked.isCancellationRequested);
  }

  async allReady(): Promise<void> {
    await Promise.all(this.roots.map((root) => root.ready));
  }

  lines(uri: string): LineIndex | undefined {
    const text = this.modelOf(uri).text(uri);
    if (text === undefined) return undefined;
    const known = this.#lines.get(uri);
    if (known?.text === text) return known.index;
    const index = new LineIndex(text);
    this.#lines.set(uri, { text, index });
    return index;
  }

  documentChanged(document: TextDocument): void {
    this.#open.set(document.uri, document);
    this.#put(document.uri, document.getText());
  }

  /** The editor's copy is gone: what is on disk holds again. */
  async documentClosed(uri: string): Promise<void> {
    this.#open.delete(uri);
    await this.fileChanged(uri);
  }

  isOpen(uri: string): boolean {
    return this.#open.has(uri);
  }

  version(uri: string): number | undefined {
    return this.#open.get(uri)?.version;
  }

  /** A file on disk was made, changed or deleted. The text of an open document wins, as long as its file is there. */
  async fileChanged(uri: string): Promise<void> {
    if (!uri.startsWith('file:')) return;
    const root = this.rootOf(uri);
    const file = fileURLToPath(uri);
    if (this.#open.has(uri)) {
      const exists = await access(file).then(
        () => true,
        () => false,
      );
      const open = this.#open.get(uri);
      if (open) this.#put(uri, exists ? open.getText() : undefined);
      return;
    }
    if (!root || !isScanned(this.#relative(root, uri), namedIn(root))) {
      this.#put(uri, undefined);
      return;
    }
    try {
      const text = await readText(file);
      if (!this.#open.has(uri)) this.#put(uri, text);
    } catch (error) {
      if (this.#open.has(uri)) return;
      const isGone = await access(file).then(
        () => false,
        () => true,
      );
      if (isGone || root.config.isExcluded(this.#relative(root, uri))) this.#put(uri, undefined);
      else root.model.setUnreadable(uri, this.#relative(root, uri), reasonOf(error));
    }
  }

  /** Reads a folder again: what runs is what is on disk now, also when the editor has not yet heard of a change. */
  async reread(folder: string): Promise<void> {
    const root = this.rootOf(`${folder}/`);
    if (!root) return;
    const below = folder === root.uri ? '' : `${this.#relative(root, folder)}/`;
    const unread = new Set<string>();
    const files = await scanFiles(
      fileURLToPath(folder),
      (file) => root.config.isExcluded(below + file),
      (file, error) => unread.add(this.#leftOut(root, file, error)),
      folder === root.uri ? namedIn(root) : [],
    );
    const found = new Map(files.map((file) => [uriBelow(root, below + file.path), file.text]));
    for (const uri of root.model.uris()) {
      // An editor may hold a file long after it was deleted.
      const isKept = found.has(uri) || unread.has(uri) || uri === `${root.uri}/${OWN}`;
      if (uri.startsWith(`${folder}/`) && !isKept) this.#put(uri, undefined);
    }
    for (const [uri, text] of found) if (!this.#open.has(uri) && root.model.text(uri) !== text) this.#put(uri, text);
    for (const [uri, document] of this.#open) {
      if (found.has(uri) || unread.has(uri)) this.#put(uri, document.getText());
    }
  }

  async #scan(root: Root, settings: unknown): Promise<void> {
    const folder = fileURLToPath(root.uri);
    const own = await readText(path.join(folder, OWN)).catch(() => undefined);
    if (!this.#open.has(`${root.uri}/${OWN}`)) this.#put(`${root.uri}/${OWN}`, own);
    for (const problem of this.#configure(root, settings)) this.#log(problem);
    const files = await scanFiles(
      folder,
      root.config.isExcluded,
      (file, error) => void this.#leftOut(root, file, error),
      namedIn(root),
    );
    for (const file of files) {
      const uri = uriBelow(root, file.path);
      if (!this.#open.has(uri)) root.model.setFile(uri, file.path, file.text);
    }
    // What was opened before it was known to be excluded.
    for (const [uri, document] of this.#open) if (this.rootOf(uri) === root) this.#put(uri, document.getText());
  }

  /** Returns the file's address. */
  #leftOut(root: Root, file: string, error: unknown): string {
    this.#log(`Left out ${file}: ${reasonOf(error)}.`);
    const uri = uriBelow(root, path.relative(fileURLToPath(root.uri), file).split(path.sep).join('/'));
    if (/\.sql$/i.test(file) && !this.#open.has(uri))
      root.model.setUnreadable(uri, this.#relative(root, uri), reasonOf(error));
    return uri;
  }

  #put(uri: string, text: string | undefined): void {
    const root = this.rootOf(uri);
    const model = root?.model ?? this.#lone;
    const relative = root ? this.#relative(root, uri) : path.posix.basename(uri);
    const isOut = text === undefined || (relative !== OWN && root?.config.isExcluded(relative) === true);
    model.setFile(uri, relative, isOut ? undefined : text);
    if (isOut) this.#lines.delete(uri);
  }

  #relative(root: Root, uri: string): string {
    const rest = uri.slice(root.uri.length + 1);
    try {
      return decodeURIComponent(rest);
    } catch {
      return rest;
    }
  }

  #world(): ModelWorld {
    return { tools, now: this.#now, onError: (error) => this.#logError(error) };
  }

  #logError(error: unknown): void {
    this.#log(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
}

import { buildSet } from './migrations/build.js';
import { detectFolders, type FoundFolder } from './migrations/detect.js';
import type { LayoutId, Migration, MigrationFile, MigrationSet, ToolId } from './migrations/migration.js';
import { withText } from './migrations/shape.js';
import type { Texts } from './texts.js';

/** A folder named by hand; relative to the workspace folder. */
export interface NamedFolder {
  readonly folder: string;
  readonly layout?: LayoutId | undefined;
  readonly tool?: ToolId | undefined;
}

/** The migration that a file is a half of. */
export interface Place {
  readonly set: MigrationSet;
  readonly migration: Migration;
  readonly direction: 'up' | 'down';
}

/** The migration folders among the files of a workspace folder. */
export class Folders {
  readonly #root: string;
  readonly #texts: Texts;
  #named: readonly NamedFolder[];
  #found: readonly FoundFolder[] | undefined;
  #sets: ReadonlyMap<string, MigrationSet> | undefined;

  constructor(root: string, texts: Texts, named: readonly NamedFolder[]) {
    this.#root = root;
    this.#texts = texts;
    this.#named = named;
  }

  name(named: readonly NamedFolder[]): void {
    this.#named = named;
    this.filesChanged();
  }

  /** Files came or went. */
  filesChanged(): void {
    this.#found = undefined;
    this.#sets = undefined;
  }

  /** Changes no names: the sets stay as they are, but for one text. */
  textChanged(uri: string, path: string, text: string): void {
    if (!path.endsWith('.sql')) {
      this.filesChanged();
      return;
    }
    const sets = this.#sets;
    this.#sets = sets && new Map([...sets].map(([folder, set]) => [folder, withText(set, uri, text)] as const));
  }

  /** By folder, in path order. */
  sets(): ReadonlyMap<string, MigrationSet> {
    if (this.#sets) return this.#sets;
    this.#found ??= this.#detect();
    this.#sets = new Map(this.#found.map((found) => [found.folder, this.#build(found)]));
    return this.#sets;
  }

  locate(uri: string): Place | undefined {
    for (const set of this.sets().values()) {
      if (!uri.startsWith(`${set.folder}/`)) continue;
      for (const migration of set.migrations) {
        if (migration.up?.uri === uri) return { set, migration, direction: 'up' };
        if (migration.down?.uri === uri) return { set, migration, direction: 'down' };
      }
    }
    return undefined;
  }

  #build(found: FoundFolder): MigrationSet {
    const prefix = `${found.folder}/`;
    const files: MigrationFile[] = [];
    for (const { uri, text, unreadable } of this.#texts.files()) {
      if (!uri.startsWith(prefix)) continue;
      files.push({ uri, path: decode(uri.slice(prefix.length)), text, ...(unreadable ? { unreadable } : {}) });
    }
    return buildSet({ ...found, files });
  }

  #detect(): readonly FoundFolder[] {
    const files = [...this.#texts.files()].map(({ uri, path, text }) => ({ uri, path, text }));
    const named = this.#named.map((m) => ({ ...m, folder: m.folder.replace(/^\.?\/+|\/+$/g, '') }));
    return detectFolders(files, { root: this.#root, named });
  }
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

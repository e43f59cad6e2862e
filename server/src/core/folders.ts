import { detectFolders, type FoundFolder, type NamedFolder, type Tools } from './migrations/detect.js';
import type { Migration, MigrationFile, MigrationSet } from './migrations/migration.js';
import { withText } from './migrations/shape.js';
import type { Texts } from './texts.js';

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
  readonly #tools: Tools;
  #named: readonly NamedFolder[];
  #found: readonly FoundFolder[] | undefined;
  #sets: ReadonlyMap<string, MigrationSet> | undefined;

  constructor(root: string, texts: Texts, tools: Tools, named: readonly NamedFolder[]) {
    this.#root = root;
    this.#texts = texts;
    this.#tools = tools;
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
    const { folder, layout, tool, note } = found;
    const { migrations, problems } = tool.list({ folder, layout, files });
    const about = note ?? tool.cannotRun;
    const whole = about === undefined ? [] : [{ kind: 'ambiguous' as const, uri: folder, message: about }];
    return { folder, layout, tool, migrations, problems: [...whole, ...problems] };
  }

  #detect(): readonly FoundFolder[] {
    const files = [...this.#texts.files()].map(({ uri, path, text }) => ({ uri, path, text }));
    const named = this.#named.map((m) => ({ ...m, folder: m.folder.replace(/^\.?\/+|\/+$/g, '') }));
    return detectFolders(files, { tools: this.#tools, root: this.#root, named });
  }
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

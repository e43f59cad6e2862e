import { startOf } from './migrations/counterpart.js';
import { detectFolders, type FoundFolder, type NamedFolder, type Tools } from './migrations/detect.js';
import type { Half, LayoutProblem, Migration, MigrationFile } from './migrations/migration.js';
import type { MigrationSet } from './migrations/set.js';
import { sameHalves, withText } from './migrations/shape.js';
import { type KnownMark, strangeMarks } from './migrations/strangeMarks.js';
import type { Tool } from './migrations/tool.js';
import type { Texts } from './texts.js';

/** A half, and the migration that it is one of. */
export interface Located {
  readonly set: MigrationSet;
  readonly migration: Migration;
  readonly direction: 'up' | 'down';
  readonly half: Half;
  /** Its place in the set. */
  readonly index: number;
  /** Stands for the files, names and order of the folder: another one as soon as one of them changes. */
  readonly names: object;
}

/** The migration folders among the files of a workspace folder. */
export class Folders {
  readonly #root: string;
  readonly #texts: Texts;
  readonly #tools: Tools;
  #named: readonly NamedFolder[];
  #found: readonly FoundFolder[] | undefined;
  #sets: ReadonlyMap<string, MigrationSet> | undefined;
  #positions: ReadonlyMap<string, Position> | undefined;
  readonly #names = new Map<string, object>();

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
    this.#positions = undefined;
    this.#names.clear();
  }

  /**
   * Changes no names: the sets stay as they are, but for one text. Returns which migrations have another text; `all` when
   * it says something of the others.
   */
  textChanged(uri: string, path: string, text: string): Position | 'all' | undefined {
    if (!/\.sql$/i.test(path)) {
      this.filesChanged();
      return 'all';
    }
    const sets = this.#sets;
    const found = this.#position(uri);
    if (!sets || !found) return undefined;
    const set = sets.get(found.folder)!;
    const changed = found.at.reduce((next, at) => withText(next, at, uri, text, this.#strangeMarks(set.tool)), set);
    this.#sets = new Map([...sets, [found.folder, changed]]);
    if (found.at.some((at) => !sameHalves(set.migrations[at]!, changed.migrations[at]!)))
      this.#names.delete(found.folder);
    return found;
  }

  /** By folder, in path order. */
  sets(): ReadonlyMap<string, MigrationSet> {
    if (this.#sets) return this.#sets;
    this.#found ??= this.#detect();
    this.#sets = new Map(this.#found.map((found) => [found.folder, this.#build(found)]));
    return this.#sets;
  }

  /** The halves in a file, in text order; empty for a file that is no migration's. */
  halves(uri: string): readonly Located[] {
    const found = this.#position(uri);
    const set = found && this.sets().get(found.folder);
    const places = (found?.at ?? []).flatMap((at): Located[] => {
      const migration = set!.migrations[at]!;
      const { up, down } = migration;
      const names = this.#namesOf(set!.folder);
      const common = { set: set!, migration, index: at, names };
      return [
        ...(up?.uri === uri ? [{ ...common, direction: 'up' as const, half: up }] : []),
        ...(down?.uri === uri ? [{ ...common, direction: 'down' as const, half: down }] : []),
      ];
    });
    return places.length > 1 ? places.sort((a, b) => startOf(a.half) - startOf(b.half)) : places;
  }

  #namesOf(folder: string): object {
    const known = this.#names.get(folder) ?? {};
    this.#names.set(folder, known);
    return known;
  }

  /** Made once for a list of files: which migrations a file is part of does not change with texts. */
  #position(uri: string): Position | undefined {
    this.#positions ??= positionsIn(this.sets().values());
    return this.#positions.get(uri);
  }

  #build(found: FoundFolder): MigrationSet {
    const prefixes = [found.folder, ...(found.also ?? [])].map((folder) => `${folder}/`);
    const files: MigrationFile[] = [];
    for (const { uri, text, unreadable } of this.#texts.files()) {
      const prefix = prefixes.find((p) => uri.startsWith(p));
      if (prefix === undefined) continue;
      files.push({ uri, path: decode(uri.slice(prefix.length)), text, ...(unreadable ? { unreadable } : {}) });
    }
    const { folder, layout, tool, table, note, options } = found;
    const { migrations, problems } = tool.list({ folder, layout, options, files });
    const whole = note === undefined ? [] : [{ kind: 'ambiguous' as const, uri: folder, message: note }];
    const strange = this.#strangeMarks(tool);
    const marks = migrations.flatMap(({ up, down }) => [
      ...(up ? strange(up, 'up') : []),
      ...(down ? strange(down, 'down') : []),
    ]);
    return { folder, layout, tool, table, options, migrations, problems: [...whole, ...problems, ...marks] };
  }

  /** Looks for marks of other tools than the folder's own. */
  #strangeMarks(own: Tool): (half: Half, direction: 'up' | 'down') => readonly LayoutProblem[] {
    const { known, foreign } = this.#tools;
    const marks = [...known, ...foreign]
      .filter((tool) => tool.id !== own.id)
      .flatMap(({ title, marks: all = [] }): KnownMark[] => all.map((mark) => ({ ...mark, tool: title })));
    return (half, direction) => strangeMarks(half, direction, marks);
  }

  #detect(): readonly FoundFolder[] {
    const files = [...this.#texts.files()].map(({ uri, path, text }) => ({ uri, path, text }));
    const named = this.#named.map((m) => ({ ...m, folder: m.folder.replace(/^\.?\/+|\/+$/g, '') }));
    return detectFolders(files, { tools: this.#tools, root: this.#root, named });
  }
}

/** The migrations that a file is part of, by their places in the set of a folder. */
export interface Position {
  readonly folder: string;
  readonly at: readonly number[];
}

function positionsIn(sets: Iterable<MigrationSet>): ReadonlyMap<string, Position> {
  const positions = new Map<string, { folder: string; at: number[] }>();
  for (const { folder, migrations } of sets) {
    for (const [i, { up, down }] of migrations.entries()) {
      for (const uri of new Set([up?.uri, down?.uri])) {
        if (uri === undefined) continue;
        const known = positions.get(uri);
        if (!known) positions.set(uri, { folder, at: [i] });
        else if (known.folder === folder) known.at.push(i);
      }
    }
  }
  return positions;
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

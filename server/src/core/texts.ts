import type { Half } from './migrations/migration.js';
import { readSteps } from './sql/read.js';
import type { Script, Section } from './sql/script.js';
import { Shared, STALE, type Steps, whilst } from './steps.js';

/** One file of a workspace folder. */
export interface TextFile {
  readonly uri: string;
  /** Relative to the workspace folder, with `/`. */
  readonly path: string;
  readonly text: string;
  /** Why its text is not known. */
  readonly unreadable?: string;
}

/** What is read of a file: all of it, or a section. */
export type Part = Pick<Half, 'uri' | 'key' | 'section'>;

/** All of a file that is no migration's. */
export function wholeFile(uri: string): Part {
  return { uri, key: uri, section: undefined };
}

interface Reading {
  readonly text: string;
  readonly section: Section | undefined;
}

interface Entry {
  /** The last script that was read, and what of. */
  script: (Reading & { readonly script: Script }) | undefined;
  reading: (Reading & { readonly work: Shared<Script> }) | undefined;
}

interface Known {
  file: TextFile;
  /** By the key of the part. */
  readonly parts: Map<string, Entry>;
}

/** The texts of a workspace folder, each part of them read into a script once: an edit reads again what it changed. */
export class Texts {
  readonly #known = new Map<string, Known>();

  /** All files, in the order in which they came in. */
  *files(): Iterable<TextFile> {
    for (const { file } of this.#known.values()) yield file;
  }

  uris(): readonly string[] {
    return [...this.#known.keys()];
  }

  get(uri: string): TextFile | undefined {
    return this.#known.get(uri)?.file;
  }

  put(file: TextFile): void {
    const known = this.#known.get(file.uri);
    if (known) known.file = file;
    else this.#known.set(file.uri, { file, parts: new Map() });
  }

  delete(uri: string): void {
    this.#known.delete(uri);
  }

  /** The script of a part, in small steps; of the newest text, as long as `part` is one of that. */
  *script({ uri, key, section }: Part): Steps<Script | undefined> {
    for (;;) {
      const known = this.#known.get(uri);
      if (!known) return undefined;
      const { text } = known.file;
      const wanted = { text, section };
      const entry = known.parts.get(key) ?? { script: undefined, reading: undefined };
      known.parts.set(key, entry);
      if (entry.script && isSame(entry.script, wanted)) return entry.script.script;
      if (!entry.reading || !isSame(entry.reading, wanted))
        entry.reading = { ...wanted, work: new Shared(readSteps(text, { previous: entry.script?.script, section })) };
      const isCurrent = () => this.#known.get(uri) === known && known.file.text === text;
      const script = yield* whilst(isCurrent, entry.reading.work.join());
      if (script === STALE) continue;
      entry.script = { ...wanted, script };
      entry.reading = undefined;
    }
  }
}

/** Sections are made anew with every text: the same text with the same marks has the same. */
function isSame(a: Reading, b: Reading): boolean {
  if (a.text !== b.text) return false;
  if (a.section === b.section) return true;
  if (!a.section || !b.section || a.section.within.length !== b.section.within.length) return false;
  return a.section.within.every(({ start, end }, i) => {
    const other = b.section!.within[i]!;
    return start === other.start && end === other.end;
  });
}

import { readSteps } from './sql/read.js';
import type { Script } from './sql/script.js';
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

interface Entry {
  file: TextFile;
  script: Script | undefined;
  reading: { readonly text: string; readonly work: Shared<Script> } | undefined;
}

/** The texts of a workspace folder, each read into a script once: an edit reads again what it changed. */
export class Texts {
  readonly #entries = new Map<string, Entry>();

  /** All files, in the order in which they came in. */
  *files(): Iterable<TextFile> {
    for (const entry of this.#entries.values()) yield entry.file;
  }

  uris(): readonly string[] {
    return [...this.#entries.keys()];
  }

  get(uri: string): TextFile | undefined {
    return this.#entries.get(uri)?.file;
  }

  put(file: TextFile): void {
    const known = this.#entries.get(file.uri);
    if (known) known.file = file;
    else this.#entries.set(file.uri, { file, script: undefined, reading: undefined });
  }

  delete(uri: string): void {
    this.#entries.delete(uri);
  }

  /** The script of a file, in small steps; always of the newest text. */
  *script(uri: string): Steps<Script | undefined> {
    for (;;) {
      const entry = this.#entries.get(uri);
      if (!entry || entry.script?.text === entry.file.text) return entry?.script;
      const { text } = entry.file;
      if (entry.reading?.text !== text) {
        const work = new Shared(readSteps(text, entry.script ? { previous: entry.script } : {}));
        entry.reading = { text, work };
      }
      const isCurrent = () => this.#entries.get(uri) === entry && entry.file.text === text;
      const script = yield* whilst(isCurrent, entry.reading.work.join());
      if (script === STALE) continue;
      entry.script = script;
      entry.reading = undefined;
    }
  }
}

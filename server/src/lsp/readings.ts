import type { Environment } from './environments.js';
import type { FolderReading } from './folderState.js';

/**
 * What the databases said, by folder. A question gets a number when it is asked: an answer that comes after the answer to
 * a later question is dropped. A reading holds for the database it was asked of, whatever else has the same id by now.
 */
export class Readings {
  readonly #known = new Map<
    string,
    { readonly number: number; readonly of: string; readonly reading: FolderReading }
  >();
  #asked = 0;

  /** Asks, and keeps the answer unless a later question was answered meanwhile. Returns the answer in any case. */
  async ask(folder: string, environment: Environment, question: () => Promise<FolderReading>): Promise<FolderReading> {
    this.#asked += 1;
    const number = this.#asked;
    const reading = await question();
    if (number > (this.#known.get(folder)?.number ?? 0)) {
      this.#known.set(folder, { number, of: identity(environment), reading });
    }
    return reading;
  }

  /** The last known reading of a folder, whichever database it is of. */
  last(folder: string): FolderReading | undefined {
    return this.#known.get(folder)?.reading;
  }

  /** The last known reading of a folder, when it is of this database. */
  of(folder: string, environment: Environment | undefined): FolderReading | undefined {
    const known = this.#known.get(folder);
    return environment && known?.of === identity(environment) ? known.reading : undefined;
  }

  clear(): void {
    this.#known.clear();
  }
}

function identity({ dto, target }: Environment): string {
  const { host, port, database, user } = target;
  return JSON.stringify([dto.id, host, port, database, user]);
}

import type { Migration } from './migrations/migration.js';
import type { Script, Statement } from './sql/script.js';

/** The scripts that ran before a migration. Immutable: those of the next one are these and one more. */
export class EarlierScripts {
  static readonly none = new EarlierScripts(undefined, undefined);

  readonly #last: { readonly migration: Migration; readonly script: Script } | undefined;
  readonly #before: EarlierScripts | undefined;

  private constructor(last: { migration: Migration; script: Script } | undefined, before: EarlierScripts | undefined) {
    this.#last = last;
    this.#before = before;
  }

  with(migration: Migration, script: Script): EarlierScripts {
    return new EarlierScripts({ migration, script }, this);
  }

  /** All statements, the last one first. */
  *newestFirst(): Iterable<Statement> {
    for (let at: EarlierScripts | undefined = this; at; at = at.#before) {
      const statements = at.#last?.script.statements ?? [];
      for (let i = statements.length - 1; i >= 0; i--) yield statements[i]!;
    }
  }
}

import { emptyCatalog } from '../core/catalog/empty.js';
import type { PgMajor } from '../core/effects/effect.js';
import { effectOf } from '../core/effects/effectOf.js';
import { readScript } from '../core/sql/read.js';
import type { Script, Statement } from '../core/sql/script.js';

/** How the runner understands a script. */
export interface ScriptReader {
  read(text: string): Script;
  /** PostgreSQL refuses this statement inside a transaction block. */
  forbidsTransaction(statement: Statement): boolean;
}

/** Reads as the editor does. `loadParser()` comes first. */
export function coreReader(pg: PgMajor = 14): ScriptReader {
  const catalog = emptyCatalog();
  return {
    read: (text) => readScript(text),
    forbidsTransaction: (statement) =>
      effectOf(statement, catalog, { pg, bornHere: new Set() }).transaction === 'forbidden',
  };
}

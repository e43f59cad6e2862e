import type { Catalog } from './catalog.js';
import { CatalogState } from './state.js';

/** A catalog in which nothing is known. `searchPath`: what a session starts with. */
export function emptyCatalog(searchPath: readonly string[] = ['public']): Catalog {
  return CatalogState.empty(searchPath);
}

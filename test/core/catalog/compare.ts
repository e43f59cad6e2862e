import type { PGlite } from '@electric-sql/pglite';
import type { Catalog } from '../../../server/src/core/catalog/catalog.js';
import { describe, typesIn } from './described.js';
import { differences } from './differences.js';
import { observe, spellTypes } from './observed.js';

/** Where the catalog and the database disagree, one line each. */
export async function compareWith(db: PGlite, catalog: Catalog): Promise<string[]> {
  const spelled = await spellTypes(db, typesIn(catalog));
  const incomplete = new Set([...catalog.relations()].filter((r) => !r.complete).map((r) => r.key));
  return differences(
    await observe(db),
    describe(catalog, (type) => spelled.get(type) ?? type),
    incomplete,
  );
}

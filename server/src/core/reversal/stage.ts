import type { Catalog } from '../catalog/catalog.js';
import type { Statement } from '../sql/script.js';
import type { Earlier } from './sources.js';

/** A statement of the up with the schema around it. */
export interface Scene {
  readonly statement: Statement;
  readonly before: Catalog;
  readonly after: Catalog;
}

/** The schema at a point, and the statements that made it. */
export interface Ground {
  readonly before: Catalog;
  readonly earlier: Earlier;
}

/** The same, with what ran before it. */
export interface Stage extends Scene, Ground {
  /** The schema before the whole script. */
  readonly start: Catalog;
}

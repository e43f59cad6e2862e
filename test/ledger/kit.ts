import type { MigrationSet } from '../../server/src/core/migrations/set.js';
import { buildSet, layoutOf } from '../world/sets.js';

/** A folder with these files, all with the same harmless text. */
export function listed(tool: string, paths: readonly string[]): MigrationSet {
  const folder = 'file:///w/migrations';
  const files = paths.map((path) => ({ uri: `${folder}/${path}`, path, text: 'SELECT 1;\n' }));
  return buildSet({ folder, layout: layoutOf(tool), tool, files });
}

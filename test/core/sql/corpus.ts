import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SHARED } from '../../world/shared.js';

const folder = join(SHARED, 'corpus');

/** Real migrations, or a reason to skip. */
export const corpusMissing = existsSync(folder) ? false : `no corpus at ${folder} (set LOCKSTEP_SHARED)`;

export function corpusFiles(): { readonly path: string; readonly text: string }[] {
  return (readdirSync(folder, { recursive: true }) as string[])
    .filter((path) => path.endsWith('.sql'))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(folder, path), 'utf8') }));
}

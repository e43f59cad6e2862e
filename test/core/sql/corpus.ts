import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const shared = process.env.LOCKSTEP_SHARED ?? resolve(import.meta.dirname, '../../../../shared');
const folder = join(shared, 'corpus');

/** Real migrations, or a reason to skip. */
export const corpusMissing = existsSync(folder) ? false : `no corpus at ${folder} (set LOCKSTEP_SHARED)`;

export function corpusFiles(): { readonly path: string; readonly text: string }[] {
  return (readdirSync(folder, { recursive: true }) as string[])
    .filter((path) => path.endsWith('.sql'))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(folder, path), 'utf8') }));
}

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ListedFile } from '../../server/src/core/migrations/detect.js';

const ROOT = fileURLToPath(new URL('../../server/src/tools', import.meta.url));
export const WORKSPACE = 'file:///ws';

/** The folders of tools that have fixtures, by the id that their tool has to have. */
export function fixtureFolders(): readonly string[] {
  return readdirSync(ROOT).filter((name) => existsSync(`${ROOT}/${name}/fixtures/project`));
}

/** The small project of a tool, as the scanner would give it. */
export function projectOf(folder: string): readonly ListedFile[] {
  const base = `${ROOT}/${folder}/fixtures/project`;
  return readdirSync(base, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(base.length + 1))
    .sort()
    .map((path) => ({
      uri: `${WORKSPACE}/${path.split('/').map(encodeURIComponent).join('/')}`,
      path,
      text: readFileSync(`${base}/${path}`, 'utf8'),
    }));
}

/** A file beside the project: `table.sql` makes the tracking table as the tool left it, `status.txt` says what that means. */
export function fixtureText(folder: string, name: 'table.sql' | 'status.txt'): string | undefined {
  const file = `${ROOT}/${folder}/fixtures/${name}`;
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

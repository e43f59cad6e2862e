import { existsSync, readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { SHARED } from '../../world/shared.js';

const corpus = path.join(SHARED, 'corpus');
/** The reason to skip where there is no corpus. */
export const withoutCorpus = existsSync(corpus) ? false : `needs the corpus at ${corpus} (set LOCKSTEP_SHARED)`;

/** The files of one project of the corpus, as the workspace scan gives them. */
export function project(name: string): { uri: string; path: string; text: string }[] {
  const root = path.join(corpus, name);
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(sql|toml)$/.test(entry.name))
    .map((entry) => {
      const relative = path.relative(root, path.join(entry.parentPath, entry.name));
      const uri = `file:///ws/${relative.split(path.sep).map(encodeURIComponent).join('/')}`;
      return { uri, path: relative, text: readFileSync(path.join(root, relative), 'utf8') };
    });
}

/** Files below `file:///ws`, by path. */
export function listed(files: Readonly<Record<string, string>>): { uri: string; path: string; text: string }[] {
  return Object.entries(files).map(([p, text]) => ({
    uri: `file:///ws/${p.split('/').map(encodeURIComponent).join('/')}`,
    path: p,
    text,
  }));
}

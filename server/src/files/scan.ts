import { readdir, readFile, stat } from 'node:fs/promises';
import * as path from 'node:path';
import { URI } from 'vscode-uri';
import { isEvidence } from '../tools/index.js';

export interface ScannedFile {
  readonly uri: string;
  /** Relative to the root, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** Folders that never hold a project's own migrations. */
const SKIPPED = new Set([
  'node_modules',
  'bower_components',
  'dist',
  'build',
  'out',
  'target',
  'vendor',
  'coverage',
  'venv',
  'site-packages',
  '__pycache__',
]);

/** Larger files are data, not migrations. */
const MAX_BYTES = 20 * 1024 * 1024;
const AT_ONCE = 16;

function isRelevant(name: string): boolean {
  return /\.sql$/i.test(name) || name === 'lockstep.json' || isEvidence(name);
}

/** Whether a path below the root is looked at: no hidden, dependency or build folder on the way, unless the settings name one. */
export function isScanned(relative: string, named: readonly string[] = []): boolean {
  const slash = relative.lastIndexOf('/');
  const folder = relative.slice(0, Math.max(slash, 0));
  return (
    isRelevant(relative.slice(slash + 1)) && (isOrdinary(folder) || named.some((other) => isWithin(folder, other)))
  );
}

function isOrdinary(folder: string): boolean {
  return folder.split('/').every((part) => !SKIPPED.has(part) && !part.startsWith('.'));
}

function isWithin(folder: string, other: string): boolean {
  return folder === other || folder.startsWith(`${other}/`);
}

/**
 * Reads all relevant files below `root`. A folder or file that cannot be read is reported and left out. `named` folders of
 * the settings, relative to the root, are entered whatever they are called.
 */
export async function scanFiles(
  root: string,
  isExcluded: (relative: string) => boolean,
  onUnreadable: (file: string, error: unknown) => void,
  named: readonly string[] = [],
): Promise<readonly ScannedFile[]> {
  const found: string[] = [];
  const walk = async (folder: string): Promise<void> => {
    const entries = await readdir(path.join(root, folder), { withFileTypes: true }).catch((error: unknown) => {
      onUnreadable(path.join(root, folder), error);
      return [];
    });
    for (const entry of entries) {
      const relative = folder ? `${folder}/${entry.name}` : entry.name;
      if (isExcluded(relative)) continue;
      if (entry.isDirectory()) {
        if (isOrdinary(relative) || named.some((other) => isWithin(relative, other) || isWithin(other, relative)))
          await walk(relative);
      } else if ((entry.isFile() || entry.isSymbolicLink()) && isScanned(relative, named)) found.push(relative);
    }
  };
  await walk('');
  const files: ScannedFile[] = [];
  for (let i = 0; i < found.length; i += AT_ONCE) {
    const batch = found.slice(i, i + AT_ONCE).map((relative) => readScanned(root, relative, onUnreadable));
    for (const file of await Promise.all(batch)) if (file) files.push(file);
  }
  return files;
}

async function readScanned(
  root: string,
  relative: string,
  onUnreadable: (file: string, error: unknown) => void,
): Promise<ScannedFile | undefined> {
  const file = path.join(root, relative);
  try {
    return { uri: URI.file(file).toString(), path: relative, text: await readText(file) };
  } catch (error) {
    onUnreadable(file, error);
    return undefined;
  }
}

/** The text of a file; rejects with a reason in plain words. What is not UTF-8 is refused: its other letters would be lost on the way to the server. */
export async function readText(file: string): Promise<string> {
  try {
    const found = await stat(file);
    // A device or a pipe, perhaps behind a symbolic link, may never come to an end.
    if (!found.isFile() && !found.isDirectory()) throw new Error('it is not an ordinary file');
    if (found.size > MAX_BYTES) throw new Error('it is larger than 20 MB');
    return UTF8.decode(await readFile(file));
  } catch (error) {
    throw new Error(reasonOf(error), { cause: error });
  }
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'this account may not read it',
  EPERM: 'this account may not read it',
  ENOENT: 'it does not exist',
  ENOTDIR: 'it does not exist',
  EISDIR: 'it is a folder',
  ELOOP: 'its symbolic links go round in a circle',
  ERR_ENCODING_INVALID_ENCODED_DATA: 'it is not UTF-8; save it as UTF-8',
};

/** Why a file or folder could not be read, to go behind a colon. */
export function reasonOf(error: unknown): string {
  const code = (error as { readonly code?: unknown } | null)?.code;
  return (typeof code === 'string' && REASONS[code]) || (error instanceof Error ? error.message : String(error));
}

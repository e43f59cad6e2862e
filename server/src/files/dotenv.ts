import { readFile, stat } from 'node:fs/promises';
import * as path from 'node:path';

/** Larger ones are no settings. */
const MAX_BYTES = 1024 * 1024;

/** The text of a folder's `.env`; undefined when there is none. A device or a pipe is not waited for. */
export async function readDotenv(folder: string): Promise<string | undefined> {
  const file = path.join(folder, '.env');
  try {
    const found = await stat(file);
    return found.isFile() && found.size <= MAX_BYTES ? await readFile(file, 'utf8') : undefined;
  } catch {
    return undefined;
  }
}

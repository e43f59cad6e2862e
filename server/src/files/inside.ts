import { lstat, realpath } from 'node:fs/promises';
import * as path from 'node:path';

/**
 * Why a file below a folder must not be written: a symbolic link, it or a folder on its way, leads out of that folder, or
 * nowhere. Undefined when it may, also when it is not there yet. Of a file that is not below `root`, and so was named on
 * purpose, only its own folder counts.
 */
export async function leadsOut(root: string, file: string): Promise<string | undefined> {
  const folder = isBelow(root, file) ? root : path.dirname(file);
  const [at, there] = await nearest(file);
  const real = await realpath(at).catch(() => undefined);
  if (real === undefined) return `the symbolic link ${at} leads nowhere`;
  const [within] = await nearest(folder);
  const bounds = await realpath(within);
  if (real === bounds || isBelow(bounds, real)) return undefined;
  return `a symbolic link on its way leads out of ${folder}, to ${there ? real : path.join(real, path.relative(at, file))}`;
}

/** The file, or the first folder above it that is there, and whether it is the file itself. */
async function nearest(file: string): Promise<readonly [at: string, itself: boolean]> {
  for (let at = file; ; at = path.dirname(at)) {
    const found = await lstat(at).catch(() => undefined);
    if (found || path.dirname(at) === at) return [at, at === file];
  }
}

function isBelow(folder: string, file: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== '' && relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}

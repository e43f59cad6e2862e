import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Program, runIn } from './program.js';

/** Where programs are kept between runs. */
const CACHE = path.resolve('.cache/interop');
const MINUTES: Readonly<Record<string, number>> = { npm: 3, mvn: 5, go: 15, cargo: 25 };

/** The program as its registry brings it, kept afterwards; or why there is none. */
export async function install({ source }: Program): Promise<{ readonly binary: string } | { readonly skip: string }> {
  // Another version is another folder.
  const folder = path.join(CACHE, source.from, specOf(source).replace(/[^\w.@-]+/g, '+'));
  mkdirSync(folder, { recursive: true });
  const bin = source.from === 'npm' ? 'node_modules/.bin' : source.from === 'cargo' ? 'bin' : '.';
  const binary = path.join(folder, bin, source.binary);
  if (existsSync(binary)) return { binary };
  if (source.from === 'mvn') return build(source, folder, binary);
  const said = await runIn(
    folder,
    source.from,
    commandOf(source, folder),
    { GOBIN: folder },
    MINUTES[source.from]! * 60_000,
  );
  if (existsSync(binary)) return { binary };
  const lines = said.text.trim().split('\n');
  const why =
    lines.find((line) => /\berror\b/i.test(line)) ?? (lines.at(-1) || `${source.from} is not on this machine`);
  return { skip: `${source.from} did not install it: ${why.slice(0, 160)}` };
}

/** What is asked of the registry. */
function specOf(source: Program['source']): string {
  switch (source.from) {
    case 'npm':
      return source.package;
    case 'go':
      return source.module;
    case 'cargo':
      return source.crate;
    case 'mvn':
      return source.project;
  }
}

/** The libraries that the project names, and a command that runs its Run.java with them. */
async function build(
  { project }: Program['source'] & { from: 'mvn' },
  folder: string,
  binary: string,
): Promise<{ readonly binary: string } | { readonly skip: string }> {
  const at = fileURLToPath(new URL(`./${project}/`, import.meta.url));
  const list = path.join(folder, `${project}.classpath`);
  const goals = ['-q', '-B', 'dependency:build-classpath', `-Dmdep.outputFile=${list}`];
  const fetched = await runIn(at, 'mvn', goals, {}, MINUTES.mvn! * 60_000);
  if (!fetched.ok || !existsSync(list))
    return { skip: `mvn did not bring it: ${fetched.text.trim().slice(-160) || 'it is not on this machine'}` };
  const jars = readFileSync(list, 'utf8').trim();
  const classes = path.join(folder, `${project}-classes`);
  mkdirSync(classes, { recursive: true });
  const compiled = await runIn(at, 'javac', ['-cp', jars, '-d', classes, 'Run.java']);
  if (!compiled.ok) return { skip: `javac: ${compiled.text.trim().slice(0, 160)}` };
  rmSync(binary, { force: true, recursive: true });
  writeFileSync(binary, `#!/bin/sh\nexec java -cp '${classes}:${jars}' Run "$@"\n`, { mode: 0o755 });
  return { binary };
}

type Fetched = Exclude<Program['source'], { readonly from: 'mvn' }>;

function commandOf(source: Fetched, folder: string): readonly string[] {
  switch (source.from) {
    case 'npm':
      return ['install', '--prefix', folder, '--no-audit', '--no-fund', ...source.package.split(' ')];
    case 'go':
      return ['install', ...(source.tags ? ['-tags', source.tags] : []), source.module];
    case 'cargo':
      return ['install', '--locked', '--root', folder, source.crate, ...source.args];
  }
}

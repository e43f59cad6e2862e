import { cutFile, isCut, wholeHalf } from './halves.js';
import type { Layout } from './layout.js';
import type { Half, LayoutProblem, Migration, MigrationFile, TransactionMode } from './migration.js';
import type { ListInput, Listing } from './tool.js';

/** What a tool adds to reading names. */
export interface NameRules {
  /** A version of a file's name as the ledger writes it. */
  version(written: string): string;
  /** For a ledger that writes more than the version: what it writes of a file. */
  identity?(path: string): string;
  /** The order in which the tool runs two versions. */
  compare(a: string, b: string): number;
  /** How it runs a file that says so itself. */
  modeIn?(text: string): TransactionMode | undefined;
  /** How it runs any other file that is one half. */
  transaction(path: string, files: readonly MigrationFile[]): TransactionMode;
  /** Why the tool cannot take a version, to go behind the file's path. */
  refuses?(version: string): string | undefined;
}

interface NamedHalf {
  readonly half: Half;
  readonly version: string;
  readonly number: string | undefined;
  readonly name: string;
  readonly direction: 'up' | 'down';
}

interface Pair {
  readonly version: string;
  readonly number: string | undefined;
  readonly name: string;
  up: Half | undefined;
  down: Half | undefined;
}

/** Migrations that are told by the names of their files, and what is wrong with the names. */
export function listByNames(input: ListInput, rules: NameRules): Listing {
  const { layout } = input;
  const problems: LayoutProblem[] = [];
  const halves = readHalves(input, rules, problems);
  const pairs = [...groupBy(halves, (half) => half.version).values()].flatMap((same) => pairUp(same));
  pairs.sort((a, b) => rules.compare(a.version, b.version) || comparePaths(a, b));
  reportDuplicates(layout, rules, pairs, problems);
  if (!isCut(layout)) for (const pair of pairs) if (!pair.up) problems.push(downWithoutUp(pair, layout));
  const used = new Set<string>();
  const migrations = pairs.map((pair): Migration => {
    const { version, number, name, up, down } = pair;
    const id = used.has(version) ? `${version} ${pathOf(pair)}` : version;
    used.add(id);
    return { id, version, ...(number === undefined ? {} : { number }), name, up, down };
  });
  return { migrations, problems };
}

function readHalves({ layout, files }: ListInput, rules: NameRules, problems: LayoutProblem[]): NamedHalf[] {
  const paths = new Set(files.map((file) => file.path));
  const halves: NamedHalf[] = [];
  for (const file of files) {
    const reading = layout.read(file.path, paths);
    if (!reading) continue;
    if (file.unreadable !== undefined) problems.push(unreadable(file, file.unreadable));
    if (reading.kind === 'half') {
      const identity = rules.identity?.(file.path);
      const version = identity ?? rules.version(reading.version);
      const number = identity === undefined ? undefined : reading.version;
      const refusal = rules.refuses?.(version);
      if (refusal !== undefined)
        problems.push({ kind: 'notANumber', uri: file.uri, message: `${file.path} ${refusal}` });
      else if (reading.direction !== 'both') {
        const half = wholeHalf(file, rules.modeIn?.(file.text) ?? rules.transaction(file.path, files));
        halves.push({ half, version, number, name: reading.name, direction: reading.direction });
      } else if (isCut(layout)) {
        const { up, down, problem } = cutFile(file, layout);
        if (problem) problems.push(problem);
        if (up) halves.push({ half: up, version, number, name: reading.name, direction: 'up' });
        if (down) halves.push({ half: down, version, number, name: reading.name, direction: 'down' });
      }
    } else problems.push(oddName(file, reading.kind, layout.example));
  }
  return halves;
}

function unreadable(file: MigrationFile, reason: string): LayoutProblem {
  return { kind: 'unreadable', uri: file.uri, message: `${file.path} cannot be read: ${reason}.` };
}

function oddName(file: MigrationFile, kind: 'notANumber' | 'ambiguous', example: string): LayoutProblem {
  const message =
    kind === 'notANumber'
      ? `${file.path} has no version number, so it never runs. Name it like ${example}, or move it out of the folder.`
      : `${file.path} mixes two ways of naming up and down files, so it is left out. Name it like ${example}.`;
  return { kind, uri: file.uri, message };
}

/** Halves of one version: by name first; a single up and a single down of different names belong together too, as for the tools. */
function pairUp(halves: readonly NamedHalf[]): Pair[] {
  const named = [...groupBy(halves, (half) => half.name).values()].flatMap((same): Pair[] => {
    const ups = same.filter((half) => half.direction === 'up');
    const downs = same.filter((half) => half.direction === 'down');
    const count = Math.max(ups.length, downs.length);
    return Array.from({ length: count }, (_, i) => ({
      version: same[0]!.version,
      number: same[0]!.number,
      name: same[0]!.name,
      up: ups[i]?.half,
      down: downs[i]?.half,
    }));
  });
  const [first, second] = named;
  if (named.length !== 2 || !first || !second) return named;
  if (first.up && !first.down && !second.up && second.down) return [{ ...first, down: second.down }];
  if (second.up && !second.down && !first.up && first.down) return [{ ...second, down: first.down }];
  return named;
}

function reportDuplicates(
  layout: Layout,
  { compare }: NameRules,
  pairs: readonly Pair[],
  problems: LayoutProblem[],
): void {
  for (let i = 0; i < pairs.length; ) {
    let end = i + 1;
    while (end < pairs.length && compare(pairs[i]!.version, pairs[end]!.version) === 0) end++;
    const same = pairs.slice(i, end);
    if (same.length > 1) for (const pair of same) problems.push(splitPair(layout, pair, same) ?? duplicate(pair, same));
    i = end;
  }
}

function duplicate(pair: Pair, same: readonly Pair[]): LayoutProblem {
  const others = same.filter((other) => other !== pair).map(pathOf);
  const message = `Version ${pair.version} is taken twice: ${pathOf(pair)} and ${others.join(', ')}. Give the newer one the next free number.`;
  return { kind: 'duplicateVersion', uri: uriOf(pair), message };
}

/** `001-a-up.sql` and `001-a-down.sql`, as db-migrate names them, where the layout writes the halves in another way: they are two migrations to it. */
function splitPair(layout: Layout, pair: Pair, same: readonly Pair[]): LayoutProblem | undefined {
  const stem = HALF.exec(pair.name)?.[1];
  if (stem === undefined || same.length !== 2 || same.some(({ name }) => HALF.exec(name)?.[1] !== stem))
    return undefined;
  const [one, other] = same.map(pathOf);
  const number = pair.number ?? pair.version;
  const { up, down } = layout.paths(layout.stem?.(number, stem) ?? `${number}_${stem}`);
  const names = layout.cut ? `both in ${up}, under their marks` : `${up} and ${down}`;
  const message = `${one} and ${other} look like the up and the down of one migration, but here both would run as ups. Name them ${names}.`;
  return { kind: 'duplicateVersion', uri: uriOf(pair), message };
}

const HALF = /^(.+)[-_. ](?:up|down)$/is;

function downWithoutUp(pair: Pair, layout: Layout): LayoutProblem {
  const down = pair.down!;
  const stem = down.path.slice(0, -layout.paths('').down.length);
  const message = `${down.path} undoes a migration that is not there. Add ${layout.paths(stem).up}, or delete this file.`;
  return { kind: 'downWithoutUp', uri: down.uri, message };
}

function pathOf(pair: Pair): string {
  return (pair.up ?? pair.down)!.path;
}

function uriOf(pair: Pair): string {
  return (pair.up ?? pair.down)!.uri;
}

function comparePaths(a: Pair, b: Pair): number {
  return pathOf(a) < pathOf(b) ? -1 : 1;
}

function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}

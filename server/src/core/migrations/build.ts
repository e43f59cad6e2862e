import { layouts } from './layouts/index.js';
import type {
  LayoutId,
  LayoutProblem,
  Migration,
  MigrationFile,
  MigrationSet,
  ToolId,
  TransactionMode,
} from './migration.js';
import { compareVersions, ledgerVersion } from './order.js';

export interface BuildInput {
  /** URI of the folder. */
  readonly folder: string;
  readonly layout: LayoutId;
  readonly tool: ToolId;
  /** All files below the folder, SQL and evidence (`metadata.toml`); what the layout does not know is left out. */
  readonly files: readonly MigrationFile[];
  /** Something to say about the folder as a whole. */
  readonly note?: string | undefined;
}

interface Half {
  readonly file: MigrationFile;
  readonly version: string;
  readonly name: string;
  readonly direction: 'up' | 'down';
}

interface Pair {
  readonly version: string;
  readonly name: string;
  up: MigrationFile | undefined;
  down: MigrationFile | undefined;
}

/** PostgreSQL's bigint, the type of golang-migrate's version column. */
const MAX_BIGINT = 9223372036854775807n;

/** The migrations of one folder, in the order in which their tool runs them, and what is wrong with the names. */
export function buildSet(input: BuildInput): MigrationSet {
  const { folder, layout, tool } = input;
  const problems: LayoutProblem[] = [];
  if (input.note) problems.push({ kind: 'ambiguous', uri: folder, message: input.note });
  const halves = readHalves(input, problems);
  const pairs = [...groupBy(halves, (half) => half.version).values()].flatMap((same) => pairUp(same));
  pairs.sort((a, b) => compareVersions(tool, a.version, b.version) || comparePaths(a, b));
  reportDuplicates(tool, pairs, problems);
  for (const pair of pairs) if (!pair.up) problems.push(downWithoutUp(pair, layout));
  const modes = transactionModes(tool, input.files);
  const used = new Set<string>();
  const migrations = pairs.map((pair): Migration => {
    const id = used.has(pair.version) ? `${pair.version} ${pathOf(pair)}` : pair.version;
    used.add(id);
    return { id, version: pair.version, name: pair.name, up: pair.up, down: pair.down, transaction: modes(pair) };
  });
  return { folder, layout, tool, migrations, problems };
}

function readHalves(input: BuildInput, problems: LayoutProblem[]): Half[] {
  const layout = layouts[input.layout];
  const paths = new Set(input.files.map((file) => file.path));
  const halves: Half[] = [];
  for (const file of input.files) {
    const reading = layout.read(file.path, paths);
    if (!reading) continue;
    if (file.unreadable !== undefined) problems.push(unreadable(file, file.unreadable));
    if (reading.kind === 'half') {
      const version = ledgerVersion(input.tool, reading.version);
      if (input.tool === 'golang-migrate' && BigInt(version) > MAX_BIGINT) {
        problems.push({
          kind: 'notANumber',
          uri: file.uri,
          message: `The version of ${file.path} does not fit the bigint of golang-migrate's table; the file is left out. Give it a smaller number.`,
        });
      } else halves.push({ file, version, name: reading.name, direction: reading.direction });
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
function pairUp(halves: readonly Half[]): Pair[] {
  const named = [...groupBy(halves, (half) => half.name).values()].flatMap((same): Pair[] => {
    const ups = same.filter((half) => half.direction === 'up');
    const downs = same.filter((half) => half.direction === 'down');
    const count = Math.max(ups.length, downs.length);
    return Array.from({ length: count }, (_, i) => ({
      version: same[0]!.version,
      name: same[0]!.name,
      up: ups[i]?.file,
      down: downs[i]?.file,
    }));
  });
  const [first, second] = named;
  if (named.length !== 2 || !first || !second) return named;
  if (first.up && !first.down && !second.up && second.down) return [{ ...first, down: second.down }];
  if (second.up && !second.down && !first.up && first.down) return [{ ...second, down: first.down }];
  return named;
}

function reportDuplicates(tool: ToolId, pairs: readonly Pair[], problems: LayoutProblem[]): void {
  for (let i = 0; i < pairs.length; ) {
    let end = i + 1;
    while (end < pairs.length && compareVersions(tool, pairs[i]!.version, pairs[end]!.version) === 0) end++;
    const same = pairs.slice(i, end);
    if (same.length > 1) for (const pair of same) problems.push(duplicate(pair, same));
    i = end;
  }
}

function duplicate(pair: Pair, same: readonly Pair[]): LayoutProblem {
  const others = same.filter((other) => other !== pair).map(pathOf);
  const message = `Version ${pair.version} is taken twice: ${pathOf(pair)} and ${others.join(', ')}. Give the newer one the next free number.`;
  return { kind: 'duplicateVersion', uri: uriOf(pair), message };
}

function downWithoutUp(pair: Pair, layout: LayoutId): LayoutProblem {
  const down = pair.down!;
  const stem =
    layout === 'directory' ? down.path.replace(/\/down\.sql$/, '') : down.path.replace(/[._]down\.sql$/i, '');
  const message = `${down.path} undoes a migration that is not there. Add ${layouts[layout].paths(stem).up}, or delete this file.`;
  return { kind: 'downWithoutUp', uri: down.uri, message };
}

/** How each tool runs a migration: golang-migrate sends the file as one simple query; so does Diesel (batch_execute), which wraps that unless metadata.toml says no. */
function transactionModes(tool: ToolId, files: readonly MigrationFile[]): (pair: Pair) => TransactionMode {
  if (tool === 'plain') return () => 'auto';
  if (tool === 'golang-migrate') return () => 'implicit';
  const alone = new Set<string>();
  for (const { path, text } of files) {
    if (path.endsWith('/metadata.toml') && /^[ \t]*run_in_transaction[ \t]*=[ \t]*false\b/m.test(text))
      alone.add(directoryOf(path));
  }
  return (pair) => (alone.has(directoryOf(pathOf(pair))) ? 'implicit' : 'wrapped');
}

function directoryOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
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

import { isForeign, toolOf } from './evidence.js';
import { layouts } from './layouts/index.js';
import type { LayoutId, ToolId } from './migration.js';

export interface ListedFile {
  readonly uri: string;
  /** Relative to the workspace folder, with `/`. */
  readonly path: string;
  readonly text: string;
}

export interface FoundFolder {
  /** URI, without a trailing slash. */
  readonly folder: string;
  readonly layout: LayoutId;
  readonly tool: ToolId;
  /** Something to tell about the folder as a whole: becomes a problem of the set. */
  readonly note?: string;
}

export interface DetectOptions {
  /** URI of the workspace folder, without a trailing slash. */
  readonly root: string;
  /** Folders named in the settings, relative to the root; they win over detection. */
  readonly named: readonly {
    readonly folder: string;
    readonly layout?: LayoutId | undefined;
    readonly tool?: ToolId | undefined;
  }[];
}

/** Dependencies, build results, test data, and SQL that is not a migration. Named folders are taken all the same. */
const NOT_A_PROJECT =
  /^(\..*|node_modules|bower_components|dist|out|build|target|vendor|coverage|tests?|__tests__|e2e|specs?|testdata|test[-_]data|(__)?fixtures?(__)?|__snapshots__|seeds?|seeders|quer(y|ies))$/i;

const MIGRATES = /migrat/i;

/** What a folder's names say, per layout: whole migrations, and those with only one half. */
interface Tally {
  readonly layout: LayoutId;
  readonly pairs: number;
  readonly ups: number;
}

/** The migration folders of a workspace folder, found by names alone; texts and evidence files only tell which tool it is. */
export function detectFolders(
  files: readonly ListedFile[],
  options: Partial<DetectOptions> = {},
): readonly FoundFolder[] {
  const { root, named = [] } = options;
  const folders = candidates(files);
  const found = new Map<string, FoundFolder>();
  for (const { folder, layout, tool } of named) {
    const members = folders.get(folder) ?? [];
    const uri = uriOfFolder(folder, members, root);
    if (uri === undefined) continue;
    const guess = layout ?? layoutOfTool(tool) ?? bestTally(folder, members)?.layout ?? 'suffix-dot-down';
    const note =
      members.length === 0
        ? `The settings name the folder ${folder || '.'} for migrations, but it holds no .sql file. Correct the name, or make the first migration there.`
        : undefined;
    found.set(folder, {
      folder: uri,
      layout: guess,
      tool: tool ?? toolOf(folder, guess, members, files).tool,
      ...(note ? { note } : {}),
    });
  }
  for (const [folder, members] of folders) {
    if (found.has(folder) || folder.split('/').some((part) => NOT_A_PROJECT.test(part))) continue;
    const best = bestTally(folder, members);
    const uri = uriOfFolder(folder, members, root);
    if (!best || uri === undefined || isForeign(folder, members)) continue;
    const name = folder ? folder.split('/').slice(-2).join('/') : (root?.split('/').at(-1) ?? '');
    const { tool, certain, note } = toolOf(folder, best.layout, members, files);
    if (best.pairs > 0 || certain || (MIGRATES.test(name) && isEnough(best))) {
      found.set(folder, { folder: uri, layout: best.layout, tool, ...(note ? { note } : {}) });
    }
  }
  return [...found.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
}

/** Without a single pair: `.up.sql` says enough by itself, a number before a name does not. */
function isEnough(tally: Tally): boolean {
  return tally.layout === 'updown' ? tally.ups > 0 : tally.ups > 1;
}

/** Files by the folder that would be their migration folder: the parent, and for `x/up.sql` the grandparent. */
function candidates(files: readonly ListedFile[]): Map<string, ListedFile[]> {
  const folders = new Map<string, ListedFile[]>();
  const add = (folder: string, file: ListedFile) => {
    const members = folders.get(folder);
    if (members) members.push(file);
    else folders.set(folder, [file]);
  };
  for (const file of files) {
    if (!/\.sql$/i.test(file.path)) continue;
    const parts = file.path.split('/');
    const name = parts.pop()!;
    if (name === 'up.sql' || name === 'down.sql') {
      if (parts.length > 0) add(parts.slice(0, -1).join('/'), file);
    } else add(parts.join('/'), file);
  }
  return folders;
}

function bestTally(folder: string, members: readonly ListedFile[]): Tally | undefined {
  const paths = new Set(members.map((file) => relative(folder, file.path)));
  let best: Tally | undefined;
  for (const id of ['updown', 'directory', 'suffix-dot-down', 'suffix-underscore-down'] as const) {
    const next = tally(id, paths);
    if (next.ups > 0 && (!best || next.pairs > best.pairs || (next.pairs === best.pairs && next.ups > best.ups)))
      best = next;
  }
  return best;
}

function tally(id: LayoutId, paths: ReadonlySet<string>): Tally {
  const layout = layouts[id];
  const directions = new Map<string, Set<string>>();
  for (const path of paths) {
    const reading = layout.read(path, paths);
    if (reading?.kind !== 'half') continue;
    const key = `${reading.version}/${reading.name}`;
    directions.set(key, (directions.get(key) ?? new Set()).add(reading.direction));
  }
  const all = [...directions.values()];
  return { layout: id, pairs: all.filter((d) => d.size === 2).length, ups: all.filter((d) => d.has('up')).length };
}

function layoutOfTool(tool: ToolId | undefined): LayoutId | undefined {
  return tool === 'golang-migrate' ? 'updown' : tool === 'diesel' ? 'directory' : undefined;
}

/** From a member's own URI, so that its encoding is the editor's; else made from the root. */
function uriOfFolder(folder: string, members: readonly ListedFile[], root: string | undefined): string | undefined {
  const member = members[0];
  if (member) {
    const depth = relative(folder, member.path).split('/').length;
    return member.uri.split('/').slice(0, -depth).join('/');
  }
  if (root === undefined) return undefined;
  return folder ? `${root}/${folder.split('/').map(encodeURIComponent).join('/')}` : root;
}

function relative(folder: string, path: string): string {
  return folder ? path.slice(folder.length + 1) : path;
}

import type { Layout } from './layout.js';
import { bestTally } from './tally.js';
import { type Candidate, type Claim, type FolderOptions, type ForeignTool, STRENGTHS, type Tool } from './tool.js';

export interface ListedFile {
  readonly uri: string;
  /** Relative to the workspace folder, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** The tools that there are: those that are read, and those that are only told apart. */
export interface Tools {
  readonly known: readonly Tool[];
  readonly foreign: readonly ForeignTool[];
}

export interface FoundFolder {
  /** URI, without a trailing slash. */
  readonly folder: string;
  readonly layout: Layout;
  readonly tool: Tool;
  /** Its tracking table, as the tool's own settings name it. */
  readonly table?: string | undefined;
  /** Other folders, as URIs, whose files are of the same history. */
  readonly also?: readonly string[];
  /** Something to tell about the folder as a whole: becomes a problem of the set. */
  readonly note?: string;
  readonly options?: FolderOptions;
}

/** A folder named in the settings, relative to the root; it wins over detection. */
export interface NamedFolder {
  readonly folder: string;
  /** Id of a layout or a tool; one that is not known is as good as none. */
  readonly layout?: string | undefined;
  readonly tool?: string | undefined;
}

export interface DetectOptions {
  readonly tools: Tools;
  /** URI of the workspace folder, without a trailing slash. */
  readonly root: string | undefined;
  readonly named: readonly NamedFolder[];
}

/** Dependencies, build results, test data, and SQL that is not a migration. Named folders are taken all the same. */
const NOT_A_PROJECT =
  /^(\..*|node_modules|bower_components|dist|out|build|target|vendor|coverage|tests?|__tests__|e2e|specs?|testdata|test[-_]data|(__)?fixtures?(__)?|__snapshots__|seeds?|seeders|quer(y|ies))$/i;

const MIGRATES = /migrat/i;

/** The migration folders of a workspace folder: every folder goes to the tool that is most sure of it. */
export function detectFolders(files: readonly ListedFile[], options: DetectOptions): readonly FoundFolder[] {
  const { root, named, tools } = options;
  const folders = membersByFolder(files, nestedNames(tools));
  const evidence = evidenceIn(files, tools);
  const found = new Map<string, FoundFolder>();
  for (const entry of named) {
    const members = folders.get(entry.folder) ?? [];
    const uri = uriOfFolder(entry.folder, members, root);
    if (uri !== undefined)
      found.set(
        entry.folder,
        namedFolder(entry, uri, { ...candidate(entry.folder, members, evidence, root), called: 'itself' }, tools),
      );
  }
  for (const [folder, members] of folders) {
    if (found.has(folder) || folder.split('/').some((part) => NOT_A_PROJECT.test(part))) continue;
    const own = candidate(folder, members, evidence, root);
    const claimed = strongestClaim(own, tools);
    if (!claimed || !('tool' in claimed)) continue;
    const top = claimed.root ?? folder;
    const uri = uriOfFolder(top, members, root);
    if (uri === undefined || found.has(top)) continue;
    const also = (claimed.also ?? []).flatMap((other) => uriOfFolder(other, members, root) ?? []);
    const whole = also.length > 0 ? { also } : {};
    found.set(top, { folder: uri, layout: claimed.layout, tool: claimed.tool, ...whole, ...saidIn(claimed) });
  }
  for (const [folder, { tool }] of found) if (tool.recursive && isBelowOne(folder, tool, found)) found.delete(folder);
  return [...found.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
}

function isBelowOne(folder: string, tool: Tool, found: ReadonlyMap<string, FoundFolder>): boolean {
  for (let at = folder; at !== ''; ) {
    at = at.slice(0, Math.max(at.lastIndexOf('/'), 0));
    if (found.get(at)?.tool === tool) return true;
  }
  return false;
}

type Winner = (Claim & { readonly tool: Tool }) | { readonly foreign: ForeignTool } | undefined;

/** Of equally sure tools the first of the list. What a foreign tool claims is nobody else's, unless a configuration says so. */
function strongestClaim(folder: Candidate, { known, foreign }: Tools): Winner {
  let best: (Claim & { readonly tool: Tool }) | undefined;
  for (const tool of known) {
    const claim = tool.detect(folder);
    if (claim && (!best || outweighs(claim, best))) best = { ...claim, tool };
  }
  if (best && STRENGTHS.indexOf(best.strength) <= STRENGTHS.indexOf('marked')) return best;
  const other = foreign.find((tool) => tool.detect(folder));
  return other ? { foreign: other } : best;
}

function outweighs(a: Claim, b: Claim): boolean {
  const sure = STRENGTHS.indexOf(b.strength) - STRENGTHS.indexOf(a.strength);
  return (sure || a.pairs - b.pairs || a.ups - b.ups) > 0;
}

/** What the tool's own settings say of the folder. */
function saidIn({ table, options }: Claim): Pick<FoundFolder, 'table' | 'options'> {
  return { ...(table === undefined ? {} : { table }), ...(options === undefined ? {} : { options }) };
}

function namedFolder(entry: NamedFolder, uri: string, folder: Candidate, tools: Tools): FoundFolder {
  const claimed = strongestClaim(folder, tools);
  const fallback = tools.known.at(-1)!;
  const chosen = tools.known.find((tool) => tool.id === entry.tool);
  const tool = chosen ?? (claimed && 'tool' in claimed ? claimed.tool : fallback);
  const all = tools.known.flatMap((t) => t.layouts);
  const guessed = claimed && 'tool' in claimed && claimed.tool === tool ? claimed.layout : undefined;
  const layout =
    all.find((l) => l.id === entry.layout) ??
    guessed ??
    bestTally(tool.layouts, folder.paths)?.layout ??
    tool.layouts[0]!;
  const note =
    !chosen && claimed && 'foreign' in claimed
      ? `${entry.folder || '.'} looks like a folder of ${claimed.foreign.title}, whose files Lockstep does not read yet. Use ${claimed.foreign.title} itself, or name the tool that runs it in the setting lockstep.migrations.`
      : folder.files.length === 0
        ? `The settings name the folder ${entry.folder || '.'} for migrations, but it holds no .sql file. Correct the name, or make the first migration there.`
        : undefined;
  const own = claimed && 'tool' in claimed && claimed.tool === tool ? claimed : chosen?.detect(folder);
  return { folder: uri, layout, tool, ...(own ? saidIn(own) : {}), ...(note ? { note } : {}) };
}

function candidate(
  folder: string,
  members: readonly ListedFile[],
  evidence: ReadonlyMap<string, readonly ListedFile[]>,
  root: string | undefined,
): Candidate {
  const files = members.map(({ path, text }) => ({ path: relative(folder, path), text }));
  const [own = '', around = ''] = (folder || (root?.split('/').at(-1) ?? '')).split('/').reverse();
  return {
    folder,
    called: MIGRATES.test(own) ? 'itself' : MIGRATES.test(around) ? 'around' : undefined,
    files,
    paths: new Set(files.map((file) => file.path)),
    above: (wanted) =>
      (evidence.get(wanted) ?? [])
        .map(({ path, text }) => ({ folder: path.slice(0, -wanted.length - 1), text }))
        .filter((found) => found.folder === '' || `${folder}/`.startsWith(`${found.folder}/`)),
  };
}

function nestedNames({ known, foreign }: Tools): ReadonlySet<string> {
  return new Set([...known, ...foreign].flatMap((tool) => tool.nested ?? []));
}

function evidenceIn(
  files: readonly ListedFile[],
  { known, foreign }: Tools,
): ReadonlyMap<string, readonly ListedFile[]> {
  const wanted = new Set([...known, ...foreign].flatMap((tool) => tool.evidence));
  const found = new Map<string, ListedFile[]>();
  for (const file of files) {
    const parts = file.path.split('/');
    for (const name of [parts.at(-1)!, parts.slice(-2).join('/')])
      if (wanted.has(name)) found.set(name, [...(found.get(name) ?? []), file]);
  }
  return found;
}

/** Files by the folder that would be their migration folder: the parent, and for `x/up.sql` the grandparent. */
function membersByFolder(files: readonly ListedFile[], nested: ReadonlySet<string>): Map<string, ListedFile[]> {
  const folders = new Map<string, ListedFile[]>();
  for (const file of files) {
    if (!/\.sql$/i.test(file.path)) continue;
    const parts = file.path.split('/');
    const name = parts.pop()!;
    if (nested.has(name) && parts.pop() === undefined) continue;
    const folder = parts.join('/');
    const members = folders.get(folder);
    if (members) members.push(file);
    else folders.set(folder, [file]);
  }
  return folders;
}

/** From a member's own URI, so that its encoding is the editor's; else made from the root. */
function uriOfFolder(folder: string, members: readonly ListedFile[], root: string | undefined): string | undefined {
  const member = members.find(({ path }) => folder === '' || path.startsWith(`${folder}/`));
  if (member) {
    const depth = relative(folder, member.path).split('/').length;
    return member.uri.split('/').slice(0, -depth).join('/');
  }
  const beside = members[0];
  const top = root ?? beside?.uri.split('/').slice(0, -beside.path.split('/').length).join('/');
  if (top === undefined) return undefined;
  return folder ? `${top}/${folder.split('/').map(encodeURIComponent).join('/')}` : top;
}

function relative(folder: string, path: string): string {
  return folder ? path.slice(folder.length + 1) : path;
}

import { existsSync, statSync } from 'node:fs';
import * as path from 'node:path';
import { URI } from 'vscode-uri';
import { type ResolvedConfig, resolveConfig } from '../config/resolve.js';
import { PG_VERSIONS } from '../config/values.js';
import { loadParser, type MigrationSet, WorkspaceModel } from '../core/index.js';
import { readText, reasonOf, scanFiles } from '../files/scan.js';
import { tools } from '../tools/index.js';
import { choice } from './args.js';
import { type Io, UsageError } from './io.js';
import { complaint } from './printed.js';

/** A folder with migrations as the command line sees it: the same model and configuration as in the editor. */
export interface Project {
  readonly root: string;
  readonly model: WorkspaceModel;
  readonly config: ResolvedConfig;
  /** What is wrong in `lockstep.json`; the rest of it holds. */
  readonly problems: readonly string[];
  /** Files and folders below the root that could not be read. */
  readonly unreadable: readonly { readonly file: string; readonly reason: string }[];
}

export interface ProjectOptions {
  readonly root?: string | undefined;
  readonly pg?: string | undefined;
  /** Host names that count as this machine. */
  readonly 'local-host'?: readonly string[] | undefined;
}

const CONFIG = 'lockstep.json';

/** Scans the root and reads `lockstep.json`. Says nothing by itself. */
export async function openProject(io: Io, options: ProjectOptions): Promise<Project> {
  await loadParser();
  const root = options.root === undefined ? nearestRoot(io.cwd) : path.resolve(io.cwd, options.root);
  if (!statSync(root, { throwIfNoEntry: false })?.isDirectory())
    throw new UsageError(`${root} is not a folder. Name an existing one with --root.`);
  const { config, problems } = await readConfig(root, options);
  const model = new WorkspaceModel(fileUri(root), config, {
    tools,
    now: () => io.now(),
    onError: (error) => io.err(complaint(`internal error: ${String(error)}`)),
  });
  const unreadable: { file: string; reason: string }[] = [];
  const leaveOut = (file: string, error: unknown) => {
    if (file === path.join(root, '')) throw new UsageError(`${root} cannot be read: ${reasonOf(error)}.`);
    unreadable.push({ file, reason: reasonOf(error) });
  };
  const named = config.migrations.map((entry) => entry.folder);
  const files = await scanFiles(root, config.isExcluded, leaveOut, named);
  for (const file of files) model.setFile(file.uri, file.path, file.text);
  for (const { file, reason } of unreadable) {
    if (/\.sql$/i.test(file)) model.setUnreadable(fileUri(file), shownPath(root, file), reason);
  }
  return { root, model, config, problems, unreadable };
}

/** The folder around that holds `lockstep.json`, within the repository: the command means the same in all of its folders. */
function nearestRoot(cwd: string): string {
  for (let folder = cwd; ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, CONFIG))) return folder;
    if (existsSync(path.join(folder, '.git')) || path.dirname(folder) === folder) return cwd;
  }
}

async function readConfig(
  root: string,
  options: ProjectOptions,
): Promise<{ config: ResolvedConfig; problems: readonly string[] }> {
  const file = path.join(root, CONFIG);
  const text = await readText(file).catch((error: unknown) => {
    if (!existsSync(file)) return undefined;
    throw new UsageError(`${file} cannot be read: ${reasonOf(error)}.`);
  });
  // What only a person may say, and no file of a repository, is said by an option here.
  const personal = { localHosts: options['local-host'] ?? [] };
  const { config, problems } = resolveConfig(personal, text);
  const versions = PG_VERSIONS.map(String);
  const pg = choice('pg', options.pg, versions, String(config.pgVersion));
  return {
    config: { ...config, pgVersion: PG_VERSIONS.find((n) => String(n) === pg)! },
    problems: problems.map((problem) => problem.message),
  };
}

/** The folder to work on: the only one, or the one that `--folder` names, from the current folder or from the root. */
export function chooseSet(io: Io, project: Project, folder: string | undefined): MigrationSet {
  const sets = project.model.sets();
  const shown = sets.map((set) => folderPath(project, set));
  if (folder !== undefined) {
    const wanted = [io.cwd, project.root].map((from) => fileUri(path.resolve(from, folder)));
    const found = sets.find((set) => wanted.includes(set.folder));
    if (found) return found;
    const advice = shown.length > 0 ? `Found: ${shown.join(', ')}.` : `Name it in ${CONFIG} under "migrations".`;
    throw new UsageError(`There are no migrations in ${folder}. ${advice}`);
  }
  if (sets.length === 1) return sets[0]!;
  if (sets.length === 0) throw new UsageError(noMigrations(project));
  throw new UsageError(`There are several migration folders: ${shown.join(', ')}. Choose one with --folder.`);
}

/** The sentence for a project in which nothing was found: where it looked, and what to do. */
export function noMigrations(project: Project): string {
  return `No migrations found below ${project.root}. Name their folder in ${CONFIG}: { "migrations": [{ "folder": "db/migrations" }] }.`;
}

/** Relative to the root, for display. */
export function folderPath(project: Project, set: MigrationSet): string {
  return shownPath(project.root, URI.parse(set.folder).fsPath);
}

/** As the model writes addresses, without a slash at the end. */
export function fileUri(file: string): string {
  return URI.file(file).toString().replace(/\/$/, '');
}

/** Relative, with `/`, as reports and messages show it. */
export function shownPath(from: string, file: string): string {
  return path.relative(from, file).split(path.sep).join('/') || '.';
}

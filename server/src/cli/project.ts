import * as path from 'node:path';
import { URI } from 'vscode-uri';
import { type ConfigProblem, type ResolvedConfig, resolveConfig } from '../config/resolve.js';
import { PG_VERSIONS } from '../config/values.js';
import { loadParser, type MigrationSet, WorkspaceModel } from '../core/index.js';
import { scanFiles } from '../files/scan.js';
import { choice } from './args.js';
import { type Io, UsageError } from './io.js';

/** A folder with migrations as the command line sees it: the same model and configuration as in the editor. */
export interface Project {
  readonly root: string;
  readonly model: WorkspaceModel;
  readonly config: ResolvedConfig;
}

/** Scans the root, reads `lockstep.json`, and says on stderr what was left out or ignored. */
export async function openProject(
  io: Io,
  options: { readonly root?: string | undefined; readonly pg?: string | undefined },
): Promise<Project> {
  await loadParser();
  const root = path.resolve(io.cwd, options.root ?? '.');
  const rootUri = URI.file(root).toString().replace(/\/$/, '');
  const warn = (file: string, error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    if (file === root || file === path.join(root, ''))
      throw new UsageError(`${root} cannot be read: ${reason}. Name an existing folder with --root.`);
    io.err(`lockstep: left out ${file}: ${reason}\n`);
  };
  const all = await scanFiles(root, () => false, warn);
  const resolved = resolveConfig(undefined, all.find((file) => file.path === 'lockstep.json')?.text);
  report(io, resolved.problems);
  const pg = PG_VERSIONS.find(
    (n) => String(n) === choice('pg', options.pg, PG_VERSIONS.map(String), String(resolved.config.pgVersion)),
  )!;
  const config = { ...resolved.config, pgVersion: pg };
  const model = new WorkspaceModel(
    rootUri,
    config,
    () => io.now(),
    (error) => io.err(`lockstep: internal error: ${String(error)}\n`),
  );
  for (const file of all) if (!config.isExcluded(file.path)) model.setFile(file.uri, file.path, file.text);
  return { root, model, config };
}

/** The folder to work on: the only one, or the one that `--folder` names. */
export function chooseSet(project: Project, folder: string | undefined): MigrationSet {
  const sets = project.model.sets();
  const shown = sets.map((set) => folderPath(project, set));
  if (folder !== undefined) {
    const wanted = URI.file(path.resolve(project.root, folder)).toString();
    const found = sets.find((set) => set.folder === wanted);
    if (found) return found;
    throw new UsageError(
      `There are no migrations in ${folder}. ${shown.length ? `Found: ${shown.join(', ')}.` : 'Name the folder in lockstep.json under "migrations".'}`,
    );
  }
  if (sets.length === 1) return sets[0]!;
  if (sets.length === 0)
    throw new UsageError(
      `No migrations found below ${project.root}. Name their folder in lockstep.json: { "migrations": [{ "folder": "db/migrations" }] }.`,
    );
  throw new UsageError(`There are several migration folders: ${shown.join(', ')}. Choose one with --folder.`);
}

/** Relative to the root, for display. */
export function folderPath(project: Project, set: MigrationSet): string {
  return path.relative(project.root, URI.parse(set.folder).fsPath) || '.';
}

function report(io: Io, problems: readonly ConfigProblem[]): void {
  for (const problem of problems) io.err(`lockstep: ${problem.message}\n`);
}

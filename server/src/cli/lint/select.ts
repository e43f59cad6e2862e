import { stat } from 'node:fs/promises';
import * as path from 'node:path';
import { URI } from 'vscode-uri';
import { readText, reasonOf } from '../../files/scan.js';
import { type Io, UsageError } from '../io.js';
import { fileUri, noMigrations, type Project, shownPath } from '../project.js';

/** What is linted, and what of it cannot be. */
export interface Selection {
  /** Nothing was named: names of files are judged, too. */
  readonly whole: boolean;
  readonly uris: readonly string[];
  readonly problems: readonly { readonly path: string; readonly message: string }[];
}

/** Standard input when nothing says where it belongs: in no folder. */
export const STDIN = 'stdin:/stdin.sql';

/** The files that are named, else the up and down files of all migration folders. */
export async function selectFiles(
  io: Io,
  project: Project,
  paths: readonly string[],
  stdinPath: string | undefined,
): Promise<Selection> {
  if (stdinPath !== undefined && !paths.includes('-'))
    throw new UsageError('--stdin-path needs the path -, which stands for standard input.');
  const chosen =
    paths.length === 0 ? { uris: migrationFiles(project), problems: [] } : await named(io, project, paths, stdinPath);
  const whole = paths.length === 0;
  const read: string[] = [];
  const problems = [...chosen.problems];
  for (const uri of chosen.uris) {
    const file = URI.parse(uri).fsPath;
    const bad = project.unreadable.find((entry) => entry.file === file);
    if (bad)
      problems.push({
        path: shownPath(io.cwd, file),
        message: `${shownPath(io.cwd, file)} cannot be read: ${bad.reason}.`,
      });
    else read.push(uri);
  }
  return { whole, uris: read, problems };
}

/** What was left out although nobody asked for it by name. */
export function leftOut(io: Io, project: Project, problems: Selection['problems']): readonly string[] {
  const told = new Set(problems.map((problem) => problem.path));
  return project.unreadable
    .map(({ file, reason }) => ({ shown: shownPath(io.cwd, file), reason }))
    .filter(({ shown }) => !told.has(shown))
    .map(({ shown, reason }) => `left out ${shown}: ${reason}.`);
}

function migrationFiles(project: Project): readonly string[] {
  const sets = project.model.sets();
  if (sets.length === 0) throw new UsageError(`${noMigrations(project)} Or name the files to check.`);
  const all = sets.flatMap((set) => set.migrations.flatMap((m) => [m.up?.uri, m.down?.uri]));
  return [...new Set(all.filter((uri) => uri !== undefined))];
}

/** The SQL files that are named, or are below a folder that is named. One that is not there does not hide the others. */
async function named(
  io: Io,
  project: Project,
  paths: readonly string[],
  stdinPath: string | undefined,
): Promise<Omit<Selection, 'whole'>> {
  const uris = new Set<string>();
  const problems: { path: string; message: string }[] = [];
  for (const given of paths) {
    const file = path.resolve(io.cwd, given);
    const found = given === '-' ? [await addStdin(io, project, stdinPath)] : await filesOf(project, file);
    if (typeof found === 'string') problems.push({ path: shownPath(io.cwd, file), message: `${given}: ${found}` });
    else for (const uri of found) uris.add(uri);
  }
  return { uris: [...uris].sort(), problems };
}

async function addStdin(io: Io, project: Project, at: string | undefined): Promise<string> {
  const text = await io.stdin();
  if (at === undefined) {
    project.model.setFile(STDIN, 'stdin.sql', text);
    return STDIN;
  }
  const file = path.resolve(io.cwd, at);
  if (!/\.sql$/i.test(file))
    throw new UsageError(`--stdin-path ${at} is no SQL file. Write the path that the text would have.`);
  project.model.setFile(fileUri(file), shownPath(project.root, file), text);
  return fileUri(file);
}

/** A file that the scan passes over (outside the root, in a hidden folder) is taken when it is named itself; not so what is excluded. */
async function filesOf(project: Project, file: string): Promise<readonly string[] | string> {
  const uri = fileUri(file);
  const { model, root, config } = project;
  const below = model.uris().filter((known) => /\.sql$/i.test(known) && (known === uri || known.startsWith(`${uri}/`)));
  if (below.length > 0) return below;
  const shown = shownPath(root, file);
  try {
    const isFolder = (await stat(file)).isDirectory();
    if (config.isExcluded(shown)) return [];
    if (isFolder)
      return `there are no SQL files in it, or it is not below ${root}. Set the folder that holds it with --root.`;
    if (!/\.sql$/i.test(file)) return 'its name does not end with .sql.';
    model.setFile(uri, shown, await readText(file));
    return [uri];
  } catch (error) {
    return `${reasonOf(error)}.`;
  }
}

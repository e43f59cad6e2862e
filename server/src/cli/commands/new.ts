import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { URI } from 'vscode-uri';
import { filesOf, type MigrationSet, templates } from '../../core/index.js';
import { leadsOut } from '../../files/inside.js';
import { reasonOf } from '../../files/scan.js';
import { newSet } from '../../tools/index.js';
import { choice, readArgs } from '../args.js';
import { EXIT, type Io, UsageError } from '../io.js';
import { complaint, line } from '../printed.js';
import { chooseSet, fileUri, openProject, type Project, shownPath } from '../project.js';

type Template = (typeof templates)[number];

/** Makes the files of a new migration, numbered as the folder is; prints their paths. */
export async function newMigration(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = readArgs(args, {
    folder: { type: 'string' },
    template: { type: 'string' },
    set: { type: 'string', multiple: true },
  });
  const name = positionals.join(' ').trim();
  if (name === '') throw new UsageError('Give the migration a name: lockstep new add users.');
  const ids = templates.map((t) => t.id);
  const id = choice('template', values.template, ids, 'empty');
  const template = templates.find((t) => t.id === id)!;
  const fields = assignments(values.set ?? [], template);
  const project = await openProject(io, values);
  for (const problem of project.problems) io.err(complaint(problem));
  const set = targetSet(io, project, values.folder);
  const made = template.make({
    name,
    values: fields,
    lockTimeout: project.config.lockTimeout,
    ...(template.readsSchema ? { met: project.model.after(set.folder) } : {}),
  });
  if ('error' in made) throw new UsageError(made.error, `The template ${id} takes:`, ...usage(template));
  const files = filesOf(set, made.plan, io.now()).map(({ uri, text }) => ({ file: URI.parse(uri).fsPath, text }));
  const there = files.find(({ file }) => existsSync(file));
  if (there) throw new UsageError(`${shownPath(io.cwd, there.file)} is there already. Nothing was made.`);
  for (const { file } of files) {
    const out = await leadsOut(project.root, file);
    if (out !== undefined)
      throw new UsageError(
        `${shownPath(io.cwd, file)} is not made: ${out}. Name that folder with --folder. Nothing was made.`,
      );
  }
  for (const { file, text } of files) io.out(line`${await create(shownPath(io.cwd, file), file, text)}`);
  return EXIT.ok;
}

/** Makes one file; one that came up since it was looked for stays as it is. */
async function create(shown: string, file: string, text: string): Promise<string> {
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text, { flag: 'wx' });
    return shown;
  } catch (error) {
    throw new UsageError(`${shown} cannot be made: ${reasonOf(error)}.`);
  }
}

function usage({ fields }: Template): readonly string[] {
  return fields.map((f) => `  --set ${f.id}=${shell(f.placeholder)}${f.required ? '' : ' (optional)'}`);
}

function shell(text: string): string {
  return /^[\w.]+$/.test(text) ? text : `"${text}"`;
}

/** The project's folder or the one that `--folder` names; where it has no migrations yet, a plain one. */
function targetSet(io: Io, project: Project, folder: string | undefined): MigrationSet {
  const sets = project.model.sets();
  if (folder === undefined && sets.length > 0) return chooseSet(io, project, folder);
  const named = fileUri(folder === undefined ? path.join(project.root, 'migrations') : path.resolve(io.cwd, folder));
  return sets.find((set) => set.folder === named) ?? setOfFolder(project, named) ?? newSet(named);
}

/**
 * A folder with SQL files that were taken for no migrations, one file alone for example: what is made there counts on from
 * them, as if the settings named the folder.
 */
function setOfFolder({ root, model, config }: Project, uri: string): MigrationSet | undefined {
  const folder = shownPath(root, URI.parse(uri).fsPath);
  if (!model.uris().some((file) => file.startsWith(`${uri}/`) && /\.sql$/i.test(file))) return undefined;
  model.configure({ ...config, migrations: [...config.migrations, { folder: folder === '.' ? '' : folder }] });
  return model.set(uri);
}

function assignments(given: readonly string[], template: Template): Readonly<Record<string, string>> {
  const known = template.fields.map((field) => field.id);
  return Object.fromEntries(
    given.map((text) => {
      const at = text.indexOf('=');
      const key = text.slice(0, at);
      if (at > 0 && known.includes(key)) return [key, text.slice(at + 1)];
      const takes = known.length > 0 ? `takes ${known.join(', ')}` : 'takes no fields';
      throw new UsageError(
        `--set ${text} does not fit: the template ${template.id} ${takes}. Write --set field=value.`,
      );
    }),
  );
}

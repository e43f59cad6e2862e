import { mkdir, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { URI } from 'vscode-uri';
import { type MigrationSet, nextFiles, templates } from '../../core/index.js';
import { choice, readArgs } from '../args.js';
import { EXIT, type Io, UsageError } from '../io.js';
import { chooseSet, openProject, type Project } from '../project.js';

/** Makes the files of a new migration, numbered as the folder is; prints their paths. */
export async function newMigration(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = readArgs(args, {
    folder: { type: 'string' },
    template: { type: 'string' },
    set: { type: 'string', multiple: true },
  });
  const name = positionals.join(' ').trim();
  if (name === '') throw new UsageError('Give the migration a name: lockstep new add users.');
  const id = choice(
    'template',
    values.template,
    templates.map((t) => t.id),
    'empty',
  );
  const template = templates.find((t) => t.id === id)!;
  const project = await openProject(io, values);
  const set = targetSet(project, values.folder);
  const made = template.make({
    name,
    values: assignments(
      values.set ?? [],
      template.fields.map((f) => f.id),
    ),
    tool: set.tool,
    lockTimeout: project.config.lockTimeout,
  });
  if ('error' in made) {
    const fields = template.fields
      .map((f) => `--set ${f.id}=${f.placeholder}${f.required ? '' : ' (optional)'}`)
      .join('\n  ');
    throw new UsageError(`${made.error} The template ${id} takes:\n  ${fields}`);
  }
  const files = made.migrations.flatMap((m, nth) => nextFiles(set, m.name, m.up, m.down, io.now(), nth));
  for (const file of files) {
    const target = URI.parse(file.uri).fsPath;
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, file.text, { flag: 'wx' });
    io.out(`${path.relative(io.cwd, target)}\n`);
  }
  return EXIT.ok;
}

/** The project's folder; in a project without migrations `migrations`, or the one that `--folder` names. */
function targetSet(project: Project, folder: string | undefined): MigrationSet {
  const sets = project.model.sets();
  const wanted = URI.file(path.resolve(project.root, folder ?? 'migrations')).toString();
  const isNew = sets.length === 0 || (folder !== undefined && !sets.some((set) => set.folder === wanted));
  if (!isNew) return chooseSet(project, folder);
  return { folder: wanted, layout: 'suffix-dot-down', tool: 'plain', migrations: [], problems: [] };
}

function assignments(given: readonly string[], known: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    given.map((text) => {
      const at = text.indexOf('=');
      const key = text.slice(0, at);
      if (at < 1 || !known.includes(key))
        throw new UsageError(
          `--set ${text} does not fit. Write --set field=value; fields: ${known.join(', ') || 'none'}.`,
        );
      return [key, text.slice(at + 1)];
    }),
  );
}

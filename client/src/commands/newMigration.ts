import type { NewMigrationResult, TemplateDto } from '../../../server/src/lsp/protocol.js';
import type { Command, Context } from '../context.js';
import { placeOf, targetOf } from '../target.js';

type Where = { readonly folder: string | undefined; readonly workspaceFolder: string | undefined };

/** Asks for a name, a template and its values; creates up and down and opens them side by side. Never touches a database. */
export const newMigration: Command = async (context, arg) => {
  const where = await chooseWhere(context, arg);
  if (!where) return;
  const name = await context.ui.input({
    title: 'New Migration',
    prompt: 'What does it do? The number and the suffixes follow the files that are there.',
    placeholder: 'add_email_to_users',
    validate: (value) => (/[\p{L}\p{N}]/u.test(value) ? undefined : 'Enter a name with at least one letter or digit.'),
  });
  if (name === undefined) return;
  const template = await context.ui.pick<TemplateDto>(
    { title: 'New Migration: template', placeholder: 'Start from' },
    (await context.server.templates()).map((t) => ({ label: t.label, detail: t.description, value: t })),
  );
  if (!template) return;
  for (
    let values = await askFields(context, template, {});
    values;
    values = await askFields(context, template, values)
  ) {
    const made = await context.server.newMigration({ ...where, name, template: template.id, values });
    if (made.error === undefined) return write(context, made);
    // Said beside the question that comes again, with what was entered: nothing has to be typed twice.
    void context.ui.error(made.error);
    if (template.fields.length === 0) return;
  }
};

async function write(context: Context, { files }: NewMigrationResult): Promise<void> {
  if (!(await context.editor.createFiles(files))) {
    await context.ui.error(
      'The migration was not created: one of its files exists already or the folder cannot be written.',
    );
    return;
  }
  const up = files.find((f) => f.role === 'up') ?? files[0]!;
  await context.editor.openSideBySide(up.uri, files.find((f) => f.role === 'down')?.uri);
}

type Values = Readonly<Record<string, string>>;

async function askFields(context: Context, template: TemplateDto, before: Values): Promise<Values | undefined> {
  const values: Record<string, string> = {};
  for (const { id, label, placeholder, required } of template.fields) {
    const value = await context.ui.input({
      title: `${template.label}: ${label}`,
      placeholder,
      ...(before[id] === undefined ? {} : { value: before[id] }),
      ...(required ? {} : { prompt: 'May be left empty.' }),
      validate: (v) =>
        required && v.trim() === '' ? `Enter ${label.toLowerCase()}, for example ${placeholder}.` : undefined,
    });
    if (value === undefined) return undefined;
    values[id] = value;
  }
  return values;
}

async function chooseWhere(context: Context, arg: unknown): Promise<Where | undefined> {
  const status = await context.store.refresh({ connect: false });
  const named =
    placeOf(status, targetOf(arg)) ??
    placeOf(status, { folder: undefined, id: undefined, uri: context.editor.activeUri() });
  if (named) return { folder: named.folder.folder, workspaceFolder: undefined };
  if (status.folders.length > 0) return pickFolder(context, status.folders);
  const roots = context.editor.workspaceFolders();
  if (roots.length === 0) {
    await context.ui.info('Open a folder first: migrations are files in it.');
    return undefined;
  }
  const root =
    roots.length === 1
      ? roots[0]!
      : await context.ui.pick(
          { title: 'New Migration: workspace folder' },
          roots.map((r) => ({ label: r.name, value: r })),
        );
  return root && { folder: undefined, workspaceFolder: root.uri };
}

async function pickFolder(
  context: Context,
  folders: readonly { readonly folder: string; readonly label: string }[],
): Promise<Where | undefined> {
  const [first, second] = folders;
  const folder =
    first && !second
      ? first.folder
      : await context.ui.pick(
          { title: 'New Migration: folder' },
          folders.map((f) => ({ label: f.label, value: f.folder })),
        );
  return folder === undefined ? undefined : { folder, workspaceFolder: undefined };
}

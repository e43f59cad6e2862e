import type { EnvironmentDto, FolderDto } from '../../../server/src/lsp/protocol.js';
import type { Command, Context } from '../context.js';
import { mayReachDatabase } from '../run.js';
import { chooseFolder, type Place, placeOf, targetOf } from '../target.js';
import { addConnection } from './addConnection.js';

/** Connects to the environment that is obviously meant, or asks which. */
export const connect: Command = async (context, arg) => {
  if (!(await mayReachDatabase(context))) return;
  const status = await context.store.refresh({ connect: false });
  const only = status.environments.find((e) => e.id === status.obvious);
  if (only) await use(context, only, placeOf(status, targetOf(arg))?.folder);
  else await selectEnvironment(context, arg);
};

/** Asks which environment, and connects to it. */
export const selectEnvironment: Command = async (context, arg) => {
  if (!(await mayReachDatabase(context))) return;
  const status = await context.store.refresh({ connect: false });
  const place = placeOf(status, targetOf(arg));
  if (status.environments.length === 0) return addConnection(context);
  const choice = await context.ui.pick<EnvironmentDto | 'add'>(
    {
      title: place ? `Database for ${place.folder.label}` : 'Connect to a database',
      placeholder: 'Found in settings, environment variables and .env',
    },
    [
      ...status.environments.map((e) => ({
        label: `$(database) ${e.label}`,
        description: e.kind,
        detail: `${e.sentence}, from ${SOURCES[e.source]}`,
        value: e,
      })),
      { label: '$(add) Add Connection…', value: 'add' as const },
    ],
  );
  if (choice === 'add') return addConnection(context);
  if (choice) await use(context, choice, place?.folder);
};

const SOURCES: Readonly<Record<EnvironmentDto['source'], string>> = {
  setting: 'the setting lockstep.connections',
  env: 'the variable DATABASE_URL',
  dotenv: 'the file .env',
  pgenv: 'the variables PGHOST, PGDATABASE, …',
};

/** Makes the environment the one in use, asks for a password that is not known, and connects. */
async function use(context: Context, environment: EnvironmentDto, folder: FolderDto | undefined): Promise<void> {
  const saved = context.connections.list().some((c) => c.id === environment.id);
  if (saved && !environment.hasPassword && !(await context.connections.hasPassword(environment.id))) {
    const password = await context.ui.input({
      title: `Password for ${environment.label}`,
      prompt: `${environment.sentence}. Kept in the editor's secret storage. Leave empty if none is needed.`,
      password: true,
    });
    if (password === undefined) return;
    await context.connections.setPassword(environment.id, password);
  }
  await context.connections.select(environment.id, folder?.folder);
  await context.connections.publish();
  const status = await context.store.refresh({ connect: true });
  const failed = status.folders.find((f) => f.database.state === 'error' && (!folder || f.folder === folder.folder));
  if (failed) connectionFailed(context, failed);
  else if (status.folders.length === 0) await testIt(context, environment);
}

const PASSWORD = 'Change Password…';
const EDIT = 'Edit Connection…';
const OTHER = 'Select Database…';
const LOG = 'Show Log';

/** Says why, and offers what may help; a message may stay, the command does not wait for it. */
export function connectionFailed(context: Context, folder: FolderDto): void {
  const { message, needsPassword } = folder.database;
  const saved = folder.environment?.source === 'setting' ? folder.environment : undefined;
  const mend = saved ? [needsPassword ? PASSWORD : EDIT] : [];
  const act = async (answer: string | undefined): Promise<void> => {
    if (answer === LOG) context.server.showLog();
    else if (answer === OTHER) await selectEnvironment(context, { folder: folder.folder });
    else if (answer === EDIT) await context.editor.showSetting('lockstep.connections');
    else if (answer === PASSWORD && saved) {
      await context.connections.forgetPassword(saved.id);
      await use(context, { ...saved, hasPassword: false }, folder);
    }
  };
  context.ui
    .error(message ?? 'The database could not be reached.', ...mend, OTHER, LOG)
    .then(act)
    .catch(context.failed);
}

/** Without a migration folder there is no status to show, so say whether the database answers. */
async function testIt(context: Context, environment: EnvironmentDto): Promise<void> {
  const result = await context.server.testConnection({ environment: environment.id, connection: undefined });
  await (result.ok ? context.ui.info(result.message) : context.ui.error(result.message));
}

/** For commands that run migrations: the folder, connected if it was not yet. The command is the act that allows connecting. */
export async function connectedFolder(context: Context, arg: unknown, title: string): Promise<Place | undefined> {
  if (!(await mayReachDatabase(context))) return undefined;
  const place = await chooseFolder(context, arg, title);
  if (!place || place.folder.database.state === 'ok') return place;
  const { folder } = place;
  if (folder.environment === undefined) await selectEnvironment(context, { folder: folder.folder });
  else await use(context, folder.environment, folder);
  const now =
    context.store.status &&
    placeOf(context.store.status, { folder: folder.folder, id: place.migration?.id, uri: undefined });
  return now?.folder.database.state === 'ok' ? now : undefined;
}

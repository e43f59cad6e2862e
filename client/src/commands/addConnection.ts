import type { EnvironmentDto } from '../../../server/src/lsp/protocol.js';
import type { Choice, Command, Context, NewConnection } from '../context.js';
import { mayReachDatabase } from '../run.js';

const TITLE = 'Add Connection';
const required = (what: string) => (value: string) => (value.trim() === '' ? `Enter ${what}.` : undefined);
const portProblem = (value: string) =>
  /^\d+$/.test(value) && Number(value) > 0 && Number(value) < 65_536 ? undefined : 'Enter a number from 1 to 65535.';

/** Asks for everything, tests before it saves, and keeps the password in the secret storage only. */
export const addConnection: Command = async (context) => {
  if (!(await mayReachDatabase(context))) return;
  const answers = await ask(context);
  if (!answers) return;
  const { connection, password } = answers;
  const test = await context.progress(`Testing ${connection.host}:${connection.port}`, () =>
    context.server.testConnection({ environment: undefined, connection: { ...connection, id: 'new', password } }),
  );
  if (
    !test.ok &&
    (await context.ui.confirm('The connection does not work yet.', test.message, 'Save Anyway')) !== 'Save Anyway'
  )
    return;
  const id = await context.connections.add(connection, password);
  await context.connections.select(id, undefined);
  await context.connections.publish();
  if (!test.ok) return;
  await context.store.refresh({ connect: true });
  void context.ui.info(`Connected to ${connection.label}. ${test.message}`);
};

async function ask(context: Context): Promise<{ connection: NewConnection; password: string } | undefined> {
  const { ui } = context;
  const host = await ui.input({
    title: `${TITLE} (1/8): host`,
    value: 'localhost',
    prompt: 'Host name, address, or the folder of a Unix socket',
    validate: required('a host'),
  });
  if (host === undefined) return undefined;
  const port = await ui.input({ title: `${TITLE} (2/8): port`, value: '5432', validate: portProblem });
  if (port === undefined) return undefined;
  const database = await ui.input({ title: `${TITLE} (3/8): database`, validate: required('a database name') });
  if (database === undefined) return undefined;
  const user = await ui.input({ title: `${TITLE} (4/8): user`, value: 'postgres', validate: required('a user name') });
  if (user === undefined) return undefined;
  const password = await ui.input({
    title: `${TITLE} (5/8): password`,
    password: true,
    prompt: "Kept in the editor's secret storage, never in settings. Leave empty if none is needed.",
  });
  if (password === undefined) return undefined;
  const kind = await ui.pick({ title: `${TITLE} (6/8): kind of database` }, kindsFor(host));
  if (kind === undefined) return undefined;
  const ssl = await ui.pick({ title: `${TITLE} (7/8): encryption` }, kind === 'local' ? SSL : [...SSL].reverse());
  if (ssl === undefined) return undefined;
  const label = await ui.input({ title: `${TITLE} (8/8): name`, value: database, validate: required('a name') });
  if (label === undefined) return undefined;
  return { connection: { label, host, port: Number(port), database, user, ssl, kind }, password };
}

/** The likely answer first; the server decides by the address whether `local` is true. */
function kindsFor(host: string): readonly Choice<EnvironmentDto['kind']>[] {
  const kinds: readonly Choice<EnvironmentDto['kind']>[] = [
    { label: 'Local', detail: 'On this machine. Apply and one-click rollback.', value: 'local' },
    {
      label: 'Shared',
      detail: 'Used by others. Read only, unless lockstep.allowApplyOnShared is on.',
      value: 'shared',
    },
    { label: 'Production', detail: 'Read only, always.', value: 'production' },
  ];
  return /^(localhost|127\.|::1$|\/)/.test(host) ? kinds : [...kinds.slice(1), kinds[0]!];
}

const SSL: readonly Choice<NewConnection['ssl']>[] = [
  { label: 'Prefer', detail: 'Encrypted when the server offers it.', value: 'prefer' },
  { label: 'Disable', detail: 'Never encrypted.', value: 'disable' },
  { label: 'Require', detail: 'Encrypted, without checking who answers.', value: 'require' },
  { label: 'Verify full', detail: 'Encrypted, certificate and host name checked.', value: 'verify-full' },
];

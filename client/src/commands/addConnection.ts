import type {
  EnvironmentDto,
  ReadTypedParams,
  TestConnectionResult,
  TypedPlaceDto,
} from '../../../server/src/lsp/protocol.js';
import { unlessCancelled } from '../cancelled.js';
import type { Choice, Command, Context, InputOptions, NewConnection } from '../context.js';
import { mayReachDatabase } from '../run.js';

const AGAIN = 'Try Again…';
const SAVE = 'Save Anyway';

/** Asks for what a URL does not say, tests before it saves, and keeps the password in the secret storage only. */
export const addConnection: Command = async (context) => {
  if (!(await mayReachDatabase(context))) return;
  for (let answers = await ask(context); answers; answers = await ask(context, answers)) {
    const { connection, password } = answers;
    const asked = { environment: undefined, connection: { ...connection, id: 'new', password } };
    const test = await context.progress(`Testing ${connection.host}:${connection.port}`, (_, token) =>
      unlessCancelled(token, context.server.testConnection(asked)),
    );
    if (!test) return;
    const answer = test.ok ? SAVE : await context.ui.confirm(NOT_YET, test.message, AGAIN, SAVE);
    if (answer === SAVE) return save(context, answers, test);
    if (answer !== AGAIN) return;
  }
};

const NOT_YET = 'The connection does not work yet.';

async function save(context: Context, { connection, password }: Answers, test: TestConnectionResult): Promise<void> {
  const id = await context.connections.add(connection, password);
  await context.connections.select(id, undefined);
  await context.connections.publish();
  if (!test.ok) return;
  await context.store.refresh({ connect: true });
  void context.ui.info(`Connected to ${connection.label}. ${test.message}`);
}

interface Answers {
  readonly connection: NewConnection;
  readonly password: string;
}

/** `before`: what was answered the last time stands in the boxes. */
async function ask(context: Context, before?: Answers): Promise<Answers | undefined> {
  const { ui } = context;
  const was = before?.connection;
  const place = await askPlace(context, was?.host ?? 'localhost');
  if (!place) return undefined;
  const steps = new Steps(place);
  const input = (what: keyof TypedPlaceDto, options: Omit<InputOptions, 'title'>): Promise<string | undefined> =>
    place[what] === undefined
      ? ui.input({ title: steps.next(what), ...options })
      : Promise.resolve(String(place[what]));
  const port = await input('port', { value: String(was?.port ?? 5432), validate: portProblem });
  if (port === undefined) return undefined;
  const database = await input('database', { ...given(was?.database), validate: judged(context, 'database') });
  if (database === undefined) return undefined;
  const user = await input('user', { value: was?.user ?? 'postgres', validate: judged(context, 'user') });
  if (user === undefined) return undefined;
  const password = await input('password', { ...given(before?.password), password: true, prompt: PASSWORD });
  if (password === undefined) return undefined;
  const kind = await ui.pick({ title: steps.next('kind of database') }, first(was?.kind, kindsFor(place)));
  if (kind === undefined) return undefined;
  const modes = first(was?.ssl, kind === 'local' ? SSL : [...SSL].reverse());
  const ssl = place.ssl ?? (await ui.pick({ title: steps.next('encryption') }, modes));
  if (ssl === undefined) return undefined;
  const validate = (value: string) => (value.trim() === '' ? 'Enter a name.' : undefined);
  const label = await ui.input({ title: steps.next('name'), value: was?.label ?? database, validate });
  if (label === undefined) return undefined;
  return { connection: { label, host: place.host, port: Number(port), database, user, ssl, kind }, password };
}

/** A host, or a whole URL, which answers most of what would be asked next. The server takes it apart. */
async function askPlace({ ui, server }: Context, value: string): Promise<TypedPlaceDto | undefined> {
  const read = (secret: string) => server.readTyped({ field: 'host', secret });
  const written = await ui.input({
    title: `${TITLE}: host or URL`,
    value,
    prompt: 'A host, the folder of a socket, or a postgres:// URL, whose password goes to the secret storage.',
    validate: async (text) => (await read(text)).problem,
  });
  return written === undefined ? undefined : (await read(written)).place;
}

const given = (value: string | undefined): { readonly value?: string } => (value === undefined ? {} : { value });

/** The choices with one of them in front. */
const first = <T>(value: T | undefined, choices: readonly Choice<T>[]): readonly Choice<T>[] => [
  ...choices.filter((c) => c.value === value),
  ...choices.filter((c) => c.value !== value),
];

const judged =
  ({ server }: Context, field: ReadTypedParams['field']) =>
  async (secret: string): Promise<string | undefined> =>
    (await server.readTyped({ field, secret })).problem;

const TITLE = 'Add Connection';
const PASSWORD = "Kept in the editor's secret storage, never in settings. Leave empty if none is needed.";

const portProblem = (value: string) =>
  /^\d+$/.test(value) && Number(value) > 0 && Number(value) < 65_536 ? undefined : 'Enter a number from 1 to 65535.';

/** `Add Connection (2/8): port`: what a URL has answered is not counted. */
class Steps {
  readonly #total: number;
  #done = 1;

  constructor({ port, database, user, password, ssl }: TypedPlaceDto) {
    // The place, the kind and the name are always asked.
    this.#total = 3 + [port, database, user, password, ssl].filter((given) => given === undefined).length;
  }

  next(what: string): string {
    this.#done += 1;
    return `${TITLE} (${this.#done}/${this.#total}): ${what}`;
  }
}

/** The likely answer first; the server decides by the address whether `local` is true. */
function kindsFor({ isLocal }: TypedPlaceDto): readonly Choice<EnvironmentDto['kind']>[] {
  const kinds: readonly Choice<EnvironmentDto['kind']>[] = [
    { label: 'Local', detail: 'On this machine. Apply and one-click rollback.', value: 'local' },
    {
      label: 'Shared',
      detail: 'Used by others. Read only, unless lockstep.allowApplyOnShared is on.',
      value: 'shared',
    },
    { label: 'Production', detail: 'Read only, always.', value: 'production' },
  ];
  return isLocal ? kinds : [...kinds.slice(1), kinds[0]!];
}

const SSL: readonly Choice<NewConnection['ssl']>[] = [
  { label: 'Prefer', detail: 'Encrypted when the server offers it.', value: 'prefer' },
  { label: 'Disable', detail: 'Never encrypted.', value: 'disable' },
  { label: 'Require', detail: 'Encrypted, without checking who answers.', value: 'require' },
  { label: 'Verify full', detail: 'Encrypted, certificate and host name checked.', value: 'verify-full' },
];

import type { Choice, Context, InputOptions, NewConnection } from '../../client/src/context.js';
import type {
  CounterpartResult,
  EnvironmentDto,
  FolderDto,
  MigrationDto,
  PlanResult,
  PreviewResult,
  RunResult,
  StatusResult,
  TypedPlaceDto,
} from '../../server/src/lsp/protocol.js';

export const LOCAL: EnvironmentDto = {
  id: 'dev',
  label: 'dev',
  kind: 'local',
  target: '127.0.0.1:5432/app_dev',
  title: 'local/app_dev',
  sentence: '127.0.0.1:5432/app_dev as app (local)',
  user: 'app',
  source: 'setting',
  hasPassword: true,
};

export function migration(
  version: string,
  name: string,
  state: MigrationDto['state'],
  more: Partial<MigrationDto> = {},
): MigrationDto {
  const at = `file:///w/migrations/${version}_${name}`;
  return {
    id: version,
    version,
    name,
    number: version,
    label: `${version} ${name}`,
    turn: undefined,
    upUri: `${at}.up.sql`,
    downUri: `${at}.down.sql`,
    downLine: undefined,
    state,
    appliedAt: undefined,
    executionMs: undefined,
    note: undefined,
    failure: undefined,
    ...more,
  };
}

/** As the server marks them: the first that is pending, the last that is applied. */
function inTurn(migrations: readonly MigrationDto[]): readonly MigrationDto[] {
  const next = migrations.find((m) => m.state === 'pending' || m.state === 'outOfOrder');
  const last = migrations.findLast((m) => m.appliedAt !== undefined || m.state === 'applied' || m.state === 'modified');
  return migrations.map((m) => ({ ...m, turn: m === next ? 'next' : m === last ? 'last' : undefined }));
}

export function folder(migrations: readonly MigrationDto[], more: Partial<FolderDto> = {}): FolderDto {
  return {
    folder: 'file:///w/migrations',
    label: 'migrations',
    layout: 'updown',
    tool: 'golang-migrate',
    problems: [],
    migrations: inTurn(migrations),
    environment: LOCAL,
    database: { state: 'ok', message: undefined, needsPassword: false, serverVersion: '16.2' },
    canRollBack: true,
    canApply: true,
    current: migrations.findLast((m) => m.state === 'applied')?.version,
    pendingCount: migrations.filter((m) => m.state === 'pending').length,
    ...more,
  };
}

export const statusWith = (...folders: readonly FolderDto[]): StatusResult => ({
  revision: 1,
  folders,
  environments: [LOCAL],
  obvious: LOCAL.id,
  problems: [],
});

/** `undefined` or an exhausted list: the person dismisses the question. A function sees what was asked. */
export interface Answers {
  readonly input?: readonly (string | undefined)[];
  /** Labels of the choices to take. */
  readonly pick?: readonly (string | undefined)[];
  readonly confirm?: readonly (string | undefined)[];
  readonly folder?: string;
  /** Buttons of messages, in order. */
  readonly press?: readonly string[];
}

export interface Fake {
  readonly context: Context;
  /** What was sent, created, copied or opened, in order. */
  readonly calls: string[];
  /** What was shown: `error: …`, `confirm: … | detail`. */
  readonly said: string[];
  readonly asked: InputOptions[];
  /** Connections that were saved, and the password that went to the secret storage. */
  readonly added: { readonly connection: NewConnection; readonly password: string }[];
}

export interface World {
  readonly status: StatusResult;
  readonly answers?: Answers;
  readonly trusted?: boolean;
  readonly plan?: PlanResult;
  readonly result?: RunResult;
  /** Of further runs, in order. */
  readonly results?: readonly RunResult[];
  readonly preview?: PreviewResult;
  /** What the server makes of what is typed in place of a host: its parts, or a problem. */
  readonly typed?: Readonly<
    Record<string, string | (Partial<TypedPlaceDto> & Pick<TypedPlaceDto, 'host' | 'isLocal'>)>
  >;
  /** What the first tests of a connection fail with. */
  readonly failing?: readonly string[];
  /** The Cancel button of a progress is pressed at once. */
  readonly cancels?: boolean;
  /** Why a change cannot be applied. */
  readonly stale?: string;
  readonly active?: string;
  readonly counterpart?: Partial<CounterpartResult>;
}

const NOTHING: PlanResult = {
  verdict: 'refused',
  message: 'No plan in this test.',
  title: '',
  question: undefined,
  steps: [],
};
const DONE: RunResult = { outcome: 'done', message: 'Done.', completed: [], failure: undefined, next: undefined };

export function fake(world: World): Fake {
  const calls: string[] = [];
  const said: string[] = [];
  const asked: InputOptions[] = [];
  const added: Fake['added'] = [];
  const failing = [...(world.failing ?? [])];
  const inputs = [...(world.answers?.input ?? [])];
  const picks = [...(world.answers?.pick ?? [])];
  const confirms = [...(world.answers?.confirm ?? [])];
  const presses = [...(world.answers?.press ?? [])];
  const results = [...(world.result ? [world.result] : []), ...(world.results ?? [])];
  const say =
    (kind: string) =>
    async (message: string, ...actions: readonly string[]) => {
      said.push(`${kind}: ${message}`);
      // A button that is not there cannot be pressed.
      return actions.includes(presses[0] ?? '') ? presses.shift() : undefined;
    };
  const call = (text: string) => {
    calls.push(text);
  };
  const context: Context = {
    ui: {
      async input(options) {
        asked.push(options);
        const answer = inputs.shift();
        // An input box does not accept what its validation refuses.
        return answer !== undefined && (await options.validate?.(answer)) !== undefined ? undefined : answer;
      },
      async pick<T>(_: unknown, items: readonly Choice<T>[]) {
        const label = picks.shift();
        return label === undefined ? undefined : items.find((i) => i.label.includes(label))?.value;
      },
      async confirm(message, detail) {
        said.push(`confirm: ${message} | ${detail}`);
        return confirms.shift();
      },
      folder: async () => world.answers?.folder,
      info: say('info'),
      warn: say('warn'),
      error: say('error'),
    },
    progress: async (_, task) =>
      task(() => {}, {
        isCancellationRequested: world.cancels ?? false,
        onCancellationRequested(listener) {
          if (world.cancels) listener();
          return { dispose() {} };
        },
      }),
    server: {
      status: async () => world.status,
      async plan(params) {
        call(`plan ${params.direction} ${JSON.stringify(params.target)}`);
        return world.plan ?? NOTHING;
      },
      async preview({ id }) {
        call(`ask for a preview of ${id ?? 'all'}`);
        return world.preview ?? { preview: undefined, message: 'No preview in this test.' };
      },
      async run(params) {
        const said = [params.typed, params.accept && `accepting ${params.accept}`].filter(Boolean);
        call(['run', params.direction, params.expected.join(','), ...said].join(' '));
        return results.shift() ?? DONE;
      },
      async readTyped({ field, secret }) {
        if (field !== 'host') return { problem: secret === '' ? 'Enter a name.' : undefined, place: undefined };
        const place = world.typed?.[secret] ?? { host: secret, isLocal: secret === 'localhost' };
        if (typeof place === 'string') return { problem: place, place: undefined };
        const open = { port: undefined, database: undefined, user: undefined, password: undefined, ssl: undefined };
        return { problem: undefined, place: { ...open, ...place } };
      },
      async testConnection({ environment, connection }) {
        call(`test ${environment ?? connection?.host}`);
        const refused = failing.shift();
        if (refused !== undefined) return { ok: false, message: refused, serverVersion: undefined };
        return { ok: true, message: 'PostgreSQL 16 answers.', needsPassword: false, serverVersion: '16' };
      },
      templates: async () => [
        { id: 'empty', label: 'Empty', description: '', fields: [] },
        {
          id: 'addColumn',
          label: 'Add column',
          description: '',
          fields: [{ id: 'table', label: 'Table', placeholder: 'users', required: true }],
        },
      ],
      async newMigration(params) {
        call(`new ${params.name} ${params.template} ${JSON.stringify(params.values)}`);
        return {
          files: [
            { uri: 'file:///w/migrations/3_x.up.sql', text: 'up', role: 'up' as const },
            { uri: 'file:///w/migrations/3_x.down.sql', text: 'down', role: 'down' as const },
          ],
          error: undefined,
        };
      },
      counterpart: async () => ({
        uri: undefined,
        exists: false,
        direction: undefined,
        text: undefined,
        range: undefined,
        edit: undefined,
        ...world.counterpart,
      }),
      restart: async () => call('restart'),
      showLog: () => call('showLog'),
    },
    editor: {
      activeUri: () => world.active,
      activePosition: () => undefined,
      async edit(uri, { newText }) {
        call(`edit ${uri}: ${newText}`);
        return true;
      },
      workspaceFolders: () => [{ uri: 'file:///w', name: 'w' }],
      open: async (uri, range) => call(`open ${uri}${range ? ` at ${range.start.line}:${range.start.character}` : ''}`),
      openSideBySide: async (a, b) => call(`side ${a} ${b}`),
      openBeside: async (uris) => call(`beside ${uris.join(' ')}`),
      async apply({ newFiles, edits }) {
        call(`change ${[...newFiles, ...edits].map((f) => f.uri).join(' ')}`);
        return world.stale;
      },
      async createFiles(files) {
        call(`create ${files.map((f) => f.uri).join(' ')}`);
        return true;
      },
      async save(uris) {
        call(`save ${uris.length}`);
        return true;
      },
      showPreview: async (name) => call(`preview ${name}`),
      reveal: async (uri) => call(`reveal ${uri}`),
      copy: async (text) => call(`copy ${text}`),
      showSetting: async (id) => call(`setting ${id}`),
      showRule: async (id) => call(`rule ${id}`),
      selectText: async (_, text) => call(`select ${text}`),
      cli: () => 'node cli.cjs',
      shellPath: () => 'migrations',
      async addMigrationFolder(uri) {
        call(`folder ${uri}`);
        return undefined;
      },
    },
    connections: {
      list: () => [
        {
          id: 'dev',
          label: 'dev',
          kind: 'local',
          host: '127.0.0.1',
          port: 5432,
          database: 'app_dev',
          user: 'app',
          ssl: 'prefer',
        },
      ],
      async add(connection, password) {
        call(`add ${connection.label}`);
        added.push({ connection, password });
        return connection.label;
      },
      setPassword: async (id) => call(`password ${id}`),
      hasPassword: async () => true,
      stored: async () => ['dev', 'gone'],
      forgetPassword: async (id) => call(`forget ${id}`),
      select: async (id, where) => call(`select ${id} ${where ?? '*'}`),
      publish: async () => call('publish'),
    },
    store: {
      status: world.status,
      async refresh(params) {
        if (params.connect) call('connect');
        return world.status;
      },
    },
    trusted: () => world.trusted ?? true,
    focus: async (where, id) => call(`focus ${where} ${id}`),
    failed: (error) => call(`failed ${error}`),
  };
  return { context, calls, said, asked, added };
}

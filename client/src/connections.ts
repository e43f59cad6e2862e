import * as vscode from 'vscode';
import type { ConnectionsParams } from '../../server/src/lsp/protocol.js';
import type { Connections, NewConnection } from './context.js';

type Saved = NewConnection & { readonly id: string };
interface Secret {
  readonly target: string;
  readonly password: string;
  /** The encryption it was given for; absent in what earlier versions stored. */
  readonly ssl?: NewConnection['ssl'];
}

const SELECTED = 'lockstep.selected';
const keyOf = (id: string): string => `lockstep.password.${id}`;
const targetOf = (c: NewConnection): string => `${c.user}@${c.host}:${c.port}/${c.database}`;
const KINDS: readonly unknown[] = ['local', 'shared', 'production'];
/** From the weakest to the strictest. */
const SSL: readonly unknown[] = ['disable', 'prefer', 'require', 'verify-full'];

/** Settings hold what anyone may see; passwords are in the secret storage, each for exactly one target. */
export class SavedConnections implements Connections {
  readonly #secrets: vscode.SecretStorage;
  readonly #state: vscode.Memento;
  readonly #send: (params: ConnectionsParams) => Promise<void>;
  #published: Promise<void> = Promise.resolve();

  constructor(context: vscode.ExtensionContext, send: (params: ConnectionsParams) => Promise<void>) {
    this.#secrets = context.secrets;
    this.#state = context.workspaceState;
    this.#send = send;
  }

  list(): readonly Saved[] {
    const settings = vscode.workspace.getConfiguration('lockstep');
    return readAll(settings.get<unknown>('connections'));
  }

  async add(connection: NewConnection, password: string): Promise<string> {
    const saved: Saved = { id: freeId(connection.label, this.list()), ...connection };
    const settings = vscode.workspace.getConfiguration('lockstep');
    const raw = settings.inspect<readonly unknown[]>('connections')?.globalValue ?? [];
    await settings.update('connections', [...raw, saved], vscode.ConfigurationTarget.Global);
    await this.#store(saved, password);
    return saved.id;
  }

  async setPassword(id: string, password: string): Promise<void> {
    const connection = this.list().find((c) => c.id === id);
    if (connection) await this.#store(connection, password);
  }

  async hasPassword(id: string): Promise<boolean> {
    const connection = this.list().find((c) => c.id === id);
    return connection !== undefined && (await this.#password(connection)) !== undefined;
  }

  async stored(): Promise<readonly string[]> {
    const prefix = keyOf('');
    return (await this.#secrets.keys()).filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
  }

  async forgetPassword(id: string): Promise<void> {
    await this.#secrets.delete(keyOf(id));
  }

  async select(environment: string, folder: string | undefined): Promise<void> {
    const before = this.#state.get<Readonly<Record<string, string>>>(SELECTED, {});
    await this.#state.update(
      SELECTED,
      folder === undefined ? { '*': environment } : { ...before, [folder]: environment },
    );
  }

  /** One after the other: one that had read the secrets earlier must not arrive later. */
  publish(): Promise<void> {
    this.#published = this.#published.catch(() => {}).then(() => this.#publish());
    return this.#published;
  }

  async #publish(): Promise<void> {
    const trusted = vscode.workspace.isTrusted;
    const personal = !isOfWorkspace();
    const connections = await Promise.all(
      (trusted ? this.list() : []).map(async (c) => ({ ...c, personal, password: await this.#password(c) })),
    );
    const own = vscode.workspace.getConfiguration('lockstep').inspect<unknown>('connections')?.globalValue;
    const marks = readAll(own).map(({ host, port, database, kind }) => ({ host, port, database, kind }));
    await this.#send({
      connections,
      marks,
      selected: this.#state.get<Readonly<Record<string, string>>>(SELECTED, {}),
      trusted,
    });
  }

  async #store(connection: Saved, password: string): Promise<void> {
    const secret: Secret = { target: targetOf(connection), password, ssl: connection.ssl };
    await this.#secrets.store(keyOf(connection.id), JSON.stringify(secret));
  }

  /** A password given for one server is not sent to another, nor less protected, because a settings file changed that. */
  async #password(connection: Saved): Promise<string | undefined> {
    const text = await this.#secrets.get(keyOf(connection.id));
    if (text === undefined) return undefined;
    const secret = secretOf(text);
    if (secret?.target !== targetOf(connection)) return undefined;
    return SSL.indexOf(connection.ssl) >= SSL.indexOf(secret.ssl) ? secret.password : undefined;
  }
}

/** The settings of a workspace replace one's own: all connections are from the one place or from the other. */
function isOfWorkspace(): boolean {
  const found = vscode.workspace.getConfiguration('lockstep').inspect<unknown>('connections');
  return found?.workspaceValue !== undefined || found?.workspaceFolderValue !== undefined;
}

/** The secret storage is shared with later and earlier versions of this extension. */
function secretOf(text: string): Secret | undefined {
  try {
    return JSON.parse(text) as Secret;
  } catch {
    return undefined;
  }
}

/** Readable, because it stands in the settings and is what a project's `lockstep.json` can name. */
function freeId(label: string, known: readonly Saved[]): string {
  const slug =
    label
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, '-')
      .replace(/^-|-$/g, '') || 'connection';
  for (let n = 1; ; n += 1) {
    const id = n === 1 ? slug : `${slug}-${n}`;
    if (!known.some((c) => c.id === id)) return id;
  }
}

const readAll = (value: unknown): readonly Saved[] => (Array.isArray(value) ? value.flatMap((v, i) => read(v, i)) : []);

/** Settings are edited by hand: what is not a connection is left out, what is missing gets its default. */
function read(value: unknown, index: number): readonly Saved[] {
  if (typeof value !== 'object' || value === null) return [];
  const raw = value as Readonly<Record<string, unknown>>;
  const text = (key: string, fallback: string): string =>
    typeof raw[key] === 'string' && raw[key] !== '' ? (raw[key] as string) : fallback;
  const database = text('database', '');
  if (database === '') return [];
  const label = text('label', database);
  return [
    {
      id: text('id', `setting-${index}-${label}`),
      label,
      host: text('host', 'localhost'),
      port: typeof raw.port === 'number' ? raw.port : 5432,
      database,
      user: text('user', 'postgres'),
      ssl: SSL.includes(raw.ssl) ? (raw.ssl as Saved['ssl']) : 'prefer',
      // Without a kind the careful reading holds.
      kind: KINDS.includes(raw.kind) ? (raw.kind as Saved['kind']) : 'shared',
    },
  ];
}

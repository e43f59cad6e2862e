import type { Diagnostic } from 'vscode-languageserver';
import { type MigrationSet, statusOf } from '../core/index.js';
import { openSession } from '../database/connect.js';
import { messageOf } from '../database/errors.js';
import { connectionFault } from '../database/names.js';
import { ledgerConfig } from '../tools/choose.js';
import { type Environment, targetOfConnection } from './environments.js';
import { Failures } from './failures.js';
import { folderLabels } from './folderLabels.js';
import { type FolderReading, folderDto, ledgerFacts, type OkReading, readFolder } from './folderState.js';
import { Opener } from './opener.js';
import { NO_DATABASE, type Place, Places, UNTRUSTED } from './places.js';
import type * as protocol from './protocol.js';
import { Readings } from './readings.js';
import { type DatabaseSink, Runs } from './runs.js';
import type { Root, Workspace } from './workspace.js';

export interface KnownState {
  readonly state: protocol.MigrationState;
  readonly canApply: boolean;
}

/**
 * Everything that reaches a database, for the language server. A connection lives for one request: none is kept idle, and
 * none is opened that a request did not ask for.
 */
export class DatabaseService {
  readonly #workspace: Workspace;
  readonly #places: Places;
  readonly #sink: DatabaseSink;
  readonly #opener = new Opener();
  readonly #readings = new Readings();
  readonly #failures: Failures;
  readonly #runs: Runs;
  /** The database of each folder, by its address, as it was last told. */
  #told: ReadonlyMap<string, Environment | undefined> = new Map();
  readonly #judged = new WeakMap<MigrationSet, { readonly reading: OkReading; readonly states: States }>();
  /** Counts the states that were told. */
  #revision = 0;

  constructor(
    workspace: Workspace,
    world: { readonly env: Readonly<Record<string, string | undefined>> },
    sink: DatabaseSink,
  ) {
    this.#workspace = workspace;
    this.#places = new Places(workspace, world.env, sink.log);
    this.#failures = new Failures(workspace);
    this.#sink = sink;
    this.#runs = new Runs(workspace, this.#places, this.#failures, this.#opener, (place) => this.#ask(place), sink);
  }

  setConnections(params: protocol.ConnectionsParams): void {
    this.#places.connections = params;
    if (!params.trusted) this.#readings.clear();
  }

  async status(params: protocol.StatusParams): Promise<protocol.StatusResult> {
    if (params.connect) for (const root of this.#workspace.roots) await this.#askAll(root, params);
    for (;;) {
      const { connections } = this.#places;
      const known = new Map<Root, readonly Environment[]>();
      for (const root of this.#workspace.roots) known.set(root, await this.#places.environments(root));
      // Connections that changed meanwhile: what was found out is of no use.
      if (connections === this.#places.connections) return this.#status(known);
    }
  }

  async #askAll(root: Root, { connect, folder: only }: protocol.StatusParams): Promise<void> {
    // Who asks anew wants what is there now, on disk as in the database.
    for (const { folder } of root.model.sets()) await this.#workspace.reread(folder);
    const known = await this.#places.environments(root);
    for (const set of root.model.sets()) {
      if (only !== undefined && only !== set.folder) continue;
      const environment = this.#places.choose(set.folder, known);
      if (connect === 'local' && environment?.dto.kind !== 'local') continue;
      await this.#ask({ root, set, environment });
    }
  }

  /** In one go, and last of all: an answer says what holds when it is sent, whenever it was asked for. */
  #status(known: ReadonlyMap<Root, readonly Environment[]>): protocol.StatusResult {
    const labels = folderLabels([...known.keys()]);
    const places = [...known].flatMap(([root, environments]) =>
      root.model.sets().map((set) => ({ root, set, environment: this.#places.choose(set.folder, environments) })),
    );
    const before = this.#told;
    this.#told = new Map(places.map(({ set, environment }) => [set.folder, environment]));
    const isOther = ({ set, environment }: Place) => before.get(set.folder)?.dto.id !== environment?.dto.id;
    if (places.some(isOther)) this.#sink.changed();
    this.#revision += 1;
    return {
      revision: this.#revision,
      folders: places.map((place) => this.#folder(place, labels.get(place.set.folder) ?? place.set.folder)),
      environments: [...new Map([...known.values()].flat().map(({ dto }) => [dto.id, dto])).values()],
      obvious: this.#places.obvious(
        [...known.values()].flat(),
        places.map((place) => place.environment),
      ),
      problems: this.#places.problems([...known.keys()]),
    };
  }

  /** The last known state of one migration, and whether it may be applied; asks nothing. */
  known(folder: string, id: string): KnownState | undefined {
    const root = this.#workspace.rootOf(`${folder}/`);
    const set = root?.model.set(folder);
    const environment = this.#told.get(folder);
    const reading = this.#readings.of(folder, environment);
    if (!root || !set || reading?.kind !== 'ok') return undefined;
    // Every open editor asks for its lens: the folder is judged once for all of them.
    const known = this.#judged.get(set);
    const states = known?.reading === reading ? known.states : statesOf(set, reading);
    this.#judged.set(set, { reading, states });
    const state = states.get(id);
    const isOpen = state === 'pending' || state === 'outOfOrder';
    const canApply = isOpen && this.#places.verdict({ root, set, environment }, 'up', true).allowed;
    return state && { state, canApply };
  }

  /**
   * Texts changed, so what the ledger said may mean something else now: a migration was edited after it was applied.
   * Asks no database. Says whether anything changed.
   */
  recheck(): boolean {
    let changed = false;
    for (const root of this.#workspace.roots) {
      for (const set of root.model.sets()) {
        const reading = this.#readings.last(set.folder);
        if (reading?.kind === 'ok' && root.model.setLedger(set.folder, ledgerFacts(set, reading))) changed = true;
      }
    }
    return changed;
  }

  failuresIn(uri: string): readonly Diagnostic[] {
    const failure = this.#failures.in(uri);
    return failure ? [failure.diagnostic] : [];
  }

  async test({ environment, connection }: protocol.TestConnectionParams): Promise<protocol.TestConnectionResult> {
    const failed = (message: string) => ({ ok: false, message, serverVersion: undefined });
    if (!this.#places.trusted) return failed(UNTRUSTED);
    const fault = connection && connectionFault(connection);
    if (fault !== undefined) return failed(fault);
    const target = connection ? targetOfConnection(connection) : await this.#places.targetOf(environment);
    if (!target) return failed('There is no such connection any more. Refresh and choose again.');
    try {
      // One that is not saved is nobody's mark yet.
      const open = connection ? openSession : this.#opener.open.bind(this.#opener);
      const session = await open(target, { connectTimeoutMs: 10_000 });
      const { serverVersion, warning } = session;
      await session.close();
      return { ok: true, message: warning ?? `PostgreSQL ${serverVersion} answers.`, serverVersion };
    } catch (error) {
      return failed(messageOf(error));
    }
  }

  plan(params: protocol.PlanParams): Promise<protocol.PlanResult> {
    return this.#runs.plan(params);
  }

  preview(params: protocol.PreviewParams): Promise<protocol.PreviewResult> {
    return this.#runs.preview(params);
  }

  run(params: protocol.RunParams, signal: AbortSignal): Promise<protocol.RunResult> {
    return this.#runs.run(params, signal);
  }

  dispose(): void {
    this.#runs.dispose();
  }

  async #ask({ root, set, environment }: Place): Promise<FolderReading> {
    if (!environment || !this.#places.trusted) {
      const message = environment ? UNTRUSTED : NO_DATABASE;
      return { kind: 'error', environment: environment?.dto.id ?? '', message, needsPassword: false };
    }
    const open = () => this.#opener.open(environment.target, READING);
    const reading = await this.#readings.ask(set.folder, environment, () =>
      readFolder(environment, set, ledgerConfig(root, environment.target), open),
    );
    root.model.setLedger(set.folder, ledgerFacts(set, this.#readings.last(set.folder)));
    this.#sink.changed();
    return reading;
  }

  #folder(place: Place, name: string): protocol.FolderDto {
    const { set, environment } = place;
    const reading = this.#readings.of(set.folder, environment);
    const may = (direction: 'up' | 'down') =>
      environment !== undefined && this.#places.verdict(place, direction, true).allowed;
    const dto = folderDto(set, name, environment, reading, { up: may('up'), down: may('down') });
    return { ...dto, migrations: dto.migrations.map((m) => this.#withFailure(m, environment)) };
  }

  #withFailure(migration: protocol.MigrationDto, environment: Environment | undefined): protocol.MigrationDto {
    const failure = this.#failures.in(migration.state === 'applied' ? migration.downUri : migration.upUri);
    return failure && failure.environment === environment?.dto.id
      ? { ...migration, failure: failure.message }
      : migration;
  }
}

type States = ReadonlyMap<string, protocol.MigrationState>;

function statesOf(set: MigrationSet, { ledger, keeps }: OkReading): States {
  return new Map(
    statusOf(set, ledger, keeps).flatMap(({ migration, state }) => (migration ? [[migration.id, state] as const] : [])),
  );
}

const READING = { connectTimeoutMs: 10_000, lockTimeoutMs: 2_000, statementTimeoutMs: 10_000 };

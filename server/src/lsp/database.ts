import type { Diagnostic } from 'vscode-languageserver';
import { milliseconds } from '../config/duration.js';
import { lastAppliedIn, lossesOf, type MigrationSet, statusOf } from '../core/index.js';
import { openSession } from '../database/connect.js';
import { messageOf } from '../database/errors.js';
import { connectionFault } from '../database/typed.js';
import { type GuardVerdict, guardRun } from '../runner/guard.js';
import { type CountedLoss, countLosses } from '../runner/losses.js';
import { type Plan, type PlannedStep, planRun } from '../runner/plan.js';
import { runMigrations } from '../runner/run.js';
import { type Environment, targetOfConnection } from './environments.js';
import { Failures } from './failures.js';
import { folderLabels } from './folderLabels.js';
import { type FolderReading, folderDto, ledgerFacts, readFolder } from './folderState.js';
import { type Place, Places } from './places.js';
import { previewOf, previewOfFile } from './preview.js';
import type * as protocol from './protocol.js';
import { nextOf, questionOf, wordFor } from './question.js';
import { Readings } from './readings.js';
import type { Root, Workspace } from './workspace.js';

export interface KnownState {
  readonly state: protocol.MigrationState;
  readonly canApply: boolean;
}

export interface DatabaseSink {
  readonly log: (message: string) => void;
  readonly progress: (progress: protocol.RunProgress) => void;
  /** Readings or failures changed: diagnostics and lenses are to be asked for again. */
  readonly changed: () => void;
}

/**
 * Everything that reaches a database, for the language server. A connection lives for one request: none is kept idle, and
 * none is opened that a request did not ask for.
 */
export class DatabaseService {
  readonly #workspace: Workspace;
  readonly #places: Places;
  readonly #sink: DatabaseSink;
  readonly #readings = new Readings();
  readonly #failures: Failures;
  readonly #running = new Set<AbortController>();
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
    const canApply = isOpen && this.#guard({ root, set, environment }, 'up', true).allowed;
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
      const session = await openSession(target, { connectTimeoutMs: 10_000 });
      const { serverVersion, warning } = session;
      await session.close();
      return { ok: true, message: warning ?? `PostgreSQL ${serverVersion} answers.`, serverVersion };
    } catch (error) {
      return failed(messageOf(error));
    }
  }

  async plan(params: protocol.PlanParams): Promise<protocol.PlanResult> {
    const place = await this.#places.of(params.folder);
    if (typeof place === 'string') return notReady('refused', place);
    const { environment } = place;
    const guard = this.#guard(place, params.direction, true);
    if (!guard.allowed || !environment) return notReady('refused', guard.allowed ? NO_DATABASE : guard.reason);
    const reading = await this.#ask(place);
    if (reading.kind === 'error') return notReady('refused', reading.message);
    const plan = await this.#plan(place, reading, params);
    if (!plan.ok) return notReady(plan.idle ? 'idle' : 'refused', plan.reason);
    const { steps } = plan;
    const losses = params.direction === 'down' ? await losing(environment, steps) : [];
    const preview = previewOf(steps, environment);
    return {
      verdict: 'ready',
      message: '',
      title: environment.dto.title,
      question: questionOf({ target: params.target, steps, environment, losses, preview }),
      steps: steps.map(({ migration, file }) => ({ id: migration.id, uri: file.uri })),
    };
  }

  #plan({ set }: Place, reading: OkReading, what: Pick<protocol.PlanParams, 'direction' | 'target'>): Promise<Plan> {
    const { ledger: state, keeps } = reading;
    const { direction, target } = what;
    return planRun({ set, state, keeps, direction, target, analyse: (half) => this.#workspace.analysed(half) });
  }

  /** An applied migration can only go down, a pending one only up. What cannot run now is shown all the same. */
  async preview({ folder, id }: protocol.PreviewParams): Promise<protocol.PreviewResult> {
    const place = await this.#places.of(folder);
    if (typeof place === 'string') return { preview: undefined, message: place };
    const { set, environment } = place;
    const migration = set.migrations.find((m) => m.id === id);
    const alone = (direction: 'up' | 'down', why: string): protocol.PreviewResult => ({
      preview: migration && previewOfFile(migration, direction, why),
      message: why,
    });
    if (!environment) return alone('up', NO_DATABASE);
    const reading = await this.#ask(place);
    if (reading.kind === 'error') return alone('up', reading.message);
    const statuses = statusOf(set, reading.ledger, reading.keeps);
    const isApplied = migration && statuses.some((s) => s.migration === migration && s.entry !== undefined);
    if (isApplied && migration !== lastAppliedIn(statuses)?.migration)
      return alone('down', 'Later ones have to be rolled back before it.');
    const direction = isApplied ? 'down' : 'up';
    const target = isApplied ? 'last' : migration ? { upTo: migration.id } : 'all';
    const plan = await this.#plan(place, reading, { direction, target });
    return plan.ok ? { preview: previewOf(plan.steps, environment), message: '' } : alone(direction, plan.reason);
  }

  async run(params: protocol.RunParams, signal: AbortSignal): Promise<protocol.RunResult> {
    const place = await this.#places.of(params.folder);
    if (typeof place === 'string') return refusedRun(place);
    const { root, set, environment } = place;
    if (!environment) return refusedRun(this.#places.trusted ? NO_DATABASE : UNTRUSTED);
    const controller = new AbortController();
    signal.addEventListener('abort', () => controller.abort(), { once: true });
    this.#running.add(controller);
    let at = { message: '', done: 0, total: 0 };
    try {
      const outcome = await runMigrations({
        guard: this.#guard(place, params.direction, params.typed === wordFor(environment)),
        open: () => openSession(environment.target, { connectTimeoutMs: 10_000 }),
        set,
        direction: params.direction,
        target: params.target,
        expected: params.expected,
        ledger: { table: root.config.ledgerTable },
        analyse: (half) => this.#workspace.analysed(half),
        lockTimeoutMs: milliseconds(root.config.lockTimeout),
        statementTimeoutMs: milliseconds(root.config.statementTimeout),
        signal: controller.signal,
        accepts: (what) => what === params.accept,
        onProgress: (step) => {
          at = step;
          this.#sink.progress({ runId: params.runId, ...step });
        },
        onNotice: (notice) => {
          this.#sink.log(this.#failures.line(notice));
          const message = `${notice.severity}: ${notice.message}`;
          this.#sink.progress({ runId: params.runId, ...at, message });
        },
      });
      this.#failures.remember(set.folder, environment.dto.id, outcome);
      await this.#ask(place);
      this.#sink.log(`${environment.dto.target}: ${outcome.message}`);
      return { ...this.#failures.told(outcome), next: nextOf(outcome, params, environment) };
    } finally {
      this.#running.delete(controller);
      this.#sink.changed();
    }
  }

  dispose(): void {
    for (const controller of this.#running) controller.abort();
  }

  async #ask({ root, set, environment }: Place): Promise<FolderReading> {
    if (!environment || !this.#places.trusted) {
      const message = environment ? UNTRUSTED : NO_DATABASE;
      return { kind: 'error', environment: environment?.dto.id ?? '', message, needsPassword: false };
    }
    const open = () => openSession(environment.target, READING);
    const reading = await this.#readings.ask(set.folder, environment, () =>
      readFolder(environment, set, root.config.ledgerTable, open),
    );
    root.model.setLedger(set.folder, ledgerFacts(set, this.#readings.last(set.folder)));
    this.#sink.changed();
    return reading;
  }

  #folder(place: Place, name: string): protocol.FolderDto {
    const { set, environment } = place;
    const reading = this.#readings.of(set.folder, environment);
    const may = (direction: 'up' | 'down') => environment !== undefined && this.#guard(place, direction, true).allowed;
    const dto = folderDto(set, name, environment, reading, { up: may('up'), down: may('down') });
    return { ...dto, migrations: dto.migrations.map((m) => this.#withFailure(m, environment)) };
  }

  #withFailure(migration: protocol.MigrationDto, environment: Environment | undefined): protocol.MigrationDto {
    const failure = this.#failures.in(migration.state === 'applied' ? migration.downUri : migration.upUri);
    return failure && failure.environment === environment?.dto.id
      ? { ...migration, failure: failure.message }
      : migration;
  }

  #guard({ root, environment }: Place, direction: 'up' | 'down', confirmed: boolean): GuardVerdict {
    if (!this.#places.trusted) return { allowed: false, reason: UNTRUSTED };
    if (!environment) return { allowed: false, reason: NO_DATABASE };
    const { localHosts, allowApplyOnShared } = root.config;
    return guardRun({ target: environment.target, localHosts, direction, allowApplyOnShared, confirmed });
  }
}

type OkReading = FolderReading & { readonly kind: 'ok' };
type States = ReadonlyMap<string, protocol.MigrationState>;

function statesOf(set: MigrationSet, { ledger, keeps }: OkReading): States {
  return new Map(
    statusOf(set, ledger, keeps).flatMap(({ migration, state }) => (migration ? [[migration.id, state] as const] : [])),
  );
}

const READING = { connectTimeoutMs: 10_000, lockTimeoutMs: 2_000, statementTimeoutMs: 10_000 };
const COUNTING = { connectTimeoutMs: 10_000, lockTimeoutMs: 1_000, statementTimeoutMs: 2_000 };

const UNTRUSTED =
  'Lockstep does not connect to a database in a workspace that is not trusted. Trust the workspace first.';
const NO_DATABASE = 'No database is connected. Add a connection, or set DATABASE_URL.';

/** The rows that the steps take away. That they cannot be counted is no reason not to speak of them. */
async function losing({ target }: Environment, steps: readonly PlannedStep[]): Promise<readonly CountedLoss[]> {
  const losses = lossesOf(steps.flatMap((step) => step.context.statements));
  if (losses.length === 0) return [];
  try {
    const session = await openSession(target, COUNTING);
    try {
      return await countLosses(session, losses);
    } finally {
      await session.close();
    }
  } catch {
    return losses.map(({ display, how }) => ({ display, how, rows: undefined, isEstimate: false }));
  }
}

function notReady(verdict: 'idle' | 'refused', message: string): protocol.PlanResult {
  return { verdict, message, title: '', question: undefined, steps: [] };
}

function refusedRun(message: string): protocol.RunResult {
  return { outcome: 'refused', message, completed: [], failure: undefined, next: undefined };
}

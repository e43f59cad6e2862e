import { type Diagnostic, DiagnosticSeverity } from 'vscode-languageserver';
import { milliseconds } from '../config/duration.js';
import type { MigrationSet } from '../core/index.js';
import { openSession } from '../database/connect.js';
import { messageOf } from '../database/errors.js';
import type { ConnectTarget } from '../database/target.js';
import { type GuardVerdict, guardRun } from '../runner/guard.js';
import type { RunFailure, RunOutcome } from '../runner/outcome.js';
import { planRun } from '../runner/plan.js';
import { runMigrations } from '../runner/run.js';
import { rangeOf } from './convert.js';
import { type Environment, environmentsOf, targetOfConnection } from './environments.js';
import { folderLabels } from './folderLabels.js';
import { type FolderReading, folderDto, ledgerFacts, readFolder } from './folderState.js';
import { planStep, previewOf, previewOfFiles } from './preview.js';
import type * as protocol from './protocol.js';
import { Readings } from './readings.js';
import type { Root, Workspace } from './workspace.js';

export interface DatabaseSink {
  readonly log: (message: string) => void;
  readonly progress: (progress: protocol.RunProgress) => void;
  /** Readings or failures changed: diagnostics and lenses are to be asked for again. */
  readonly changed: () => void;
}

interface Place {
  readonly root: Root;
  readonly set: MigrationSet;
  readonly environment: Environment | undefined;
}

/**
 * Everything that reaches a database, for the language server. A connection lives for one request: none is kept idle, and
 * none is opened that a request did not ask for.
 */
export class DatabaseService {
  readonly #workspace: Workspace;
  readonly #env: Readonly<Record<string, string | undefined>>;
  readonly #sink: DatabaseSink;
  readonly #readings = new Readings();
  /** Failures of the last run, by the address of the file; gone when its text changes. */
  readonly #failures = new Map<string, Failure>();
  readonly #running = new Set<AbortController>();
  #connections: protocol.ConnectionsParams = { connections: [], selected: {}, trusted: false };
  /** Counts the states that were told. */
  #revision = 0;

  constructor(
    workspace: Workspace,
    world: { readonly env: Readonly<Record<string, string | undefined>> },
    sink: DatabaseSink,
  ) {
    this.#workspace = workspace;
    this.#env = world.env;
    this.#sink = sink;
  }

  setConnections(params: protocol.ConnectionsParams): void {
    this.#connections = params;
    if (!params.trusted) this.#readings.clear();
  }

  async status(params: protocol.StatusParams): Promise<protocol.StatusResult> {
    if (params.connect) for (const root of this.#workspace.roots) await this.#askAll(root, params.folder);
    for (;;) {
      const connections = this.#connections;
      const known = new Map<Root, readonly Environment[]>();
      for (const root of this.#workspace.roots) known.set(root, await this.#environments(root));
      // Connections that changed meanwhile: what was found out is of no use.
      if (connections === this.#connections) return this.#status(known);
    }
  }

  async #askAll(root: Root, only: string | undefined): Promise<void> {
    // Who asks anew wants what is there now, on disk as in the database.
    for (const { folder } of root.model.sets()) await this.#workspace.reread(folder);
    const known = await this.#environments(root);
    for (const set of root.model.sets()) {
      if (only !== undefined && only !== set.folder) continue;
      await this.#ask({ root, set, environment: this.#choose(set.folder, known) });
    }
  }

  /** In one go, and last of all: an answer says what holds when it is sent, whenever it was asked for. */
  #status(known: ReadonlyMap<Root, readonly Environment[]>): protocol.StatusResult {
    const labels = folderLabels([...known.keys()]);
    const folders = [...known].flatMap(([root, environments]) =>
      root.model.sets().map((set) => {
        const place = { root, set, environment: this.#choose(set.folder, environments) };
        return this.#folder(place, labels.get(set.folder) ?? set.folder);
      }),
    );
    const environments = new Map([...known.values()].flat().map(({ dto }) => [dto.id, dto]));
    this.#revision += 1;
    return { revision: this.#revision, folders, environments: [...environments.values()] };
  }

  /** The last known state of one migration; asks nothing. */
  known(folder: string, id: string): protocol.MigrationDto | undefined {
    const reading = this.#readings.last(folder);
    const set = this.#workspace.modelOf(`${folder}/`).set(folder);
    if (!reading || !set) return undefined;
    return folderDto(set, '', undefined, reading, { up: false, down: false }).migrations.find((m) => m.id === id);
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
    const failure = this.#failureIn(uri);
    return failure ? [failure.diagnostic] : [];
  }

  /** A failure is one of the text that ran: an edit takes it away. */
  #failureIn(uri: string | undefined): Failure | undefined {
    const failure = uri === undefined ? undefined : this.#failures.get(uri);
    return failure && failure.text === this.#workspace.modelOf(failure.uri).text(failure.uri) ? failure : undefined;
  }

  async test(params: protocol.TestConnectionParams): Promise<protocol.TestConnectionResult> {
    if (!this.#connections.trusted) return { ok: false, message: UNTRUSTED, serverVersion: undefined };
    const target = params.connection ? targetOfConnection(params.connection) : await this.#targetOf(params.environment);
    if (!target)
      return {
        ok: false,
        message: 'There is no such connection any more. Refresh and choose again.',
        serverVersion: undefined,
      };
    try {
      const session = await openSession(target, { connectTimeoutMs: 10_000 });
      const { serverVersion, warning } = session;
      await session.close();
      return { ok: true, message: warning ?? `PostgreSQL ${serverVersion} answers.`, serverVersion };
    } catch (error) {
      return { ok: false, message: messageOf(error), serverVersion: undefined };
    }
  }

  async plan(params: protocol.PlanParams): Promise<protocol.PlanResult> {
    const place = await this.#place(params.folder);
    if (typeof place === 'string') return refusedPlan(place, undefined);
    const { environment, set } = place;
    if (!environment)
      return {
        ...refusedPlan(this.#connections.trusted ? NO_DATABASE : UNTRUSTED, undefined),
        preview: previewOfFiles(set, params),
      };
    const verdict = this.#guard(place, params.direction, true);
    if (!verdict.allowed) return refusedPlan(verdict.reason, environment);
    const reading = await this.#ask(place);
    if (reading.kind === 'error') return refusedPlan(reading.message, environment);
    const plan = await planRun({
      set,
      state: reading.ledger,
      keeps: reading.keeps,
      direction: params.direction,
      target: params.target,
      analyse: (file) => this.#workspace.analysed(file.uri),
    });
    if (!plan.ok) return refusedPlan(plan.reason, environment);
    const steps = plan.steps.map(planStep);
    return {
      allowed: true,
      reason: undefined,
      environment: environment.dto,
      steps,
      preview: previewOf(plan.steps, environment),
    };
  }

  async run(params: protocol.RunParams, signal: AbortSignal): Promise<protocol.RunResult> {
    const place = await this.#place(params.folder);
    if (typeof place === 'string') return refusedRun(place);
    const { root, set, environment } = place;
    if (!environment) return refusedRun(this.#connections.trusted ? NO_DATABASE : UNTRUSTED);
    const controller = new AbortController();
    signal.addEventListener('abort', () => controller.abort(), { once: true });
    this.#running.add(controller);
    const lockTimeoutMs = milliseconds(root.config.lockTimeout);
    try {
      const outcome = await runMigrations({
        guard: this.#guard(place, params.direction, params.confirmed),
        open: () => openSession(environment.target, { connectTimeoutMs: 10_000 }),
        set,
        direction: params.direction,
        target: params.target,
        expected: params.expected,
        ledger: { table: root.config.ledgerTable },
        analyse: (file) => this.#workspace.analysed(file.uri),
        lockTimeoutMs,
        statementTimeoutMs: milliseconds(root.config.statementTimeout),
        signal: controller.signal,
        onProgress: (step) => this.#sink.progress({ runId: params.runId, ...step }),
      });
      this.#remember(set, environment, outcome);
      await this.#ask(place);
      this.#sink.log(`${environment.dto.target}: ${outcome.message}`);
      return this.#result(outcome);
    } finally {
      this.#running.delete(controller);
      this.#sink.changed();
    }
  }

  dispose(): void {
    for (const controller of this.#running) controller.abort();
  }

  async #ask({ root, set, environment }: Place): Promise<FolderReading> {
    if (!environment || !this.#connections.trusted) {
      return { kind: 'error', environment: environment?.dto.id ?? '', message: environment ? UNTRUSTED : NO_DATABASE };
    }
    const open = () => openSession(environment.target, READING);
    const reading = await this.#readings.ask(set.folder, environment, () =>
      readFolder(environment, set, root.config.ledgerTable, open),
    );
    const last = this.#readings.last(set.folder);
    root.model.setLedger(set.folder, ledgerFacts(set, last));
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
    const failure = this.#failureIn(migration.state === 'applied' ? migration.downUri : migration.upUri);
    return failure && failure.environment === environment?.dto.id
      ? { ...migration, failure: failure.message }
      : migration;
  }

  #guard({ root, environment }: Place, direction: 'up' | 'down', confirmed: boolean): GuardVerdict {
    if (!this.#connections.trusted) return { allowed: false, reason: UNTRUSTED };
    if (!environment) return { allowed: false, reason: NO_DATABASE };
    const { localHosts, allowApplyOnShared } = root.config;
    return guardRun({ target: environment.target, localHosts, direction, allowApplyOnShared, confirmed });
  }

  async #place(folder: string): Promise<Place | string> {
    await this.#workspace.reread(folder);
    const root = this.#workspace.rootOf(`${folder}/`);
    const set = root?.model.set(folder);
    if (!root || !set) return 'This migration folder is not there any more. Refresh, and check that it still exists.';
    return { root, set, environment: this.#choose(folder, await this.#environments(root)) };
  }

  #environments(root: Root): Promise<readonly Environment[]> {
    // An untrusted workspace offers nothing: its .env is not read either.
    if (!this.#connections.trusted) return Promise.resolve([]);
    return environmentsOf(root, this.#connections.connections, this.#env, (m) => this.#sink.log(m));
  }

  /**
   * The one chosen for the folder, else the one chosen for all, else the first local one, else the first. What stands
   * in the user's own settings may belong to another project: it is never taken unchosen.
   */
  #choose(folder: string, known: readonly Environment[]): Environment | undefined {
    const { selected, connections } = this.#connections;
    const id = selected[folder] ?? selected['*'];
    const chosen = known.find((e) => e.dto.id === id);
    if (chosen) return chosen;
    const personal = new Set(connections.flatMap((c) => (c.personal ? [c.id] : [])));
    const here = known.filter((e) => !personal.has(e.dto.id));
    return here.find((e) => e.dto.kind === 'local') ?? here[0];
  }

  async #targetOf(id: string | undefined): Promise<ConnectTarget | undefined> {
    for (const root of this.#workspace.roots) {
      const found = (await this.#environments(root)).find((e) => e.dto.id === id);
      if (found) return found.target;
    }
    return undefined;
  }

  #remember(set: MigrationSet, environment: Environment, outcome: RunOutcome): void {
    for (const uri of this.#failures.keys()) if (uri.startsWith(`${set.folder}/`)) this.#failures.delete(uri);
    const { failure } = outcome;
    const text = failure && this.#workspace.modelOf(failure.uri).text(failure.uri);
    if (!failure || text === undefined) return;
    this.#failures.set(failure.uri, {
      uri: failure.uri,
      text,
      diagnostic: this.#diagnostic(failure),
      environment: environment.dto.id,
      message: failure.message,
    });
  }

  #diagnostic(failure: RunFailure): Diagnostic {
    const { message, detail, hint, code } = failure;
    const parts = [message, detail && `Detail: ${detail}`, hint && `Hint: ${hint}`].filter((p) => p);
    return {
      range: this.#range(failure) ?? { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } },
      severity: DiagnosticSeverity.Error,
      source: 'PostgreSQL',
      message: parts.join('\n'),
      ...(code ? { code } : {}),
    };
  }

  #range({ uri, span }: RunFailure): protocol.RangeDto | undefined {
    const lines = this.#workspace.lines(uri);
    return lines && span ? rangeOf(lines, span) : undefined;
  }

  #result({ failure, ...outcome }: RunOutcome): protocol.RunResult {
    if (!failure) return { ...outcome, failure: undefined };
    const { span: _, ...rest } = failure;
    return { ...outcome, failure: { ...rest, range: this.#range(failure) } };
  }
}

interface Failure {
  readonly uri: string;
  readonly text: string;
  readonly diagnostic: Diagnostic;
  readonly environment: string;
  readonly message: string;
}

const READING = { connectTimeoutMs: 10_000, lockTimeoutMs: 2_000, statementTimeoutMs: 10_000 };

const UNTRUSTED =
  'Lockstep does not connect to a database in a workspace that is not trusted. Trust the workspace first.';
const NO_DATABASE = 'No database is connected. Add a connection, or set DATABASE_URL.';

function refusedPlan(reason: string, environment: Environment | undefined): protocol.PlanResult {
  return { allowed: false, reason, environment: environment?.dto, steps: [], preview: '' };
}

function refusedRun(message: string): protocol.RunResult {
  return { outcome: 'refused', message, completed: [], failure: undefined };
}

import { milliseconds } from '../config/duration.js';
import { lastAppliedIn, statusOf } from '../core/index.js';
import { type Plan, planRun } from '../runner/plan.js';
import { runMigrations } from '../runner/run.js';
import { type Warning, warningsOf } from '../runner/warnings.js';
import { ledgerConfig } from '../tools/choose.js';
import type { Failures } from './failures.js';
import type { FolderReading, OkReading } from './folderState.js';
import type { Opener } from './opener.js';
import { NO_DATABASE, type Place, type Places, UNTRUSTED } from './places.js';
import { previewOf, previewOfFile } from './preview.js';
import type * as protocol from './protocol.js';
import { nextOf, questionOf, wordFor } from './question.js';
import type { Workspace } from './workspace.js';

export interface DatabaseSink {
  readonly log: (message: string) => void;
  readonly progress: (progress: protocol.RunProgress) => void;
  /** Readings or failures changed: diagnostics and lenses are to be asked for again. */
  readonly changed: () => void;
}

/** Plans, shows and runs migrations for the client. Each request asks the database for its state anew. */
export class Runs {
  readonly #workspace: Workspace;
  readonly #places: Places;
  readonly #failures: Failures;
  readonly #opener: Opener;
  readonly #ask: (place: Place) => Promise<FolderReading>;
  readonly #sink: DatabaseSink;
  readonly #running = new Set<AbortController>();

  constructor(
    workspace: Workspace,
    places: Places,
    failures: Failures,
    opener: Opener,
    ask: (place: Place) => Promise<FolderReading>,
    sink: DatabaseSink,
  ) {
    this.#workspace = workspace;
    this.#places = places;
    this.#failures = failures;
    this.#opener = opener;
    this.#ask = ask;
    this.#sink = sink;
  }

  async plan(params: protocol.PlanParams): Promise<protocol.PlanResult> {
    const place = await this.#places.of(params.folder);
    if (typeof place === 'string') return notReady('refused', place);
    const { environment } = place;
    const guard = this.#places.verdict(place, params.direction, true);
    if (!guard.allowed || !environment) return notReady('refused', guard.allowed ? NO_DATABASE : guard.reason);
    const reading = await this.#ask(place);
    if (reading.kind === 'error') return notReady('refused', reading.message);
    const plan = await this.#plan(place, reading, params);
    if (!plan.ok) return notReady(plan.idle ? 'idle' : 'refused', plan.reason);
    const { steps } = plan;
    const open = () => this.#opener.open(environment.target, { connectTimeoutMs: 10_000 });
    const warnings = await warningsOf(open, steps);
    const preview = previewOf(steps, environment);
    return {
      verdict: 'ready',
      message: '',
      title: environment.dto.title,
      question: questionOf({ target: params.target, steps, environment, warnings, preview }),
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
    const marks = await this.#places.marks(root);
    const controller = new AbortController();
    signal.addEventListener('abort', () => controller.abort(), { once: true });
    this.#running.add(controller);
    let at = { message: '', done: 0, total: 0 };
    try {
      const outcome = await runMigrations({
        guard: this.#places.verdict(place, params.direction, params.typed === wordFor(environment)),
        open: () => this.#opener.openToRun(environment.target, marks),
        set,
        direction: params.direction,
        target: params.target,
        expected: params.expected,
        ledger: ledgerConfig(root, environment.target),
        analyse: (half) => this.#workspace.analysed(half),
        lockTimeoutMs: milliseconds(root.config.lockTimeout),
        statementTimeoutMs: milliseconds(root.config.statementTimeout),
        signal: controller.signal,
        // What was asked is not counted a second time.
        refusal: params.asked ? undefined : unasked,
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
}

/** What came to be after the plan was made, or a client did not ask. */
function unasked(warnings: readonly Warning[]): string {
  const told = warnings.map(({ text, items }) => [text, items.join(', ')].join(' ').trim()).join(' ');
  return `${told}${/[.:]$/.test(told) ? '' : '.'} This was not asked before the run, so nothing was run. Ask for it again.`;
}

function notReady(verdict: 'idle' | 'refused', message: string): protocol.PlanResult {
  return { verdict, message, title: '', question: undefined, steps: [] };
}

function refusedRun(message: string): protocol.RunResult {
  return { outcome: 'refused', message, completed: [], failure: undefined, next: undefined };
}

import type { EnvironmentDto, PlanParams, PlanResult, PlanStep, RunResult } from '../../server/src/lsp/protocol.js';
import type { Context } from './context.js';
import { countOf, environmentLabel, targetSentence, versionInFile } from './labels.js';

const SHOW_LOG = 'Show Log';
const PREVIEW = 'Preview SQL';

/** Plans, asks where asking is due, runs with progress, and says how it ended. */
export async function planAndRun(context: Context, params: PlanParams): Promise<void> {
  if (!(await mayReachDatabase(context))) return;
  const plan = await context.server.plan(params);
  const { environment } = plan;
  const refusal = plan.allowed ? refusalOf(context, params, environment) : (plan.reason ?? 'This cannot be run here.');
  if (refusal !== undefined) return logged(context, context.ui.error(refusal, SHOW_LOG));
  if (plan.steps.length === 0) {
    await context.ui.info(
      params.direction === 'up'
        ? 'Nothing to apply: no migration is pending.'
        : 'Nothing to roll back: no migration is applied.',
    );
    return;
  }
  if (!environment || !(await confirmed(context, params, plan, environment))) return;
  if (!(await context.editor.save(plan.steps.map((s) => s.uri)))) {
    await context.ui.error('Nothing was run: a changed migration file could not be saved.');
    return;
  }
  const result = await run(context, params, plan);
  await context.store.refresh({ connect: false });
  await tell(context, result);
}

/** Commands can be called while their buttons are hidden, so this is checked here as well. */
export async function mayReachDatabase(context: Context): Promise<boolean> {
  if (context.trusted()) return true;
  await context.ui.warn(
    'Lockstep does not connect to a database in a workspace that is not trusted. Trust the workspace first.',
  );
  return false;
}

function refusalOf(context: Context, params: PlanParams, environment: EnvironmentDto | undefined): string | undefined {
  if (!environment) return 'Nothing was run: no database is connected.';
  const where = `${environment.label} (${environment.target})`;
  if (environment.kind === 'production')
    return `Nothing was run: ${where} is a production database, which Lockstep only reads.`;
  if (environment.kind === 'local') return undefined;
  if (params.direction === 'down')
    return `Nothing was run: ${where} is shared. Lockstep rolls back on local databases only.`;
  if (!context.settings(params.folder).allowApplyOnShared) {
    return `Nothing was run: ${where} is shared. The setting lockstep.allowApplyOnShared permits applying there.`;
  }
  return undefined;
}

async function confirmed(
  context: Context,
  params: PlanParams,
  plan: PlanResult,
  environment: EnvironmentDto,
): Promise<boolean> {
  const { steps } = plan;
  const verb = params.direction === 'up' ? 'Apply' : 'Roll Back';
  if (environment.kind === 'shared') return typedConfirmation(context, steps, environment);
  if (params.target === 'next' || params.target === 'last') return true;
  const action = `${verb} ${countOf(steps.length, 'Migration')}`;
  const answer = await context.ui.confirm(
    `${action.replace('Migration', 'migration')} on ${environmentLabel(environment)}?`,
    `Database: ${targetSentence(environment)}\n\n${stepLines(steps)}`,
    action,
    PREVIEW,
  );
  if (answer === PREVIEW) await context.editor.showPreview(`${verb} ${environment.label}`, plan.preview);
  return answer === action;
}

async function typedConfirmation(
  context: Context,
  steps: readonly PlanStep[],
  environment: EnvironmentDto,
): Promise<boolean> {
  const database = environment.target.split('/').slice(1).join('/') || environment.label;
  const typed = await context.ui.input({
    title: `Apply ${countOf(steps.length, 'migration')} to the shared database ${environment.label}`,
    prompt: `${targetSentence(environment)}. ${steps.map((s) => versionInFile(s.version, s.uri)).join(', ')}. Type ${database} to go on.`,
    placeholder: database,
    validate: (value) =>
      value === database ? undefined : `Type ${database} to apply, or press Escape to leave everything as it is.`,
  });
  return typed === database;
}

const SHOWN_STEPS = 12;

const TRANSACTIONS: Readonly<Record<PlanStep['transaction'], string>> = {
  wrapped: '',
  none: ' (outside a transaction)',
  own: ' (with its own transaction commands)',
};

function stepLines(steps: readonly PlanStep[]): string {
  const lines = steps.slice(0, SHOWN_STEPS).map((s) => {
    const lock = s.strongestLock === undefined ? '' : `: ${s.strongestLock}`;
    return `${versionInFile(s.version, s.uri)} ${s.name}${lock}${TRANSACTIONS[s.transaction]}`;
  });
  const more = steps.length - SHOWN_STEPS;
  return [...lines, ...(more > 0 ? [`and ${more} more`] : [])].join('\n');
}

let runs = 0;

async function run(context: Context, params: PlanParams, plan: PlanResult): Promise<RunResult> {
  const { environment } = plan;
  // The stages say what happens; the title says where.
  const title = `Lockstep on ${environment ? environmentLabel(environment) : 'the database'}`;
  runs += 1;
  const request = { ...params, runId: `run-${runs}`, expected: plan.steps.map((s) => s.id), confirmed: true };
  let shown = 0;
  return context.progress(title, (report, token) =>
    context.server.run(request, token, ({ message, done, total }) => {
      report(message, total === 0 ? 0 : (done - shown) / total);
      shown = done;
    }),
  );
}

async function tell(context: Context, result: RunResult): Promise<void> {
  const { failure, message, outcome } = result;
  if (failure) await context.editor.open(failure.uri, failure.range);
  const say = {
    done: context.ui.info,
    cancelled: context.ui.warn,
    failed: context.ui.error,
    refused: context.ui.error,
    uncertain: context.ui.error,
  }[outcome];
  logged(context, say.call(context.ui, message, ...(outcome === 'done' ? [] : [SHOW_LOG])));
}

/** A notification may stay for as long as it likes; the command does not wait for it. */
function logged(context: Context, answer: Promise<string | undefined>): void {
  void answer.then((a) => {
    if (a === SHOW_LOG) context.server.showLog();
  });
}

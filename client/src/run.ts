import type { PlanParams, QuestionDto, RunParams, RunResult } from '../../server/src/lsp/protocol.js';
import type { Context } from './context.js';

const SHOW_LOG = 'Show Log';
const PREVIEW = 'Preview SQL';

/** Plans, asks what the plan says is to be asked, runs with progress, and says how it ended. */
export async function planAndRun(context: Context, params: PlanParams): Promise<void> {
  if (!(await mayReachDatabase(context))) return;
  const plan = await context.server.plan(params);
  if (plan.verdict === 'refused') return logged(context, context.ui.error(plan.message, SHOW_LOG));
  if (plan.verdict === 'idle') {
    await context.ui.info(plan.message);
    return;
  }
  const answer = plan.question ? await answered(context, plan.question) : NOT_ASKED;
  if (!answer) return;
  if (!(await context.editor.save(plan.steps.map((s) => s.uri)))) {
    await context.ui.error('Nothing was run: a changed migration file could not be saved.');
    return;
  }
  const { typed } = answer;
  let result = await run(
    context,
    { ...params, expected: plan.steps.map((s) => s.id), typed, asked: plan.question !== undefined },
    plan.title,
  );
  for (let { next } = result; next; { next } = result) {
    const { question, accept, expected } = next;
    if (!(await answered(context, question))) return;
    result = await run(context, { ...params, expected, typed, accept, asked: true }, plan.title);
  }
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

interface Answer {
  readonly typed: string | undefined;
}

const NOT_ASKED: Answer = { typed: undefined };

/** Undefined: the person said no, or looks at the SQL first. */
async function answered(context: Context, question: QuestionDto): Promise<Answer | undefined> {
  const { message, detail, action, preview, typed } = question;
  const pressed = await context.ui.confirm(message, detail, action, ...(preview ? [PREVIEW] : []));
  if (preview && pressed === PREVIEW) await context.editor.showPreview(preview.title, preview.text);
  if (pressed !== action) return undefined;
  if (!typed) return NOT_ASKED;
  const { title, prompt, word } = typed;
  const given = await context.ui.input({
    title,
    prompt,
    placeholder: word,
    validate: (value) =>
      value === word ? undefined : `This is not ${word}. Press Escape to leave everything as it is.`,
  });
  return given === undefined ? undefined : { typed: given };
}

let runs = 0;

async function run(context: Context, params: Omit<RunParams, 'runId'>, title: string): Promise<RunResult> {
  runs += 1;
  const request = { ...params, runId: `run-${runs}` };
  let shown = 0;
  // The stages say what happens; the title says where.
  const result = await context.progress(`Lockstep on ${title}`, (report, token) =>
    context.server.run(request, token, ({ message, done, total }) => {
      report(message, total === 0 ? 0 : (done - shown) / total);
      shown = done;
    }),
  );
  await context.store.refresh({ connect: false });
  return result;
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

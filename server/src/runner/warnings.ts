import { lossesOf } from '../core/statements/losses.js';
import { countOf } from '../core/text/words.js';
import type { PgSession } from '../database/session.js';
import { type CountedLoss, countLosses } from './losses.js';
import type { PlannedStep } from './plan.js';

/** What somebody has to know before a plan is carried out; while there is one, even one migration is a question. */
export interface Warning {
  readonly text: string;
  /** One a line, below it. */
  readonly items: readonly string[];
}

/**
 * Warns of files that were edited since they were applied, and, of a rollback, of the rows that are there to be lost. `open`
 * gives a session for counting them, which is asked for only then.
 */
export async function warningsOf(
  open: () => Promise<PgSession>,
  steps: readonly PlannedStep[],
): Promise<readonly Warning[]> {
  const edited = steps.flatMap((step) =>
    step.edited === undefined ? [] : [{ text: `${step.edited} ${UNFIT}`, items: [] }],
  );
  const losses = await losing(open, steps);
  return losses.length === 0 ? edited : [...edited, { text: LOST, items: losses.map(lossLine) }];
}

const UNFIT = 'What its down file takes back may not be what the database has.';
const LOST = 'Rows are lost, and applying again does not bring them back:';
/** A question must not wait long for its answer. */
const COUNTING = `SET lock_timeout = '1s'; SET statement_timeout = '2s'`;

/** The rows that a rollback takes away. That they cannot be counted is no reason not to speak of them. */
async function losing(open: () => Promise<PgSession>, steps: readonly PlannedStep[]): Promise<readonly CountedLoss[]> {
  const down = steps.filter((step) => step.direction === 'down');
  const losses = lossesOf(down.flatMap((step) => step.context.statements));
  if (losses.length === 0) return [];
  try {
    const session = await open();
    try {
      await session.simple(COUNTING);
      return await countLosses(session, losses);
    } finally {
      await session.close();
    }
  } catch {
    return losses.map(({ display, how }) => ({ display, how, rows: undefined, isEstimate: false }));
  }
}

function lossLine({ display, how, rows, isEstimate }: CountedLoss): string {
  const count = rows === undefined ? 'its rows, which could not be counted' : countOf(rows, 'row');
  const about = isEstimate ? `about ${count}` : count;
  switch (how) {
    case 'dropped':
      return `${display} is dropped with ${about}`;
    case 'emptied':
      return `${display} is emptied of ${about}`;
    case 'deleted':
      return `${display} loses some of ${about}`;
  }
}

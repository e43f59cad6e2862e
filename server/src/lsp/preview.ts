import { halfText, labelOf as label, type Migration } from '../core/index.js';
import type { PlannedStep } from '../runner/plan.js';
import type { Environment } from './environments.js';
import { labelOf } from './labels.js';
import type { PreviewDto } from './protocol.js';

/** All steps as one text, for a read-only document. */
export function previewOf(steps: readonly PlannedStep[], environment: Environment): PreviewDto {
  const verb = steps[0]?.direction === 'down' ? 'Roll back' : 'Apply';
  const head = `-- ${verb} on ${environment.dto.target}. Preview only: nothing was sent.\n`;
  const sections = steps.map((step) => section(step.migration, halfText(step.file), TRANSACTIONS[step.transaction]));
  return { title: titleOf(verb, steps, environment), text: head + sections.join('') };
}

function titleOf(verb: string, steps: readonly PlannedStep[], { dto }: Environment): string {
  const [only, second] = steps;
  return only && !second ? `${verb} ${labelOf(only.migration)}` : `${verb} on ${dto.label}`;
}

const TRANSACTIONS = {
  wrapped: 'in one transaction',
  none: 'each statement alone',
  own: 'with its own transaction commands',
} as const;

/** A file that no plan is about: no database is connected, or others have to go first. */
export function previewOfFile(migration: Migration, direction: 'up' | 'down', why: string): PreviewDto | undefined {
  const half = migration[direction];
  return half && { title: labelOf(migration), text: section(migration, halfText(half), why).trimStart() };
}

function section(migration: Migration, text: string, how: string): string {
  return `\n-- ${label(migration)} (${how})\n${text.replace(/\r\n/g, '\n').trim()}\n`;
}

import type { Rule } from './rule.js';

/** Reported by the engine: only it knows what every other rule found (see suppress.ts). */
export const unusedSuppression: Rule = {
  id: 'unused-suppression',
  title: 'A suppression suppresses nothing',
  danger: 'style',
  severity: 'hint',
  statements: [],
  directions: ['up', 'down'],
  sources: ['ESLint: --report-unused-disable-directives'],
};

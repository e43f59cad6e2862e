import type { Rule } from './rule.js';
import { suppressionWithoutReason } from './suppression-without-reason.js';
import { unusedSuppression } from './unused-suppression.js';

/** All rules, sorted by id. */
export const rules: readonly Rule[] = [
  suppressionWithoutReason,
  unusedSuppression,
];
